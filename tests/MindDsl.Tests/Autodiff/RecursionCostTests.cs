using MindDsl.Ir;
using MindDsl.Structures;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Autodiff;

/// <summary>Reverse mode of functions that call themselves: right, and without memory of the garbage collector for what it keeps.</summary>
public class RecursionCostTests
{
    private static Fn<double[], int, double> Product()
    {
        Fn<double[], int, double> product = null!;
        product = Fn((double[] x, int from) => from == x.Length ? 1.0 : x[from] * product(x, from + 1));
        return product;
    }

    [Fact]
    public void The_gradient_of_a_recursive_product_is_the_product_of_the_others()
    {
        double[] x = [1.5, -2, 0.25, 3, 0.5];
        var found = Product().Grad()(x, 0);
        for (int k = 0; k < x.Length; k++) Assert.Equal(x.Where((_, j) => j != k).Aggregate(1.0, (a, b) => a * b), found[k], 1e-15);
    }

    [Fact]
    public void What_a_recursion_keeps_leaves_no_garbage()
    {
        double[] x = [.. Enumerable.Range(0, 200).Select(k => 1 + k / 1000.0)];
        var gradient = Product().Grad();
        for (int k = 0; k < 3; k++) gradient(x, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int k = 0; k < 10; k++) gradient(x, 0);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 10, 0, 8 * x.Length + 1000);
    }

    [Fact]
    public void A_recursion_behind_a_branch_adds_to_the_cotangent_where_it_is_and_keeps_no_number_that_is_quickly_made_again()
    {
        var module = ProgramOf(Product().ValueAndGrad(), [1.0, 2.0, 3.0], 0);
        var backward = module.Functions.Values.Single(f => f.Name.Text.StartsWith("bwd_", StringComparison.Ordinal));
        int fills = Operations(backward.Body).Count(e => e is Apply { Op: Broadcast });
        int sums = Operations(backward.Body).Count(e => e is Apply { Op.Name: "add", Arguments: [Value { Type: TensorType { Rank: > 0 } }, ..] });
        Assert.Equal((0, 0), (fills, sums));
        Assert.DoesNotContain(module.Unions.Values.Single().Cases[0].Fields, f => f is TensorType { DType: DType.Bool });
    }

    private static IEnumerable<Expr> Operations(Block block) => block.Lets.SelectMany(l => l.Expr.Blocks.SelectMany(Operations).Prepend(l.Expr));

    private static Module ProgramOf<A, B, R>(Fn<A, B, R> function, A a, B b)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<A>.Write(a, frame);
            Structure<B>.Write(b, frame);
            return Compilation.Module(QuotedFunction.Of(function), frame, isOptimised: true);
        }
        finally
        {
            frame.Return();
        }
    }
}
