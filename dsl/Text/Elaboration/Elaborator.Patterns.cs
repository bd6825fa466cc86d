using MindDsl.Ir;
using MindDsl.Text.Syntax;
using MindDsl.Text.Types;

namespace MindDsl.Text.Elaboration;

/// <content>Patterns and matches.</content>
internal sealed partial class Elaborator
{
    private CorePattern Pattern(PatternSyntax node, MindType type, ref NameScope? scope)
    {
        switch (node)
        {
            case NamePatternSyntax name when _cases.TryGetValue(name.Name, out var nullary):
                return Case(node, nullary, [], type, ref scope);
            case NamePatternSyntax name:
                var symbol = new Symbol(name.Name);
                scope = new(name.Name, new(new NameCore(name.Span, symbol), Scheme.Of(type)), scope);
                return new BindPattern(node.Span, symbol);
            case WildcardPatternSyntax:
                return new AnyPattern(node.Span);
            case LiteralPatternSyntax literal:
                var (constant, written) = Constant(literal.Value, literal);
                _types.Require(node.Span, type, written);
                return new ConstantPattern(node.Span, literal.Value, ((ConstantCore)constant).Type);
            case TuplePatternSyntax tuple:
                var items = tuple.Items.Map(_ => (MindType)_types.Fresh());
                _types.Require(node.Span, type, new TupleType(items));
                var patterns = new CorePattern[items.Count];
                for (int k = 0; k < patterns.Length; k++) patterns[k] = Pattern(tuple.Items[k], items[k], ref scope);
                return new TuplePattern(node.Span, Seq.Create<CorePattern>(patterns));
            case AnnotatedPatternSyntax annotated:
                var wanted = Read(annotated.Type);
                _types.Require(node.Span, wanted, type);
                return new CheckedPattern(node.Span, Pattern(annotated.Pattern, wanted, ref scope), wanted);
            case CasePatternSyntax found:
                return FindCase(found) is { } declared ? Case(node, declared, found.Fields, type, ref scope) : Unknown(found, ref scope);
            case RecordPatternSyntax record:
                RequireDistinct(record.Fields.Map(f => f.Name));
                var fields = new CorePattern[record.Fields.Count];
                for (int k = 0; k < fields.Length; k++)
                {
                    var field = _types.Fresh();
                    _types.Add(new FieldConstraint(record.Fields[k].Span, type, record.Fields[k].Name.Text, field, RecordWith(record.Fields[k].Name.Text)));
                    fields[k] = Pattern(record.Fields[k].Pattern, field, ref scope);
                }
                return new RecordPattern(node.Span, record.Fields.Map(f => f.Name.Text), Seq.Create<CorePattern>(fields));
            default:
                return new AnyPattern(node.Span);
        }
    }

    private CorePattern Unknown(CasePatternSyntax node, ref NameScope? scope)
    {
        foreach (var field in node.Fields) Pattern(field, _types.Fresh(), ref scope);
        return new AnyPattern(node.Span);
    }

    private CaseDeclaration? FindCase(CasePatternSyntax node)
    {
        string name = node.Name[^1].Text;
        if (node.Name.Count == 1)
        {
            if (_cases.TryGetValue(name, out var found)) return found;
            Report(node, Diagnostics.CaseNotFound(name, null, Spelling.Nearest(name, _cases.Keys)));
            return null;
        }
        string union = node.Name[^2].Text;
        if (!_unions.TryGetValue(union, out var declaration)) Report(node, Diagnostics.TypeNotFound(union, Spelling.Nearest(union, _unions.Keys)));
        else if (declaration.Cases.FirstOrDefault(c => c.Name == name) is { } found) return found;
        else Report(node, Diagnostics.CaseNotFound(name, union, Spelling.Nearest(name, declaration.Cases.Select(c => c.Name))));
        return null;
    }

    private CorePattern Case(PatternSyntax node, CaseDeclaration declared, Seq<PatternSyntax> fields, MindType type, ref NameScope? scope)
    {
        if (fields is [TuplePatternSyntax { Items: var items }] && declared.Fields.Count != 1) fields = items;
        var (union, types) = Instance(declared);
        _types.Require(node.Span, type, union);
        if (fields.Count != types.Count) Report(node, Diagnostics.CaseFieldsDiffer(declared.Name, types.Count, fields.Count));
        var patterns = new List<CorePattern>();
        for (int k = 0; k < fields.Count; k++)
        {
            var pattern = Pattern(fields[k], k < types.Count ? types[k] : _types.Fresh(), ref scope);
            if (k < types.Count) patterns.Add(pattern);
        }
        while (patterns.Count < types.Count) patterns.Add(new AnyPattern(node.Span));
        return new CasePattern(node.Span, declared, patterns.ToSeq());
    }

    private (Core, MindType) Match(MatchSyntax node, NameScope? scope)
    {
        var subject = Expression(node.Subject, scope);
        MindType? result = null;
        var cases = node.Cases.Map(c =>
        {
            RequireDistinct([c.Pattern]);
            var inner = scope;
            var pattern = Pattern(c.Pattern, subject.Type, ref inner);
            var body = Expression(c.Body, inner);
            if (result is not null) _types.Require(c.Body.Span, result, body.Type);
            result = result is null ? body.Type : Wider(result, body.Type);
            return (pattern, body.Core);
        });
        RequireCovering(node.Span, cases.Map(c => c.pattern), subject.Type);
        return (new MatchCore(node.Span, subject.Core, cases, subject.Type), result ?? _types.Fresh());
    }

    private void RequireCovering(TextSpan span, Seq<CorePattern> patterns, MindType type)
    {
        if (Coverage.Missing([.. patterns.Select(p => (Seq<CorePattern>)[p])], 1) is { } missing) _types.Report(span, Diagnostics.MatchNotExhaustive(missing[0]));
    }

    private void RequireDistinct(IEnumerable<NameSyntax> names)
    {
        var seen = new HashSet<string>();
        foreach (var name in names) if (!seen.Add(name.Text)) Report(name, Diagnostics.NameTwice(name.Text));
    }

    private void RequireDistinct(IEnumerable<PatternSyntax> patterns)
    {
        var names = new List<NameSyntax>();
        void Collect(PatternSyntax pattern)
        {
            switch (pattern)
            {
                case NamePatternSyntax name when !_cases.ContainsKey(name.Name):
                    names.Add(new(name.Name) { Span = name.Span });
                    break;
                case TuplePatternSyntax tuple:
                    foreach (var item in tuple.Items) Collect(item);
                    break;
                case AnnotatedPatternSyntax annotated:
                    Collect(annotated.Pattern);
                    break;
                case CasePatternSyntax found:
                    foreach (var field in found.Fields) Collect(field);
                    break;
                case RecordPatternSyntax record:
                    foreach (var field in record.Fields) Collect(field.Pattern);
                    break;
            }
        }
        foreach (var pattern in patterns) Collect(pattern);
        RequireDistinct(names);
    }
}
