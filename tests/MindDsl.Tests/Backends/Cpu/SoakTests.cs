using MindDsl.Backends;
using MindDsl.Backends.Cpu;
using MindDsl.Ir;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Backends.Cpu;

/// <summary>Nothing grows with the number of steps: neither the managed heap, nor arenas, nor pools, nor caches.</summary>
public class SoakTests
{
    private const int Steps = 3000;

    private sealed record Net(Tensor W1, Tensor B1, Tensor W2);

    [Fact]
    public void Steps_of_training_allocate_nothing_and_take_no_memory()
    {
        var loss = Fn((Net p, Tensor x, Tensor y) => ((x.Dot(p.W1) + p.B1).Tanh().Dot(p.W2) - y).Square().Mean(null, false));
        var step = Fn((Net p, Tensor x, Tensor y) => Let(loss.ValueAndGrad()(p, x, y), r =>
            ValueTuple.Create(new Net(p.W1 - r.Grad.W1 * 0.01, p.B1 - r.Grad.B1 * 0.01, p.W2 - r.Grad.W2 * 0.01), r.Value)));
        var (net, x, y) = (new Net(Tensor.Ones(8, 16), Tensor.Zeros(16), Tensor.Ones(16, 1)), Tensor.Ones(4, 8), Tensor.Zeros(4, 1));
        for (int i = 0; i < 200; i++) step.Update(ref net, x, y);
        var (arenas, fresh, programs) = Memory(step);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Steps; i++) step.Update(ref net, x, y);
        // The result of the loss is a tensor of one element that the caller gets.
        double perStep = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Steps;
        Assert.InRange(perStep, 0, 512);
        Assert.Equal((arenas, programs), (Memory(step).Arenas, Memory(step).Programs));
        Assert.InRange(Memory(step).Fresh - fresh, 0, Steps / 2);
    }

    [Fact]
    public void Loops_that_keep_values_use_their_memory_again()
    {
        var f = Fn((double x, double n) => While(new { X = x, I = 0.0 }, s => s.I < n, s => new { X = Math.Sin(s.X) + 0.1, I = s.I + 1 }).X).Grad();
        for (int i = 0; i < 20; i++) f(0.5, 100);
        var (arenas, _, programs) = Memory(f);
        for (int i = 0; i < Steps; i++) f(0.5, 100);
        Assert.Equal((arenas, programs), (Memory(f).Arenas, Memory(f).Programs));
    }

    [Fact]
    public void Equal_nests_of_programs_that_live_at_a_time_are_compiled_once()
    {
        // The number 0.123 is of this test alone.
        var x = new TensorType(DType.F32, Shape.Of(700, 300));
        var first = Compile(x, a => Prelude.Exp(a * 0.123) + 1);
        var second = Compile(x, a => Prelude.Exp(a * 0.123) + 1);
        Assert.Equal((2, 2), (first.Statistics.Methods, second.Statistics.Methods));
        Assert.Equal((1, 0), (first.Statistics.FreshNests, second.Statistics.FreshNests));
        GC.KeepAlive(first);
    }

    [Fact]
    public void Methods_of_programs_that_are_gone_are_forgotten()
    {
        for (int i = 0; i < 1500; i++) CompileAndForget(i);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        int before = NestCache.Count;
        for (int i = 0; i < 1500; i++)
        {
            CompileAndForget(1500 + i);
            if (i % 250 == 0) GC.Collect();
        }
        Assert.InRange(NestCache.Count, 0, before + 1024);
    }

    private static void CompileAndForget(int n) => Compile(new(DType.F32, Shape.Of(400, 300)), a => a + (n + 0.5));

    private static CpuExecutable Compile(TensorType type, Func<Term, Term> make)
    {
        var (builder, main, parameter) = (new BlockBuilder(), new FunctionName("main"), new Value(type));
        var result = make(builder[parameter]);
        return (CpuExecutable)new CpuBackend().Compile(new(main, new Dictionary<FunctionName, Function> { [main] = new(main, builder.Build([parameter], [result.Atom])) }));
    }

    private static (long Arenas, long Fresh, int Programs) Memory(Delegate function)
    {
        var programs = QuotedFunction.Of(function).Code.Programs;
        return (programs.Sum(p => ((CpuExecutable)p.Latest).WorkingBytes), BufferPool.Taken, programs.Length);
    }
}
