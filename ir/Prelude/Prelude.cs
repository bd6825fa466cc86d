using Ops = MindDsl.Ir.ElementwiseOps;

namespace MindDsl.Ir;

/// <summary>
/// The functions that users call on tensors, as ordinary compositions of the primitive operations: each has its derivatives for nothing.
/// </summary>
/// <remarks>
/// Tensors of the user are terms here, and every other parameter is the same, so that the quote reader finds a function by its name. Axes may be negative.
/// Where a formula has a place at which a part of it is not defined, that part is given a harmless operand there before the choice, so that no NaN
/// reaches a derivative.
/// </remarks>
public static partial class Prelude
{
    /// <summary>A number as an operand beside a term: it takes the element type of the term.</summary>
    /// <exception cref="MindDslException">MIND0224: a fraction beside integers, or a number beside bools.</exception>
    public static Term Weak(Term beside, double number)
    {
        var type = beside.DType;
        bool fits = type.IsFloat || (type.IsInteger && Math.Truncate(number) == number && Ir.Literal.Of(type, number).Integer == number);
        return fits ? beside.Literal(number) : throw new MindDslException(Diagnostics.NumberDoesNotFit(number, type));
    }

    /// <summary>An axis counted from the outermost.</summary>
    internal static int Axis(string op, int axis, Term x, int extra = 0)
    {
        int rank = x.Rank + extra;
        return axis >= -rank && axis < rank
            ? (axis < 0 ? axis + rank : axis)
            : throw new MindDslException(Diagnostics.AxisOutOfRange(op, axis, x.Type));
    }

    /// <summary>Axes counted from the outermost, in ascending order, all for null.</summary>
    internal static Seq<int> Axes(string op, int[]? axes, Term x)
    {
        if (axes is null) return Seq.Range(x.Rank);
        var normal = axes.Select(a => Axis(op, a, x)).Order().ToSeq();
        return normal.Distinct().Count() == normal.Count ? normal : throw new MindDslException(Diagnostics.AxesDoNotFit(op, normal, x.Type));
    }

    /// <summary>The result of a reduction, with the reduced axes put back with length 1 if they are to be kept.</summary>
    private static Term Kept(Term reduced, Shape from, Seq<int> axes, bool keepDims) =>
        keepDims ? reduced.Reshape(new(from.Dims.Map((d, k) => axes.IndexOf(k) >= 0 ? Dim.Of(1) : d))) : reduced;

    /// <summary>A length as an operand beside a term.</summary>
    private static Term Length(Term beside, Dim length) => length.IsConstant
        ? beside.Literal(length.Constant)
        : Nullary(beside, new SizeOf(length)).To(beside.DType);

    private static Term Nullary(Term beside, Op op) => new(beside.Builder, beside.Builder.Apply(op));

    /// <summary>The index along an axis of a shape, as i64.</summary>
    private static Term Places(Term beside, Shape shape, int axis) => Nullary(beside, new Iota(new(DType.I64, shape), axis));

    private static Term Apply(Op op, params ReadOnlySpan<Term> operands)
    {
        var atoms = new Atom[operands.Length];
        for (int i = 0; i < atoms.Length; i++) atoms[i] = operands[i].Atom;
        return new(operands[0].Builder, operands[0].Builder.Apply(op, atoms));
    }

    private static Term Not(Term x) => x.Apply(Ops.Not);

    private static Term IsZero(Term x) => x.EqualTo(x.Literal(0));

    /// <summary>The root, with derivative 0 at 0.</summary>
    private static Term RootFlatAtZero(Term x)
    {
        var zero = IsZero(x);
        return zero.Select(x.Literal(0), zero.Select(x.Literal(1), x).Apply(Ops.Sqrt));
    }

    private static long[] Longs(int[] values) => Array.ConvertAll(values, v => (long)v);
}
