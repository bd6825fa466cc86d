using MindDsl.Backends;
using MindDsl.Ir;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl;

/// <summary>What programs are compiled to is told before they run.</summary>
public class ExplainTests
{
    [Fact]
    public void A_contraction_counts_two_operations_for_each_product_and_its_operands_once()
    {
        var f = Fn((Tensor x, Tensor y) => x.MatMul(y));
        var kernel = Assert.Single(f.Explain(Tensor.Zeros(30, 40), Tensor.Zeros(40, 50)).Kernels);
        Assert.StartsWith("contract ", kernel.Name, StringComparison.Ordinal);
        Assert.Equal(2.0 * 30 * 40 * 50, kernel.Operations);
        Assert.Equal((4 * (30 * 40 + 40 * 50), 4 * 30 * 50), (kernel.BytesRead, kernel.BytesWritten));
        Assert.Equal(([30, 50], [40]), (kernel.Loops, kernel.Combined));
    }

    [Fact]
    public void A_map_counts_its_arithmetic_and_reads_what_is_repeated_once()
    {
        var f = Fn((Tensor x, Tensor b) => (x + b) * 2);
        var kernel = Assert.Single(f.Explain(Tensor.Zeros(64, 100), Tensor.Zeros(100)).Kernels);
        Assert.Equal("map(add, mul)", kernel.Name);
        Assert.Equal(2.0 * 6400, kernel.Operations);
        Assert.Equal((4 * 6500, 4 * 6400), (kernel.BytesRead, kernel.BytesWritten));
    }

    [Fact]
    public void A_sum_over_an_axis_combines_its_length()
    {
        var f = Fn((Tensor x) => x.Exp().Sum(1, false));
        var kernel = Assert.Single(f.Explain(Tensor.Zeros(8, 50)).Kernels);
        Assert.Equal("sum(exp)", kernel.Name);
        Assert.Equal(([8], [50]), (kernel.Loops, kernel.Combined));
        Assert.Equal(400.0 * (20 + 1), kernel.Operations);
    }

    [Fact]
    public void Memory_is_arguments_results_and_working_bytes_with_reuse()
    {
        var f = Fn((Tensor x) => Iterate(10, x, h => h.MatMul(x).Tanh()));
        var memory = f.Explain(Tensor.Zeros(64, 64)).Memory;
        Assert.True(memory.IsBounded);
        Assert.Equal((64 * 64 * 4, 64 * 64 * 4), (memory.Arguments, memory.Results));
        Assert.Equal(memory.Arguments + memory.Results + memory.Working + memory.Scratch, memory.Peak);
        Assert.InRange(memory.Working, 1, 4 * 64 * 64 * 4);

        var chain = Fn((Tensor a) => a.MatMul(a).MatMul(a).MatMul(a).MatMul(a).MatMul(a));
        var reused = chain.Explain(Tensor.Zeros(64, 64)).Memory;
        Assert.Equal(4 * 64 * 64 * 4, reused.WithoutReuse);
        Assert.Equal(2 * 64 * 64 * 4, reused.Working);
    }

    [Fact]
    public void No_two_buffers_that_live_at_a_time_overlap()
    {
        var f = Fn((Tensor a, Tensor b) => (a.MatMul(b).Tanh().MatMul(b) + a.MatMul(a)).MatMul(b.MatMul(a).Softmax(1)).Softmax(0));
        var buffers = f.Explain(Tensor.Zeros(48, 48), Tensor.Zeros(48, 48)).Memory.Buffers;
        Assert.NotEmpty(buffers);
        foreach (var x in buffers)
            foreach (var y in buffers)
            {
                bool together = x.From < y.To && y.From < x.To;
                bool overlap = x.Offset < y.Offset + y.Bytes && y.Offset < x.Offset + x.Bytes;
                Assert.False(!ReferenceEquals(x, y) && together && overlap, $"{x} and {y}");
            }
    }

    [Fact]
    public void Loops_say_how_often_their_kernels_run_if_that_is_known()
    {
        var known = Fn((Tensor x) => Iterate(7, x, h => h.MatMul(x)));
        Assert.Equal(7, known.Explain(Tensor.Zeros(32, 32)).Kernels.Single(k => k.Name.StartsWith("contract", StringComparison.Ordinal)).Runs);
        var open = Fn((Tensor x) => While(x, h => (double)h.Sum(null, false) < 10, h => h.MatMul(x)));
        Assert.Null(open.Explain(Tensor.Zeros(32, 32)).Kernels.Single(k => k.Name.StartsWith("contract", StringComparison.Ordinal)).Runs);
    }

    [Fact]
    public void The_step_of_an_update_is_explained_with_what_it_changes_in_place()
    {
        var step = Fn((Tensor w, Tensor g) => ValueTuple.Create(w - g * 0.1, g.Sum(null, false)));
        var w = Tensor.Zeros(1000);
        step.Update(ref w, Tensor.Ones(1000));
        var memory = step.Explain().Memory;
        Assert.Equal(4000, memory.InPlace);
        Assert.Single(memory.Updates);
    }

    [Fact]
    public void The_page_names_kernels_and_totals()
    {
        var f = Fn((Tensor x, Tensor y) => (x.MatMul(y) + 1).Relu());
        string page = f.Explain(Tensor.Zeros(16, 16), Tensor.Zeros(16, 16)).ToString();
        Assert.Contains("contract", page, StringComparison.Ordinal);
        Assert.Contains("map(add", page, StringComparison.Ordinal);
        Assert.Contains("FLOP/B", page, StringComparison.Ordinal);
        Assert.Contains("memory: ", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_backend_that_does_not_say_still_has_counts()
    {
        using var scope = Use(new InterpreterBackend());
        var f = Fn((Tensor x) => x.Tanh().Sum(null, false));
        var explanation = f.Explain(Tensor.Zeros(10));
        Assert.Equal(("interpreter", 40), (explanation.Backend, explanation.Memory.Arguments));
        Assert.Empty(explanation.Kernels);
        Assert.True(explanation.Counts.Nodes >= 2);
    }

    [Fact]
    public void Explaining_compiles_but_does_not_run()
    {
        var f = Fn((int a, int b) => a / b);
        Assert.Equal(1, f.Explain(1, 0).Counts.Functions);
    }
}
