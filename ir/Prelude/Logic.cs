using Ops = MindDsl.Ir.ElementwiseOps;

namespace MindDsl.Ir;

public static partial class Prelude
{
    /// <summary>Rounded down; derivative 0.</summary>
    public static Term Floor(Term x) => Ops.Floor.On(x);

    /// <summary>Rounded up; derivative 0.</summary>
    public static Term Ceiling(Term x) => Ops.Ceil.On(x);

    /// <summary>Rounded to the nearest whole number, halves to the even one; derivative 0.</summary>
    public static Term Round(Term x) => Ops.Round.On(x);

    /// <summary>Rounded toward 0; derivative 0.</summary>
    public static Term Truncate(Term x) => Ops.Truncate.On(x);

    /// <summary>x = y, element by element.</summary>
    public static Term EqualTo(Term x, Term y) => Ops.Eq.On(x, y);

    /// <summary>x ≠ y, element by element.</summary>
    public static Term NotEqualTo(Term x, Term y) => Ops.Ne.On(x, y);

    /// <summary>x &lt; y, element by element.</summary>
    public static Term LessThan(Term x, Term y) => x < y;

    /// <summary>x ≤ y, element by element.</summary>
    public static Term LessOrEqual(Term x, Term y) => x <= y;

    /// <summary>x &gt; y, element by element.</summary>
    public static Term GreaterThan(Term x, Term y) => x > y;

    /// <summary>x ≥ y, element by element.</summary>
    public static Term GreaterOrEqual(Term x, Term y) => x >= y;

    /// <summary>Both; of integers, bit by bit.</summary>
    public static Term And(Term x, Term y) => Ops.And.On(x, y);

    /// <summary>One or both; of integers, bit by bit.</summary>
    public static Term Or(Term x, Term y) => Ops.Or.On(x, y);

    /// <summary>One but not both; of integers, bit by bit.</summary>
    public static Term Xor(Term x, Term y) => Ops.Xor.On(x, y);

    /// <summary>The contrary; of integers, bit by bit.</summary>
    public static Term LogicalNot(Term x) => Not(x);

    /// <summary>Bits moved to higher places.</summary>
    public static Term ShiftLeft(Term x, Term places) => Ops.ShiftLeft.On(x, places);

    /// <summary>Bits moved to lower places; the sign stays.</summary>
    public static Term ShiftRight(Term x, Term places) => Ops.ShiftRight.On(x, places);

    /// <summary>True where x is not a number.</summary>
    public static Term IsNaN(Term x) => Ops.IsNan.On(x);

    /// <summary>True where x is an infinity.</summary>
    public static Term IsInfinity(Term x) => Not(Ops.IsFinite.On(x)) & Not(Ops.IsNan.On(x));

    /// <summary>True where x is neither an infinity nor NaN.</summary>
    public static Term IsFinite(Term x) => Ops.IsFinite.On(x);

    /// <summary>x where the condition holds, y elsewhere; all three broadcast. Both sides are computed; the one not chosen has cotangent 0.</summary>
    public static Term Where(Term condition, Term x, Term y) => condition.Select(x, y);

    /// <summary>x where the condition holds, a number elsewhere.</summary>
    public static Term Where(Term condition, Term x, double y) => condition.Select(x, Weak(x, y));

    /// <summary>A number where the condition holds, y elsewhere.</summary>
    public static Term Where(Term condition, double x, Term y) => condition.Select(Weak(y, x), y);
}
