using MindDsl.Ir;
using MindDsl.Text.Syntax;
using MindDsl.Text.Types;

namespace MindDsl.Text.Elaboration;

/// <summary>A program after elaboration.</summary>
/// <param name="Source">The text.</param>
/// <param name="Root">What it stands for.</param>
/// <param name="Type">The type of that.</param>
internal sealed record TextProgram(SourceText Source, Core Root, MindType Type);

/// <content>Whole programs.</content>
internal sealed partial class Elaborator
{
    private readonly List<Diagnostic> _errors = [];
    private readonly HashSet<string> _opened = [];
    private LetSyntax? _entry;

    /// <summary>Elaborates a text.</summary>
    /// <param name="module">The definitions of the text, or null.</param>
    /// <param name="expression">The expression that the text is, or null.</param>
    /// <param name="expected">The type that it has to have, or null for any.</param>
    /// <param name="entry">The definition that is meant; null for main, or else the last one.</param>
    /// <param name="given">Names that the text may read, as the fields of its one parameter; null if it has none.</param>
    public Parsed<TextProgram> Program(ModuleSyntax? module, ExpressionSyntax? expression, MindType? expected, string? entry = null, RecordType? given = null)
    {
        NameScope? scope = null;
        CorePattern? parameter = null;
        if (given is not null)
        {
            var fields = given.Names.Map(n => new Symbol(n));
            for (int k = 0; k < fields.Count; k++) scope = new(given.Names[k], new(new NameCore(default, fields[k]), Scheme.Of(given.Types[k])), scope);
            parameter = new RecordPattern(default, given.Names, fields.Map(CorePattern (f) => new BindPattern(default, f)));
        }
        var (root, type) = module is not null ? Module(module, scope, entry) : Expression(expression!, scope);
        if (parameter is not null) (root, type) = (new LambdaCore(root.Span, "formula", [parameter], root, new ArrowType(given!, type)), new ArrowType(given!, type));
        if (expected is not null && _types.Errors.Count == 0)
        {
            // A value where a function without parameters is wanted.
            if (expected is ArrowType { Parameter: TupleType { Items.Count: 0 }, Result: var result } && type.Resolved is not ArrowType) expected = result;
            if (!Fits(expected, type)) _types.Report(root.Span, Diagnostics.ProgramTypeDiffers(TypeText.Of([expected, type])));
        }
        _types.Finish();
        foreach (var constant in _constants) Settle(constant.Type.Element.Resolved);
        // What is asked for may be a function for numbers of any type; inside of it they have one.
        var open = type.Resolved is ArrowType ? _types.VariablesOf(type) : [];
        foreach (var number in _types.Undecided) if (!open.Contains(number)) Settle(number);
        Flush();
        return new(_errors.Count == 0 ? new(_source, root, type) : null, _source, _errors.ToSeq());
    }

    /// <summary>A number that nothing says more about: i32 or f64. That of a polymorphic function takes the type of what is beside it.</summary>
    private static void Settle(MindType element)
    {
        if (element is TypeVariable { Level: not int.MaxValue } variable)
            variable.Bind(ElementType.Of(variable.IsWholeNumber && (variable.Allowed & Elements.Integer) != 0 ? DType.I32 : DType.F64));
    }

    /// <summary>Makes a type the one that is asked for. A result that may be a tensor of any type is one of the numbers that are written in it.</summary>
    private bool Fits(MindType expected, MindType type)
    {
        type = type.Resolved;
        if (expected is ArrowType wanted && type is ArrowType found) return _types.Unify(wanted.Parameter, found.Parameter) && Fits(wanted.Result, found.Result);
        if (expected is DataType { Element: AnyElement } && type is DataType data)
        {
            _types.Solve();
            if (data.Element.Resolved is TypeVariable { IsWholeNumber: true } number) Settle(number);
        }
        return _types.Unify(expected, type);
    }

    /// <summary>Notes the errors with their places in the text that is read now.</summary>
    private void Flush()
    {
        _errors.AddRange(_types.Errors.OrderBy(e => e.Span.Start).Select(e => e.Diagnostic with { At = _source.Picture(e.Span) }));
        _types.Errors.Clear();
    }

    private (Core, MindType) Module(ModuleSyntax node, NameScope? scope, string? entry)
    {
        var bindings = new List<BindingCore>();
        var defined = new List<string>();
        // What is asked for has the type that is asked for; nothing that follows uses it at another one.
        _entry = node.Definitions is [.., LetDefinitionSyntax { Let: var last }] && last.Bindings.Any(b => Simple(b.Target)?.Text is { } target && target == (entry ?? target)) ? last : null;
        scope = Definitions(node, scope, bindings, defined);
        string? name = entry ?? (defined.Contains("main") ? "main" : defined.LastOrDefault());
        if (name is null || !defined.Contains(name)) return Refused(node, Diagnostics.DefinitionNotFound(name ?? "main", defined));
        var found = NameScope.Find(scope, name)!;
        var (use, type) = Use(found, node);
        return (new BlockCore(node.Span, bindings.ToSeq(), use), type);
    }

    private NameScope? Definitions(ModuleSyntax node, NameScope? scope, List<BindingCore> bindings, List<string> defined)
    {
        foreach (var definition in node.Definitions)
        {
            _variables = [];
            switch (definition)
            {
                case OpenSyntax open:
                    scope = Open(open, scope, bindings);
                    break;
                case TypeDefinitionsSyntax types:
                    Define(types);
                    break;
                case LetDefinitionSyntax let:
                    scope = Let(let.Let, scope, bindings, isLocal: false);
                    foreach (var binding in let.Let.Bindings) if (Simple(binding.Target) is { } name) defined.Add(name.Text);
                    break;
            }
        }
        return scope;
    }

    private NameScope? Open(OpenSyntax node, NameScope? scope, List<BindingCore> bindings)
    {
        string path = string.Join('.', node.Path);
        if (environment.Open(node.Path.Map(p => p.Text)) is not { } text)
        {
            Report(node, Diagnostics.ModuleNotFound(path));
            return scope;
        }
        if (!_opened.Add(path)) return scope;
        _types.Solve();
        Flush();
        var outer = _source;
        _source = text;
        var parsed = TextParser.ParseModule(text);
        _errors.AddRange(parsed.Errors);
        var inner = new List<BindingCore>();
        var defined = new List<string>();
        var found = parsed.Value is null ? scope : Definitions(parsed.Value, scope, inner, defined);
        _types.Solve();
        Flush();
        _source = outer;
        bindings.Add(new OpenedCore(text, inner.ToSeq()));
        // The names are there as they are, and behind the last name of the path.
        foreach (string name in defined.Distinct())
            if (NameScope.Find(found, name) is { } entry) found = new(node.Path[^1].Text + "." + name, entry, found);
        return found;
    }
}
