using System.Reflection;
using MindDsl.Ir;
using Ops = MindDsl.Ir.ElementwiseOps;

namespace MindDsl.Quote;

/// <summary>The methods of <see cref="Math"/>, <see cref="MathF"/>, double and float that a quote may hold: all that have a derivative, and the tests.</summary>
internal static class ScalarMethods
{
    private static readonly Dictionary<(string, int), Func<Term[], Term>> Table = new()
    {
        [("Sin", 1)] = x => Ops.Sin.On(x[0]),
        [("Cos", 1)] = x => Ops.Cos.On(x[0]),
        [("Tan", 1)] = x => Ops.Tan.On(x[0]),
        [("Asin", 1)] = x => Ops.Asin.On(x[0]),
        [("Acos", 1)] = x => Ops.Acos.On(x[0]),
        [("Atan", 1)] = x => Ops.Atan.On(x[0]),
        [("Atan2", 2)] = x => Ops.Atan2.On(x[0], x[1]),
        [("Sinh", 1)] = x => Ops.Sinh.On(x[0]),
        [("Cosh", 1)] = x => Ops.Cosh.On(x[0]),
        [("Tanh", 1)] = x => Ops.Tanh.On(x[0]),
        [("Asinh", 1)] = x => Ops.Asinh.On(x[0]),
        [("Acosh", 1)] = x => Ops.Acosh.On(x[0]),
        [("Atanh", 1)] = x => Ops.Atanh.On(x[0]),
        [("Exp", 1)] = x => Ops.Exp.On(x[0]),
        [("ExpM1", 1)] = x => Ops.Expm1.On(x[0]),
        [("Exp2", 1)] = x => Ops.Pow.On(x[0].Literal(2), x[0]),
        [("Exp10", 1)] = x => Ops.Pow.On(x[0].Literal(10), x[0]),
        [("Log", 1)] = x => Ops.Log.On(x[0]),
        [("Log", 2)] = x => Ops.Log.On(x[0]) / Ops.Log.On(x[1]),
        [("LogP1", 1)] = x => Ops.Log1p.On(x[0]),
        [("Log10", 1)] = x => Prelude.Log10(x[0]),
        [("Log2", 1)] = x => Prelude.Log2(x[0]),
        [("Sqrt", 1)] = x => Ops.Sqrt.On(x[0]),
        [("Cbrt", 1)] = x => Ops.Sign.On(x[0]) * Ops.Pow.On(Ops.Abs.On(x[0]), x[0].Literal(1.0 / 3)),
        [("Pow", 2)] = x => Ops.Pow.On(x[0], x[1]),
        [("Hypot", 2)] = x => Prelude.Hypot(x[0], x[1]),
        [("Abs", 1)] = x => Ops.Abs.On(x[0]),
        [("Floor", 1)] = x => Ops.Floor.On(x[0]),
        [("Ceiling", 1)] = x => Ops.Ceil.On(x[0]),
        [("Round", 1)] = x => Ops.Round.On(x[0]),
        [("Truncate", 1)] = x => Ops.Truncate.On(x[0]),
        [("Max", 2)] = x => Ops.Max.On(x[0], x[1]),
        [("Min", 2)] = x => Ops.Min.On(x[0], x[1]),
        [("Clamp", 3)] = x => Ops.Clamp.On(x[0], x[1], x[2]),
        [("FusedMultiplyAdd", 3)] = x => x[0] * x[1] + x[2],
        [("IEEERemainder", 2)] = x => x[0] - x[1] * Ops.Round.On(x[0] / x[1]),
        [("CopySign", 2)] = x => Ops.Abs.On(x[0]) * (x[1] < x[1].Literal(0)).Select(x[0].Literal(-1), x[0].Literal(1)),
        [("Lerp", 3)] = x => x[0] * (x[2].Literal(1) - x[2]) + x[1] * x[2],
        [("DegreesToRadians", 1)] = x => x[0] * (Math.PI / 180),
        [("RadiansToDegrees", 1)] = x => x[0] * (180 / Math.PI),
        [("IsNaN", 1)] = x => Ops.IsNan.On(x[0]),
        [("IsFinite", 1)] = x => Ops.IsFinite.On(x[0]),
        [("IsInfinity", 1)] = x => Ops.Not.On(Ops.IsFinite.On(x[0])) & Ops.Not.On(Ops.IsNan.On(x[0])),
        [("IsPositiveInfinity", 1)] = x => x[0].EqualTo(x[0].Literal(double.PositiveInfinity)),
        [("IsNegativeInfinity", 1)] = x => x[0].EqualTo(x[0].Literal(double.NegativeInfinity)),
    };

    /// <summary>What computes the function of a name and a number of arguments.</summary>
    public static Func<Term[], Term> Named(string name, int count) => name == "Sign" ? x => Ops.Sign.On(x[0]) : Table[(name, count)];

    /// <summary>What computes a method, or null if the language lacks it.</summary>
    public static Func<Term[], Term>? Find(MethodInfo method)
    {
        var parameters = method.GetParameters();
        if (parameters.Any(p => Structures.Layout.NumberType(p.ParameterType) is null)) return null;
        if (Structures.Layout.NumberType(method.ReturnType) is not { } result) return null;
        // The sign of a float is an int in .NET.
        if (method.Name == "Sign" && parameters.Length == 1) return x => Ops.Sign.On(x[0]).To(result);
        // Halves and logarithms of whole numbers have other meanings.
        return Table.GetValueOrDefault((method.Name, parameters.Length));
    }
}
