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

    /// <summary>MIND0408: Taylor mode of a function with a rule of its own that takes functions.</summary>
    public static Diagnostic TaylorOfFunctionInRule() => new(
        "MIND0408", "a function with its own rule takes a function, and Taylor mode was asked for",
        help: "give the function numbers or tensors, or use Jvp as often as needed");

    /// <summary>MIND0409: a Jacobian of another structure than was asked for.</summary>
    public static Diagnostic DerivativeStructure(Type type, string found) => new(
        "MIND0409", "the derivative does not fit the type that it is to have", [("type", Structures(type)), ("derivative", found)],
        help: "a part of a Jacobian has the axes of the result, then those of the argument: a number, an array of as many axes, or a Tensor");

    /// <summary>MIND0410: a fixed point of what is not a float.</summary>
    public static Diagnostic FixedPointOfIntegers(string found) => new(
        "MIND0410", "a fixed point is made of floats", [("found", found)], help: "keep counters out of it, or use While");

    /// <summary>MIND0413: an equation in an unknown of more than one axis.</summary>
    public static Diagnostic EquationOfMatrices(Ir.TensorType found) => new(
        "MIND0413", "the unknown of an equation is a number or a vector", [("found", found.ToString())], help: "reshape it to one axis");

    /// <summary>MIND0414: a function that is read in quotes only.</summary>
    public static Diagnostic OnlyInQuotes(string function) => new(
        "MIND0414", $"{function} takes the derivative of a lambda, and this one was not quoted", help: $"write {function} inside of Fn(…)");

    /// <summary>MIND0411: a rule that is not linear.</summary>
    public static Diagnostic RuleIsNotLinear(string function, string expected, string found) => new(
        "MIND0411", $"the forward rule that was given for {function} is not linear in the tangents",
        [("of a sum", found), ("sum of both", expected)],
        help: "the tangent of the result is the tangents times factors that do not depend on them");

    /// <summary>MIND0412: a rule whose value is not that of the function.</summary>
    public static Diagnostic RuleHasAnotherValue(string function, string expected, string found) => new(
        "MIND0412", $"the value in the rule that was given for {function} is not the value of the function", [("function", expected), ("rule", found)],
        help: "the first result of a forward rule is the function's value at the arguments");

    private static string Structures(Type type) => type.ToString();
}
