using System.Diagnostics;
using MindDsl.Examples.OptionPricing;
using Xunit;

namespace MindDsl.Tests.Examples;

/// <summary>The formulas of the option desk against the closed forms of Black and Scholes.</summary>
public class OptionPricingTests
{
    public static TheoryData<double, double, double, double, double> Markets => new()
    {
        { 100, 105, 0.03, 0.2, 0.75 },
        { 120, 100, 0.01, 0.35, 2 },
        { 80, 100, -0.005, 0.15, 0.25 },
        { 100, 100, 0.1, 0.5, 0.1 },
    };

    [Theory]
    [MemberData(nameof(Markets))]
    public void Calls_puts_and_digitals_have_the_greeks_of_the_closed_forms(double spot, double strike, double rate, double volatility, double time)
    {
        var market = new Market(spot, strike, rate, volatility, time);
        double root = Math.Sqrt(time), d1 = (Math.Log(spot / strike) + (rate + volatility * volatility / 2) * time) / (volatility * root), d2 = d1 - volatility * root;
        double discount = Math.Exp(-rate * time), density = Density(d1);
        double gamma = density / (spot * volatility * root), vega = spot * density * root, decay = -spot * density * volatility / (2 * root);
        Close(new(
            spot * Normal(d1) - strike * discount * Normal(d2), Normal(d1), gamma, vega,
            decay - rate * strike * discount * Normal(d2), strike * time * discount * Normal(d2)), Desk.Price(Desk.Formulas["call"], market), 1e-9);
        Close(new(
            strike * discount * Normal(-d2) - spot * Normal(-d1), Normal(d1) - 1, gamma, vega,
            decay + rate * strike * discount * Normal(-d2), -strike * time * discount * Normal(-d2)), Desk.Price(Desk.Formulas["put"], market), 1e-9);
        double pays = discount * Normal(d2), edge = discount * Density(d2);
        Close(new(
            pays, edge / (spot * volatility * root), -edge * d1 / (spot * spot * volatility * volatility * time), -edge * d1 / volatility,
            rate * pays + edge * (d1 / (2 * time) - rate / (volatility * root)), -time * pays + edge * root / volatility), Desk.Price(Desk.Formulas["digital"], market), 1e-9);
    }

    [Fact]
    public void A_tree_approaches_the_closed_form_and_so_do_its_derivatives()
    {
        var (closed, tree) = (Desk.Price(Desk.Formulas["call"], Market.Sample), Desk.Price(Desk.Formulas["tree"], Market.Sample));
        Assert.Equal(closed.Price, tree.Price, 0.02);
        Assert.Equal(closed.Delta, tree.Delta, 0.02);
        Assert.Equal(closed.Rho, tree.Rho, 2.0);
        double up = Desk.Price(Desk.Formulas["tree"], Market.Sample with { Volatility = 0.2 + 1e-6 }).Price, down = Desk.Price(Desk.Formulas["tree"], Market.Sample with { Volatility = 0.2 - 1e-6 }).Price;
        Assert.Equal((up - down) / 2e-6, tree.Vega, 1e-4);
    }

    [Fact]
    public void An_american_put_is_worth_more_than_a_european_one_and_than_its_exercise()
    {
        var market = Market.Sample with { Spot = 90, Rate = 0.08 };
        var (american, european) = (Desk.Price(Desk.Formulas["american"], market), Desk.Price(Desk.Formulas["put"], market));
        Assert.True(american.Price > european.Price + 0.1);
        Assert.True(american.Price >= market.Strike - market.Spot);
        Assert.InRange(american.Delta, -1, european.Delta);
    }

    [Theory]
    [InlineData("Spot - Strik", "MIND0730")]
    [InlineData("while Spot when fun s -> s > 0 do fun s -> s + 1", "MIND0761")]
    [InlineData("let rec f x = f x in f Spot", "MIND0757")]
    [InlineData("(Spot, Strike)", "MIND0753")]
    public void Formulas_of_users_are_refused_with_designed_errors(string formula, string code) =>
        Assert.Equal(code, Assert.Throws<MindDslException>(() => Desk.Price(formula, Market.Sample)).Code);

    [Theory]
    [InlineData(0, "--formula", "max (Spot - Strike) 0", "--spot", "110")]
    [InlineData(0, "--names")]
    [InlineData(0, "--help")]
    [InlineData(1, "--formula", "Spot -")]
    [InlineData(1, "--file", "no.mind")]
    [InlineData(2, "--spot", "none")]
    [InlineData(2, "--volatility", "-1")]
    [InlineData(2, "--speed", "1")]
    public async Task The_program_ends_as_programs_do(int expected, params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "OptionPricing.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var cancellation = TestContext.Current.CancellationToken;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        await process.WaitForExitAsync(cancellation);
        Assert.Equal(expected, process.ExitCode);
        Assert.Equal(expected == 0, (await output).Length > 0);
        Assert.Equal(expected != 0, (await error).Length > 0);
        if (arguments.Contains("110")) Assert.Contains("formula", await output, StringComparison.Ordinal);
    }

    private static void Close(Greeks expected, Greeks found, double tolerance)
    {
        void Same(string name, double a, double b) => Assert.True(Math.Abs(a - b) <= tolerance * (1 + Math.Abs(a)), FormattableString.Invariant($"{name}: {a} and {b}"));
        Same("price", expected.Price, found.Price);
        Same("delta", expected.Delta, found.Delta);
        Same("gamma", expected.Gamma, found.Gamma);
        Same("vega", expected.Vega, found.Vega);
        Same("theta", expected.Theta, found.Theta);
        Same("rho", expected.Rho, found.Rho);
    }

    private static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>Φ by the trapezoidal rule, which converges geometrically on a function that falls off like this.</summary>
    private static double Normal(double x)
    {
        const int Steps = 20_000;
        const double Low = -12;
        double h = (x - Low) / Steps, sum = (Density(Low) + Density(x)) / 2;
        for (int k = 1; k < Steps; k++) sum += Density(Low + k * h);
        // Euler and Maclaurin: what the end at x adds.
        return h * sum - h * h / 12 * (-x * Density(x)) + h * h * h * h / 720 * (-(x * x * x) + 3 * x) * Density(x);
    }
}
