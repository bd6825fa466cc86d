using MindDsl.Ir;

namespace MindDsl.Backends.Loops;

/// <summary>Rewrites programs to forms that have fast code: they mean the same, but derivatives of them would not be what the user asked for.</summary>
internal static class KernelForms
{
    /// <summary>The pass.</summary>
    public static readonly Pass Pass = new("kernel forms", "operations with slow loops are written as ones with fast loops where they mean the same",
        module => RemoveDead.Pass.Run(module.MapBodies(f => new BlockCopy(Replace).Block(null, f.Body))));

    private static Seq<Atom>? Replace(BlockCopy copy, BlockBuilder builder, Let let) => let.Expr switch
    {
        Apply { Op: Fold fold } apply => One(Convolution(builder, fold, copy[apply.Arguments[0]])),
        Apply { Op: Gather gather } apply => One(Largest(builder, gather, copy[apply.Arguments])),
        Apply { Op: Ir.Scatter scatter } apply => One(Chosen(builder, scatter, copy[apply.Arguments])),
        _ => null,
    };

    private static Seq<Atom>? One(Atom? atom) => atom is null ? null : [atom];

    /// <summary>Windows added up whose elements are a contraction of weights and places: the contraction of the mirrored weights with windows over the places.</summary>
    private static Atom? Convolution(BlockBuilder builder, Fold fold, Atom operand)
    {
        int n = fold.Space.Count;
        if (fold.Window.Stride.Any(s => s != 1) || operand.Tensor.Rank != 2 + 2 * n) return null;
        if (builder.Definition(operand) is not { Op: Reshape } reshape
            || builder.Definition(reshape.Arguments[0]) is not { Op: Contract { Result.Length: 3, Left.Length: 2, Right.Length: 3 } contract } product) return null;
        // ok,nop->nkp with k = channels and kernel, p = places.
        var (batch, k, p) = (contract.Result[0], contract.Result[1], contract.Result[2]);
        if (contract.Summed is not [var o] || contract.Left != $"{o}{k}" || contract.Right != $"{batch}{o}{p}") return null;
        var (weights, places) = (builder[product.Arguments[0]], builder[product.Arguments[1]]);
        var dims = operand.Tensor.Shape.Dims;
        if (operand.Tensor.Shape.Size.Value == 0 || dims[0] != places.Shape[0]) return null;

        var kernel = fold.Window.Kernel;
        var (outputs, channels) = (weights.Shape[0], dims[1]);
        var mirrored = weights.Reshape(new([outputs, channels, .. kernel.Map(d => (Dim)d)])).Apply(new Flip(Seq.Range(n).Map(s => 2 + s)));
        var low = Seq.Range(n).Map(s => (kernel[s] - 1) * fold.Window.Dilation[s] - fold.Window.Low[s]);
        var window = new Window(kernel, Seq.Repeat(1, n), fold.Window.Dilation, low, fold.Space, 0);
        var windows = places.Reshape(new([dims[0], outputs, .. dims.Slice(2 + n, n)])).Apply(window);
        string along = "uvwxyz"[..n], space = "UVWXYZ"[..n];
        return builder.Apply(new Contract($"oc{along}", $"no{along}{space}", $"nc{space}"), mirrored.Atom, windows.Atom);
    }

    /// <summary>The element at the place of the largest is the largest.</summary>
    private static Atom? Largest(BlockBuilder builder, Gather gather, Seq<Atom> arguments) =>
        IsAlong(gather) is { } axis && arguments[0].Tensor.DType.IsFloat
            && builder.Definition(arguments[1]) is { Op: ArgReduce arg } found && arg.Axis == axis && found.Arguments[0] == arguments[0]
                ? builder.Apply(new Reduce(arg.Monoid == Monoid.ArgMax ? Monoid.Max : Monoid.Min, [axis]), arguments[0])
                : null;

    /// <summary>Updates that are each added at one place along an axis: for every place the update or nothing.</summary>
    private static Atom? Chosen(BlockBuilder builder, Ir.Scatter scatter, Seq<Atom> arguments)
    {
        if (scatter.Overwrite || arguments.Count != 3 || IsAlong(scatter.Places) is not { } axis || !arguments[0].Tensor.DType.IsFloat) return null;
        var type = arguments[0].Tensor;
        if (builder.Definition(arguments[1]) is not { Op: ArgReduce arg } found || found.Arguments[0].Tensor.Shape[arg.Axis] != type.Shape[axis]) return null;
        var kept = Seq.Range(type.Rank).Where(k => k != axis).ToSeq();
        var (place, update) = (builder[arguments[1]], builder[arguments[2]]);
        if (update.Shape != place.Shape) return null;
        var number = builder[builder.Apply(new Iota(type with { DType = DType.I64 }, axis))];
        var chosen = place.Apply(new Broadcast(type.Shape, kept)).EqualTo(number).Select(update.Apply(new Broadcast(type.Shape, kept)), update.Literal(0));
        bool zero = builder.Definition(arguments[0]) is { Op: Broadcast } fill && fill.Arguments[0] is Literal { Number: 0 };
        return zero ? chosen.Atom : (builder[arguments[0]] + chosen).Atom;
    }

    /// <summary>The axis of a gather that has one index for each element of the result, its other axes being those of the result in order.</summary>
    private static int? IsAlong(Gather gather)
    {
        int axis = -1, next = 0;
        for (int k = 0; k < gather.Axes.Count; k++)
        {
            var from = gather.Axes[k];
            if (from.Indexed)
            {
                if (axis >= 0 || from.Axes != Seq.Range(gather.ResultRank)) return null;
                axis = k;
            }
            else if (from.Axes[0] != next++) return null;
        }
        return axis < 0 ? null : axis;
    }
}
