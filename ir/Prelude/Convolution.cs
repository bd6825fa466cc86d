namespace MindDsl.Ir;

public static partial class Prelude
{
    /// <summary>Correlation along one axis: x [N, C, L], weights [out, C / groups, k].</summary>
    public static Term Conv1D(Term x, Term weights, Term? bias = null, int stride = 1, int padding = 0, int dilation = 1, int groups = 1) =>
        Convolve("conv1d", x, weights, bias, [stride], [padding], [dilation], groups);

    /// <summary>Correlation along two axes: x [N, C, H, W], weights [out, C / groups, kh, kw].</summary>
    public static Term Conv2D(Term x, Term weights, Term? bias = null, int stride = 1, int padding = 0, int dilation = 1, int groups = 1) =>
        Convolve("conv2d", x, weights, bias, [stride, stride], [padding, padding], [dilation, dilation], groups);

    /// <summary>Correlation along two axes, with settings for each.</summary>
    public static Term Conv2D(Term x, Term weights, Term? bias, int[] stride, int[] padding, int[] dilation, int groups = 1) =>
        Convolve("conv2d", x, weights, bias, stride, padding, dilation, groups);

    /// <summary>Correlation along three axes: x [N, C, D, H, W], weights [out, C / groups, kd, kh, kw].</summary>
    public static Term Conv3D(Term x, Term weights, Term? bias, int[] stride, int[] padding, int[] dilation, int groups = 1) =>
        Convolve("conv3d", x, weights, bias, stride, padding, dilation, groups);

    /// <summary>The windows of x [N, C, H, W] as columns: [N, C·kh·kw, windows].</summary>
    public static Term Unfold(Term x, int[] kernel, int[] stride, int[] padding, int[] dilation)
    {
        var windows = Windows("unfold", x, kernel, stride, padding, dilation, fill: 0, ceiling: false);
        var dims = windows.Shape.Dims;
        int n = kernel.Length;
        return windows.Reshape(new([dims[0], new Shape(dims.Slice(1, 1 + n)).Size, new Shape(dims.Slice(2 + n, n)).Size]));
    }

    /// <summary>Blocks of channels laid out as pixels: [N, C·f², H, W] → [N, C, H·f, W·f].</summary>
    public static Term PixelShuffle(Term x, int factor)
    {
        RequireRank("pixel_shuffle", x, 4);
        var (n, c, h, w) = (x.Shape[0], x.Shape[1].Value, x.Shape[2], x.Shape[3]);
        if (factor < 1 || c % (factor * factor) != 0)
            throw new MindDslException(Diagnostics.ArgumentOutOfRange("pixel_shuffle", "factor", Text(factor), $"a factor whose square divides the {Text(c)} channels"));
        var blocks = x.Reshape(new([n, c / (factor * factor), factor, factor, h, w]));
        return blocks.Permute([0, 1, 4, 2, 5, 3]).Reshape(new([n, c / (factor * factor), h * factor, w * factor]));
    }

    private static Term Convolve(string op, Term x, Term weights, Term? bias, int[] stride, int[] padding, int[] dilation, int groups)
    {
        int n = stride.Length;
        const string rule = "x is [batch, channels, space…], the weights are [out, channels / groups, kernel…], and groups divides both channel numbers";
        bool fits = x.Rank == n + 2 && weights.Rank == n + 2 && padding.Length == n && dilation.Length == n && groups > 0
            && x.Shape[1] == weights.Shape[1] * groups && weights.Shape[0].Value % groups == 0
            && (bias is not { } offsets || (offsets.Rank == 1 && offsets.Shape[0] == weights.Shape[0]));
        if (!fits)
            throw new MindDslException(bias is { } b
                ? Diagnostics.ShapesDoNotFit(op, rule, ("x", x.Type), ("weights", weights.Type), ("bias", b.Type))
                : Diagnostics.ShapesDoNotFit(op, rule, ("x", x.Type), ("weights", weights.Type)));

        int[] kernel = [.. weights.Shape.Dims.Skip(2).Select(d => (int)d.Value)];
        var windows = Windows(op, x, kernel, stride, padding, dilation, fill: 0, ceiling: false);
        var places = windows.Shape.Dims.Slice(2 + n, n);
        var (batch, outputs, area) = (x.Shape[0], weights.Shape[0].Value, new Shape(places).Size);
        var depth = new Shape(weights.Shape.Dims.Slice(1, n + 1)).Size;
        Term product;
        if (groups == 1)
        {
            product = Apply(new Contract("ok", "nkp", "nop"), weights.Reshape(new([outputs, depth])), windows.Reshape(new([batch, depth, area])));
        }
        else
        {
            product = Apply(new Contract("gok", "ngkp", "ngop"), weights.Reshape(new([groups, outputs / groups, depth])),
                windows.Reshape(new([batch, groups, depth, area])));
        }
        var result = product.Reshape(new([batch, outputs, .. places]));
        return bias is { } c ? result + c.Reshape(new([outputs, .. Seq.Repeat(Dim.Of(1), n)])) : result;
    }

    /// <summary>The windows over the last axes: [N, C, kernel…, places…].</summary>
    private static Term Windows(string op, Term x, int[] kernel, int[] stride, int[] padding, int[] dilation, double fill, bool ceiling)
    {
        int n = kernel.Length;
        RequireRank(op, x, n + 2);
        var places = new Dim[n];
        for (int s = 0; s < n; s++) places[s] = WindowCount(op, x.Shape[2 + s].Value, s, kernel[s], stride[s], padding[s], dilation[s], ceiling);
        bool whole = fill == 0 && kernel.All(k => k == 1) && stride.All(s => s == 1) && padding.All(p => p == 0);
        return whole
            ? x.Reshape(new([x.Shape[0], x.Shape[1], .. Seq.Repeat(Dim.Of(1), n), .. places]))
            : x.Apply(new Window(kernel.ToSeq(), stride.ToSeq(), dilation.ToSeq(), padding.ToSeq(), places.ToSeq(), fill));
    }

    private static long WindowCount(string op, long length, int axis, int kernel, int stride, int padding, int dilation, bool ceiling)
    {
        if (kernel < 1 || stride < 1 || dilation < 1 || padding < 0)
            throw new MindDslException(Diagnostics.ArgumentOutOfRange(op, "window",
                $"kernel {Text(kernel)}, stride {Text(stride)}, dilation {Text(dilation)}, padding {Text(padding)}", "kernel, stride and dilation 1 and more, padding 0 and more"));
        long reach = (long)dilation * (kernel - 1) + 1, room = length + 2L * padding - reach;
        if (room < 0) throw new MindDslException(Diagnostics.WindowTooLarge(op, axis + 2, reach, length + 2L * padding));
        long count = (ceiling ? (room + stride - 1) / stride : room / stride) + 1;
        // A last window that would start after the input and its left border sees nothing and is left out.
        return ceiling && (count - 1) * stride >= length + padding ? count - 1 : count;
    }

    private static void RequireRank(string op, Term x, int rank)
    {
        if (x.Rank != rank) throw new MindDslException(Diagnostics.ShapesDoNotFit(op, $"the operand has {Text(rank)} axes: batch, channels, space", ("operand", x.Type)));
    }
}
