using System.Diagnostics;

namespace MindDsl.Benchmarks;

/// <summary>How long a formula takes from its text to a function, warm.</summary>
internal static class TextTimes
{
    private const int Runs = 2001;
    private const string Formula = "max (Spot * exp (-Yield * Time) * normal ((log (Spot / Strike) + (Rate + Volatility ** 2 / 2) * Time) / (Volatility * sqrt Time)) - Strike * exp (-Rate * Time)) 0";

    private sealed record Market(double Spot, double Strike, double Rate, double Yield, double Volatility, double Time);

    public static int Run()
    {
        var language = MindLanguage.Plain.WithFunction("normal", Mind.Parse<Fn<double, double>>("fun x -> erfc (-x / sqrt 2) / 2"));
        // Another name for each text, so that none is found among those that are known.
        int number = 0;
        string Text() => Formula.Replace("max", "let a" + (number++).ToString(CultureInfo.InvariantCulture) + " = 1 in max", StringComparison.Ordinal);
        string last = "";
        Print("lay out a formula of 59 tokens: lexed, parsed, printed", Median(Text, t => last = MindText.Format(t)));
        Print("lex, parse and check it", Median(Text, t => language.CheckFormula<Market, double>(t)));
        Print("make a function of it", Median(Text, t => language.Formula<Market, double>(t)));
        Print("make a function of it when it was met before", Median(() => Formula, t => language.Formula<Market, double>(t)));
        return last.Length > 0 && language.CheckFormula<Market, double>(Formula).Count == 0 ? 0 : 1;
    }

    private static void Print(string what, (double Median, double Least) time) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {time.Median:F1} µs, at least {time.Least:F1} µs"));

    /// <summary>Median and minimum once the JIT compiler is done with its second, optimising round.</summary>
    private static (double Median, double Least) Median(Func<string> make, Action<string> action)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < 2) action(make());
        var times = new double[Runs];
        for (int i = 0; i < Runs; i++)
        {
            string text = make();
            long from = Stopwatch.GetTimestamp();
            action(text);
            times[i] = Stopwatch.GetElapsedTime(from).TotalMicroseconds;
        }
        Array.Sort(times);
        return (times[Runs / 2], times[0]);
    }
}
