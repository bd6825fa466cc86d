namespace MindDsl;

/// <summary>MIND0730 to MIND0799: the meaning of texts.</summary>
public static partial class Diagnostics
{
    /// <summary>MIND0730: a name that nothing has.</summary>
    public static Diagnostic NameNotFound(string name, string? suggestion) => new(
        "MIND0730", $"the name {name} is not known here", [], help: Meant(suggestion));

    /// <summary>MIND0731: types that differ.</summary>
    /// <param name="texts">The type that is needed and the one that is there.</param>
    public static Diagnostic TypesDiffer(string[] texts) => new(
        "MIND0731", "the type does not fit", [("needed", texts[0]), ("found", texts[1])]);

    /// <summary>MIND0732: an element type that an operation does not take.</summary>
    public static Diagnostic ElementTypeNotAllowed(string needed, string found) => new(
        "MIND0732", $"{needed} is needed here", [("found", found)], help: "convert it: f64 x, i32 x");

    /// <summary>MIND0733: a structure or function where a number is needed.</summary>
    public static Diagnostic NumberNeeded(string found) => new(
        "MIND0733", "a number or tensor is needed here", [("found", found)]);

    /// <summary>MIND0734: something is applied that is no function.</summary>
    public static Diagnostic FunctionNeeded(string found) => new(
        "MIND0734", "a function is needed here", [("found", found)]);

    /// <summary>MIND0735: more arguments than parameters.</summary>
    public static Diagnostic TooManyArguments(int parameters, int arguments, string function) => new(
        "MIND0735", $"the function has {Text(parameters)} parameter{(parameters == 1 ? "" : "s")}, and {Text(arguments)} arguments are given", [("function", function)],
        help: "put parentheses around an argument that is an application: f (g x)");

    /// <summary>MIND0736: operands of different element types.</summary>
    public static Diagnostic OperandsDiffer(string operation, string[] operands) => new(
        "MIND0736", $"the operands of {operation} have different element types", [.. operands.Select((o, k) => ("operand " + Text(k + 1), o))], help: "convert one of them: f64 x, f32 x, i32 x");

    /// <summary>MIND0737: operands whose shapes do not broadcast.</summary>
    public static Diagnostic OperandsDoNotBroadcast(string operation, string[] operands) => new(
        "MIND0737", $"the shapes of the operands of {operation} do not broadcast", [.. operands.Select((o, k) => ("operand " + Text(k + 1), o))]);

    /// <summary>MIND0738: a field that a record does not have.</summary>
    public static Diagnostic FieldNotFound(string field, string type, IEnumerable<string> fields) => new(
        "MIND0738", $"there is no field {field}", fields.Any() ? [("type", type), ("fields", string.Join(", ", fields))] : [("type", type)]);

    /// <summary>MIND0739: a field of something whose type is not known.</summary>
    public static Diagnostic RecordNotKnown(string field) => new(
        "MIND0739", $"the type of what has the field {field} is not known", [], help: "say it: (r: Model)");

    /// <summary>MIND0740: a type that is not known.</summary>
    public static Diagnostic TypeNotFound(string name, string? suggestion) => new(
        "MIND0740", $"the type {name} is not known", [], help: Meant(suggestion));

    /// <summary>MIND0741: a wrong number of arguments of a type.</summary>
    public static Diagnostic TypeArgumentsDiffer(string name, int expected, int found) => new(
        "MIND0741", $"the type {name} has {Text(expected)} parameter{(expected == 1 ? "" : "s")}", [("found", Text(found))]);

    /// <summary>MIND0742: an element type is needed.</summary>
    public static Diagnostic ElementTypeNeeded() => new(
        "MIND0742", "a tensor has an element type: bool, u8, i32, i64, f16, bf16, f32 or f64", []);

    /// <summary>MIND0743: a case that is not known.</summary>
    public static Diagnostic CaseNotFound(string name, string? union, string? suggestion) => new(
        "MIND0743", union is null ? $"the case {name} is not known" : $"the union {union} has no case {name}", [], help: Meant(suggestion));

    /// <summary>MIND0744: a pattern with the wrong number of fields.</summary>
    public static Diagnostic CaseFieldsDiffer(string name, int expected, int found) => new(
        "MIND0744", $"the case {name} has {Text(expected)} field{(expected == 1 ? "" : "s")}", [("found", Text(found))]);

    /// <summary>MIND0745: a match that does not cover all values.</summary>
    public static Diagnostic MatchNotExhaustive(string missing) => new(
        "MIND0745", "not every value fits a pattern", [("missing", missing)], help: "add a case for it, or _");

    /// <summary>MIND0746: a name that is bound twice.</summary>
    public static Diagnostic NameTwice(string name) => new(
        "MIND0746", $"{name} stands here twice", []);

    /// <summary>MIND0747: attributes that an operation does not have.</summary>
    public static Diagnostic AttributesDoNotFit(string name, string forms) => new(
        "MIND0747", $"the attributes of {name} do not fit", [("forms", forms)]);

    /// <summary>MIND0748: a value that is defined by itself.</summary>
    public static Diagnostic RecursiveValue(string name) => new(
        "MIND0748", $"let rec defines functions, and {name} is none", [], help: "give it a parameter");

    /// <summary>MIND0749: something is iterated over that has no elements.</summary>
    public static Diagnostic NothingToIterate(string found) => new(
        "MIND0749", "there are no elements to go over", [("found", found)], help: "elements have tensors of one axis or more, and lists");

    /// <summary>MIND0750: something is indexed that has no such axes.</summary>
    public static Diagnostic CannotBeIndexed(string found, int places) => new(
        "MIND0750", $"this cannot be indexed by {Text(places)} place{(places == 1 ? "" : "s")}", [("found", found)]);

    /// <summary>MIND0751: a range where none has a meaning.</summary>
    public static Diagnostic RangeOutOfPlace() => new(
        "MIND0751", "a range stands in an index or after in", []);

    /// <summary>MIND0751: a comprehension over a range without end.</summary>
    public static Diagnostic RangeWithoutEnd() => new(
        "MIND0751", "a range to go over needs an end", [], help: "for i in 0..9");

    /// <summary>MIND0752: an argument of a function that it does not have.</summary>
    public static Diagnostic ArgumentNotThere(string transformation, int argument, int parameters) => new(
        "MIND0752", $"{transformation} is taken with respect to a parameter that is not there", [("parameter", Text(argument)), ("parameters", Text(parameters))], help: "parameters count from 0");

    /// <summary>MIND0753: the type of a program is not the one that is wanted.</summary>
    /// <param name="texts">The type that is wanted and the one that the program has.</param>
    public static Diagnostic ProgramTypeDiffers(string[] texts) => new(
        "MIND0753", "the program does not have the type that is asked for", [("asked", texts[0]), ("found", texts[1])]);

    /// <summary>MIND0754: a definition that a text lacks.</summary>
    public static Diagnostic DefinitionNotFound(string name, IReadOnlyList<string> defined) => new(
        "MIND0754", $"the text does not define {name}", defined.Count == 0 ? [] : [("defined", string.Join(", ", defined))]);

    /// <summary>MIND0755: a module that is not there.</summary>
    public static Diagnostic ModuleNotFound(string path) => new(
        "MIND0755", $"there is no module {path}", [], help: "a module Nets.Layers is the file Nets/Layers.mind beside the one that opens it");

    /// <summary>MIND0756: a form of printed programs in one that is not.</summary>
    public static Diagnostic PrintedFormOutOfPlace(string form) => new(
        "MIND0756", $"{form} stands in printed programs only", []);

    /// <summary>MIND0757: something that the host does not allow.</summary>
    public static Diagnostic FeatureRefused(string what) => new(
        "MIND0757", $"{what} is not allowed here", []);

    /// <summary>MIND0758: the delegate type of a program is none of a quoted function.</summary>
    public static Diagnostic NotAFunctionType(Type type) => new(
        "MIND0758", $"{type.Name} is not the type of a quoted function", [], help: "ask for Fn<…>");

    /// <summary>MIND0759: a value that is not what its annotation says.</summary>
    public static Diagnostic AnnotationDiffers(string needed, string found) => new(
        "MIND0759", "the value does not have the type that is written", [("written", needed), ("found", found)]);

    /// <summary>MIND0760: a program that is too large.</summary>
    public static Diagnostic ProgramTooLarge(long limit) => new(
        "MIND0760", "the program is too large", [("limit", limit.ToString(System.Globalization.CultureInfo.InvariantCulture))]);

    /// <summary>MIND0761: a run that takes too many steps.</summary>
    public static Diagnostic FuelExhausted(long limit) => new(
        "MIND0761", "the program takes too many steps", [("limit", limit.ToString(System.Globalization.CultureInfo.InvariantCulture))]);

    /// <summary>MIND0762: a run that takes too much memory.</summary>
    public static Diagnostic MemoryExhausted(long needed, long limit) => new(
        "MIND0762", "the program takes too much memory",
        [("needed", needed.ToString(System.Globalization.CultureInfo.InvariantCulture) + " bytes"), ("limit", limit.ToString(System.Globalization.CultureInfo.InvariantCulture) + " bytes")]);

    /// <summary>MIND0763: a name that a host cannot offer.</summary>
    public static Diagnostic HostNameNotAllowed(string name, string reason) => new(
        "MIND0763", $"the name {name} cannot be offered", [("reason", reason)]);

    /// <summary>MIND0764: unions that are chosen at run time and whose types are not known.</summary>
    public static Diagnostic UnionNotKnown(string union) => new(
        "MIND0764", $"the types in {union} are not known where a case is chosen at run time", [], help: "annotate the value");

    /// <summary>MIND0765: a file of a program that cannot be read.</summary>
    public static Diagnostic TextFileNotRead(string file, string reason) => new(
        "MIND0765", "the file of a program cannot be read", [("file", file), ("reason", reason)]);

    /// <summary>MIND0766: a backend that cannot hold runs within bounds.</summary>
    public static Diagnostic BackendWithoutLimits(string backend) => new(
        "MIND0766", $"the backend {backend} cannot keep a run within bounds", [], help: "use the cpu backend or the interpreter");

    private static string? Meant(string? suggestion) => suggestion is null ? null : $"did you mean {suggestion}?";
}
