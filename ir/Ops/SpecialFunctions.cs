namespace MindDsl.Ir;

/// <summary>Functions that the base library lacks.</summary>
public static class SpecialFunctions
{
#pragma warning disable CS1591
    public static double Expm1(double x) => throw new MindDslException(Diagnostics.Internal("expm1"));
    public static double Log1p(double x) => throw new MindDslException(Diagnostics.Internal("log1p"));
    public static double Erf(double x) => throw new MindDslException(Diagnostics.Internal("erf"));
    public static double Erfc(double x) => throw new MindDslException(Diagnostics.Internal("erfc"));
    public static double Lgamma(double x) => throw new MindDslException(Diagnostics.Internal("lgamma"));
    public static double Digamma(double x) => throw new MindDslException(Diagnostics.Internal("digamma"));
    public static double Polygamma(int n, double x) => throw new MindDslException(Diagnostics.Internal("polygamma"));
}

public static class Philox
{
    public static long Bits(long key, long counter) => throw new MindDslException(Diagnostics.Internal("philox"));
}
