using System.Globalization;
using MindDsl.Ir;
using MindDsl.Text.Parsing;
using MindDsl.Text.Syntax;
using static MindDsl.Text.Printing.Doc;

namespace MindDsl.Text.Printing;

/// <summary>How programs are laid out.</summary>
/// <param name="Width">Where lines should end.</param>
/// <param name="Indentation">By how many spaces inner lines are indented.</param>
internal sealed record TextLayout(int Width = 100, int Indentation = 2)
{
    /// <summary>The layout where nothing else is said.</summary>
    public static readonly TextLayout Default = new();
}

/// <summary>Prints abstract syntax. What is printed reads as the same syntax; what was printed once prints the same again.</summary>
internal sealed partial class SyntaxPrinter
{
    private readonly CommentQueue _comments;

    private SyntaxPrinter(CommentQueue comments) => _comments = comments;

    /// <summary>A module as text.</summary>
    public static string Print(ModuleSyntax module, TextLayout? layout = null, CommentQueue? comments = null) => Laid(new SyntaxPrinter(comments ?? CommentQueue.Empty).Module(module), layout);

    /// <summary>An expression as text, without a line end behind it.</summary>
    public static string Print(ExpressionSyntax expression, TextLayout? layout = null, CommentQueue? comments = null)
    {
        var printer = new SyntaxPrinter(comments ?? CommentQueue.Empty);
        return Laid(printer.Before(expression) + Group(printer.Expression(expression)) + printer.Rest(), layout);
    }

    /// <summary>A type as text.</summary>
    public static string Print(TypeSyntax type) => Laid(new SyntaxPrinter(CommentQueue.Empty).Type(type), null);

    /// <summary>A pattern as text.</summary>
    public static string Print(PatternSyntax pattern) => Laid(new SyntaxPrinter(CommentQueue.Empty).Pattern(pattern), null);

    private Doc Module(ModuleSyntax module)
    {
        var parts = new List<Doc>();
        if (module.Name.Count > 0) parts.Add(Before(module) + "module " + Path(module.Name));
        DefinitionSyntax? before = null;
        foreach (var definition in module.Definitions)
        {
            // Definitions have a blank line between them; what is opened stands together.
            var doc = Before(definition) + Definition(definition);
            parts.Add(before is OpenSyntax && definition is OpenSyntax || parts.Count == 0 ? doc : HardLine + doc);
            before = definition;
        }
        return parts.Count == 0 ? Rest() : Join(HardLine, parts) + HardLine + Rest();
    }

    /// <summary>The comments that stand before a part, a line each.</summary>
    private Doc Before(SyntaxNode node) => Lines(_comments.Before(node.Span.Start));

    /// <summary>The comments that are left.</summary>
    private Doc Rest() => Lines(_comments.Before(int.MaxValue));

    private static Doc Lines(IEnumerable<string> comments)
    {
        var doc = Empty;
        foreach (string comment in comments) doc = doc + Join(HardLine, comment.Split('\n').Select((line, n) => (Doc)(n == 0 ? line.TrimEnd() : "   " + line.Trim()))) + HardLine;
        return doc;
    }

    private static string Laid(Doc doc, TextLayout? layout)
    {
        layout ??= TextLayout.Default;
        string text = doc.Render(layout.Width, layout.Indentation);
        return text.Contains(" \n", StringComparison.Ordinal) ? string.Join('\n', text.Split('\n').Select(l => l.TrimEnd(' '))) : text;
    }

    private Doc Definition(DefinitionSyntax definition) => definition switch
    {
        OpenSyntax open => "open " + Path(open.Path),
        LetDefinitionSyntax let => Join(HardLine + HardLine + "and ", let.Let.Bindings.Select((b, n) =>
            (n > 0 ? Empty : let.Let.IsRecursive ? "let rec " : "let ") + Binding(b, isDefinition: true))),
        TypeDefinitionsSyntax types => Join(HardLine, types.Types.Select((t, n) => (n > 0 ? (Doc)"and " : "type ") + TypeDefinition(t))),
        _ => throw new MindDslException(Diagnostics.Internal($"{definition.GetType().Name} has no text")),
    };

    private Doc TypeDefinition(TypeDefinitionSyntax type)
    {
        string head = Name(type.Name) + (type.Parameters.Count == 0 ? "" : $"<{string.Join(", ", type.Parameters.Select(p => "'" + p.Text))}>") + " =";
        return type.Body switch
        {
            AliasBodySyntax alias => head + " " + Type(alias.Type),
            RecordBodySyntax record => head + Group(Nest(Line + Braces(record.Fields.Select(f => Name(f.Name) + ": " + Type(f.Type))))),
            UnionBodySyntax { Cases.Count: 0 } => head + " |",
            UnionBodySyntax union => head + Nest(Of([.. union.Cases.Select(c => HardLine + "| " + Case(c))])),
            _ => throw new MindDslException(Diagnostics.Internal($"{type.Body.GetType().Name} has no text")),
        };
    }

    private Doc Case(UnionCaseSyntax c) => c.Fields.Count == 0
        ? Name(c.Name)
        : Name(c.Name) + " of " + Join(" * ", c.Fields.Select(f => f.Name is null ? Factor(f.Type) : Name(f.Name) + ": " + Factor(f.Type)));

    private Doc Binding(BindingSyntax binding, bool isDefinition)
    {
        var head = binding.Target is NamePatternSyntax or TuplePatternSyntax or AnnotatedPatternSyntax ? Pattern(binding.Target) : PatternAtom(binding.Target);
        foreach (var parameter in binding.Parameters) head = head + Line + PatternAtom(parameter);
        if (binding.Type is { } type) head = head + (binding.Parameters.Count > 0 ? Line : Empty) + ": " + Type(type);
        foreach (var rule in binding.Rules)
        {
            string attributes = rule.Attributes.Count == 0 ? "" : $"<{string.Join(", ", rule.Attributes.Select(Attribute))}>";
            head = head + Line + "with " + Name(rule.Kind) + attributes + (rule.Function is { } function ? " " + Name(function) : "");
        }
        head = Group(Nest(head)) + " =";
        bool breaks = isDefinition && binding.Value is BlockSyntax;
        return breaks ? head + Nest(HardLine + Expression(binding.Value)) : Group(head + Nest(Line + Expression(binding.Value)));
    }

    private Doc Pattern(PatternSyntax pattern) => pattern switch
    {
        NamePatternSyntax name => Identifier.Written(name.Name),
        WildcardPatternSyntax => "_",
        LiteralPatternSyntax literal => literal.Value.ToString(),
        TuplePatternSyntax tuple => "(" + Join(", ", tuple.Items.Select(TypedPattern)) + ")",
        AnnotatedPatternSyntax => "(" + TypedPattern(pattern) + ")",
        RecordPatternSyntax record => record.Fields.Count == 0 ? "{ }" : "{ " + Join("; ", record.Fields.Select(f => Name(f.Name) + " = " + Pattern(f.Pattern))) + " }",
        CasePatternSyntax c => Join(" ", [Path(c.Name), .. c.Fields.Select(PatternAtom)]),
        _ => throw new MindDslException(Diagnostics.Internal($"{pattern.GetType().Name} has no text")),
    };

    private Doc TypedPattern(PatternSyntax pattern) =>
        pattern is AnnotatedPatternSyntax typed ? Pattern(typed.Pattern) + ": " + Type(typed.Type) : Pattern(pattern);

    private Doc PatternAtom(PatternSyntax pattern) => pattern is CasePatternSyntax ? "(" + Pattern(pattern) + ")" : Pattern(pattern);

    private Doc Type(TypeSyntax type) => FreshStack.Guard(() => type switch
    {
        FunctionTypeSyntax function => Join(" -> ", [.. function.Parameters.Select(Product), Product(function.Result)]),
        _ => Product(type),
    });

    private Doc Product(TypeSyntax type) => type is TupleTypeSyntax tuple ? Join(" * ", tuple.Items.Select(Factor)) : Factor(type);

    private Doc Factor(TypeSyntax type) => type switch
    {
        NamedTypeSyntax named => Path(named.Name) + (named.Arguments.Count == 0 ? Empty : "<" + Join(", ", named.Arguments.Select(Type)) + ">"),
        TypeVariableSyntax variable => "'" + variable.Name,
        TensorTypeSyntax tensor => (tensor.Element is TensorTypeSyntax ? "(" + Type(tensor.Element) + ")" : Factor(tensor.Element)) + $"[{string.Join(", ", tensor.Sizes.Select(Size))}]",
        _ => "(" + Type(type) + ")",
    };

    private static string Size(SizeSyntax size)
    {
        if (size.IsWildcard) return "_";
        var text = new System.Text.StringBuilder();
        foreach (var term in size.Terms)
        {
            if (term.Coefficient < 0) text.Append('-');
            else if (text.Length > 0) text.Append('+');
            var number = UInt128.CreateTruncating(Int128.Abs(term.Coefficient));
            if (number != 1 || term.Names.Count == 0) text.Append(number.ToString(CultureInfo.InvariantCulture)).Append(term.Names.Count > 0 ? "*" : "");
            text.AppendJoin('*', term.Names.Map(Name));
        }
        return text.ToString();
    }

    private string Attribute(AttributeSyntax attribute) => attribute switch
    {
        ListAttributeSyntax list => $"[{string.Join(", ", list.Items.Select(Attribute))}]",
        IndexedAttributeSyntax indexed => $"@[{string.Join(", ", indexed.Axes.Select(Attribute))}]",
        SizeAttributeSyntax size => Size(size.Size),
        TypeAttributeSyntax type => Print(type.Type),
        LiteralAttributeSyntax literal => literal.Value.ToString(),
        StringAttributeSyntax text => Identifier.Quoted(text.Text),
        _ => throw new MindDslException(Diagnostics.Internal($"{attribute.GetType().Name} has no text")),
    };

    private static string Path(Seq<NameSyntax> path) => string.Join('.', path.Map(Name));

    private static string Name(NameSyntax name) => Identifier.Written(name.Text);

    private Doc Braces(IEnumerable<Doc> parts) => Group("{" + Nest(Line + Join(";" + Line, parts)) + Line + "}");
}
