namespace MindDsl.Testing;

/// <summary>How thorough a check is.</summary>
public sealed record CheckOptions
{
    /// <summary>The usual.</summary>
    public static CheckOptions Default { get; } = new();

    /// <summary>How many random arguments are tried.</summary>
    public int Points { get; init; } = 5;

    /// <summary>How many elements of the arguments are moved at each, chosen at random if there are more.</summary>
    public int Elements { get; init; } = 24;

    /// <summary>The largest error that is allowed, relative to the derivative or to 1 if that is more.</summary>
    public double Tolerance { get; init; } = 1e-6;

    /// <summary>The largest difference between backends that is allowed, in the same sense.</summary>
    public double BackendTolerance { get; init; } = 1e-12;

    /// <summary>Whether second derivatives are looked at.</summary>
    public bool SecondOrder { get; init; } = true;

    /// <summary>Where the random arguments come from: equal seeds give equal arguments.</summary>
    public int Seed { get; init; } = 1;
}
