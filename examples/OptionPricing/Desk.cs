using System.Reflection;
using static MindDsl.Mind;

namespace MindDsl.Examples.OptionPricing;

/// <summary>Prices options by formulas that its users write.</summary>
public static class Desk
{
    #region OptionLanguage
    /// <summary>The language of formulas: the members of a market are names, and there is the normal distribution. Formulas of strangers are safe to run.</summary>
    public static readonly MindLanguage Language = MindLanguage.Plain
        .WithFunction("normal", Parse<Fn<double, double>>("fun x -> erfc (-x / sqrt 2) / 2"), "the distribution function of the normal distribution")
        .WithFunction("density", Parse<Fn<double, double>>("fun x -> exp (-x * x / 2) / 2.5066282746310002"), "its density")
        .Without(LanguageFeatures.Recursion | LanguageFeatures.Random)
        .WithLimits(new() { TextLength = 4000, Fuel = 1_000_000, Memory = 64 << 20 });

    /// <summary>The price by a formula, and its derivatives.</summary>
    public static Greeks Price(string formula, Market market)
    {
        var price = Language.Formula<Market, double>(formula);
        var (value, slopes) = price.ValueAndGrad()(market);
        var delta = Fn((Market m) => price.Grad()(m).Spot);
        return new(value, slopes.Spot, delta.Grad()(market).Spot, slopes.Volatility, -slopes.Time, slopes.Rate);
    }
    #endregion

    /// <summary>The formulas that come with the desk, by name.</summary>
    public static IReadOnlyDictionary<string, string> Formulas { get; } = ReadFormulas();

    private static SortedDictionary<string, string> ReadFormulas()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var formulas = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in assembly.GetManifestResourceNames())
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            formulas[name] = reader.ReadToEnd();
        }
        return formulas;
    }
}
