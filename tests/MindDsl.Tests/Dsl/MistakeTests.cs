using MindDsl.Ir;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl;

/// <summary>What users get wrong outside of quotes: each mistake has its code.</summary>
public class MistakeTests
{
    private sealed record Weights(double[,] W, float[][] Rows, double[] B, int Steps);

    private static readonly Fn<double, double> Square = Fn((double x) => x * x);

    public static TheoryData<string, string> Mistakes => new(Actions.Select(a => (a.Key, a.Value.Code)));

    private static Dictionary<string, (string Code, Action Do)> Actions { get; } = new()
    {
        ["a tensor that no memory holds"] = ("MIND0315", () => Tensor.Zeros(1L << 40, 1L << 40)),
        ["a tensor whose bytes cannot be counted"] = ("MIND0315", () => Tensor.Arange(long.MaxValue)),
        ["a count that wraps to none"] = ("MIND0313", () => Tensor.From<float>([], 1L << 32, 1L << 32)),
        ["an endless range"] = ("MIND0315", () => Tensor.Arange(0, double.PositiveInfinity)),
        ["no tensor"] = ("MIND0120", () => Tensor.Of(1.0).Maximum(null!)),
        ["no function"] = ("MIND0120", () =>
        {
            var apply = Fn((Fn<double, double> g, double x) => g(x));
            apply(Square, 1);
            apply(null!, 1);
        }
        ),
        ["no row"] = ("MIND0120", () => Fn((double[][] x) => x[0][0])([null!])),
        ["a derivative of negative order"] = ("MIND0225", () => Square.Derivatives(-1)),
        ["a negative number of keys"] = ("MIND0225", () => new Key(1).Split(-1)),
        ["a negative axis"] = ("MIND0225", () => Build(from i in new Axis(-1) select Tensor.Of(1.0))),
        ["tensors at no place"] = ("MIND0127", () => Sum(from i in new Axis(0) select Tensor.Of(1.0))),
        ["a loop over a scalar"] = ("MIND0207", () => Fold(Tensor.Of(0.0), Tensor.Of(1.0), (s, x) => s + x)),
        ["too few leaves"] = ("MIND0122", () => Tree.WithLeaves((Tensor.Of(1.0), Tensor.Of(2.0)), [Tensor.Of(1.0)])),
        ["too many leaves"] = ("MIND0122", () => Tree.WithLeaves((Tensor.Of(1.0), Tensor.Of(2.0)), [1.0, 2.0, 3.0])),
        ["no name of a file"] = ("MIND0765", () => Load<Fn<double, double>>("")),
        ["a name that is none"] = ("MIND0765", () => Load<Fn<double, double>>("a\0b")),
        ["a delegate that is no function of the language"] = ("MIND0758", () => Parse<Func<double, double>>("fun x -> x")),
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_has_its_code(string mistake, string code) => Assert.Equal(code, Assert.Throws<MindDslException>(Actions[mistake].Do).Code);

    [Fact]
    public void What_Check_finds_is_what_Parse_says() =>
        Assert.Equal(["MIND0758"], MindLanguage.Plain.Check<Func<double, double>>("fun x -> x").Select(d => d.Code));

    [Fact]
    public void Trees_are_mapped_at_every_float_leaf_also_outside_of_quotes()
    {
        var tree = new Weights(new double[,] { { 1, 2 }, { 3, 4 } }, [[1, 2, 3], [4, 5, 6]], [7], 8);
        var mapped = Tree.Map(w => w * 10, tree);
        Assert.Equal(new double[,] { { 10, 20 }, { 30, 40 } }, mapped.W);
        Assert.Equal([[10f, 20, 30], [40f, 50, 60]], mapped.Rows);
        Assert.Equal([70.0], mapped.B);
        Assert.Equal(8, mapped.Steps);
    }

    [Fact]
    public void Comprehensions_of_numbers_at_no_place_are_those_of_quotes()
    {
        Assert.Equal(0, Sum(from i in new Axis(0) select 1.0));
        Assert.Equal(1, Prod(from i in new Axis(0) select 2.0));
        Assert.Equal(double.NegativeInfinity, Max(from i in new Axis(0) select 1.0));
        Assert.Equal(double.PositiveInfinity, Min(from i in new Axis(0) select 1.0));
        Assert.True(double.IsNaN(Max(from i in new Axis(2) select Val(i) > 0 ? double.NaN : 1.0)));
    }

    [Fact]
    public void An_offer_is_taken_by_the_next_call_or_withdrawn()
    {
        var f = Fn((Tensor x, Tensor y) => x.Dot(y));
        var g = Fn((Tensor x) => x + 1);
        var x = Tensor.Of(new[] { 1.0, 2 });
        Assert.Throws<MindDslException>(() => f(Donate(x), Tensor.Of(new[] { 1.0, 2, 3 })));
        Assert.Equal([2, 3], g(x).ToArray<double>());
        Assert.Throws<MindDslException>(() => f(Donate(x), null!));
        Assert.Equal([2, 3], g(x).ToArray<double>());
        Donate(x).Relu();
        Assert.Equal([2, 3], g(x).ToArray<double>());
        Assert.Equal([1, 2], x.ToArray<double>());
        g(Donate(Donate(x)));
        Assert.True(x.IsDonated);
    }

    [Fact]
    public void Of_two_threads_that_update_one_state_one_finds_it_donated()
    {
        var step = Fn((ValueTuple<Tensor> s) => ValueTuple.Create(s.Item1 + 1));
        for (int round = 0; round < 50; round++)
        {
            var start = ValueTuple.Create(Tensor.Zeros(DType.F64, [5000]));
            int[] refused = new int[2];
            double[] found = new double[2];
            Parallel.For(0, 2, k =>
            {
                var mine = start;
                try
                {
                    step.Update(ref mine);
                    found[k] = (double)mine.Item1[0];
                }
                catch (MindDslException error) when (error.Code == "MIND0310")
                {
                    refused[k] = 1;
                }
            });
            Assert.Equal(1, refused.Sum());
            Assert.Equal(1, found.Sum());
        }
    }

    [Fact]
    public void The_bounds_of_a_text_hold_for_its_derivative_at_a_point()
    {
        const string endless = "fun x -> while x when fun r -> r > 0 do fun r -> r + 1";
        var f = MindLanguage.Plain.WithLimits(new LanguageLimits { Fuel = 10_000 }).Parse<Fn<double, double>>(endless);
        Assert.Equal(0, f.Vjp(-1.0).Pullback(0));
        Assert.Throws<MindDslException>(() => f.Vjp(1.0).Pullback(1));
        Assert.Throws<MindDslException>(() => f.Linearize(1.0).Tangent(1));
    }
}
