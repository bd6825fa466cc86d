using MindDsl.Ir;
using MindDsl.Quote;

namespace MindDsl.Text;

/// <summary>A function that is a printed program.</summary>
/// <param name="module">The program.</param>
/// <param name="delegateType">The type of the delegate; the leaves of its arguments are the parameters of the entry in order, and those of its result the results.</param>
internal sealed class ModuleCode(Module module, Type delegateType) : FunctionCode(
    module.Entry.Text,
    [.. delegateType.GetMethod("Invoke")!.GetParameters().Select(p => p.ParameterType)],
    delegateType.GetMethod("Invoke")!.ReturnType,
    QuotedFunction.MakerFor(delegateType))
{
    /// <summary>The program.</summary>
    public Module Module { get; } = module;

    /// <summary>True of a text whose first definition is a function that says the types of all its parameters and of its result, as printed programs do.</summary>
    public static bool IsPrinted(Syntax.ModuleSyntax module) =>
        module.Definitions.OfType<Syntax.LetDefinitionSyntax>().FirstOrDefault()?.Let.Bindings is [{ Type: not null } first, ..]
        && first.Parameters.Count > 0 && first.Parameters.All(p => p is Syntax.AnnotatedPatternSyntax or Syntax.TuplePatternSyntax { Items.Count: 0 });
}
