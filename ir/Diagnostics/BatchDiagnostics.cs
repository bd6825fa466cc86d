namespace MindDsl;

/// <summary>MIND0430 and on: axes of batched functions.</summary>
public static partial class Diagnostics
{
    /// <summary>MIND0430: another number of axes than the batched function has arguments.</summary>
    public static Diagnostic BatchAxesDiffer(int axes, int arguments) => new(
        "MIND0430", "Vmap needs one axis for each argument", [("axes", Text(axes)), ("arguments", Text(arguments))], help: "give null for an argument that all lanes share");

    /// <summary>MIND0431: a function that is known at run time only, taken apart into lanes.</summary>
    public static Diagnostic BatchOfFunctions() => new(
        "MIND0431", "a function that is chosen at run time has no axis of lanes", [], help: "give null as the axis of that argument");
}
