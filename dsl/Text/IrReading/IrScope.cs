using MindDsl.Ir;
using MindDsl.Text.Parsing;
using MindDsl.Text.Syntax;

namespace MindDsl.Text.IrReading;

/// <summary>The values of a function of printed IR by name: in a function each name is bound once, so they are known before the function is read.</summary>
internal sealed class IrScope
{
    private readonly Dictionary<string, Value> _values = new(StringComparer.Ordinal);
    private readonly SourceText _source;
    private readonly IrTypes _types;

    /// <summary>Finds everything that a function binds.</summary>
    public IrScope(SourceText source, IrTypes types, BindingSyntax function)
    {
        (_source, _types) = (source, types);
        foreach (var parameter in function.Parameters) Bind(parameter, null);
        Visit(function.Value);
    }

    /// <summary>The values and their names.</summary>
    public IEnumerable<KeyValuePair<string, Value>> Values => _values;

    /// <summary>The value of a name, if the function binds it.</summary>
    public Value? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>The values that parameters bind: <c>()</c>, or one for each.</summary>
    public Seq<Value> Parameters(Seq<PatternSyntax> parameters) => parameters is [TuplePatternSyntax { Items: [] }] ? [] : parameters.Map(Bound);

    /// <summary>The values that the targets of a let bind.</summary>
    public Seq<Value> Targets(PatternSyntax target) => target is TuplePatternSyntax tuple ? tuple.Items.Map(Bound) : [Bound(target)];

    private Value Bound(PatternSyntax pattern) => pattern switch
    {
        AnnotatedPatternSyntax { Pattern: NamePatternSyntax name } => _values[name.Name],
        NamePatternSyntax name => _values[name.Name],
        _ => throw _types.Wrong("this pattern", pattern),
    };

    private void Visit(ExpressionSyntax expression) => FreshStack.Guard<object?>(() =>
    {
        switch (expression)
        {
            case BlockSyntax block:
                foreach (var let in block.Lets)
                {
                    if (let.IsRecursive || let.Bindings is not [{ Parameters: [] } binding]) throw _types.Wrong("a local function", let);
                    BindTargets(binding);
                    Visit(binding.Value);
                }
                Visit(block.Result);
                break;
            case FunctionSyntax function:
                foreach (var parameter in function.Parameters) Bind(parameter, null);
                Visit(function.Body);
                break;
            case IfSyntax choice:
                Visit(choice.Then);
                Visit(choice.Else);
                break;
            case WhileSyntax loop:
                Visit(loop.Condition);
                Visit(loop.Step);
                break;
            case ScanSyntax scan:
                Visit(scan.Step);
                break;
            case MatchSyntax match:
                foreach (var c in match.Cases)
                {
                    if (c.Pattern is not CasePatternSyntax pattern) throw _types.Wrong("this pattern", c.Pattern);
                    foreach (var field in pattern.Fields) Bind(field, null);
                    Visit(c.Body);
                }
                break;
            case ApplicationSyntax { Arguments: [FunctionSyntax body] }:
                Visit(body);
                break;
        }
        return null;
    });

    private void BindTargets(BindingSyntax binding)
    {
        if (binding.Target is TuplePatternSyntax tuple)
            foreach (var item in tuple.Items) Bind(item, null, binding.Span);
        else Bind(binding.Target, binding.Type, binding.Span);
    }

    private void Bind(PatternSyntax pattern, TypeSyntax? type, TextSpan? place = null)
    {
        if (pattern is TuplePatternSyntax { Items: [] }) return;
        if (pattern is AnnotatedPatternSyntax annotated) (pattern, type) = (annotated.Pattern, annotated.Type);
        if (pattern is not NamePatternSyntax name || type is null) throw _types.Wrong("a name without its type", pattern);
        if (!_values.TryAdd(name.Name, new(_types.Of(type), name.Name, _source.Span(place ?? pattern.Span))))
            throw new MindDslException(Diagnostics.IrNameBoundTwice(name.Name, _source.Picture(pattern.Span)));
    }
}
