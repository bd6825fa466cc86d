using MindDsl.Ir;

namespace MindDsl;

/// <summary>The functions of MindDsl that are not methods of a tensor; meant for <c>using static MindDsl.Mind</c>.</summary>
public static partial class Mind
{
#pragma warning disable CS1591 // Each method is the prelude's function of the same name, which says what it computes.
    public static Tensor Where(Tensor condition, Tensor x, Tensor y) => Eager.Call(Prelude.Where, condition, x, y);
    public static Tensor Where(Tensor condition, Tensor x, double y) => Where(condition, x, x.Beside(y));
    public static Tensor Where(Tensor condition, double x, Tensor y) => Where(condition, y.Beside(x), y);
    public static Tensor Concat(Tensor[] tensors, int axis = 0) => Eager.Call(static (t, a) => Prelude.Concat(t, a), axis, tensors);
    public static Tensor Stack(Tensor[] tensors, int axis = 0) => Eager.Call(static (t, a) => Prelude.Stack(t, a), axis, tensors);
#pragma warning restore CS1591
}
