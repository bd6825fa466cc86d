namespace MindDsl;

/// <summary>MIND01xx: what a quote cannot hold, and structures. MIND0403 to MIND0407: transformations of quotes.</summary>
public static partial class Diagnostics
{
    /// <summary>MIND0101: a construct that a quote cannot hold.</summary>
    public static Diagnostic ConstructNotSupported(string construct, string text, string? help) => new(
        "MIND0101", $"{construct} has no meaning in a quote", [("in", text)], help: help);

    /// <summary>MIND0102: a member that the language does not know.</summary>
    public static Diagnostic MethodNotSupported(string method, string? text, string? help = null) => new(
        "MIND0102", $"{method} is not part of the language", [("in", text ?? method)], help: help ?? "use a method of Tensor, Math or Mind, or a quoted function");

    /// <summary>MIND0103: a type that the language cannot hold.</summary>
    public static Diagnostic TypeNotSupported(Type type, string reason) => new(
        "MIND0103", $"a value of type {type.Name} cannot be in a quote", [("reason", reason)], help: "use double, float, int, long, bool, Tensor, arrays, records, tuples or anonymous types of them");

    /// <summary>MIND0104: a delegate that was not quoted.</summary>
    public static Diagnostic NotQuoted(string function) => new(
        "MIND0104", $"{function} is an ordinary delegate, which cannot be read", [], help: "make it with Mind.Fn(…): then it can be called alike, and differentiated");

    /// <summary>MIND0105: a run-time value where one must be known when the quote is read.</summary>
    public static Diagnostic AttributeNotKnown(string what) => new(
        "MIND0105", $"{what} must be known when the quote is read", [], help: "give a constant or a captured value");

    /// <summary>MIND0106: a tensor as a condition.</summary>
    public static Diagnostic ConditionIsATensor(MindDsl.Ir.TensorType type) => new(
        "MIND0106", "a condition must be one truth value, not a tensor", [("condition", type.ToString())], help: "choose element by element with Where(condition, x, y)");

    /// <summary>MIND0107: a condition that is no truth value.</summary>
    public static Diagnostic ConditionIsNotBool(MindDsl.Ir.TensorType type) => new(
        "MIND0107", "a condition must be a truth value", [("condition", type.ToString())], help: "compare it with something");

    /// <summary>MIND0108: branches of different types.</summary>
    public static Diagnostic BranchesDiffer(string first, string second) => new(
        "MIND0108", "the two branches give values of different types", [("first", first), ("second", second)], help: "convert one of them");

    /// <summary>MIND0109: loop state whose type changes.</summary>
    public static Diagnostic LoopStateChanges(string part, string before, string after) => new(
        "MIND0109", $"a step of a loop changes the type of {part}", [("before", before), ("after", after)], help: "give the initial state the type that the step makes, or convert in the step");

    /// <summary>MIND0110: a captured function that is null.</summary>
    public static Diagnostic CapturedFunctionIsNull(string function) => new(
        "MIND0110", $"the captured function {function} is null", [], help: "assign it before the first call");

    /// <summary>MIND0111: recursion without a branch that ends it.</summary>
    public static Diagnostic RecursionWithoutEnd(string function) => new(
        "MIND0111", $"{function} calls itself on every path", [], help: "decide with ?: whether to call it again");

    /// <summary>MIND0112: a recursive function whose result type changes.</summary>
    public static Diagnostic RecursionChangesType(string function, string first, string second) => new(
        "MIND0112", $"{function} gives values of different types on its paths", [("first", first), ("second", second)]);

    /// <summary>MIND0113: a function value whose type cannot be known.</summary>
    public static Diagnostic FunctionTypeUnknown(string function) => new(
        "MIND0113", $"the type of {function} is not known where it is chosen at run time", [], help: "call it where it is chosen or kept, so that the call shows what it takes");

    /// <summary>MIND0114: a call of what is no function.</summary>
    public static Diagnostic NotAFunction(string found, string? text) => new(
        "MIND0114", "what is called is not a function", [("found", found), ("in", text ?? found)]);

    /// <summary>MIND0115: a structure where a number is needed.</summary>
    public static Diagnostic NotANumber(string found, string? text) => new(
        "MIND0115", "a number or tensor is needed here", [("found", found), ("in", text ?? found)]);

    /// <summary>MIND0116: an array without elements.</summary>
    public static Diagnostic EmptyArray() => new(
        "MIND0116", "the array has no elements", [], help: "give it at least one");

    /// <summary>MIND0117: a function as the result of a call from C#.</summary>
    public static Diagnostic ResultIsFunction(Type type) => new(
        "MIND0117", $"a call from C# cannot give a function ({type.Name})", [], help: "call the inner function inside the quote, or take its arguments as parameters");

    /// <summary>MIND0118: a program is to be printed whose types are not known.</summary>
    public static Diagnostic ShapesNotKnown() => new(
        "MIND0118", "the shapes of the arguments are not known", [], help: "call the function first, or give arguments: f.Show(x)");

    /// <summary>MIND0120: a null argument.</summary>
    public static Diagnostic ArgumentIsNull(string what) => new(
        "MIND0120", $"{what} in an argument is null", []);

    /// <summary>MIND0121: a jagged array that is not rectangular.</summary>
    public static Diagnostic RowsDiffer(int row, int found, int expected) => new(
        "MIND0121", "the rows of the array have different lengths", [("row 0", Text(expected)), ("row", $"{Text(row)}, of length {Text(found)}")], help: "make the rows equal, or pad them");

    /// <summary>MIND0127: tensors at no place, outside of a quote.</summary>
    public static Diagnostic EmptyComprehension() => new(
        "MIND0127", "an axis of the comprehension has no places, so that the shape of an element is not known", [], help: "quote it: inside of a quote shapes are known");

    /// <summary>MIND0122: trees of different structure.</summary>
    public static Diagnostic TreesDiffer() => new(
        "MIND0122", "the trees do not have the same structure", [], help: "map over values of one type, with arrays of equal lengths");

    /// <summary>MIND0403: a gradient of what is no scalar.</summary>
    public static Diagnostic LossIsNotAScalar(string found) => new(
        "MIND0403", "a gradient needs a function whose result is one float", [("found", found)], help: "reduce the result with Sum or Mean, or use Vjp");

    /// <summary>MIND0404: a gradient with respect to an argument without floats.</summary>
    public static Diagnostic NoFloatInArgument(string argument, string found) => new(
        "MIND0404", $"the argument {argument} holds no float, so there is no gradient with respect to it", [("argument", found)], help: "choose another argument with Wrt, or convert it to a float before");

    /// <summary>MIND0405: a tangent that does not fit.</summary>
    public static Diagnostic TangentDiffers(string what, string expected, string found) => new(
        "MIND0405", $"the {what} does not fit the value it belongs to", [("expected", expected), ("found", found)]);

    /// <summary>MIND0406: a batched call on a scalar.</summary>
    public static Diagnostic BatchWithoutAxis(MindDsl.Ir.TensorType found) => new(
        "MIND0406", "there is no first axis to run over", [("argument", found.ToString())], help: "give arguments with one more axis than the function takes");

    /// <summary>MIND0407: batched arguments of different lengths.</summary>
    public static Diagnostic BatchLengthsDiffer(MindDsl.Ir.Dim length, MindDsl.Ir.TensorType found) => new(
        "MIND0407", "the first axes of the arguments differ", [("length", length.ToString()), ("argument", found.ToString())]);

    /// <summary>MIND0129: function values of one .NET type that take or give other things than each other.</summary>
    public static Diagnostic FunctionTypesDiffer(string function, string first, string second) => new(
        "MIND0129", $"{function} is chosen at run time between functions of different types", [("first", first), ("second", second)],
        help: "give all of them arguments and results of the same element types and shapes");
}
