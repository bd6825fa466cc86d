using System.Linq.Expressions;
using Xunit;
using static System.Linq.Expressions.Expression;

namespace MindDsl.Tests.Dsl.Quote;

/// <summary>Trees with statements, against the same trees run by .NET.</summary>
public class StatementTests
{
    private static readonly ParameterExpression X = Parameter(typeof(double), "x");

    private static void Agrees(Expression<Func<double, double>> tree, params double[] at)
    {
        var expected = tree.Compile();
        var f = Mind.Fn(tree);
        var slope = f.Grad();
        foreach (double x in at)
        {
            Assert.Equal(expected(x), f(x), 1e-12 * (1 + Math.Abs(expected(x))));
            double difference = (expected(x + 1e-6) - expected(x - 1e-6)) / 2e-6;
            Assert.Equal(difference, slope(x), 1e-4 * (1 + Math.Abs(difference)));
        }
    }

    private static Expression Of(string name, Expression argument) => Call(typeof(Math).GetMethod(name, [typeof(double)])!, argument);

    private static Expression Number(double value) => Constant(value);

    [Fact]
    public void Assigned_variables_have_the_last_value()
    {
        var y = Variable(typeof(double), "y");
        var z = Variable(typeof(double), "z");
        Agrees(Lambda<Func<double, double>>(Block([y, z],
            Assign(y, Of("Sin", X)), Assign(z, Multiply(y, y)), Assign(y, Add(z, X)), AddAssign(y, z), Multiply(y, z)), X), 0.3, 1.7);
    }

    [Fact]
    public void A_variable_that_is_not_assigned_is_zero()
    {
        var y = Variable(typeof(double), "y");
        Agrees(Lambda<Func<double, double>>(Block([y], Add(X, y)), X), 0.3);
    }

    [Fact]
    public void Branches_assign()
    {
        var y = Variable(typeof(double), "y");
        var z = Variable(typeof(double), "z");
        Agrees(Lambda<Func<double, double>>(Block([y, z],
            Assign(y, X),
            IfThenElse(GreaterThan(X, Number(1)), Block(Assign(y, Multiply(X, X)), Assign(z, X)), Assign(z, Of("Exp", X))),
            IfThen(LessThan(y, Number(0)), Assign(y, Negate(y))),
            Add(y, Multiply(z, Number(2)))), X), -0.7, 0.4, 2.5);
    }

    [Fact]
    public void A_loop_that_is_tested_first_ends_at_its_test()
    {
        var (y, end) = (Variable(typeof(double), "y"), Label("end"));
        Agrees(Lambda<Func<double, double>>(Block([y],
            Assign(y, X),
            Loop(IfThenElse(LessThan(y, Number(100)), Assign(y, Multiply(y, y)), Break(end)), end),
            y), X), 1.7, 2, 5, 200);
        Agrees(Lambda<Func<double, double>>(Block([y],
            Assign(y, X),
            Loop(Block(IfThen(GreaterThan(y, Number(100)), Break(end)), MultiplyAssign(y, Number(1.5)), AddAssign(y, X)), end),
            y), X), 1.7, 2, 5, 200);
    }

    [Fact]
    public void A_loop_breaks_in_the_middle_and_continues()
    {
        var (y, i, end, again) = (Variable(typeof(double), "y"), Variable(typeof(int), "i"), Label("end"), Label("again"));
        Agrees(Lambda<Func<double, double>>(Block([y, i],
            Assign(y, X),
            Loop(Block(
                PreIncrementAssign(i),
                IfThen(Equal(Modulo(i, Constant(3)), Constant(0)), Continue(again)),
                Assign(y, Add(Of("Sin", y), X)),
                IfThen(GreaterThan(i, Constant(7)), Break(end)),
                Assign(y, Multiply(y, X))), end, again),
            y), X), 0.4, 1.3);
    }

    [Fact]
    public void A_loop_has_the_value_of_its_break()
    {
        var (y, end) = (Variable(typeof(double), "y"), Label(typeof(double), "end"));
        Agrees(Lambda<Func<double, double>>(Block([y],
            Assign(y, X),
            Loop(Block(IfThen(GreaterThan(y, Number(50)), Break(end, Multiply(y, X))), Assign(y, Add(Multiply(y, y), Number(1)))), end)), X), 0.4, 1.3, 60);
    }

    [Fact]
    public void Loops_nest_and_an_inner_one_leaves_the_outer_one()
    {
        var (y, i, j, inner, outer) = (Variable(typeof(double), "y"), Variable(typeof(int), "i"), Variable(typeof(int), "j"), Label("inner"), Label("outer"));
        Agrees(Lambda<Func<double, double>>(Block([y, i],
            Assign(y, X),
            Loop(Block([j],
                IfThen(GreaterThan(i, Constant(4)), Break(outer)),
                Assign(j, Constant(0)),
                Loop(Block(
                    IfThen(GreaterThanOrEqual(j, i), Break(inner)),
                    AddAssign(y, Multiply(Of("Cos", y), X)),
                    IfThen(GreaterThan(y, Number(6)), Goto(outer)),
                    PreIncrementAssign(j)), inner),
                PreIncrementAssign(i)), outer),
            y), X), 0.4, 1.3, 2.9);
    }

    [Fact]
    public void A_return_skips_the_rest()
    {
        var (y, end) = (Variable(typeof(double), "y"), Label(typeof(double), "return"));
        Agrees(Lambda<Func<double, double>>(Block([y],
            IfThen(LessThan(X, Number(0)), Return(end, Multiply(X, X))),
            Assign(y, Of("Exp", X)),
            IfThen(GreaterThan(y, Number(3)), Return(end, y)),
            Assign(y, Add(y, Number(1))),
            Label(end, Multiply(y, Number(3)))), X), -2, 0.3, 1.9);
    }

    [Fact]
    public void A_block_may_stand_in_an_expression()
    {
        var y = Variable(typeof(double), "y");
        Agrees(Lambda<Func<double, double>>(Multiply(X, Block([y], Assign(y, Of("Sin", X)), Multiply(y, y))), X), 0.4, 1.3);
    }

    [Fact]
    public void Blocks_of_equal_structure_with_other_numbers_are_other_functions()
    {
        Expression<Func<double, double>> Scaled(double factor)
        {
            var y = Variable(typeof(double), "y");
            return Lambda<Func<double, double>>(Block([y], Assign(y, Multiply(X, Number(factor))), Add(y, y)), X);
        }
        Assert.Equal(4, Mind.Fn(Scaled(2))(1));
        Assert.Equal(6, Mind.Fn(Scaled(3))(1));
    }

    [Fact]
    public void A_parameter_keeps_its_value()
    {
        var error = Assert.Throws<MindDslException>(() => Mind.Fn(Lambda<Func<double, double>>(Block(Assign(X, Number(2)), X), X)));
        Assert.Contains("parameter", error.Message, StringComparison.Ordinal);
    }
}
