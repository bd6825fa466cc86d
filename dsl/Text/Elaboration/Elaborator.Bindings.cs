using MindDsl.Ir;
using MindDsl.Text.Syntax;
using MindDsl.Text.Types;

namespace MindDsl.Text.Elaboration;

/// <content>Lets, and what they bind.</content>
internal sealed partial class Elaborator
{
    private (Core, MindType) Block(BlockSyntax node, NameScope? scope)
    {
        var bindings = new List<BindingCore>();
        foreach (var let in node.Lets) scope = Let(let, scope, bindings, isLocal: true);
        var result = Expression(node.Result, scope);
        return (new BlockCore(node.Span, bindings.ToSeq(), result.Core), result.Type);
    }

    /// <summary>The scope behind a let.</summary>
    private NameScope? Let(LetSyntax node, NameScope? scope, List<BindingCore> bindings, bool isLocal)
    {
        foreach (var binding in node.Bindings) if (isLocal && binding.Parameters.Count > 0) Refuse(LanguageFeatures.Functions, binding, "a local function");
        if (node.IsRecursive)
        {
            Refuse(LanguageFeatures.Recursion, node, "let rec");
            return Recursive(node, scope, bindings);
        }
        var inner = scope;
        RequireDistinct(node.Bindings.Map(b => b.Target));
        foreach (var binding in node.Bindings) inner = Binding(binding, scope, inner, bindings, !ReferenceEquals(node, _entry));
        return inner;
    }

    private NameScope? Binding(BindingSyntax node, NameScope? scope, NameScope? inner, List<BindingCore> bindings, bool mayBeGeneral)
    {
        var (value, scheme) = _types.Bound(() =>
        {
            var (core, type) = Value(node, scope);
            return (core, type, mayBeGeneral && (node.Parameters.Count > 0 || node.Value is FunctionSyntax or LiteralSyntax or NameExpressionSyntax or OperationSyntax or OperatorNameSyntax));
        });
        if (Simple(node.Target) is { } name && !_cases.ContainsKey(name.Text))
        {
            var symbol = new Symbol(name.Text);
            CorePattern pattern = new BindPattern(name.Span, symbol);
            if (node.Target is AnnotatedPatternSyntax annotated)
            {
                var type = Read(annotated.Type);
                _types.Require(node.Value.Span, type, scheme.Type);
                pattern = new CheckedPattern(node.Target.Span, pattern, type);
            }
            bindings.Add(new LetCore(pattern, value, scheme.Parameters.Count > 0));
            return new(name.Text, new(new NameCore(name.Span, symbol), scheme), inner);
        }
        var found = Pattern(node.Target, scheme.Type, ref inner);
        RequireCovering(node.Target.Span, [found], scheme.Type);
        bindings.Add(new LetCore(found, value, false));
        return inner;
    }

    private (Core, MindType) Value(BindingSyntax node, NameScope? scope)
    {
        (Core Core, MindType Type) value;
        if (node.Parameters.Count > 0) value = Lambda(Simple(node.Target)?.Text ?? "f", node.Parameters, node.Type, node.Value, node.Span, scope);
        else
        {
            value = Expression(node.Value, scope);
            if (node.Type is not null)
            {
                var type = Read(node.Type);
                _types.Require(node.Value.Span, type, value.Type);
                value = (new CheckCore(node.Value.Span, value.Core, type), type);
            }
        }
        foreach (var rule in node.Rules) value = Ruled(value, rule, node, scope);
        return value;
    }

    /// <summary>A function with what is said of its derivative.</summary>
    private (Core Core, MindType Type) Ruled((Core Core, MindType Type) value, RuleSyntax rule, SyntaxNode node, NameScope? scope)
    {
        switch (rule.Kind.Text, rule.Function)
        {
            case ("forward" or "reverse", { } own) when rule.Attributes.Count == 0:
                var custom = Transform(TextTransformation.All[rule.Kind.Text == "forward" ? "custom_jvp" : "custom_vjp"], [], rule);
                return Applied(node, custom, [(value, node.Span), (Name(own.Text, [], 0, own, scope), own.Span)]);
            case ("checkpoint", null):
                var (transform, type) = Transform(TextTransformation.All["checkpoint"], rule.Attributes, rule);
                _types.Require(rule.Span, type, new ArrowType(value.Type, value.Type));
                return (new ApplyCore(node.Span, transform, [value.Core]), value.Type);
            default:
                Report(rule, Diagnostics.PrintedFormOutOfPlace("with " + rule.Kind.Text));
                return value;
        }
    }

    private NameScope? Recursive(LetSyntax node, NameScope? scope, List<BindingCore> bindings)
    {
        RequireDistinct(node.Bindings.Map(b => b.Target));
        var names = node.Bindings.Map(b => Simple(b.Target) ?? new NameSyntax("_") { Span = b.Target.Span });
        var symbols = names.Map(n => new Symbol(n.Text));
        var (functions, scheme) = _types.Bound(() =>
        {
            var types = names.Map(_ => (MindType)_types.Fresh());
            var inside = scope;
            for (int k = 0; k < names.Count; k++) inside = new(names[k].Text, new(new NameCore(names[k].Span, symbols[k]), Scheme.Of(types[k])), inside);
            var found = new List<(Symbol, LambdaCore)>();
            for (int k = 0; k < names.Count; k++)
            {
                var binding = node.Bindings[k];
                var value = Function(binding, names[k].Text, inside);
                _types.Require(names[k].Span, types[k], value.Type);
                if (value.Core is LambdaCore function) found.Add((symbols[k], function));
            }
            return (found.ToSeq(), new TupleType(types), !ReferenceEquals(node, _entry));
        });
        bindings.Add(new RecursiveCore(functions));
        for (int k = 0; k < names.Count; k++)
            scope = new(names[k].Text, new(new NameCore(names[k].Span, symbols[k]), scheme with { Type = ((TupleType)scheme.Type).Items[k] }), scope);
        return scope;
    }

    /// <summary>The function of a recursive binding.</summary>
    private (Core Core, MindType Type) Function(BindingSyntax node, string name, NameScope? scope)
    {
        if (node.Parameters.Count > 0) return Lambda(name, node.Parameters, node.Type, node.Value, node.Span, scope);
        if (node.Value is FunctionSyntax function)
        {
            var (core, type) = Lambda(name, function.Parameters, null, function.Body, function.Span, scope);
            if (node.Type is not null) _types.Require(function.Span, Read(node.Type), type);
            return (core, type);
        }
        return Refused(node.Value, Diagnostics.RecursiveValue(name));
    }

    /// <summary>The name that a pattern binds, if it binds nothing else.</summary>
    private static NameSyntax? Simple(PatternSyntax pattern) => pattern switch
    {
        NamePatternSyntax name => new(name.Name) { Span = name.Span },
        AnnotatedPatternSyntax annotated => Simple(annotated.Pattern),
        _ => null,
    };
}
