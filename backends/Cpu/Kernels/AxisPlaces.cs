using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>
/// Where the elements of a tensor are: for each axis a table of offsets, counted in elements, whose sum over the axes is the place of an element. A tensor in memory has
/// such tables, and so have its slices, permutations, windows and what else moves elements without a border.
/// </summary>
/// <param name="Start">The place of the first element.</param>
/// <param name="Axes">The offsets along each axis.</param>
/// <param name="IsInBlocks">True if the tensor in memory is not row-major.</param>
internal sealed record AxisPlaces(long Start, Seq<long[]> Axes, bool IsInBlocks = false)
{
    private const long LargestTable = 1 << 24;

    /// <summary>What must hold for there to be an element; where it does not, the element is 0.</summary>
    public Seq<PlaceBound> Bounds { get; init; } = [];

    /// <summary>Elements of memory from the first to the last, or as many as there are places, if these are fewer.</summary>
    public long Touched
    {
        get
        {
            double places = Axes.Aggregate(1.0, (n, t) => n * t.Length);
            return places == 0 ? 0 : (long)Math.Min(places, 1.0 + Axes.Sum(t => (double)t.Max() - t.Min()));
        }
    }

    /// <summary>A tensor in memory.</summary>
    public static AxisPlaces Of(Shape shape, Layout? layout = null)
    {
        var axes = new long[shape.Rank][];
        long stride = layout?.Block ?? 1;
        for (int k = shape.Rank - 1; k >= 0; k--)
        {
            if (k == layout?.Axis) continue;
            axes[k] = Multiples(shape[k].Value, stride);
            stride *= shape[k].Value;
        }
        if (layout is not null) axes[layout.Axis] = Product(Multiples(shape[layout.Axis].Value / layout.Block, stride), Multiples(layout.Block, 1));
        return new(0, axes.ToSeq(), layout is not null);
    }

    /// <summary>The places of the result of a movement of a tensor with these places; null if it has none.</summary>
    public AxisPlaces? Through(Op op)
    {
        if (Moved(op) is not { } moved) return null;
        var bounds = Bounds.Map(b => new PlaceBound(b.Coordinate.Through(op)!, b.Length));
        return bounds.All(b => b.Coordinate is not null) ? moved with { IsInBlocks = IsInBlocks, Bounds = bounds } : null;
    }

    /// <summary>The places of windows that may reach past the tensor, with bounds; null if that cannot be said of them.</summary>
    public AxisPlaces? Open(Window window)
    {
        int n = window.SpaceRank, lead = Axes.Count - n;
        if (window.Fill != 0 || Bounds.Count > 0) return null;
        var (bounds, steps, start) = (new List<PlaceBound>(), new long[n], Start);
        for (int s = 0; s < n; s++)
        {
            var table = Axes[lead + s];
            if (table.Length == 0 || Step(table) is not { } step) return null;
            steps[s] = step;
            start += table[0] - window.Low[s] * step;
            if (window.Low[s] == 0 && window.Last(s) < table.Length) continue;
            bounds.Add(new(new(-window.Low[s], [.. Axes.Slice(0, lead).Map(t => new long[t.Length]), .. Spread(k => k == s ? 1 : 0)]), table.Length));
        }
        return new(start, [.. Axes.Slice(0, lead), .. Spread(k => steps[k])], IsInBlocks) { Bounds = bounds.ToSeq() };

        // Places in a window, then places of windows.
        IEnumerable<long[]> Spread(Func<int, long> step) => Enumerable.Range(0, n).Select(k => Multiples(window.Kernel[k], window.Dilation[k] * step(k)))
            .Concat(Enumerable.Range(0, n).Select(k => Multiples(window.Places[k].Value, window.Stride[k] * step(k))));
    }

    private AxisPlaces? Moved(Op op) => op switch
    {
        Permute permute => new(Start, permute.Axes.Map(a => Axes[a])),
        Slice slice => new(Start, Axes.Map((t, k) => Part(t, slice.Starts[k].Value, slice.Lengths[k].Value, slice.Steps[k]))),
        Flip flip => new(Start, Axes.Map((t, k) => flip.Axes.IndexOf(k) < 0 ? t : t.Reverse().ToArray())),
        Broadcast broadcast => new(Start, Seq.Range(broadcast.To.Rank).Map(k => broadcast.Axes.IndexOf(k) is var from and >= 0 ? Axes[from] : new long[broadcast.To[k].Value])),
        Window window => Windows(window),
        Reshape reshape => Reshaped(reshape.To),
        _ => null,
    };

    private static long[] Multiples(long count, long factor)
    {
        var table = new long[count];
        for (long i = 0; i < count; i++) table[i] = i * factor;
        return table;
    }

    private static long[] Part(long[] table, long start, long length, int step)
    {
        var part = new long[length];
        for (long i = 0; i < length; i++) part[i] = table[start + i * step];
        return part;
    }

    private AxisPlaces? Windows(Window window) => (this with { Bounds = [] }).Open(window with { Fill = 0 }) is { Bounds.Count: 0 } windows ? windows : null;

    /// <summary>The distance of neighbours if it is the same everywhere.</summary>
    private static long? Step(long[] table)
    {
        if (table.Length < 2) return 0;
        long step = table[1] - table[0];
        for (int i = 2; i < table.Length; i++) if (table[i] - table[i - 1] != step) return null;
        return step;
    }

    private AxisPlaces? Reshaped(Shape to)
    {
        if (to.Size.Value is 0 or > LargestTable) return null;
        var axes = new List<long[]>();
        long start = Start;
        for (int from = 0, next = 0; from < Axes.Count || next < to.Rank;)
        {
            // The smallest groups of axes, before and after, that have as many elements.
            long[] merged = [0];
            long wanted = 1;
            int first = next;
            do
            {
                if (from < Axes.Count && merged.Length <= wanted) merged = Product(merged, Axes[from++]);
                else wanted *= to[next++].Value;
            }
            while (merged.Length != wanted);
            long origin = merged[0], below = wanted;
            start += origin;
            for (int k = first; k < next; k++)
            {
                below /= to[k].Value;
                var table = new long[to[k].Value];
                for (long i = 0; i < table.Length; i++) table[i] = merged[i * below] - origin;
                axes.Add(table);
            }
            if (next - first > 1 && !IsSum(merged, axes, axes.Count - (next - first), origin)) return null;
        }
        return new(start, axes.ToSeq());
    }

    private static bool IsSum(long[] merged, List<long[]> axes, int first, long origin)
    {
        for (long i = 0; i < merged.Length; i++)
        {
            long sum = origin, rest = i;
            for (int k = axes.Count - 1; k >= first; k--)
            {
                sum += axes[k][rest % axes[k].Length];
                rest /= axes[k].Length;
            }
            if (sum != merged[i]) return false;
        }
        return true;
    }

    /// <summary>The table of two axes as one, the second one fastest.</summary>
    public static long[] Product(long[] slow, long[] fast)
    {
        var product = new long[(long)slow.Length * fast.Length];
        for (int i = 0, at = 0; i < slow.Length; i++)
            for (int j = 0; j < fast.Length; j++) product[at++] = slow[i] + fast[j];
        return product;
    }
}

/// <summary>A coordinate of an element that a tensor may not have: it must be at least 0 and less than a length.</summary>
/// <param name="Coordinate">The coordinate as a sum over the axes.</param>
/// <param name="Length">The length.</param>
internal sealed record PlaceBound(AxisPlaces Coordinate, long Length);
