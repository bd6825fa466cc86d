namespace MindDsl.Examples.OptionPricing;

/// <summary>What a formula may read.</summary>
/// <param name="Spot">The price of the share now.</param>
/// <param name="Strike">The price at which the option may be exercised.</param>
/// <param name="Rate">The interest rate, continuously compounded, a year.</param>
/// <param name="Volatility">The volatility of the share, a year.</param>
/// <param name="Time">The time to expiry in years.</param>
public sealed record Market(double Spot, double Strike, double Rate, double Volatility, double Time)
{
    /// <summary>A share at 100.</summary>
    public static Market Sample { get; } = new(100, 105, 0.03, 0.2, 0.75);
}

/// <summary>A price and its derivatives.</summary>
/// <param name="Price">The price.</param>
/// <param name="Delta">With respect to the spot.</param>
/// <param name="Gamma">Twice with respect to the spot.</param>
/// <param name="Vega">With respect to the volatility.</param>
/// <param name="Theta">With respect to time that passes.</param>
/// <param name="Rho">With respect to the rate.</param>
public sealed record Greeks(double Price, double Delta, double Gamma, double Vega, double Theta, double Rho);
