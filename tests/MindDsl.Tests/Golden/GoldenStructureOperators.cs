using MindDsl.Backends;
using MindDsl.Ir;
using static MindDsl.Ir.Prelude;

namespace MindDsl.Tests.Golden;

internal static partial class GoldenOperators
{
    private static Dictionary<string, Operator> Moving => new()
    {
        ["reshape"] = (x, a, _) => One(Reshape(x[0], a.Longs("shape"))),
        ["permute"] = (x, a, _) => One(Permute(x[0], a.Ints("perm")!)),
        ["swapaxes"] = (x, a, _) => One(SwapAxes(x[0], a.Int("axis1"), a.Int("axis2"))),
        ["moveaxis"] = (x, a, _) => One(MoveAxis(x[0], a.Int("source"), a.Int("destination"))),
        ["broadcast_to"] = (x, a, _) => One(BroadcastTo(x[0], a.Longs("shape"))),
        ["concat"] = (x, a, _) => One(Concat(a.Bool("same") ? [x[0], x[0]] : x, a.Int("axis"))),
        ["stack"] = (x, a, _) => One(Stack(x, a.Int("axis"))),
        ["split"] = (x, a, _) => Split(x[0], a.Longs("sizes"), a.Int("axis")),
        ["pad"] = (x, a, _) => One(a.Text("mode") switch
        {
            "constant" => Pad(x[0], a.Pairs("pads").First, a.Pairs("pads").Second, a.Double("value")),
            "reflect" => Pad(x[0], a.Pairs("pads").First, a.Pairs("pads").Second, PadMode.Reflect),
            "replicate" => Pad(x[0], a.Pairs("pads").First, a.Pairs("pads").Second, PadMode.Replicate),
            "circular" => Pad(x[0], a.Pairs("pads").First, a.Pairs("pads").Second, PadMode.Circular),
            var other => throw new InvalidDataException($"pad mode {other}"),
        }),
        ["slice"] = (x, a, _) => One(Slice(x[0], a.Longs("starts"), a.Longs("stops"), a.Ints("steps"))),
        ["flip"] = (x, a, _) => One(Flip(x[0], a.Ints("axes"))),
        ["roll"] = (x, a, _) => One(a.Longs("shifts").Zip(a.Ints("axes")!).Aggregate(x[0], (y, s) => Roll(y, s.First, s.Second))),
        ["tile"] = (x, a, _) => One(Tile(x[0], a.Ints("reps")!)),
        ["repeat_interleave"] = (x, a, v) => One(a.Has("repeats")
            ? RepeatInterleave(x[0], a.Int("repeats"), a.Int("axis"))
            : RepeatInterleave(x[0], Array.ConvertAll(v[1].Span<long>().ToArray(), n => (int)n), a.Int("axis"))),
        ["squeeze"] = (x, a, _) => One(Squeeze(x[0], a.Ints("axes"))),
        ["expand_dims"] = (x, a, _) => One(ExpandDims(x[0], a.Int("axis"))),
        ["flatten"] = (x, a, _) => One(Flatten(x[0], a.Int("start"), a.Int("end", -1))),
        ["dot_of_moved"] = (x, _, _) => One(Dot(Flatten(Flip(Transpose(x[0]), [0])), CumSum(Flatten(x[0])))),
    };

    private static Dictionary<string, Operator> Places => new()
    {
        ["gather"] = (x, a, _) => One(Gather(x[0], x[1], a.Int("axis"))),
        ["take"] = (x, a, _) => One(Take(x[0], x[1], a.Int("axis"))),
        ["embedding"] = Two(Embedding),
        ["gather_nd"] = (x, _, _) => One(GatherNd(x[0], x[1], x[2])),
        ["scatter"] = (x, a, _) => One(Scatter(x[0], x[1], x[2], a.Int("axis"))),
        ["scatter_add"] = (x, a, _) => One(ScatterAdd(x[0], x[1], x[2], a.Int("axis"))),
        ["index_add"] = (x, a, _) => One(IndexAdd(x[0], x[1], x[2], a.Int("axis"))),
        ["index_copy"] = (x, a, _) => One(IndexCopy(x[0], x[1], x[2], a.Int("axis"))),
        ["update_slice"] = (x, a, _) => One(UpdateSlice(x[0], x[1], a.Int("axis"), a.Int("start"), a.Int("stop"), a.Int("step", 1))),
        ["one_hot"] = (x, a, _) => One(OneHot(x[0], a.Int("classes"))),
        ["masked_fill"] = (x, a, _) => One(MaskedFill(x[0], x[1], a.Double("value"))),
        ["gather_scatter"] = (x, _, _) => One(ScatterAdd(x[0].Filled(0), x[1], x[0] * Gather(x[0], x[1], 0), 0)),
    };

    private static Dictionary<string, Operator> Linear => new()
    {
        ["matmul"] = Two(MatMul),
        ["bmm"] = Two(MatMul),
        ["dot"] = Two(Dot),
        ["outer"] = Two(Outer),
        ["kron"] = Two(Kron),
        ["linear"] = (x, _, _) => One(Prelude.Linear(x[0], x[1], x.Length > 2 ? x[2] : null)),
        ["einsum"] = (x, a, _) => One(Einsum(a.Text("equation"), x)),
        ["trace"] = Same(Trace),
        ["triu"] = (x, a, _) => One(Triu(x[0], a.Int("diagonal"))),
        ["tril"] = (x, a, _) => One(Tril(x[0], a.Int("diagonal"))),
        ["diagonal"] = (x, a, _) => One(Diagonal(x[0], a.Int("offset"))),
        ["diag_embed"] = (x, a, _) => One(DiagEmbed(x[0], a.Int("offset"))),
        ["cross"] = (x, a, _) => One(Cross(x[0], x[1], a.Int("axis", -1))),
        ["inverse"] = Same(Inverse),
        ["det"] = Same(Det),
        ["slogdet"] = (x, _, _) => [SlogDet(x[0]).Sign, SlogDet(x[0]).LogAbsDet],
        ["cholesky"] = Same(Prelude.Cholesky),
        ["solve"] = Two(Solve),
        ["triangular_solve"] = (x, a, _) => One(Prelude.TriangularSolve(x[0], x[1], a.Bool("upper"), a.Bool("unit"))),
        ["matrix_power"] = (x, a, _) => One(MatrixPower(x[0], a.Int("n"))),
    };

    private static Dictionary<string, Operator> Networks => new()
    {
        ["relu"] = Same(Relu),
        ["relu6"] = Same(Relu6),
        ["selu"] = Same(Selu),
        ["silu"] = Same(Silu),
        ["mish"] = Same(Mish),
        ["hardswish"] = Same(HardSwish),
        ["hardsigmoid"] = Same(HardSigmoid),
        ["softsign"] = Same(Softsign),
        ["tanh_shrink"] = Same(TanhShrink),
        ["leaky_relu"] = (x, a, _) => One(LeakyRelu(x[0], a.Double("slope", 0.01))),
        ["elu"] = (x, a, _) => One(Elu(x[0], a.Double("alpha", 1))),
        ["celu"] = (x, a, _) => One(Celu(x[0], a.Double("alpha", 1))),
        ["gelu"] = (x, a, _) => One(Gelu(x[0], a.Text("approximate") == "tanh" ? GeluForm.Tanh : GeluForm.Exact)),
        ["glu"] = (x, a, _) => One(Glu(x[0], a.Int("axis", -1))),
        ["prelu"] = Two(PRelu),
        ["conv1d"] = (x, a, _) => One(Conv1D(x[0], x[1], Bias(x), Spread(a, "stride", 1, 1)[0], Spread(a, "padding", 1, 0)[0], Spread(a, "dilation", 1, 1)[0], a.Int("groups", 1))),
        ["conv2d"] = (x, a, _) => One(Conv2D(x[0], x[1], Bias(x), Spread(a, "stride", 2, 1), Spread(a, "padding", 2, 0), Spread(a, "dilation", 2, 1), a.Int("groups", 1))),
        ["conv3d"] = (x, a, _) => One(Conv3D(x[0], x[1], Bias(x), Spread(a, "stride", 3, 1), Spread(a, "padding", 3, 0), Spread(a, "dilation", 3, 1), a.Int("groups", 1))),
        ["unfold"] = (x, a, _) => One(Unfold(x[0], Spread(a, "kernel", 2, 1), Spread(a, "stride", 2, 1), Spread(a, "padding", 2, 0), Spread(a, "dilation", 2, 1))),
        ["pixel_shuffle"] = (x, a, _) => One(PixelShuffle(x[0], a.Int("factor"))),
        ["max_pool1d"] = (x, a, _) => One(MaxPool1D(x[0], Spread(a, "kernel", 1, 1)[0], a.Ints("stride")?[0], Spread(a, "padding", 1, 0)[0], Spread(a, "dilation", 1, 1)[0], a.Bool("ceil"))),
        ["max_pool2d"] = (x, a, _) => One(MaxPool2D(x[0], Spread(a, "kernel", 2, 1), Stride(a), Spread(a, "padding", 2, 0), Spread(a, "dilation", 2, 1), a.Bool("ceil"))),
        ["avg_pool2d"] = (x, a, _) => One(AvgPool2D(x[0], Spread(a, "kernel", 2, 1), Stride(a), Spread(a, "padding", 2, 0), a.Bool("ceil"), !a.Has("countPadding") || a.Bool("countPadding"))),
        ["adaptive_avg_pool2d"] = (x, a, _) => One(AdaptiveAvgPool2D(x[0], Spread(a, "size", 2, 1))),
        ["adaptive_max_pool2d"] = (x, a, _) => One(AdaptiveMaxPool2D(x[0], Spread(a, "size", 2, 1))),
    };

    private static Dictionary<string, Operator> Losses => new()
    {
        ["cross_entropy"] = (x, a, _) => One(CrossEntropy(x[0], x[1], x.Length > 2 ? x[2] : null, a.Has("ignoreIndex") ? a.Int("ignoreIndex") : null,
            a.Double("labelSmoothing"), ReductionOf(a))),
        ["nll_loss"] = (x, a, _) => One(NllLoss(x[0], x[1], x.Length > 2 ? x[2] : null, a.Has("ignoreIndex") ? a.Int("ignoreIndex") : null, ReductionOf(a))),
        ["mse_loss"] = (x, a, _) => One(MseLoss(x[0], x[1], ReductionOf(a))),
        ["l1_loss"] = (x, a, _) => One(L1Loss(x[0], x[1], ReductionOf(a))),
        ["sgd"] = Descend(WithMomentum),
        ["momentum"] = Descend(WithMomentum),
        ["nesterov"] = Descend(WithMomentum),
        ["adam"] = Descend((a, s, x, g, step) => WithAdam(a, s, x, g, step, decoupled: false)),
        ["adamw"] = Descend((a, s, x, g, step) => WithAdam(a, s, x, g, step, decoupled: true)),
    };

    private delegate Term[] Update(GoldenAttributes attributes, Term[] state, Term x, Term gradient, Term step);

    /// <summary>The iterates of five steps that minimise Σ ½ q x² + sin(w x), whose gradient is q x + w cos(w x).</summary>
    private static Operator Descend(Update update) => (inputs, a, _) =>
    {
        var (x, q, w) = (inputs[0], inputs[1], inputs[2]);
        Term[] state = [x, x.Filled(0), x.Filled(0), x.Filled(0)];
        var iterates = new Term[5];
        for (int k = 0; k < iterates.Length; k++)
        {
            var next = update(a, state, state[0], q * state[0] + w * Cos(w * state[0]), new Term(x.Builder, Literal.Index(k)));
            next.CopyTo(state, 0);
            iterates[k] = state[0];
        }
        return iterates;
    };

    private static Term[] WithMomentum(GoldenAttributes a, Term[] state, Term x, Term gradient, Term step) => a.Double("momentum") == 0
        ? [SgdStep(x, gradient, x.Literal(a.Double("lr")), a.Double("weightDecay"))]
        : MomentumStep(x, gradient, state[1], step, x.Literal(a.Double("lr")), a.Double("momentum"), a.Double("dampening"), a.Bool("nesterov"), a.Double("weightDecay"));

    private static Term[] WithAdam(GoldenAttributes a, Term[] state, Term x, Term gradient, Term step, bool decoupled)
    {
        var (rate, beta1, beta2, epsilon, decay) = (x.Literal(a.Double("lr")), a.Double("beta1"), a.Double("beta2"), a.Double("eps"), a.Double("weightDecay"));
        return a.Bool("amsgrad")
            ? AmsGradStep(x, gradient, state[1], state[2], state[3], step, rate, beta1, beta2, epsilon, decay, decoupled)
            : AdamStep(x, gradient, state[1], state[2], step, rate, beta1, beta2, epsilon, decay, decoupled);
    }

    private static Reduction ReductionOf(GoldenAttributes a) => Enum.Parse<Reduction>(a.Text("reduction", "mean"), ignoreCase: true);

    private static Term? Bias(Term[] x) => x.Length > 2 ? x[2] : null;

    private static int[] Stride(GoldenAttributes a) => a.Has("stride") ? Spread(a, "stride", 2, 1) : Spread(a, "kernel", 2, 1);

    /// <summary>A setting per axis, which may be given once for all.</summary>
    private static int[] Spread(GoldenAttributes a, string name, int axes, int otherwise) => a.Ints(name) switch
    {
        null => [.. Enumerable.Repeat(otherwise, axes)],
        [var one] => [.. Enumerable.Repeat(one, axes)],
        var each => each,
    };
}
