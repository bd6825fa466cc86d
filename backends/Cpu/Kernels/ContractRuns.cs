namespace MindDsl.Backends.Cpu;

/// <summary>What the places of the operands of a contraction allow: vectors along the columns or along the depth, and what of it stays in a cache.</summary>
internal sealed class ContractRuns
{
    private readonly ContractShape _shape;
    private readonly int _lanes;
    private readonly Dictionary<int, bool> _near = [];

    public ContractRuns(ContractShape shape, int lanes)
    {
        (_shape, _lanes) = (shape, lanes);
        (VectorStarts, Overlaps) = FindVectors();
        DepthVectors = FindDepthVectors();
        AreColumnsNear = VectorStarts.Length > 0 && Locality.IsNear(shape.ColumnB.AsSpan(VectorStarts[0], lanes), shape.DepthB);
    }

    /// <summary>The first columns of vectors that lie together in the operand and in the result; the last vector of a run may overlap the one before. Empty if there are none.</summary>
    public int[] VectorStarts { get; }

    /// <summary>True if some columns are computed twice.</summary>
    public bool Overlaps { get; }

    /// <summary>The depths that vectors of both operands start at, and how many of their elements count: the last ones. Empty if there are none.</summary>
    public (int Start, int Count)[] DepthVectors { get; }

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
