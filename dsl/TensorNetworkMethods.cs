using MindDsl.Ir;

namespace MindDsl;

public sealed partial class Tensor
{
#pragma warning disable CS1591 // Each method is the prelude's function of the same name, which says what it computes.

    // Activations.
    public Tensor Relu() => Eager.Call(Prelude.Relu, this);
    public Tensor Relu6() => Eager.Call(Prelude.Relu6, this);
    public Tensor LeakyRelu(double slope = 0.01) => Eager.Call(static (x, a) => Prelude.LeakyRelu(x[0], a), slope, this);
    public Tensor PRelu(Tensor slopes) => Eager.Call(Prelude.PRelu, this, slopes);
    public Tensor Elu(double alpha = 1) => Eager.Call(static (x, a) => Prelude.Elu(x[0], a), alpha, this);
    public Tensor Celu(double alpha = 1) => Eager.Call(static (x, a) => Prelude.Celu(x[0], a), alpha, this);
    public Tensor Selu() => Eager.Call(Prelude.Selu, this);
    public Tensor Gelu(GeluForm form = GeluForm.Exact) => Eager.Call(static (x, a) => Prelude.Gelu(x[0], a), form, this);
    public Tensor Silu() => Eager.Call(Prelude.Silu, this);
    public Tensor Mish() => Eager.Call(Prelude.Mish, this);
    public Tensor HardSigmoid() => Eager.Call(Prelude.HardSigmoid, this);
    public Tensor HardSwish() => Eager.Call(Prelude.HardSwish, this);
    public Tensor Softsign() => Eager.Call(Prelude.Softsign, this);
    public Tensor TanhShrink() => Eager.Call(Prelude.TanhShrink, this);
    public Tensor Glu(int axis = -1) => Eager.Call(static (x, a) => Prelude.Glu(x[0], a), axis, this);
    public Tensor Sigmoid() => Eager.Call(Prelude.Sigmoid, this);
    public Tensor LogSigmoid() => Eager.Call(Prelude.LogSigmoid, this);
    public Tensor Softplus(double beta = 1) => Eager.Call(static (x, a) => Prelude.Softplus(x[0], a), beta, this);
    public Tensor Softmax(int axis = -1) => Eager.Call(static (x, a) => Prelude.Softmax(x[0], a), axis, this);
    public Tensor LogSoftmax(int axis = -1) => Eager.Call(static (x, a) => Prelude.LogSoftmax(x[0], a), axis, this);
    public Tensor CumSum(int axis = 0) => Eager.Call(static (x, a) => Prelude.CumSum(x[0], a), axis, this);
    public Tensor CumProd(int axis = 0) => Eager.Call(static (x, a) => Prelude.CumProd(x[0], a), axis, this);

    // Linear algebra.
    public Tensor Dot(Tensor y) => Eager.Call(Prelude.Dot, this, y);
    public Tensor MatMul(Tensor y) => Eager.Call(Prelude.MatMul, this, y);
    public Tensor Outer(Tensor y) => Eager.Call(Prelude.Outer, this, y);
    public Tensor Linear(Tensor weights, Tensor? bias = null) =>
        Eager.Call(static (x, _) => Prelude.Linear(x[0], x[1], Eager.Third(x)), 0, Eager.Operands(this, weights, bias));
    public Tensor Kron(Tensor y) => Eager.Call(Prelude.Kron, this, y);
    public Tensor Cross(Tensor y, int axis = -1) => Eager.Call(static (x, a) => Prelude.Cross(x[0], x[1], a), axis, this, y);
    public Tensor Trace() => Eager.Call(Prelude.Trace, this);
    public Tensor Triu(int diagonal = 0) => Eager.Call(static (x, a) => Prelude.Triu(x[0], a), diagonal, this);
    public Tensor Tril(int diagonal = 0) => Eager.Call(static (x, a) => Prelude.Tril(x[0], a), diagonal, this);
    public Tensor Diagonal(int offset = 0) => Eager.Call(static (x, a) => Prelude.Diagonal(x[0], a), offset, this);
    public Tensor DiagEmbed(int offset = 0) => Eager.Call(static (x, a) => Prelude.DiagEmbed(x[0], a), offset, this);
    public Tensor MatrixPower(int n) => Eager.Call(static (x, a) => Prelude.MatrixPower(x[0], a), n, this);

    // Places.
    public Tensor Gather(Tensor places, int axis) => Eager.Call(static (x, a) => Prelude.Gather(x[0], x[1], a), axis, this, places);
    public Tensor Take(Tensor places, int axis = 0) => Eager.Call(static (x, a) => Prelude.Take(x[0], x[1], a), axis, this, places);
    public Tensor Embedding(Tensor places) => Eager.Call(Prelude.Embedding, this, places);
    public Tensor GatherNd(params Tensor[] places) => Eager.Call(static (x, _) => Prelude.GatherNd(x[0], x[1..]), 0, [this, .. places]);
    public Tensor Scatter(Tensor places, Tensor updates, int axis) =>
        Eager.Call(static (x, a) => Prelude.Scatter(x[0], x[1], x[2], a), axis, this, places, updates);
    public Tensor ScatterAdd(Tensor places, Tensor updates, int axis) =>
        Eager.Call(static (x, a) => Prelude.ScatterAdd(x[0], x[1], x[2], a), axis, this, places, updates);
    public Tensor IndexAdd(Tensor places, Tensor updates, int axis = 0) =>
        Eager.Call(static (x, a) => Prelude.IndexAdd(x[0], x[1], x[2], a), axis, this, places, updates);
    public Tensor IndexCopy(Tensor places, Tensor updates, int axis = 0) =>
        Eager.Call(static (x, a) => Prelude.IndexCopy(x[0], x[1], x[2], a), axis, this, places, updates);
    public Tensor UpdateSlice(Tensor updates, int axis, long start, long stop, int step = 1) =>
        Eager.Call(static (x, a) => Prelude.UpdateSlice(x[0], x[1], a.axis, a.start, a.stop, a.step), (axis, start, stop, step), this, updates);
    public Tensor OneHot(int classes, DType type = DType.F32) => Eager.Call(static (x, a) => Prelude.OneHot(x[0], a.classes, a.type), (classes, type), this);
    public Tensor MaskedFill(Tensor mask, double value) => Eager.Call(static (x, a) => Prelude.MaskedFill(x[0], x[1], a), value, this, mask);

    // Windows.
    public Tensor MaxPool1D(int kernel, int? stride = null, int padding = 0, int dilation = 1, bool ceiling = false) =>
        Eager.Call(static (x, a) => Prelude.MaxPool1D(x[0], a.kernel, a.stride, a.padding, a.dilation, a.ceiling), (kernel, stride, padding, dilation, ceiling), this);
    public Tensor MaxPool2D(int kernel, int? stride = null, int padding = 0, int dilation = 1, bool ceiling = false) =>
        Eager.Call(static (x, a) => Prelude.MaxPool2D(x[0], a.kernel, a.stride, a.padding, a.dilation, a.ceiling), (kernel, stride, padding, dilation, ceiling), this);
    public Tensor MaxPool2D(int[] kernel, int[] stride, int[] padding, int[] dilation, bool ceiling = false) =>
        Eager.Call(static (x, a) => Prelude.MaxPool2D(x[0], a.kernel, a.stride, a.padding, a.dilation, a.ceiling), (kernel, stride, padding, dilation, ceiling), this);
    public Tensor AvgPool2D(int kernel, int? stride = null, int padding = 0, bool ceiling = false, bool countPadding = true) =>
        Eager.Call(static (x, a) => Prelude.AvgPool2D(x[0], a.kernel, a.stride, a.padding, a.ceiling, a.countPadding), (kernel, stride, padding, ceiling, countPadding), this);
    public Tensor AvgPool2D(int[] kernel, int[] stride, int[] padding, bool ceiling = false, bool countPadding = true) =>
        Eager.Call(static (x, a) => Prelude.AvgPool2D(x[0], a.kernel, a.stride, a.padding, a.ceiling, a.countPadding), (kernel, stride, padding, ceiling, countPadding), this);
    public Tensor AdaptiveAvgPool2D(params int[] size) => Eager.Call(static (x, a) => Prelude.AdaptiveAvgPool2D(x[0], a), size, this);
    public Tensor AdaptiveMaxPool2D(params int[] size) => Eager.Call(static (x, a) => Prelude.AdaptiveMaxPool2D(x[0], a), size, this);
    public Tensor Unfold(int[] kernel, int[] stride, int[] padding, int[] dilation) =>
        Eager.Call(static (x, a) => Prelude.Unfold(x[0], a.kernel, a.stride, a.padding, a.dilation), (kernel, stride, padding, dilation), this);
    public Tensor PixelShuffle(int factor) => Eager.Call(static (x, a) => Prelude.PixelShuffle(x[0], a), factor, this);

    // Randomness.
    public Tensor Dropout(Key key, double rate) => Eager.Call(static (x, a) => Prelude.Dropout(x[0], x[1], a), rate, this, key.ToTensor());
#pragma warning restore CS1591
}
