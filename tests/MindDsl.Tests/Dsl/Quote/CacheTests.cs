using System.Linq.Expressions;
using MindDsl.Quote;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl;

public class CacheTests
{
    private static Fn<double, double> Make(double a, double b) => Fn((double x) => Math.Sin(a * x) + Math.Cos(b * x) * Math.Exp(-x * x * a) + (x > b ? a : b) / 17.25);

    [Fact]
    public void A_lambda_of_known_structure_costs_one_walk_and_no_compilation()
    {
        Assert.Equal(Math.Sin(2) + Math.Cos(3) * Math.Exp(-2) + 3 / 17.25, Make(2, 3)(1), 14);
        var (compiled, code) = (Compilation.CompiledHere, QuotedFunction.Of(Make(0, 0)).Code);
        for (int i = 0; i < 100; i++)
        {
            var f = Make(i, i + 1);
            Assert.Same(code, QuotedFunction.Of(f).Code);
            Oracle.Near(Math.Sin(i) + Math.Cos(i + 1) * Math.Exp(-i) + (i + 1) / 17.25, f(1), 1e-14);
        }
        Assert.Equal(compiled, Compilation.CompiledHere);
    }

    [Fact]
    public void The_walk_allocates_in_proportion_to_the_number_of_nodes()
    {
        long Allocated(int nodes)
        {
            var x = Expression.Parameter(typeof(double), "x");
            Expression sum = x;
            for (int i = 0; i < nodes; i++) sum = Expression.Add(sum, Expression.Constant((double)i));
            var lambda = Expression.Lambda<Func<double, double>>(sum, x);
            for (int i = 0; i < 3; i++) TreeKey.Of(lambda, out _);
            long before = GC.GetAllocatedBytesForCurrentThread();
            TreeKey.Of(lambda, out _);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.InRange(Allocated(1000), Allocated(100), 11 * Allocated(100));
    }

    [Fact]
    public void Structures_that_differ_in_anything_but_captures_have_different_code()
    {
        (double k, int n) = (1, 2);
        Delegate[] functions =
        [
            Fn((double x) => x + 1), Fn((double x) => x + 2), Fn((double x) => x - 1), Fn((double x) => k + x), Fn((double x) => x + k), Fn((double x) => x + n),
            Fn((double x) => Math.Sin(x)), Fn((double x) => Math.Cos(x)), Fn((float x) => x + 1), Fn((double x, double y) => x + 1), Fn((double y, double x) => x + 1),
            Fn((double x) => new { A = x }.A), Fn((double x) => new { A = x, B = x }.B),
        ];
        Assert.Equal(functions.Length, functions.Select(f => QuotedFunction.Of(f).Code).Distinct().Count());
    }

    [Fact]
    public void Each_types_of_arguments_are_compiled_once()
    {
        var f = Fn((Tensor x) => x * 3.5);
        int before = Compilation.CompiledHere;
        for (int i = 0; i < 3; i++)
        {
            f(Tensor.Of(new[] { 1.0 }));
            f(Tensor.Of(new[] { 1.0, 2 }));
            f(Tensor.Of(new[] { 1f }));
        }
        Assert.Equal(before + 3, Compilation.CompiledHere);
    }

    [Fact]
    public void A_call_with_numbers_allocates_nothing()
    {
        double k = 3;
        var f = Fn((double x, int n) => x * k + n);
        for (int i = 0; i < 50; i++) f(i, i);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) f(i, i);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_function_runs_on_the_backend_that_is_in_use()
    {
        var f = Fn((double x) => x * 1.75);
        Assert.Equal(3.5, f(2));
        int before = Compilation.CompiledHere;
        using (Use(new global::MindDsl.Backends.InterpreterBackend())) Assert.Equal(3.5, f(2));
        Assert.Equal(before + 1, Compilation.CompiledHere);
        Assert.Equal(3.5, f(2));
        Assert.Equal(before + 1, Compilation.CompiledHere);
    }
}
