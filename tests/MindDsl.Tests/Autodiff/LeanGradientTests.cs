using MindDsl.Ir;
using MindDsl.Structures;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Autodiff;

/// <summary>What makes gradients of straight-line code as lean as those written by hand: counted in the program that is compiled.</summary>
public class LeanGradientTests
{
    private sealed record Layer(Tensor W, Tensor B);

    private sealed record Two(Layer First, Layer Second);

    private static readonly Tensor X = Tensor.Zeros(DType.F32, [16, 8]);
    private static readonly Tensor T = Tensor.Zeros(DType.F32, [16, 4]);
    private static readonly Layer Small = new(Tensor.Zeros(DType.F32, [8, 4]), Tensor.Zeros(DType.F32, [4]));
    private static readonly Two Deep = new(new(Tensor.Zeros(DType.F32, [8, 32]), Tensor.Zeros(DType.F32, [32])), new(Tensor.Zeros(DType.F32, [32, 4]), Tensor.Zeros(DType.F32, [4])));

    private static readonly Fn<Layer, Tensor, Tensor, Tensor> Loss =
        Fn((Layer p, Tensor x, Tensor t) => ((x.Dot(p.W) + p.B).Tanh() - t).Square().Sum(null, false));

    private static readonly Fn<Two, Tensor, Tensor, Tensor> DeepLoss = Fn((Two p, Tensor x, Tensor t) =>
        (((x.Dot(p.First.W) + p.First.B).Sigmoid().Dot(p.Second.W) + p.Second.B).Exp() - t).Square().Sum(null, false));

    public static TheoryData<string> Names => [.. Gradients.Keys];

    private static Dictionary<string, Func<Module>> Gradients { get; } = new()
    {
        ["a layer"] = () => ProgramOf(Loss.Grad(), Small, X, T),
        ["two layers"] = () => ProgramOf(DeepLoss.Grad(), Deep, X, T),
        ["value and gradient of two layers"] = () => ProgramOf(DeepLoss.ValueAndGrad(), Deep, X, T),
        ["a softmax"] = () => ProgramOf(Fn((Tensor z, Tensor x, Tensor t) => (z.Softmax(1) * t).Log().Sum(null, false)).Grad(), T, X, T),
        ["a normalisation"] = () => ProgramOf(Fn((Tensor z, Tensor x, Tensor t) =>
            Let(z - z.Mean(new[] { 1 }, true), c => (c / (c.Square().Mean(new[] { 1 }, true) + 1e-5).Sqrt() * t).Sum(null, false))).Grad(), T, X, T),
        ["a formula"] = () => ProgramOf(Fn((double a, double b, double c) => Math.Sin(a * b) * Math.Exp(a) / (1 + b * b) + Math.Tanh(a) * Math.Log(c)).GradAll(), 1.0, 2.0, 3.0),
        ["a second derivative"] = () => ProgramOf(Fn((double a, double b, double c) => Math.Sin(a * b) * Math.Exp(a) / (1 + b * b) * c).Grad().Grad(), 1.0, 2.0, 3.0),
    };

    private static Module ProgramOf<A, B, C, R>(Fn<A, B, C, R> function, A a, B b, C c)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<A>.Write(a, frame);
            Structure<B>.Write(b, frame);
            Structure<C>.Write(c, frame);
            return Compilation.Module(QuotedFunction.Of(function), frame, isOptimised: true);
        }
        finally
        {
            frame.Return();
        }
    }

    private static int Count(Module module, Func<Op, bool> wanted) => module.EntryFunction.Body.Lets.Count(l => l.Expr is Apply apply && wanted(apply.Op));

    [Fact]
    public void The_gradient_of_a_layer_has_eleven_operations_two_contractions_and_one_reduction()
    {
        var module = Gradients["a layer"]();
        Assert.InRange(module.EntryFunction.Body.Lets.Count, 1, 11);
        Assert.Equal(2, Count(module, op => op is Contract));
        Assert.Equal(1, Count(module, op => op is Reduce));
        Assert.Equal(0, Count(module, op => op is Permute or Reshape));
    }

    [Fact]
    public void A_network_has_one_contraction_per_weight_gradient_and_one_reduction_per_bias_gradient()
    {
        var module = Gradients["two layers"]();
        Assert.Equal(2 + 2 + 1, Count(module, op => op is Contract));
        Assert.Equal(2, Count(module, op => op is Reduce));
        Assert.Equal(0, Count(module, op => op is Permute or Reshape));
        Assert.Equal(1, Count(module, op => op == ElementwiseOps.Exp));
        Assert.Equal(1, Count(module, op => op == ElementwiseOps.Sigmoid));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Straight_line_code_stays_straight_line_code(string name)
    {
        var module = Gradients[name]();
        Assert.Single(module.Functions);
        Assert.Empty(module.Unions);
        Assert.All(module.EntryFunction.Body.Lets, let => Assert.IsType<Apply>(let.Expr));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_is_computed_twice_or_in_vain(string name)
    {
        var body = Gradients[name]().EntryFunction.Body;
        Assert.Distinct(body.Lets.Select(l => ((Apply)l.Expr) is var a ? $"{a.Op} {string.Join(' ', a.Arguments.Select(x => x is Value v ? "v" + Place(body, v) : x.ToString()))}" : ""));
        var read = body.Results.OfType<Value>().ToHashSet();
        foreach (var let in body.Lets) Scope.Reads(let, v => read.Add(v));
        Assert.All(body.Lets, let => Assert.Contains(let.Targets[0], read));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_zeros_are_made_and_no_seed_is_left(string name) => Assert.All(Gradients[name]().EntryFunction.Body.Lets, let =>
    {
        var apply = (Apply)let.Expr;
        bool Has(double number) => apply.Arguments.Any(a => a is Literal literal && literal.Is(number));
        if (apply.Op is Broadcast or Pad) Assert.False(Has(0), let.ToString());
        if (apply.Op == ElementwiseOps.Add || apply.Op == ElementwiseOps.Sub) Assert.False(Has(0), let.ToString());
        if (apply.Op == ElementwiseOps.Mul) Assert.False(Has(1) || Has(0), let.ToString());
    });

    private static int Place(Block body, Value value) =>
        body.Parameters.IndexOf(value) is var p and >= 0 ? -1 - p : body.Lets.Select((l, k) => (l, k)).First(x => x.l.Targets.IndexOf(value) >= 0).k;

    [Fact]
    public void A_maximum_that_is_subtracted_and_added_again_has_no_derivative_to_compute()
    {
        var logSumExp = Fn((Tensor x, double c) => Let(x.Max(), m => c * ((double)m + Math.Log((double)(x - m).Exp().Sum()))));
        var module = ProgramOf(Fn((Tensor x, double c, double unread) => logSumExp(x, c)).ValueAndGrad(), Tensor.Ones(DType.F64, [5]), 2.0, 0.0);
        Assert.Equal(0, Count(module, op => op == ElementwiseOps.Eq));
        Assert.Equal(2, Count(module, op => op is Reduce));
    }

    [Fact]
    public void Quotients_by_a_root_divide_once_in_all_directions()
    {
        var inverse = Fn((double x, double y, double z) => 1 / Math.Sqrt(x * x + y * y + z * z));
        var module = ProgramOf(Fn((double x, double y, double z) => inverse.GradAll()(x, y, z)), 1.0, 2.0, 3.0);
        Assert.Equal(2, Count(module, op => op == ElementwiseOps.Div));
    }
}
