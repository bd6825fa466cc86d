using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>What the places of the operands of a contraction allow: vectors along the columns or along the depth, and what of it stays in a cache.</summary>
internal sealed class ContractRuns
{
    /// <summary>How many depths all parts may have together: more are tables that no cache holds.</summary>
    private const long MostDepths = 1 << 21;

    private readonly ContractShape _shape;
    private readonly int _lanes;
    private readonly Dictionary<int, bool> _near = [];
    private readonly Dictionary<int, int> _scattered = [];

    public ContractRuns(ContractShape shape, int lanes)
    {
        (_shape, _lanes) = (shape, lanes);
        (VectorStarts, Overlaps) = FindVectors();
        Parts = FindParts();
        DepthVectors = FindDepthVectors();
        AreColumnsNear = VectorStarts.Length > 0 && Locality.IsNear(shape.ColumnB.AsSpan(VectorStarts[0], lanes), shape.DepthB);
    }

    /// <summary>The first columns of vectors that lie together in the operand and in the result; the last vector of a run may overlap the one before. Empty if there are none.</summary>
    public int[] VectorStarts { get; }

    /// <summary>The vectors by the depths that are summed for them: all, where nothing bounds them. Empty if the lanes of a vector differ in that.</summary>
    public IReadOnlyList<VectorPart> Parts { get; }

    /// <summary>True if some columns are computed twice.</summary>
    public bool Overlaps { get; }

    /// <summary>The depths that vectors of both operands start at, and how many of their elements count: the last ones. Empty if there are none.</summary>
    public (int Start, int Count)[] DepthVectors { get; }

    /// <summary>How many columns are in panels, of so many, that do not follow one another in the result or are fewer.</summary>
    public int ScatteredColumns(int width)
    {
        if (_scattered.TryGetValue(width, out int known)) return known;
        int columns = _shape.ColumnC.Length, scattered = 0;
        for (int j = 0; j < columns; j += width) if (j + width > columns || !_shape.IsRun(_shape.ColumnC, j, width)) scattered += Math.Min(width, columns - j);
        return _scattered[width] = scattered;
    }

    /// <summary>True if vectors of columns stay in the first-level cache while rows pass.</summary>
    public bool AreColumnsNear { get; }

    /// <summary>True if a panel of so many rows stays in the first-level cache while columns pass.</summary>
    public bool AreRowsNear(int rows)
    {
        if (!_near.TryGetValue(rows, out bool near)) _near[rows] = near = Locality.IsNear(_shape.RowA.AsSpan(0, Math.Min(rows, _shape.RowA.Length)), _shape.DepthA);
        return near;
    }

    private (int[] Starts, bool Overlaps) FindVectors()
    {
        var (starts, overlaps) = (new List<int>(), false);
        for (int start = 0; start < _shape.ColumnB.Length;)
        {
            int end = _shape.RunEnd(_shape.ColumnB, _shape.ColumnC, start), at = start;
            if (end - start < _lanes) return ([], false);
            for (; at + _lanes <= end; at += _lanes) starts.Add(at);
            if (at < end)
            {
                starts.Add(end - _lanes);
                overlaps = true;
            }
            start = end;
        }
        return ([.. starts], overlaps);
    }

    private IReadOnlyList<VectorPart> FindParts()
    {
        if (_shape.Bounds.Count == 0) return [new(VectorStarts, null)];
        // Where the same depths are inside, whatever the coordinates are.
        var reach = _shape.Bounds.Map(b => b.Depths.Length == 0 ? (Low: 0L, High: 0L) : (Low: b.Depths.Min(), High: b.Depths.Max() + 1));
        var parts = new Dictionary<Seq<(long Low, long High)>, List<int>>();
        foreach (int start in VectorStarts)
        {
            if (_shape.Bounds.Any(b => b.Columns.AsSpan(start, _lanes).ContainsAnyExcept(b.Columns[start]))) return [];
            var inside = _shape.Bounds.Map((b, k) => (Math.Max(-b.Columns[start], reach[k].Low), Math.Min(b.Length - b.Columns[start], reach[k].High)));
            if (!parts.TryGetValue(inside, out var starts)) parts[inside] = starts = [];
            starts.Add(start);
            if ((long)parts.Count * _shape.DepthA.Length > MostDepths) return [];
        }
        return [.. parts.Select(p => new VectorPart([.. p.Value], [.. Enumerable.Range(0, _shape.DepthA.Length).Where(k => IsInside(p.Key, k))]))];
    }

    private bool IsInside(Seq<(long Low, long High)> ranges, int depth)
    {
        for (int b = 0; b < ranges.Count; b++) if (_shape.Bounds[b].Depths[depth] < ranges[b].Low || _shape.Bounds[b].Depths[depth] >= ranges[b].High) return false;
        return true;
    }

    private (int Start, int Count)[] FindDepthVectors()
    {
        var vectors = new List<(int, int)>();
        for (int start = 0; start < _shape.DepthA.Length;)
        {
            int end = _shape.RunEnd(_shape.DepthA, _shape.DepthB, start);
            if (end - start < _lanes) return [];
            for (int at = start; at < end; at += _lanes) vectors.Add(at + _lanes <= end ? (at, _lanes) : (end - _lanes, end - at));
            start = end;
        }
        return [.. vectors];
    }
}

/// <summary>Vectors of columns for which the same depths are summed.</summary>
/// <param name="Starts">The first columns of the vectors.</param>
/// <param name="Depths">The depths; null if they are all.</param>
internal sealed record VectorPart(int[] Starts, int[]? Depths);
