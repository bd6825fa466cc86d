using System.Linq.Expressions;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>
/// Functions of vectors, written once for all widths. Errors are below two units in the last place, of erfc below four. The polynomials are those of Cephes (S. Moshier, "Methods and
/// Programs for Mathematical Functions", 1989).
/// </summary>
internal static class VectorMath
{
    /// <summary>Vector operations of exp and its like.</summary>
    private const int OperationsOfFunction = 25, OperationsOfSine = 40;

    private const double Log2E = 1.44269504088896340736;

    /// <summary>The largest numbers of which exp is not beyond all doubt infinite or 0.</summary>
    private static double ExpBound(DType type) => type == DType.F32 ? 110 : 760;

    /// <summary>A function of a vector, or null if there is none.</summary>
    public static Expression? Of(VectorWidth width, Intrinsic f, DType type, Expression operand)
    {
        if (!Has(f, type)) return null;
        var formula = new Formula(width, type);
        var x = formula.Let(operand);
        return formula.Result(f switch
        {
            Intrinsic.Exp => Exp(formula, x),
            Intrinsic.Log => Log(formula, x),
            Intrinsic.Tanh => Tanh(formula, x),
            Intrinsic.Erf => Erf(formula, x),
            _ => Erfc(formula, x),
        });
    }

    /// <summary>True if there is a function of vectors.</summary>
    public static bool Has(Intrinsic f, DType type) => f is Intrinsic.Exp or Intrinsic.Log or Intrinsic.Tanh || (f is Intrinsic.Erf or Intrinsic.Erfc && type == DType.F32);

    extension(Nest nest)
    {
        /// <summary>Roughly how many vector operations the code of a nest has.</summary>
        public int Operations => nest.Reachable().Sum(n => n.Kind != NodeKind.Compute ? 1 : Has(n.Intrinsic, n.Type) ? OperationsOfFunction : n.Intrinsic is Intrinsic.Sin or Intrinsic.Cos ? OperationsOfSine : 1) + nest.Space.Length + nest.Reduced.Length;
    }

    /// <summary>Roughly how many operations a function of elements has.</summary>
    public static int Weight(Elementwise op) => op.Name is "exp" or "log" or "tanh" or "erf" or "erfc" or "sigmoid" ? OperationsOfFunction : 1;

    /// <summary>Below this size exp has normal results, by a margin that rounding cannot use up.</summary>
    private static double ExpNormal(DType type) => type == DType.F32 ? 87 : 708;

    /// <summary>
    /// x = n·log 2 + r; a polynomial or quotient in r; times 2ⁿ: by adding n to the exponents where all results are normal, else in two steps, so that results below the
    /// normal numbers are rounded once.
    /// </summary>
    private static Expression Exp(Formula f, ParameterExpression x)
    {
        bool single = f.Type == DType.F32;
        var magic = f.C(single ? 12582912.0 : 6755399441055744.0);
        var counted = f.Let(f.Fma(x, f.C(Log2E), magic));
        var n = f.Let(Expression.Subtract(counted, magic));
        var r = f.Let(f.Fma(n, f.C(single ? 2.12194440e-4 : -1.42860682030941723212e-6), f.Fma(n, f.C(single ? -0.693359375 : -6.93145751953125e-1), x)));
        var z = f.Let(Expression.Multiply(r, r));
        Expression y;
        if (single)
        {
            var p = f.Polynomial(r, 1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1);
            y = Expression.Add(f.Fma(p, z, r), f.C(1));
        }
        else
        {
            var p = f.Let(Expression.Multiply(r, f.Polynomial(z, 1.26177193074810590878e-4, 3.02994407707441961300e-2, 9.99999999999999999910e-1)));
            var q = f.Polynomial(z, 3.00198505138664455042e-6, 2.52448340349684104192e-3, 2.27265548208155028766e-1, 2.00000000000000000005);
            y = f.Fma(f.C(2), Expression.Divide(p, Expression.Subtract(q, p)), f.C(1));
        }
        var value = f.Let(y);
        var half = f.Fma(n, f.C(0.5), magic);
        var rest = Expression.Add(Expression.Subtract(n, Expression.Subtract(half, magic)), magic);
        var scaled = Expression.Multiply(Expression.Multiply(value, f.PowerOfTwo(half)), f.PowerOfTwo(rest));
        var any = f.If(f.Less(f.C(ExpBound(f.Type)), x), f.C(double.PositiveInfinity), f.If(f.Less(x, f.C(-ExpBound(f.Type))), f.C(0), scaled));
        return Expression.Condition(f.AllLess(f.Abs(x), f.C(ExpNormal(f.Type))), f.AddToExponent(value, counted), any);
    }

    /// <summary>x = m·2ᵉ with m between √½ and √2.</summary>
    private static Expression Log(Formula f, ParameterExpression x)
    {
        bool single = f.Type == DType.F32;
        var small = f.Less(x, f.C(single ? 1.17549435082228750797e-38 : 2.2250738585072014e-308));
        var scaled = f.Let(f.If(small, Expression.Multiply(x, f.C(single ? 33554432.0 : 18014398509481984.0)), x));
        var (m, exponent) = f.Split(scaled);
        var e = f.Let(Expression.Subtract(exponent, f.If(small, f.C(single ? 25 : 54), f.C(0))));
        var t = f.Let(Expression.Subtract(m, f.C(1)));
        var z = f.Let(Expression.Multiply(t, t));
        Expression y = single
            ? Expression.Multiply(Expression.Multiply(t, z), f.Polynomial(t, 7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
                -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1))
            : Expression.Multiply(t, Expression.Divide(
                Expression.Multiply(z, f.Polynomial(t, 1.01875663804580931796e-4, 4.97494994976747001425e-1, 4.70579119878881725854, 1.44989225341610930846e1,
                    1.79368678507819816313e1, 7.70838733755885391666)),
                f.Polynomial(t, 1, 1.12873587189167450590e1, 4.52279145837532221105e1, 8.29875266912776603211e1, 7.11544750618563894466e1, 2.31251620126765340583e1)));
        y = f.Fma(z, f.C(-0.5), f.Fma(e, f.C(single ? -2.12194440e-4 : -2.121944400546905827679e-4), y));
        var value = f.Fma(e, f.C(0.693359375), Expression.Add(t, y));
        var infinity = f.C(double.PositiveInfinity);
        var special = f.If(f.Equal(x, f.C(0)), f.C(double.NegativeInfinity), f.If(f.Equal(x, infinity), infinity, f.C(double.NaN)));
        return f.If(Expression.And(f.Less(f.C(0), x), f.Less(x, infinity)), value, special);
    }

    private static Expression Tanh(Formula f, ParameterExpression x)
    {
        var size = f.Let(f.Abs(x));
        var z = f.Let(Expression.Multiply(x, x));
        Expression near;
        if (f.Type == DType.F32)
        {
            var p = f.Polynomial(z, -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1);
            near = f.Fma(Expression.Multiply(x, z), p, x);
        }
        else
        {
            var p = f.Polynomial(z, -9.64399179425052238628e-1, -9.92877231001918586564e1, -1.61468768441708447952e3);
            var q = f.Polynomial(z, 1, 1.12811678491632931402e2, 2.23548839060100448583e3, 4.84406305325125486048e3);
            near = f.Fma(Expression.Multiply(x, z), Expression.Divide(p, q), x);
        }
        var e = Exp(f, f.Let(Expression.Add(size, size)));
        var far = f.Let(Expression.Subtract(f.C(1), Expression.Divide(f.C(2), Expression.Add(e, f.C(1)))));
        return f.If(f.Less(size, f.C(0.625)), near, f.If(f.Less(x, f.C(0)), Expression.Negate(far), far));
    }

    private static Expression Erf(Formula f, ParameterExpression x)
    {
        var size = f.Let(f.Abs(x));
        var near = f.Fma(x, ErfNearZero(f, x), x);
        var far = f.Let(Expression.Subtract(f.C(1), ErfcFar(f, size)));
        return f.If(f.Less(size, f.C(1)), near, f.If(f.Less(x, f.C(0)), Expression.Negate(far), far));
    }

    private static Expression Erfc(Formula f, ParameterExpression x)
    {
        var size = f.Let(f.Abs(x));
        var near = Expression.Subtract(f.C(1), f.Fma(x, ErfNearZero(f, x), x));
        var far = f.Let(ErfcFar(f, size));
        return f.If(f.Less(size, f.C(0.5)), near, f.If(f.Less(x, f.C(0)), Expression.Subtract(f.C(2), far), far));
    }

    /// <summary>erf(x) / x − 1 for |x| up to 1.</summary>
    private static Expression ErfNearZero(Formula f, ParameterExpression x) => f.Polynomial(f.Let(Expression.Multiply(x, x)),
        7.853861353153693e-5, -8.010193625184903e-4, 5.188327685732524e-3, -2.685381193529856e-2, 1.128358514861418e-1, -3.761262582423300e-1, 0.128379165726710);

    /// <summary>
    /// erfc of x from 0.5 on: exp(−x²) / (1 + x) times an interpolation of the rest in (x − 3) / (x + 3), up to 11 with relative error 2e-9. The rounding error of x² is
    /// taken into account: exp(−x²) = exp(−s)·(1 − (x² − s)).
    /// </summary>
    private static Expression ErfcFar(Formula f, ParameterExpression x)
    {
        var square = f.Let(Expression.Multiply(x, x));
        var error = f.Fma(x, x, Expression.Negate(square));
        var e = f.Let(Exp(f, f.Let(Expression.Negate(square))));
        var decay = f.Fma(Expression.Negate(e), error, e);
        var t = f.Let(Expression.Divide(Expression.Subtract(x, f.C(3)), Expression.Add(x, f.C(3))));
        var rest = f.Polynomial(t, -0.00028207553140325014, 0.0006304020487591797, 0.0015736614622445645, -0.0097465242666539189, 0.021967655853841743, -0.023804431897481011,
            -0.010236256246543998, 0.09902078102209301, -0.23092731204760503, 0.71600460444951464);
        // Far out the square is infinite and its error undefined.
        return f.If(f.Less(f.C(11), x), f.C(0), Expression.Divide(Expression.Multiply(decay, rest), Expression.Add(x, f.C(1))));
    }

    /// <summary>A formula while it is written.</summary>
    private sealed class Formula(VectorWidth width, DType type)
    {
        private readonly List<ParameterExpression> _variables = [];
        private readonly List<Expression> _statements = [];

        public DType Type { get; } = type;

        public Expression C(double value) => width.Broadcast(Clr.Constant(Literal.Of(Type, value)));

        public ParameterExpression Let(Expression value)
        {
            var variable = Expression.Variable(value.Type);
            _variables.Add(variable);
            _statements.Add(Expression.Assign(variable, value));
            return variable;
        }

        public Expression Result(Expression value) => Expression.Block(_variables, [.. _statements, value]);

        public Expression Fma(Expression a, Expression b, Expression c) => width.MultiplyAdd(a, b, c);

        public Expression Abs(Expression x) => width.Function(Intrinsic.Abs, Type, x)!;

        public Expression Less(Expression a, Expression b) => width.Function(Intrinsic.Lt, Type, a, b)!;

        public Expression Equal(Expression a, Expression b) => width.Function(Intrinsic.Eq, Type, a, b)!;

        public Expression If(Expression mask, Expression then, Expression otherwise) => width.Select(mask, then, otherwise);

        /// <summary>Horner's rule, the highest coefficient first.</summary>
        public Expression Polynomial(Expression x, params ReadOnlySpan<double> coefficients)
        {
            Expression sum = C(coefficients[0]);
            if (coefficients[0] == 1)
            {
                coefficients = coefficients[1..];
                sum = Expression.Add(x, C(coefficients[0]));
            }
            foreach (double c in coefficients[1..]) sum = Fma(sum, x, C(c));
            return sum;
        }

        /// <summary>True if each lane is less than that of another vector.</summary>
        public Expression AllLess(Expression a, Expression b) => width.AllLess(Type, a, b);

        /// <summary>x·2ⁿ of numbers that are normal and stay so, given n plus the number whose lowest bits count ones.</summary>
        public Expression AddToExponent(Expression x, Expression magic) =>
            width.AsFloat(Type, Expression.Add(width.AsInteger(Type, x), width.ShiftLeft(width.AsInteger(Type, magic), Type == DType.F32 ? 23 : 52)));

        /// <summary>2ⁿ, given n plus the number whose lowest bits count ones.</summary>
        public Expression PowerOfTwo(Expression magic) => Type == DType.F32
            ? width.AsFloat(Type, Expression.Add(width.ShiftLeft(width.AsInteger(Type, magic), 23), width.Broadcast(Expression.Constant(0x3F800000))))
            : width.AsFloat(Type, Expression.Add(width.ShiftLeft(width.AsInteger(Type, magic), 52), width.Broadcast(Expression.Constant(0x3FF0000000000000L))));

        /// <summary>The significand between √½ and √2, and the exponent.</summary>
        public (Expression Significand, Expression Exponent) Split(Expression x)
        {
            var (bits, digits) = (Let(width.AsInteger(Type, x)), Type == DType.F32 ? 23 : 52);
            Expression root = width.Broadcast(Type == DType.F32 ? Expression.Constant(0x3F3504F3) : Expression.Constant(0x3FE6A09E667F3BCDL));
            var exponent = Let(width.ShiftRight(Expression.Subtract(bits, root), digits));
            return (width.AsFloat(Type, Expression.Subtract(bits, width.ShiftLeft(exponent, digits))), width.FromInteger(Type, exponent));
        }
    }
}
