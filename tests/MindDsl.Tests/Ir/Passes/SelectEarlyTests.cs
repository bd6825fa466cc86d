using MindDsl.Autodiff;
using MindDsl.Backends;
using MindDsl.Backends.Cpu;
using MindDsl.Ir;
using MindDsl.Testing;
using MindDsl.Tests.Autodiff;
using Xunit;
using static MindDsl.Ir.Prelude;
using static MindDsl.Tests.Backends.Cpu.TensorPrograms;

namespace MindDsl.Tests.Ir.Passes;

/// <summary>What is computed for the places that are read only is what was computed for all places and read there.</summary>
public class SelectEarlyTests
{
    private const long Rows = 8, Columns = 6;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_chains_of_operations_give_the_same_at_the_places_that_are_read(int part)
    {
        int changed = 0;
        for (int seed = 60 * part; seed < 60 * part + 60; seed++)
        {
            var module = Chain(seed);
            var arguments = new[] { Filled(seed, Rows, Columns), Filled(seed + 1, Columns, Columns), Filled(seed + 2, Rows) };
            var selected = Pipeline.Run(module, Level.FirstOrder, SelectEarly.Pass);
            changed += Printer.Print(module) == Printer.Print(selected) ? 0 : 1;
            Close(Derivatives.Run(module, arguments), Derivatives.Run(selected, arguments), $"value of program {seed}");
            Close(Derivatives.Run(module, arguments), new CpuBackend().Compile(selected).Run(arguments)[0][0].Number, $"value of program {seed} on the CPU");
            foreach (var kind in Enum.GetValues<DerivativeKind>())
            {
                var derivative = Pipeline.Run(Derivatives.Directional(module, kind), Level.FirstOrder, Simplify.Pass, RemoveDead.Pass);
                Close(Derivatives.Run(derivative, arguments), Derivatives.Run(Pipeline.Run(derivative, Level.FirstOrder, SelectEarly.Pass), arguments), $"{kind} derivative of program {seed}");
            }
        }
        Assert.True(changed > 20, $"only {changed} of 60 programs were changed");
    }

    [Fact]
    public void Random_programs_stay_what_they_are()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var module = Pipeline.Run(new ProgramGenerator(seed, smooth: true).Make(12, closures: false), Level.Source,
                LiftFunctions.Pass, Simplify.Pass, Inline.Early, Defunctionalize.Pass, RemoveDead.Pass, Inline.Late, Simplify.Pass, RemoveDead.Pass);
            var arguments = ProgramGenerator.Arguments(seed);
            Close(Derivatives.Run(module, arguments), Derivatives.Run(Pipeline.Run(module, Level.FirstOrder, SelectEarly.Pass), arguments), $"program {seed}");
        }
    }

    [Fact]
    public void Rows_of_a_product_are_the_product_of_rows()
    {
        var body = Selected([Derivatives.Vector(100, 5), Derivatives.Vector(5, 4), Derivatives.Vector(4)], (b, p) => Sum(Take(Tanh(Dot(p[0], p[1]) + p[2]), Places(b, 3, 2), 0)));
        Assert.Equal(Shape.Of(2, 4), body.Lets.Single(l => l.Expr is Apply { Op: Contract }).Targets[0].Tensor.Shape);
        Assert.DoesNotContain(body.Lets, l => l.Targets[0].Tensor.Shape.Rank > 0 && l.Targets[0].Tensor.Shape[0] == Dim.Of(100));
    }

    [Fact]
    public void What_is_read_elsewhere_too_is_computed_as_it_was()
    {
        var body = Selected([Derivatives.Vector(100, 5), Derivatives.Vector(5, 4)], (b, p) =>
        {
            var product = Dot(p[0], p[1]);
            return Sum(Take(product, Places(b, 3, 2), 0)) + Sum(Square(product));
        });
        Assert.Equal(Shape.Of(100, 4), body.Lets.Single(l => l.Expr is Apply { Op: Contract }).Targets[0].Tensor.Shape);
    }

    [Fact]
    public void Tangents_share_what_they_have_in_common_with_the_value_for_the_places_that_are_read()
    {
        var module = Derivatives.Program([Derivatives.Vector(100, 5), Derivatives.Vector(5, 4)], (b, p) => Sum(Take(Tanh(Dot(p[0], p[1])), Places(b, 7, 1, 7), 0)));
        var derivative = Pipeline.Run(Derivatives.Directional(module, DerivativeKind.Forward), Level.FirstOrder, Inline.Late, Simplify.Pass, RemoveDead.Pass, SelectEarly.Pass);
        var products = derivative.EntryFunction.Body.Lets.Where(l => l.Expr is Apply { Op: Contract }).ToArray();
        Assert.NotEmpty(products);
        Assert.All(products, l => Assert.Equal(Shape.Of(3, 4), l.Targets[0].Tensor.Shape));
    }

    [Fact]
    public void A_place_out_of_range_is_still_an_error()
    {
        var module = Derivatives.Program([Derivatives.Vector(100, 5), Derivatives.Vector(5, 4)], (b, p) => Sum(Take(Dot(p[0], p[1]), Places(b, 3, 100), 0)));
        var selected = Pipeline.Run(module, Level.FirstOrder, SelectEarly.Pass);
        var arguments = new[] { Filled(1, 100, 5), Filled(2, 5, 4) };
        Assert.Equal(
            Assert.Throws<MindDslException>(() => Derivatives.Run(module, arguments)).Diagnostics[0].Code,
            Assert.Throws<MindDslException>(() => Derivatives.Run(selected, arguments)).Diagnostics[0].Code);
    }

    private static Block Selected(Seq<TensorType> parameters, Func<BlockBuilder, Seq<Term>, Term> program) =>
        Pipeline.Run(Derivatives.Program(parameters, program), Level.FirstOrder, RemoveDead.Pass, SelectEarly.Pass).EntryFunction.Body;

    private static Term Places(BlockBuilder builder, params long[] places) =>
        Stack([.. places.Select(p => builder[Literal.Index(p)])]);

    /// <summary>Some operations on a matrix, then the sum over some rows or columns of the result.</summary>
    private static Module Chain(int seed)
    {
        var random = new Random(seed);
        return Derivatives.Program([Derivatives.Vector(Rows, Columns), Derivatives.Vector(Columns, Columns), Derivatives.Vector(Rows)], (b, p) =>
        {
            var x = p[0];
            for (int i = 0; i < 6; i++)
            {
                x = random.Next(11) switch
                {
                    0 or 1 => Tanh(Dot(x, p[1])),
                    2 => x * Sum(x, [1], true),
                    3 => Tanh(x) + p[2].Reshape(Shape.Of(Rows, 1)),
                    4 => Permute(Tanh(Permute(x, 1, 0)), 1, 0),
                    5 => Concat([Prelude.Slice(x, 1, 2, Columns), Prelude.Slice(x, 1, 0, 2)], 1),
                    6 => Sum(x.Reshape(Shape.Of(Rows, Columns, 1)) * p[1].Reshape(Shape.Of(1, Columns, Columns)), [1]),
                    7 => Prelude.Flip(x, [1]),
                    8 => Take(x, Places(b, 3, 3, 0, 1, 7, 2, 4, 5), 0),
                    9 => Sum(x.Reshape(Shape.Of(Rows, 2, 3)), [1], true).Reshape(Shape.Of(Rows, 3)) is var half ? Concat([half, Sin(half)], 1) : x,
                    _ => Dot(x, Tanh(p[1])) - x,
                };
            }
            return Sum(random.Next(4) switch
            {
                0 => Take(x, Places(b, 5, 1), 0),
                1 => At(x, b[Literal.Index(2)]),
                2 => Prelude.Slice(x, 0, 1, 7, 3),
                _ => Take(x, Places(b, 4, 4), 1),
            });
        });
    }

    private static void Close(double expected, double found, string what) =>
        Assert.True(Math.Abs(expected - found) <= 1e-9 * (1 + Math.Abs(expected)), $"{what}: {found} instead of {expected}");
}
