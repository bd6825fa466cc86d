using System.Linq.Expressions;
using System.Reflection;
using Xunit;

namespace MindDsl.Tests.Dsl;

public class RandomQuoteTests
{
    private static readonly string[] Smooth = ["Sin", "Cos", "Tanh", "Atan", "Abs", "Floor"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_lambdas_give_what_dotnet_gives(int seed)
    {
        var random = new Random(seed);
        for (int n = 0; n < 40; n++)
        {
            var (x, y) = (Expression.Parameter(typeof(double), "x"), Expression.Parameter(typeof(double), "y"));
            var lambda = Expression.Lambda<Func<double, double, double>>(Number(random, 5, [x, y]), x, y);
            Oracle.Agree(lambda, (0.3, -1.2), (2, 0.5), (-0.7, 0));
        }
    }

    private static Expression Number(Random random, int depth, ParameterExpression[] scope)
    {
        if (depth == 0) return random.Next(3) == 0 ? Expression.Constant(Math.Round(random.NextDouble() * 4 - 2, 2)) : scope[random.Next(scope.Length)];
        Expression Next() => Number(random, depth - 1, scope);
        switch (random.Next(12))
        {
            case 0 or 1: return Expression.Add(Next(), Next());
            case 2: return Expression.Subtract(Next(), Next());
            case 3: return Expression.Multiply(Next(), Next());
            case 4: return Expression.Divide(Next(), Expression.Add(Expression.Constant(2.5), Expression.Call(Unary("Abs"), Next())));
            case 5: return Expression.Call(Unary(Smooth[random.Next(Smooth.Length)]), Next());
            case 6: return Expression.Condition(Truth(random, depth - 1, scope), Next(), Next());
            case 7: return Expression.Convert(Expression.Modulo(Expression.Convert(Next(), typeof(int)), Expression.Constant(7)), typeof(double));
            case 8:
                var v = Expression.Parameter(typeof(double), "v");
                return Expression.Call(Control("Let").MakeGenericMethod(typeof(double), typeof(double)), Next(),
                    Expression.Lambda<Func<double, double>>(Number(random, depth - 1, [.. scope, v]), v));
            case 9:
                var s = Expression.Parameter(typeof(double), "s");
                return Expression.Call(Control("Iterate", 2).MakeGenericMethod(typeof(double)), Expression.Constant((long)random.Next(4)), Next(),
                    Expression.Lambda<Func<double, double>>(Expression.Call(Unary("Sin"), Number(random, depth - 1, [.. scope, s])), s));
            case 10:
                var f = Expression.Parameter(typeof(double), "z");
                return Expression.Invoke(Expression.Lambda<Func<double, double>>(Number(random, depth - 1, [.. scope, f]), f), Next());
            default: return Expression.Negate(Next());
        }
    }

    private static Expression Truth(Random random, int depth, ParameterExpression[] scope)
    {
        if (depth <= 0) return Expression.LessThan(scope[0], scope[random.Next(scope.Length)]);
        return random.Next(4) switch
        {
            0 => Expression.AndAlso(Truth(random, depth - 1, scope), Truth(random, depth - 1, scope)),
            1 => Expression.OrElse(Truth(random, depth - 1, scope), Expression.Not(Truth(random, depth - 1, scope))),
            2 => Expression.GreaterThanOrEqual(Number(random, depth - 1, scope), Number(random, depth - 1, scope)),
            _ => Expression.LessThan(Number(random, depth - 1, scope), Number(random, depth - 1, scope)),
        };
    }

    private static MethodInfo Unary(string name) => typeof(Math).GetMethod(name, [typeof(double)])!;

    private static MethodInfo Control(string name, int arity = 0) => typeof(Mind).GetMethods().First(m => m.Name == name
        && (arity == 0 || m.GetParameters()[^1].ParameterType.GetGenericArguments().Length == arity));
}
