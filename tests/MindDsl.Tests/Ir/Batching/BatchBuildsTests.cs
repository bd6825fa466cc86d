using MindDsl.Autodiff;
using MindDsl.Backends;
using MindDsl.Backends.Cpu;
using MindDsl.Ir;
using MindDsl.Testing;
using MindDsl.Tests.Autodiff;
using MindDsl.Tests.Properties;
using Xunit;
using static MindDsl.Ir.Prelude;
using static MindDsl.Tests.Backends.Cpu.TensorPrograms;

namespace MindDsl.Tests.Ir.Batching;

/// <summary>A batch is the loop over its lanes.</summary>
public class BatchBuildsTests
{
    private const long Lanes = 4;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_programs_give_in_a_batch_what_they_give_one_by_one(int part)
    {
        int changed = 0;
        for (int seed = 40 * part; seed < 40 * part + 40; seed++)
        {
            var looped = Batch(new ProgramGenerator(seed, smooth: true).Make(12, closures: false));
            var batched = Batched(looped);
            changed += Scope.Size(looped.EntryFunction.Body) == Scope.Size(batched.EntryFunction.Body) ? 0 : 1;
            var arguments = Arguments(seed);
            Close(Derivatives.Run(looped, arguments), Derivatives.Run(batched, arguments), $"value of program {seed}");
            Close(Derivatives.Run(looped, arguments), new CpuBackend().Compile(batched).Run(arguments)[0][0].Number, $"value of program {seed} on the CPU");
            foreach (var kind in Enum.GetValues<DerivativeKind>())
            {
                var derivative = Derivatives.Directional(looped, kind);
                Close(Derivatives.Run(derivative, arguments), Derivatives.Run(Batched(derivative), arguments), $"{kind} derivative of program {seed}");
            }
        }
        Assert.True(changed > 20, $"only {changed} of 40 programs were batched");
    }

    [Fact]
    public void Products_of_matrices_become_one_product_of_batches()
    {
        var module = Derivatives.Program([Derivatives.Vector(5, 2, 3), Derivatives.Vector(3, 4)], (b, p) => Sum(Over(b, 5, (inner, i) => Dot(At(In(inner, p[0]), i), In(inner, p[1])))));
        var batched = Batched(module).EntryFunction.Body;
        Assert.Equal(1, batched.Lets.Count(l => l.Expr is Apply { Op: Contract }));
        Assert.DoesNotContain(batched.Lets, l => l.Expr is Build or Apply { Op: MindDsl.Ir.Gather });
    }

    [Fact]
    public void Sums_of_products_of_elements_become_contractions_and_so_do_their_derivatives()
    {
        var module = Derivatives.Program([Derivatives.Vector(3, 4), Derivatives.Vector(4, 5)], (b, p) => Sum(Tanh(Over(b, 3, (rows, i) => Over(rows, 5, (columns, j) =>
            Sum(Over(columns, 4, (inner, k) => At(In(inner, p[0]), i, k) * At(In(inner, p[1]), k, j))))))));
        var arguments = new[] { Filled(1, 3, 4), Filled(2, 4, 5) };
        var batched = Batched(module);
        Assert.Equal(1, batched.EntryFunction.Body.Lets.Count(l => l.Expr is Apply { Op: Contract { Notation: "ac,cb->ab" } }));
        Assert.DoesNotContain(batched.EntryFunction.Body.Lets, l => l.Expr is Build);
        Close(Derivatives.Run(module, arguments), Derivatives.Run(batched, arguments), "value");
        var derivative = Derivatives.Directional(module, DerivativeKind.Reverse);
        var both = Batched(derivative);
        Assert.Equal(3, both.EntryFunction.Body.Lets.Count(l => l.Expr is Apply { Op: Contract }));
        Assert.DoesNotContain(both.EntryFunction.Body.Lets, l => l.Expr is Build);
        Close(Derivatives.Run(derivative, arguments), Derivatives.Run(both, arguments), "derivative");
        // A part of an axis, or the same index twice, is no contraction.
        var part = Derivatives.Program([Derivatives.Vector(4), Derivatives.Vector(3)], (b, p) => Sum(Over(b, 3, (inner, k) => At(In(inner, p[0]), k) * At(In(inner, p[1]), k))));
        Assert.Contains(Batched(part).EntryFunction.Body.Lets, l => l.Expr is Build);
    }

    [Fact]
    public void A_loop_with_the_same_number_of_steps_in_all_lanes_is_one_loop()
    {
        var module = Derivatives.Program([Derivatives.Vector(5, 3), Derivatives.Vector(3, 3)], (b, p) => Sum(Over(b, 5, (inner, i) =>
            CumSum(Tanh(Dot(In(inner, p[1]), At(In(inner, p[0]), i))), 0))));
        var batched = Batched(module).EntryFunction.Body;
        Assert.Contains(batched.Lets, l => l.Expr is Scan);
        Assert.DoesNotContain(batched.Lets, l => l.Expr is Build);
    }

    [Fact]
    public void Branches_that_all_lanes_take_alike_are_branches_of_the_batch()
    {
        var module = Derivatives.Program([Derivatives.Vector(5, 3), Derivatives.Vector(3, 3)], (b, p) => Sum(Over(b, 5, (inner, i) =>
        {
            var x = At(In(inner, p[0]), i);
            var (then, otherwise) = (inner.Nested(), inner.Nested());
            var choice = new If((Sum(In(inner, p[1])) < inner[Literal.Of(DType.F64, 0.0)]).Atom,
                then.Build([], [Dot(In(then, p[1]), In(then, x)).Atom]), otherwise.Build([], [Sin(In(otherwise, x)).Atom]));
            return inner[inner.Emit(choice, [x.Type])[0]];
        })));
        var batched = Batched(module);
        Assert.Contains(batched.EntryFunction.Body.Lets, l => l.Expr is If);
        Assert.DoesNotContain(batched.EntryFunction.Body.Lets, l => l.Expr is Build);
        for (int seed = 1; seed < 7; seed++)
        {
            var arguments = new[] { Filled(seed, 5, 3), Filled(seed + 1, 3, 3) };
            Close(Derivatives.Run(module, arguments), Derivatives.Run(batched, arguments), "value");
        }
    }

    [Fact]
    public void A_loop_that_ends_lane_by_lane_stays_apart_from_the_work_around_it()
    {
        var module = Derivatives.Program([Derivatives.Vector(5, 3, 3), Derivatives.Vector(3)], (b, p) => Sum(Over(b, 5, (inner, i) =>
        {
            var norm = Norm(Dot(At(In(inner, p[0]), i), In(inner, p[1])));
            var carry = new Value(Derivatives.Real);
            var test = inner.Nested();
            var step = inner.Nested();
            var condition = test.Build([carry], [(test[carry] < test[carry].Literal(100)).Atom]);
            var next = new Value(Derivatives.Real);
            var loop = inner.Emit(new While([(norm + 1).Atom], condition, step.Build([next], [(step[next] * 2).Atom])), [Derivatives.Real])[0];
            return inner[loop];
        })));
        var batched = Batched(module).EntryFunction.Body;
        Assert.Contains(batched.Lets, l => l.Expr is Build);
        Assert.Contains(batched.Lets, l => l.Expr is Apply { Op: Contract });
        var arguments = new[] { Filled(3, 5, 3, 3), Filled(4, 3) };
        Close(Derivatives.Run(module, arguments), Derivatives.Run(Batched(module), arguments), "value");
    }

    [Fact]
    public void Factorisations_of_lanes_are_factorisations_of_batches()
    {
        var module = Derivatives.Program([Derivatives.Vector(5, 3, 3), Derivatives.Vector(5, 3)], (b, p) => Sum(Over(b, 5, (inner, i) =>
            Solve(At(In(inner, p[0]), i), At(In(inner, p[1]), i)))));
        var batched = Batched(module);
        Assert.DoesNotContain(batched.EntryFunction.Body.Lets, l => l.Expr is Build);
        var arguments = new[] { Filled(3, 5, 3, 3), Filled(4, 5, 3) };
        Close(Derivatives.Run(module, arguments), Derivatives.Run(batched, arguments), "value");
    }

    [Fact]
    public void Comprehensions_of_scalars_stay_as_they_are_and_empty_ones_too()
    {
        var scalars = Derivatives.Program([Derivatives.Vector(5)], (b, p) => Sum(Over(b, 5, (inner, i) => Sin(At(In(inner, p[0]), i)))));
        Assert.Contains(Batched(scalars).EntryFunction.Body.Lets, l => l.Expr is Build);
        var empty = Derivatives.Program([Derivatives.Vector(0, 3)], (b, p) => Sum(Over(b, 0, (inner, i) => Sin(At(In(inner, p[0]), i)))));
        Assert.Equal(0, Derivatives.Run(Batched(empty), Filled(1, 0, 3)));
    }

    /// <summary>The sum over lanes of a program of f64 scalars, vectors, matrices and a whole number.</summary>
    private static Module Batch(Module one)
    {
        var types = ProgramGenerator.Parameters.Map(t => t with { Shape = new([Lanes, .. t.Shape.Dims]) });
        var parameters = types.Map(t => new Value(t));
        var builder = new BlockBuilder();
        var result = Over(builder, Lanes, (inner, i) =>
        {
            var elements = parameters.Map(p => inner.Apply(MindDsl.Ir.Gather.At(p.Tensor.Rank, 1), p, i.Atom));
            return inner[inner.Emit(new Call(one.Entry, elements), [Derivatives.Real])[0]];
        });
        var entry = new FunctionName("batch");
        var functions = new Dictionary<FunctionName, Function>(one.Functions) { [entry] = new(entry, builder.Build(parameters, [Sum(result).Atom])) };
        var module = Pipeline.Run(new Module(entry, functions), Level.Source,
            LiftFunctions.Pass, Simplify.Pass, Inline.Early, Defunctionalize.Pass, RemoveDead.Pass, Inline.Late, Simplify.Pass, RemoveDead.Pass);
        return module;
    }

    private static Module Batched(Module module) => Pipeline.Run(module, Level.FirstOrder, BatchBuilds.Pass, Simplify.Pass, ContractBuilds.Pass, RemoveDead.Pass);

    private static Term Over(BlockBuilder builder, long count, Func<BlockBuilder, Term, Term> element)
    {
        var inner = builder.Nested();
        var index = new Value(TensorType.Scalar(DType.I64), "i");
        var result = element(inner, inner[index]);
        var type = result.Type with { Shape = new([count, .. result.Shape.Dims]) };
        return builder[builder.Emit(new Build([count], inner.Build([index], [result.Atom])), [type])[0]];
    }

    private static Term In(BlockBuilder builder, Term x) => builder[x.Atom];

    private static TensorBuffer[] Arguments(int seed) =>
    [
        .. ProgramGenerator.Parameters.Select((t, k) => t.DType == DType.I64
            ? TensorBuffer.Of<long>(DType.I64, [1, 2, 0, 3], Lanes)
            : Filled(seed + k, [Lanes, .. t.Shape.ToArray()])),
    ];

    private static void Close(double expected, double found, string what) =>
        Assert.True(Math.Abs(expected - found) <= 1e-9 * (1 + Math.Abs(expected)), $"{what}: {found} instead of {expected}");
}
