using MindDsl.Ir;
using MindDsl.Text.Syntax;
using MindDsl.Text.Types;

namespace MindDsl.Text.Elaboration;

/// <summary>Resolves names and finds types: from syntax to <see cref="Core"/>. All errors of a text are collected.</summary>
internal sealed partial class Elaborator(TextEnvironment environment, SourceText source)
{
    /// <summary>How many steps of inference are allowed for each step of reading that is.</summary>
    private const int StepsPerStep = 50;

    private SourceText _source = source;
    private readonly Inference _types = new((int)Math.Min(Inference.MostSteps, (long)StepsPerStep * environment.Limits.ProgramSize), MindLanguage.Cancellation);
    private readonly List<ConstantCore> _constants = [];
    private readonly HashSet<string> _sizes = [];

    /// <summary>A name in scope.</summary>
    private sealed record Entry(Core Use, Scheme Scheme);

    /// <summary>Names in scope, innermost first.</summary>
    private sealed record NameScope(string Name, Entry Entry, NameScope? Outer)
    {
        public static Entry? Find(NameScope? scope, string name)
        {
            for (; scope is not null; scope = scope.Outer) if (scope.Name == name) return scope.Entry;
            return null;
        }
    }

    /// <summary>The names of sizes that annotations introduce.</summary>
    public IReadOnlySet<string> Sizes => _sizes;

    private void Report(SyntaxNode node, Diagnostic diagnostic) => _types.Report(node.Span, diagnostic);

    private void Refuse(LanguageFeatures feature, SyntaxNode node, string what)
    {
        if ((environment.Refused & feature) != 0) Report(node, Diagnostics.FeatureRefused(what));
    }

    private (Core Core, MindType Type) Error(SyntaxNode node) => (new TextCore(node.Span, ""), _types.Fresh());

    /// <summary>What a name stands for: a local name, one of the host, an operation, a function, a conversion.</summary>
    private (Core Core, MindType Type) Name(string name, Seq<AttributeSyntax> attributes, int arguments, SyntaxNode node, NameScope? scope)
    {
        if (attributes.Count == 0)
        {
            if (NameScope.Find(scope, name) is { } entry) return Use(entry, node);
            if (_cases.TryGetValue(name, out var found)) return Constructor(found, node);
            if (environment.Names.TryGetValue(name, out var host)) return (new HostCore(node.Span, host.Root), host.Type);
            if (Builtin.All.TryGetValue(name, out var builtin) && builtin.Required == 0) return Used(builtin, [], node);
            if (AttributeValue.DTypeOf(name) is { } dtype)
            {
                var from = _types.FreshData();
                return (new ConversionCore(node.Span, dtype), new ArrowType(from, new DataType(ElementType.Of(dtype), from.Shape)));
            }
            if (_sizes.Contains(name)) return (new SizeCore(node.Span, name), DataType.Scalar(DType.I64));
        }
        foreach (var attribute in attributes) RequireSizes(attribute);
        if (Builtin.All.TryGetValue(name, out var settable) && settable.Attributes.Count > 0)
        {
            if (settable.Takes(attributes)) return Used(settable, attributes, node);
            Report(node, Diagnostics.AttributesDoNotFit(name, $"{name}<{string.Join(", ", settable.Attributes.Select(t => t == typeof(string) ? "text" : "number"))}>"));
            return Error(node);
        }
        if (TextTransformation.All.TryGetValue(name, out var transformation)) return Transform(transformation, attributes, node);
        if (PreludeUse.Find(name, attributes, arguments) is { } use)
        {
            if (use.Function?.Parameters.Any(p => p.Name == "key") == true) Refuse(LanguageFeatures.Random, node, name);
            return (new PreludeCore(node.Span, use), use.TypeOf(_types, node.Span));
        }
        Report(node, PreludeTable.Functions.ContainsKey(name) || PreludeTable.Operations.ContainsKey(name)
            ? Diagnostics.AttributesDoNotFit(name, PreludeUse.Describe(name))
            : Diagnostics.NameNotFound(name, Spelling.Nearest(name, Known(scope))));
        return Error(node);
    }

    /// <summary>Reports names in attributes that are neither sizes nor words of the language.</summary>
    private void RequireSizes(AttributeSyntax attribute)
    {
        if (attribute is ListAttributeSyntax list) foreach (var item in list.Items) RequireSizes(item);
        if (attribute is not SizeAttributeSyntax { Size: var size }) return;
        bool isWord = size.Terms.Count == 1 && size.Terms[0] is { Coefficient: 1, Names: { Count: 1 } names } && (AttributeValue.DTypeOf(names[0].Text) is not null || AttributeValue.Words.Contains(names[0].Text));
        if (isWord) return;
        foreach (var term in size.Terms)
            foreach (var name in term.Names)
                if (!_sizes.Contains(name.Text)) Report(name, Diagnostics.NameNotFound(name.Text, Spelling.Nearest(name.Text, [.. _sizes, .. AttributeValue.Words])));
    }

    private (Core, MindType) Used(Builtin builtin, Seq<AttributeSyntax> attributes, SyntaxNode node)
    {
        if (builtin.IsLoop) Refuse(LanguageFeatures.Loops, node, builtin.Name);
        return (new BuiltinCore(node.Span, builtin, attributes), builtin.Type(_types, node.Span));
    }

    /// <summary>One use of a name.</summary>
    private (Core, MindType) Use(Entry entry, SyntaxNode node)
    {
        var (type, arguments) = _types.Instantiate(entry.Scheme, node.Span);
        return (entry.Use is NameCore name ? name with { Span = node.Span, Parameters = entry.Scheme.Parameters, Arguments = arguments } : entry.Use, type);
    }

    private (Core, MindType) Transform(TextTransformation transformation, Seq<AttributeSyntax> attributes, SyntaxNode node)
    {
        Refuse(LanguageFeatures.Transformations, node, transformation.Name);
        if (transformation.With(attributes) is { } configured) transformation = configured;
        else Report(node, Diagnostics.AttributesDoNotFit(transformation.Name, transformation.Summary));
        var (function, result) = (_types.Fresh(), _types.Fresh());
        _types.Add(new TransformConstraint(node.Span, transformation, function, result));
        return (new TransformCore(node.Span, transformation), new ArrowType(function, result));
    }

    /// <summary>All names that may stand here, for suggestions.</summary>
    private IEnumerable<string> Known(NameScope? scope)
    {
        for (; scope is not null; scope = scope.Outer) yield return scope.Name;
        foreach (string name in environment.Names.Keys) yield return name;
        foreach (string name in _cases.Keys) yield return name;
        foreach (string name in Builtin.All.Keys) yield return name;
        foreach (string name in TextTransformation.All.Keys) yield return name;
        foreach (string name in PreludeTable.Operations.Keys) yield return name;
        foreach (string name in PreludeTable.Functions.Keys) yield return name;
    }
}
