using System.Linq.Expressions;

using MindDsl.Backends.Loops;

namespace MindDsl.Backends.Cpu;

/// <summary>What a scope of generated code is the body of.</summary>
internal enum ScopeKind
{
    /// <summary>The nest.</summary>
    Root,

    /// <summary>A loop, entered at least once.</summary>
    Loop,

    /// <summary>Code that may be passed over.</summary>
    Branch,
}

/// <summary>Statements and variables of a loop body or branch while they are written, and the nodes whose values they hold.</summary>
internal sealed class NestScope(NestScope? parent, ScopeKind kind, int loop = -1)
{
    private readonly Dictionary<(Node, bool), Expression> _known = [];

    public NestScope? Parent { get; } = parent;

    public List<ParameterExpression> Variables { get; } = [];

    public List<Expression> Statements { get; } = [];

    /// <summary>The value of a node, if this scope or one around it computed it.</summary>
    public Expression? Find(Node node, bool vector)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
            if (scope._known.TryGetValue((node, vector), out var value)) return value;
        return null;
    }

    /// <summary>The outermost scope in which a node may be computed: inside its loops, and, if it must not be computed in vain, inside its branch.</summary>
    public NestScope For(Node node)
    {
        bool safe = !node.Loads && !node.MayThrow;
        var scope = this;
        while (scope.Parent is { } outer && !scope.Binds(node) && (safe || scope.Kind != ScopeKind.Branch)) scope = outer;
        return scope;
    }

    private ScopeKind Kind { get; } = kind;

    private bool Binds(Node node) => loop >= 0 && (node.Loops >> loop & 1) != 0;

    /// <summary>Computes a value into a variable.</summary>
    public Expression Define(Node node, bool vector, Expression value)
    {
        var variable = Expression.Variable(value.Type);
        Variables.Add(variable);
        Statements.Add(Expression.Assign(variable, value));
        _known[(node, vector)] = variable;
        return variable;
    }

    /// <summary>Says that a variable holds a node's value.</summary>
    public void Note(Node node, bool vector, Expression value) => _known[(node, vector)] = value;

    public ParameterExpression Variable(Type type)
    {
        var variable = Expression.Variable(type);
        Variables.Add(variable);
        return variable;
    }

    public Expression Close() => Variables.Count == 0 && Statements.Count == 1 ? Statements[0]
        : Statements.Count == 0 ? Expression.Empty()
        : Expression.Block(typeof(void), Variables, Statements);
}
