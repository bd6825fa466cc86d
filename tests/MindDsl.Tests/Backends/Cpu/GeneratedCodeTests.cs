using MindDsl.Backends;
using MindDsl.Backends.Cpu;
using MindDsl.Ir;
using Xunit;

namespace MindDsl.Tests.Backends.Cpu;

/// <summary>What is generated, counted: past some size the just-in-time compiler stops optimising a method, and nothing says so.</summary>
public class GeneratedCodeTests
{
    private const int MostOperations = 600;

    [Fact]
    public void Methods_of_many_loops_have_bounded_size() => Bounded(x =>
    {
        var total = x;
        for (int i = 0; i < 200; i++) total = Prelude.Exp(total * 0.5) / total.Sum([0]);
        return total;
    });

    [Fact]
    public void Methods_of_one_long_loop_have_bounded_size() => Bounded(x =>
    {
        for (int i = 0; i < 400; i++) x = Prelude.Tanh(x) + i;
        return x;
    });

    [Fact]
    public void The_input_gradient_of_a_convolution_is_a_convolution()
    {
        // ok,nop->nkp and the sum over windows of it become one kernel and no loop but a border.
        var (weights, places) = (new TensorType(DType.F32, Shape.Of(3, 18)), new TensorType(DType.F32, Shape.Of(2, 3, 64)));
        var executable = Compile([weights, places], x =>
        {
            var product = new Term(x[0].Builder, x[0].Builder.Apply(new Contract("ok", "nop", "nkp"), x[0].Atom, x[1].Atom));
            var window = new Window([3, 3], [1, 1], [1, 1], [1, 1], [8, 8], 0);
            return product.Reshape(Shape.Of(2, 2, 3, 3, 8, 8)).Apply(new Fold(window, [8, 8]));
        });
        Assert.Equal((1, 1), (executable.Statistics.Kernels, executable.Statistics.Nests));
    }

    [Fact]
    public void A_result_of_another_shape_is_written_where_it_is_wanted()
    {
        var (x, y) = (new TensorType(DType.F32, Shape.Of(20, 30)), new TensorType(DType.F32, Shape.Of(30, 12)));
        var executable = Compile([x, y], a => Prelude.MatMul(a[0], a[1]).Reshape(Shape.Of(5, 4, 12)).Reshape(Shape.Of(5, 48)));
        Assert.Equal((1, 0), (executable.Statistics.Kernels, executable.Statistics.Nests));
        Assert.Equal(0, executable.Statistics.ArenaBytes);
    }

    private static void Bounded(Func<Term, Term> make)
    {
        var executable = Compile([new(DType.F32, Shape.Of(40))], x => make(x[0]));
        Assert.InRange(executable.Statistics.LargestMethod, 1, MostOperations);
    }

    private static CpuExecutable Compile(TensorType[] types, Func<Term[], Term> make)
    {
        var (builder, main) = (new BlockBuilder(), new FunctionName("main"));
        Value[] parameters = [.. types.Select(t => new Value(t))];
        var result = make([.. parameters.Select(p => builder[p])]);
        var module = new Module(main, new Dictionary<FunctionName, Function> { [main] = new(main, builder.Build([.. parameters], [result.Atom])) });
        return (CpuExecutable)new CpuBackend().Compile(module);
    }
}
