using static MindDsl.Mind;

namespace MindDsl.Examples.Lessons;

/// <summary>Lessons on programs that are written as text; docs/text-language.md shows them.</summary>
public static class TextLessons
{
    /// <summary>A text is a function like any other.</summary>
    public static (double Value, double Slope, double Composed) Texts()
    {
        #region Texts
        var f = Parse<Fn<double, double>>("fun x -> x * x + sin x");
        double value = f(2.0), slope = f.Grad()(2.0);       // called and differentiated as a quote is

        var g = Fn((double x) => f(x) * f.Grad()(x));       // and used in quotes
        double composed = g(2.0);
        #endregion
        return (value, slope, composed);
    }

    #region TextRecords
    /// <summary>Records of C# are records of the language, by the names of their members.</summary>
    public sealed record Line(Tensor Slope, Tensor Offset);

    /// <summary>Fits a line with a loss that is written as text.</summary>
    public static Line Fit()
    {
        var loss = Parse<Fn<Line, Tensor, Tensor, Tensor>>("fun p x y -> mean (square (p.Slope * x + p.Offset - y))");
        var step = Fn((Line p, Tensor x, Tensor y) => Tree.Map((w, dw) => w - 0.1 * dw, p, loss.Grad()(p, x, y)));

        var line = new Line(0.0, 0.0);
        Tensor x = new double[] { 0, 1, 2, 3 }, y = new double[] { 1, 3, 5, 7 };
        for (int i = 0; i < 300; i++) line = step(line, x, y);
        return line;
    }
    #endregion

    /// <summary>Formulas of strangers.</summary>
    public static (double Price, string Complaint, string Endless) Formulas()
    {
        #region Formulas
        var language = MindLanguage.Plain
            .WithConstant("tax", 0.19, "the value added tax")
            .WithFunction("discount", Fn((double rate, double years) => Math.Exp(-rate * years)), "what 1 after some years is worth now")
            .Without(LanguageFeatures.Recursion)
            .WithLimits(new LanguageLimits { Fuel = 100_000, Memory = 16 << 20 });

        var price = language.Parse<Fn<double, double>>("fun net -> net * (1 + tax) * discount 0.03 2");
        double now = price(100);

        var errors = language.Check<Fn<double, double>>("fun net -> net * (1 + taxx)");
        string complaint = errors[0].Help!;                 // did you mean tax?

        var endless = language.Parse<Fn<double, double>>("fun x -> while x when fun r -> r > 0 do fun r -> r + 1");
        string ended;
        try { ended = $"{endless(1)}"; }
        catch (MindDslException e) { ended = e.Code; }      // MIND0761: it takes too many steps
        #endregion
        return (now, complaint, ended);
    }
}
