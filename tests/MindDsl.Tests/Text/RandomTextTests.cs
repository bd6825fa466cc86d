using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using MindDsl.Tests.Dsl;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Text;

/// <summary>Random programs, as a text and as a quote of C#: they have the same values and the same slopes.</summary>
public class RandomTextTests
{
    private static readonly string[] Smooth = ["Sin", "Cos", "Tanh", "Atan", "Exp"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Texts_agree_with_quotes(int seed)
    {
        var random = new Random(seed);
        for (int n = 0; n < 15; n++)
        {
            var (x, y) = (Expression.Parameter(typeof(double), "x"), Expression.Parameter(typeof(double), "y"));
            var (text, expression) = Number(random, 4, [x, y]);
            var quote = Fn(Expression.Lambda<Func<double, double, double>>(expression, x, y));
            var parsed = Parse<Fn<double, double, double>>($"fun x y -> {text}");
            foreach (var (a, b) in ((double, double)[])[(0.3, -1.2), (2, 0.5)])
            {
                Same(quote(a, b), parsed(a, b), text);
                Same(quote.Grad()(a, b), parsed.Grad()(a, b), text);
                Same(quote.Grad(Wrt.Arg2)(a, b), parsed.Grad(Wrt.Arg2)(a, b), text);
            }
        }
    }

    private static void Same(double expected, double found, string text) =>
        Assert.True(expected.Equals(found) || Math.Abs(expected - found) <= 1e-9 * (1 + Math.Abs(expected)), $"{expected} and {found} of {text}");

    private static (string Text, Expression Expression) Number(Random random, int depth, ParameterExpression[] scope)
    {
        if (depth == 0)
        {
            if (random.Next(3) > 0) return scope[random.Next(scope.Length)] is var name ? (name.Name!, name) : default;
            double number = Math.Round(random.NextDouble() * 2, 2);
            return (number.ToString("0.0#", CultureInfo.InvariantCulture), Expression.Constant(number));
        }
        (string Text, Expression Expression) Next(params ParameterExpression[] more) => Number(random, depth - 1, [.. scope, .. more]);
        var (a, b) = (Next(), Next());
        string fresh = "v" + (depth * 100 + random.Next(100)).ToString(CultureInfo.InvariantCulture);
        var v = Expression.Parameter(typeof(double), fresh);
        switch (random.Next(9))
        {
            case 0: return ($"({a.Text} + {b.Text})", Expression.Add(a.Expression, b.Expression));
            case 1: return ($"({a.Text} - {b.Text})", Expression.Subtract(a.Expression, b.Expression));
            case 2: return ($"({a.Text} * {b.Text})", Expression.Multiply(a.Expression, b.Expression));
            case 3: return ($"({a.Text} / (2.5 + abs ({b.Text})))", Expression.Divide(a.Expression, Expression.Add(Expression.Constant(2.5), Expression.Call(Unary("Abs"), b.Expression))));
            case 4:
                string f = Smooth[random.Next(Smooth.Length)];
                return ($"({f.ToLowerInvariant()} (sin {Atom(a.Text)}))", Expression.Call(Unary(f), Expression.Call(Unary("Sin"), a.Expression)));
            case 5:
                var (c, d) = (Next(), Next());
                return ($"(if {a.Text} < {b.Text} then {c.Text} else {d.Text})", Expression.Condition(Expression.LessThan(a.Expression, b.Expression), c.Expression, d.Expression));
            case 6:
                var body = Next(v);
                return ($"(let {fresh} = {a.Text} in {body.Text})", Expression.Invoke(Expression.Lambda<Func<double, double>>(body.Expression, v), a.Expression));
            case 7:
                var inner = Next(v);
                return ($"((fun {fresh} -> {inner.Text}) {Atom(b.Text)})", Expression.Invoke(Expression.Lambda<Func<double, double>>(inner.Expression, v), b.Expression));
            default:
                var step = Next(v);
                return ($"(iterate 2 (fun {fresh} -> sin {Atom(step.Text)}) {Atom(a.Text)})", Expression.Call(Iterate, Expression.Constant(2L), a.Expression,
                    Expression.Lambda<Func<double, double>>(Expression.Call(Unary("Sin"), step.Expression), v)));
        }
    }

    private static string Atom(string text) => text.StartsWith('(') ? text : $"({text})";

    private static readonly MethodInfo Iterate = typeof(Mind).GetMethods()
        .First(m => m.Name == "Iterate" && m.GetParameters() is [{ ParameterType: var count }, _, { ParameterType: var step }] && count == typeof(long) && step.GetGenericArguments().Length == 2)
        .MakeGenericMethod(typeof(double));

    private static MethodInfo Unary(string name) => typeof(Math).GetMethod(name, [typeof(double)])!;
}
