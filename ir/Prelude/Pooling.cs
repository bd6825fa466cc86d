namespace MindDsl.Ir;

public static partial class Prelude
{
    /// <summary>The largest element of each window over x [N, C, L]; padding counts as −∞, the first of equals has the derivative.</summary>
    public static Term MaxPool1D(Term x, int kernel, int? stride = null, int padding = 0, int dilation = 1, bool ceiling = false) =>
        MaxPool("max_pool1d", x, [kernel], [stride ?? kernel], [padding], [dilation], ceiling);

    /// <summary>The largest element of each window over x [N, C, H, W]; padding counts as −∞, the first of equals has the derivative.</summary>
    public static Term MaxPool2D(Term x, int kernel, int? stride = null, int padding = 0, int dilation = 1, bool ceiling = false) =>
        MaxPool("max_pool2d", x, [kernel, kernel], [stride ?? kernel, stride ?? kernel], [padding, padding], [dilation, dilation], ceiling);

    /// <summary>The largest element of each window, with settings for each axis.</summary>
    public static Term MaxPool2D(Term x, int[] kernel, int[] stride, int[] padding, int[] dilation, bool ceiling = false) =>
        MaxPool("max_pool2d", x, kernel, stride, padding, dilation, ceiling);

    /// <summary>The mean of each window over x [N, C, H, W]; padding counts as 0 in the divisor unless it is not to count.</summary>
    public static Term AvgPool2D(Term x, int kernel, int? stride = null, int padding = 0, bool ceiling = false, bool countPadding = true) =>
        AvgPool2D(x, [kernel, kernel], [stride ?? kernel, stride ?? kernel], [padding, padding], ceiling, countPadding);

    /// <summary>The mean of each window, with settings for each axis.</summary>
    public static Term AvgPool2D(Term x, int[] kernel, int[] stride, int[] padding, bool ceiling = false, bool countPadding = true)
    {
        var windows = Windows("avg_pool2d", x, kernel, stride, padding, [1, 1], fill: 0, ceiling);
        var sum = windows.Sum([2, 3]);
        var counts = new Term[2];
        bool all = true;
        for (int s = 0; s < 2; s++)
        {
            long length = x.Shape[2 + s].Value, low = countPadding ? 0 : padding[s], places = sum.Shape[2 + s].Value;
            long reach = countPadding ? length + 2L * padding[s] : length;
            all &= low == 0 && (places - 1) * stride[s] + kernel[s] <= reach;
            var ones = x.Literal(1).BroadcastTo(Shape.Of(reach));
            counts[s] = ones.Apply(new Window([kernel[s]], [stride[s]], [1], [(int)low], [places], 0)).Sum([0]);
        }
        return all ? sum / (kernel[0] * kernel[1]) : sum / (ExpandDims(counts[0], 1) * counts[1]);
    }

    /// <summary>The mean of size[0] × size[1] windows that cover x [N, C, H, W]: window i of n over L is floor(iL/n) up to ceil((i+1)L/n).</summary>
    public static Term AdaptiveAvgPool2D(Term x, params int[] size)
    {
        var (parts, inside) = Adaptive("adaptive_avg_pool2d", x, size);
        return parts.Sum([3, 5]) / inside.To(x.DType).Sum([1, 3]);
    }

    /// <summary>The largest element of size[0] × size[1] windows that cover x [N, C, H, W].</summary>
    public static Term AdaptiveMaxPool2D(Term x, params int[] size)
    {
        var (parts, inside) = Adaptive("adaptive_max_pool2d", x, size);
        var shape = parts.Shape;
        var open = inside.Select(parts, x.Literal(double.NegativeInfinity)).Permute([0, 1, 3, 5, 2, 4]);
        return Largest(open.Reshape(new([shape[0], shape[1], shape[3] * shape[5], shape[2], shape[4]])));
    }

    private static Term MaxPool(string op, Term x, int[] kernel, int[] stride, int[] padding, int[] dilation, bool ceiling)
    {
        RequireFloat(op, x);
        int n = kernel.Length;
        var windows = Windows(op, x, kernel, stride, padding, dilation, double.NegativeInfinity, ceiling);
        var dims = windows.Shape.Dims;
        return Largest(windows.Reshape(new([dims[0], dims[1], new Shape(dims.Slice(2, n)).Size, .. dims.Slice(2 + n, n)])));
    }

    /// <summary>The largest element along axis 2, read from its place: the first of equals, so that one element has the derivative.</summary>
    private static Term Largest(Term x)
    {
        var place = x.Apply(new ArgReduce(Monoid.ArgMax, 2));
        var all = Seq.Range(x.Rank - 1);
        return Apply(new Gather(Seq.Range(x.Rank).Map(k => k == 2 ? GatherAxis.From(all) : GatherAxis.Along(k < 2 ? k : k - 1)), x.Rank - 1), x, place);
    }

    /// <summary>The windows as [N, C, places, kernel, places, kernel], as large as the largest, 0 outside a window, and where they are inside, without N and C.</summary>
    private static (Term Parts, Term Inside) Adaptive(string op, Term x, int[] size)
    {
        RequireRank(op, x, 4);
        if (size.Length != 2 || size.Any(s => s < 1))
            throw new MindDslException(Diagnostics.ArgumentOutOfRange(op, "size", string.Join(", ", size.Select(s => Text(s))), "two numbers, 1 and more"));
        var (rows, insideRows) = Cover(x, size[0], x.Shape[2].Value);
        var (columns, insideColumns) = Cover(x, size[1], x.Shape[3].Value);
        var parts = Take(Take(x, columns, 3), rows, 2);
        var inside = insideRows.Reshape(new([.. rows.Shape.Dims, 1, 1])) & insideColumns;
        return (inside.Select(parts, x.Literal(0)), inside);
    }

    private static (Term Places, Term Inside) Cover(Term x, int size, long length)
    {
        long longest = Enumerable.Range(0, size).Max(i => (((i + 1) * length) + size - 1) / size - (i * length / size));
        var window = Shape.Of(size, longest);
        var (i, k) = (Prelude.Places(x, window, 0), Prelude.Places(x, window, 1));
        var place = i * length / size + k;
        var end = ((i + 1) * length + (size - 1)) / size;
        return (Minimum(place, length - 1), place < end);
    }
}
