using static MindDsl.Mind;

namespace MindDsl.Examples.GradBench;

/// <summary>hello: a function of a number, and its derivative.</summary>
internal static class Hello
{
    private static readonly Fn<double, double> Square = Fn((double x) => x * x);

    private static readonly Fn<double, double> Double = Square.Grad();

    public static Problem Problem { get; } = new("hello", (function, input) =>
    {
        double x = input.GetDouble();
        return function switch
        {
            "square" => Evaluation.Number(() => Square(x)),
            "double" => Evaluation.Number(() => Double(x)),
            _ => null,
        };
    });
}
