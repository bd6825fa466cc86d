using MindDsl.Ir;

namespace MindDsl;

public sealed partial class Tensor
{
#pragma warning disable CS1591 // Operators mean what they mean on numbers, element by element; shapes broadcast.
    public static Tensor operator +(Tensor x) => x;
    public static Tensor operator -(Tensor x) => Eager.Call(Prelude.Negate, x);
    public static Tensor operator !(Tensor x) => Eager.Call(Prelude.LogicalNot, x);
    public static Tensor operator ~(Tensor x) => Eager.Call(Prelude.LogicalNot, x);

    public static Tensor operator +(Tensor x, Tensor y) => Eager.Call(Prelude.Add, x, y);
    public static Tensor operator +(Tensor x, double y) => x + x.Beside(y);
    public static Tensor operator +(double x, Tensor y) => y.Beside(x) + y;

    public static Tensor operator -(Tensor x, Tensor y) => Eager.Call(Prelude.Subtract, x, y);
    public static Tensor operator -(Tensor x, double y) => x - x.Beside(y);
    public static Tensor operator -(double x, Tensor y) => y.Beside(x) - y;

    public static Tensor operator *(Tensor x, Tensor y) => Eager.Call(Prelude.Multiply, x, y);
    public static Tensor operator *(Tensor x, double y) => x * x.Beside(y);
    public static Tensor operator *(double x, Tensor y) => y.Beside(x) * y;

    public static Tensor operator /(Tensor x, Tensor y) => Eager.Call(Prelude.Divide, x, y);
    public static Tensor operator /(Tensor x, double y) => x / x.Beside(y);
    public static Tensor operator /(double x, Tensor y) => y.Beside(x) / y;

    public static Tensor operator %(Tensor x, Tensor y) => Eager.Call(Prelude.Modulo, x, y);
    public static Tensor operator %(Tensor x, double y) => x % x.Beside(y);
    public static Tensor operator %(double x, Tensor y) => y.Beside(x) % y;

    public static Tensor operator <(Tensor x, Tensor y) => Eager.Call(Prelude.LessThan, x, y);
    public static Tensor operator <(Tensor x, double y) => x < x.Beside(y);
    public static Tensor operator <(double x, Tensor y) => y.Beside(x) < y;

    public static Tensor operator >(Tensor x, Tensor y) => Eager.Call(Prelude.GreaterThan, x, y);
    public static Tensor operator >(Tensor x, double y) => x > x.Beside(y);
    public static Tensor operator >(double x, Tensor y) => y.Beside(x) > y;

    public static Tensor operator <=(Tensor x, Tensor y) => Eager.Call(Prelude.LessOrEqual, x, y);
    public static Tensor operator <=(Tensor x, double y) => x <= x.Beside(y);
    public static Tensor operator <=(double x, Tensor y) => y.Beside(x) <= y;

    public static Tensor operator >=(Tensor x, Tensor y) => Eager.Call(Prelude.GreaterOrEqual, x, y);
    public static Tensor operator >=(Tensor x, double y) => x >= x.Beside(y);
    public static Tensor operator >=(double x, Tensor y) => y.Beside(x) >= y;

    public static Tensor operator &(Tensor x, Tensor y) => Eager.Call(Prelude.And, x, y);
    public static Tensor operator |(Tensor x, Tensor y) => Eager.Call(Prelude.Or, x, y);
    public static Tensor operator ^(Tensor x, Tensor y) => Eager.Call(Prelude.Xor, x, y);
    public static Tensor operator <<(Tensor x, Tensor y) => Eager.Call(Prelude.ShiftLeft, x, y);
    public static Tensor operator >>(Tensor x, Tensor y) => Eager.Call(Prelude.ShiftRight, x, y);
#pragma warning restore CS1591

    /// <summary>Equal, element by element. The operator <c>==</c> asks whether two variables are the same tensor.</summary>
    public Tensor EqualTo(Tensor y) => Eager.Call(Prelude.EqualTo, this, y);

    /// <summary>Different, element by element.</summary>
    public Tensor NotEqualTo(Tensor y) => Eager.Call(Prelude.NotEqualTo, this, y);
}
