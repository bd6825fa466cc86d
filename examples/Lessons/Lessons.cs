using MindDsl.Ir;
using static MindDsl.Mind;

namespace MindDsl.Examples.Lessons;

/// <summary>Short lessons. The pages of docs/ show their code; the tests run them and look at what they give.</summary>
public static class Lessons
{
    /// <summary>The first ten lines.</summary>
    public static (double Value, double Slope, double Nested) FirstLook()
    {
        #region FirstLook
        var f = Fn((double x) => x * x + Math.Sin(x));      // quoted: a function that can be read
        var df = f.Grad();                                  // from IR to IR; no tape
        double value = f(2.0), slope = df(2.0);             // compiled at the first call

        var g = Fn((double x) => (x | f) * df(x));          // quoted functions compose inside quotes
        double nested = g.Grad()(2.0);                      // and their derivatives have derivatives
        #endregion
        return (value, slope, nested);
    }

    /// <summary>The program that docs/architecture.md follows.</summary>
    public static double Journey()
    {
        #region Journey
        double scale = 3;
        var wave = Fn((double x) => scale * Math.Sin(x));
        double slope = wave.Grad()(0.0);
        #endregion
        return slope;
    }

    /// <summary>Loops on run-time data, and recursion.</summary>
    public static (double Loop, double Recursion) Loops()
    {
        #region Loops
        var squares = Fn((double x) => While(new { R = x }, s => s.R < 100, s => new { R = s.R * s.R }).R);
        double loop = squares.Grad()(3.0);                  // 3 → 9 → 81 → 6561: the slope is 8·3⁷

        Fn<double, double> factorial = null!;
        factorial = Fn((double n) => n <= 1 ? 1 : n * factorial(n - 1));
        double recursion = factorial.Grad()(4.1);
        #endregion
        return (loop, recursion);
    }

    /// <summary>A model whose images are bytes and whose weights are used in 16 bits: the losses before and after some steps, and the type of the gradient.</summary>
    public static (double Before, double After, DType Gradient) Storage()
    {
        #region Storage
        var loss = Fn((Tensor w, Tensor images, Tensor targets) =>                  // bf16[784, 10], u8[n, 784], f32[n, 10]
            ((images.To(DType.F32) / 255).To(DType.BF16).Dot(w) - targets).Square().Mean(null, false));
        var step = Fn((Tensor master, Tensor images, Tensor targets) =>             // weights are kept in f32, and used in bf16
            master - 0.01 * loss.Grad()(master.To(DType.BF16), images, targets).To(DType.F32));
        #endregion
        var random = new Random(1);
        byte[] pixels = new byte[20 * 784];
        random.NextBytes(pixels);
        var images = Tensor.Of(pixels, 20, 784);
        var targets = Tensor.Of([.. Enumerable.Range(0, 200).Select(_ => random.NextSingle())], 20, 10);
        var weights = Tensor.Zeros(784, 10);
        double before = (double)loss(weights.To(DType.BF16), images, targets);
        for (int i = 0; i < 20; i++) weights = step(weights, images, targets);
        return (before, (double)loss(weights.To(DType.BF16), images, targets), loss.Grad()(weights.To(DType.BF16), images, targets).DType);
    }

    /// <summary>Steps in the memory of their state.</summary>
    public static (Tensor Updated, Tensor Donated, bool IsGone) Memory()
    {
        #region Memory
        var step = Fn((Line p, Tensor x) => new Line(p.Slope + x, p.Offset - x));
        var state = new Line(Tensor.Of(1.0), Tensor.Of(2.0));
        for (int i = 0; i < 3; i++) step.Update(ref state, 0.5);        // no allocation once it is warm

        var before = Tensor.Of(new[] { 1.0, 2.0 });
        var twice = Fn((Tensor x) => x * 2);
        Tensor after = twice(Donate(before));                           // in the memory of before, which is gone
        #endregion
        return (state.Slope, after, before.IsDonated);
    }

    /// <summary>LINQ over arrays.</summary>
    public static double[] Arrays()
    {
        #region Arrays
        var energy = Fn((double[] v, double k) => v.Select(x => k * x * x).Sum() / 2);
        double[] force = energy.Grad()([1, 2, 3], 4);       // 4, 8, 12
        #endregion
        return force;
    }

    #region Model
    /// <summary>Parameters are plain records.</summary>
    public sealed record Line(Tensor Slope, Tensor Offset);

    /// <summary>Fits a line by gradient descent.</summary>
    public static Line Fit()
    {
        var model = Fn((Line p, Tensor x) => p.Slope * x + p.Offset);
        var loss = Fn((Line p, Tensor x, Tensor y) => (model(p, x) - y).Square().Mean(null, false));
        var step = Fn((Line p, Tensor x, Tensor y) => Tree.Map((w, dw) => w - 0.1 * dw, p, loss.Grad()(p, x, y)));

        var line = new Line(0.0, 0.0);
        Tensor x = new double[] { 0, 1, 2, 3 }, y = new double[] { 1, 3, 5, 7 };
        for (int i = 0; i < 300; i++) line = step(line, x, y);
        return line;
    }
    #endregion
}
