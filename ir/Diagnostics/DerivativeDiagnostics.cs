namespace MindDsl;

/// <summary>MIND04xx: derivatives that do not exist.</summary>
public static partial class Diagnostics
{
    /// <summary>MIND0401: forward mode through a function that has a reverse rule only.</summary>
    public static Diagnostic OnlyReverseRule(string function) => new(
        "MIND0401", $"{function} has its own reverse rule, and forward mode was asked for",
        help: "give the function a forward rule, which serves both modes, or use Grad or Vjp");

    /// <summary>MIND0402: a function whose body takes its own derivative.</summary>
    public static Diagnostic DerivativeOfItself(string function) => new(
        "MIND0402", $"the derivative of {function} is needed to compute {function} itself",
        help: "take the derivative outside of the recursion");
}
