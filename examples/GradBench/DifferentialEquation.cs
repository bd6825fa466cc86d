using MindDsl.Ir;
using static MindDsl.Mind;

namespace MindDsl.Examples.GradBench;

/// <summary>
/// ode: a chain of equations, solved by the classical method of Runge and Kutta.
/// <code>
/// y₀' = x₀,   yᵢ' = xᵢ yᵢ₋₁,   y(0) = 0,   t from 0 to 2
/// </code>
/// The gradient of the last component is that of the discrete solution: it goes back through the steps.
/// </summary>
internal static class DifferentialEquation
{
    public static Fn<Tensor, int, Tensor> Solve(int n)
    {
        var slope = Fn((Tensor x, Tensor y) => x * Concat(new[] { Tensor.Ones(DType.F64, 1), y.Slice(0, 0, n - 1) }));
        var step = Fn((Tensor x, Tensor y, double h) =>
            Let(slope(x, y), k1 =>
            Let(slope(x, y + h * k1 / 2), k2 =>
            Let(slope(x, y + h * k2 / 2), k3 =>
            Let(slope(x, y + h * k3), k4 => y + h * (k1 + 2 * k2 + 2 * k3 + k4) / 6)))));
        return Fn((Tensor x, int steps) => Iterate(steps, 0 * x, y => step(x, y, 2.0 / steps)));
    }

    public static Problem Problem { get; } = new("ode", (function, input) =>
    {
        var x = input.Vector("x");
        int n = (int)x.Count, steps = input.Whole("s");
        var solve = Solve(n);
        var gradient = Fn((Tensor x, int steps) => (double)solve(x, steps)[n - 1]).Grad();
        return function switch
        {
            "primal" => Evaluation.Elements(() => solve(x, steps)),
            "gradient" => Evaluation.Elements(() => gradient(x, steps)),
            _ => null,
        };
    });
}
