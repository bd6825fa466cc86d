using System.Linq.Expressions;

namespace MindDsl.Backends.Cpu;

/// <summary>How much code an expression is.</summary>
internal sealed class CodeSize : ExpressionVisitor
{
    private int _nodes;

    /// <summary>The number of nodes; about a third of them name variables.</summary>
    public static int Of(Expression expression)
    {
        var size = new CodeSize();
        size.Visit(expression);
        return size._nodes;
    }

    /// <inheritdoc/>
    public override Expression? Visit(Expression? node)
    {
        if (node is not null) _nodes++;
        return base.Visit(node);
    }
}
