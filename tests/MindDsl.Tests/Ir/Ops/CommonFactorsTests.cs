using MindDsl.Backends;
using MindDsl.Ir;
using Xunit;

namespace MindDsl.Tests.Ir.Ops;

/// <summary>Sums in derivatives: the same number as the plain sum, without products of the summands with what is the same for all of them.</summary>
public class CommonFactorsTests
{
    private const long Rows = 3, Columns = 7;
    private static readonly TensorType Wide = new(DType.F64, Shape.Of(Rows, Columns)), Narrow = new(DType.F64, Shape.Of(Rows));

    public static TheoryData<string, int> Terms => new()
    {
        { "c * x", 0 }, { "x * c", 0 }, { "x / c", 0 }, { "-(c * x)", 0 }, { "2 * (x * c) / c", 0 }, { "c", 0 },
        { "x * x * c", 1 }, { "c / x", 1 }, { "x + c", 1 },
    };

    [Theory]
    [MemberData(nameof(Terms))]
    public void Factors_that_are_the_same_along_the_summed_axes_leave_the_sum(string text, int wideOperations)
    {
        var plain = Program(text, term => term.Sum([1]));
        var found = Program(text, term => CommonFactors.Sum(term, [1]));
        var random = new Random(3);
        TensorBuffer[] arguments = [Sample(Narrow), Sample(Wide)];
        var (expected, sums) = (Interpreter.Run(plain, arguments)[0], Interpreter.Run(found, arguments)[0]);
        for (long i = 0; i < Rows; i++) Assert.Equal(expected[i].Number, sums[i].Number, 1e-12);
        Assert.Equal(wideOperations, found.EntryFunction.Body.Lets.Count(l => l.Expr is Apply { Op: Elementwise } && l.Targets[0].Tensor.Rank == 2));

        TensorBuffer Sample(TensorType type)
        {
            var buffer = TensorBuffer.Allocate(type);
            for (long i = 0; i < buffer.Count; i++) buffer[i] = Literal.Of(DType.F64, 0.5 + random.NextDouble());
            return buffer;
        }
    }

    private static Module Program(string text, Func<Term, Term> sum)
    {
        var (builder, main, narrow, wide) = (new BlockBuilder(), new FunctionName("main"), new Value(Narrow), new Value(Wide));
        Term x = builder[wide], c = builder[narrow].Apply(new Broadcast(Wide.Shape, [0]));
        var term = text switch
        {
            "c * x" => c * x,
            "x * c" => x * c,
            "x / c" => x / c,
            "-(c * x)" => -(c * x),
            "2 * (x * c) / c" => 2 * (x * c) / c,
            "c" => c,
            "x * x * c" => x * x * c,
            "c / x" => c / x,
            _ => x + c,
        };
        return RemoveDead.Pass.Run(new(main, new Dictionary<FunctionName, Function> { [main] = new(main, builder.Build([narrow, wide], [sum(term).Atom])) }));
    }
}
