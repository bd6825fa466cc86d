using System.Globalization;
using System.Linq.Expressions;
using System.Text;
using MindDsl.Structures;

namespace MindDsl.Quote;

/// <summary>Prints expressions as C# writes them, for messages; long ones are cut.</summary>
internal static class ExpressionText
{
    private const int Longest = 100;
    private const int Deepest = 60;

    /// <summary>The text of an expression.</summary>
    public static string Of(Expression node)
    {
        var text = new StringBuilder();
        t_depth = 0;
        Write(text, node, 0);
        if (text.Length <= Longest) return text.ToString();
        text.Length = Longest;
        return text.Append('…').ToString();
    }

    /// <summary>The text of a lambda with the types of its parameters, however long it is.</summary>
    public static string Whole(LambdaExpression lambda)
    {
        var text = new StringBuilder();
        t_depth = 0;
        t_isWhole = true;
        try
        {
            text.Append('(').AppendJoin(", ", lambda.Parameters.Select(p => Names.Of(p.Type) + " " + p.Name)).Append(") => ");
            Write(text, lambda.Body, 0);
        }
        finally
        {
            t_isWhole = false;
        }
        return text.ToString();
    }

    [ThreadStatic]
    private static int t_depth;

    [ThreadStatic]
    private static bool t_isWhole;

    private static void Write(StringBuilder text, Expression? node, int around)
    {
        if ((text.Length > Longest && !t_isWhole) || node is null) return;
        if (t_isWhole)
        {
            Text.Parsing.FreshStack.Guard<object?>(() =>
            {
                WriteNode(text, node, around);
                return null;
            });
            return;
        }
        // What is far inside of a deep tree would be cut anyway.
        if (t_depth == Deepest)
        {
            text.Append('…');
            return;
        }
        t_depth++;
        WriteNode(text, node, around);
        t_depth--;
    }

    private static void WriteNode(StringBuilder text, Expression node, int around)
    {
        switch (node)
        {
            case ConstantExpression x:
                text.Append(x.Value switch
                {
                    null => "null",
                    string s => "\"" + s + "\"",
                    bool b => b ? "true" : "false",
                    Enum e => Names.Of(e.GetType()) + "." + e,
                    IFormattable number when x.Type.IsPrimitive => number.ToString(null, CultureInfo.InvariantCulture) + (number is float ? "f" : number is long ? "L" : ""),
                    Type type => $"typeof({Names.Of(type)})",
                    _ => "this",
                });
                break;
            case ParameterExpression x:
                text.Append(x.Name is null || x.Name.StartsWith('<') ? "_" : x.Name);
                break;
            case MemberExpression x:
                if (x.Expression is null) text.Append(Names.Of(x.Member.DeclaringType!)).Append('.');
                else if (!IsHidden(x.Expression))
                {
                    Write(text, x.Expression, 20);
                    text.Append('.');
                }
                text.Append(x.Member.Name);
                break;
            case UnaryExpression { NodeType: ExpressionType.Quote or ExpressionType.IsTrue } x:
                Write(text, x.Operand, around);
                break;
            case UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.ConvertChecked } x:
                WriteConversion(text, x, around);
                break;
            case UnaryExpression { NodeType: ExpressionType.ArrayLength } x:
                Write(text, x.Operand, 20);
                text.Append(".Length");
                break;
            case UnaryExpression x:
                text.Append(x.NodeType switch { ExpressionType.Not when x.Type == typeof(bool) => "!", ExpressionType.Not or ExpressionType.OnesComplement => "~", ExpressionType.UnaryPlus => "+", _ => "-" });
                Write(text, x.Operand, 15);
                break;
            case BinaryExpression { NodeType: ExpressionType.ArrayIndex } x:
                Write(text, x.Left, 20);
                text.Append('[');
                Write(text, x.Right, 0);
                text.Append(']');
                break;
            case BinaryExpression x:
                var (symbol, level) = Operator(x.NodeType);
                Parenthesised(text, level < around, () =>
                {
                    Write(text, x.Left, level);
                    text.Append(' ').Append(symbol).Append(' ');
                    Write(text, x.Right, level + 1);
                });
                break;
            case ConditionalExpression x:
                Parenthesised(text, around > 0, () =>
                {
                    Write(text, x.Test, 1);
                    text.Append(" ? ");
                    Write(text, x.IfTrue, 0);
                    text.Append(" : ");
                    Write(text, x.IfFalse, 0);
                });
                break;
            case MethodCallExpression x:
                WriteCall(text, x);
                break;
            case InvocationExpression x:
                Write(text, x.Expression, 20);
                List(text, "(", x.Arguments, ")");
                break;
            case LambdaExpression x:
                text.Append(x.Parameters.Count == 1 ? x.Parameters[0].Name : "(" + string.Join(", ", x.Parameters.Select(p => p.Name)) + ")").Append(" => ");
                Write(text, x.Body, 0);
                break;
            case NewExpression x:
                text.Append("new ");
                if (Names.IsAnonymous(x.Type))
                {
                    text.Append("{ ");
                    for (int i = 0; i < x.Arguments.Count; i++)
                    {
                        text.Append(i > 0 ? ", " : "").Append(x.Members?[i].Name).Append(" = ");
                        Write(text, x.Arguments[i], 0);
                    }
                    text.Append(" }");
                    break;
                }
                text.Append(Names.Of(x.Type));
                List(text, "(", x.Arguments, ")");
                break;
            case NewArrayExpression x:
                text.Append("new");
                List(text, "[] { ", x.Expressions, " }");
                break;
            default:
                text.Append(node);
                break;
        }
    }

    private static void WriteConversion(StringBuilder text, UnaryExpression node, int around)
    {
        // Conversions that C# inserts itself are not shown.
        bool isExplicit = node.Method?.Name == "op_Explicit" || (node.Method is null && node.Type.IsPrimitive && node.Operand.Type.IsPrimitive
            && (node.Type == typeof(int) || (node.Type == typeof(float) && node.Operand.Type == typeof(double)) || (node.Type == typeof(long) && node.Operand.Type != typeof(int))));
        if (isExplicit) text.Append('(').Append(Names.Of(node.Type)).Append(')');
        Write(text, node.Operand, isExplicit ? 15 : around);
    }

    private static void WriteCall(StringBuilder text, MethodCallExpression node)
    {
        var arguments = node.Arguments.AsEnumerable();
        bool isExtension = node.Method.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute), false);
        var subject = node.Object ?? (isExtension ? node.Arguments[0] : null);
        if (subject is not null)
        {
            if (node.Object is null) arguments = arguments.Skip(1);
            Write(text, subject, 20);
            if (node.Method.Name is "get_Item" or "Get")
            {
                List(text, "[", arguments, "]");
                return;
            }
            text.Append('.');
        }
        else if (node.Method.DeclaringType != typeof(Mind))
        {
            text.Append(Names.Of(node.Method.DeclaringType!)).Append('.');
        }
        text.Append(node.Method.Name);
        // What the compiler fills in is not shown.
        var shown = arguments.Zip(node.Method.GetParameters().Skip(subject is not null && node.Object is null ? 1 : 0))
            .Where(p => !(p.Second.IsOptional && p.First is ConstantExpression)).Select(p => p.First);
        List(text, "(", shown, ")");
    }

    private static void List(StringBuilder text, string open, IEnumerable<Expression> nodes, string close)
    {
        text.Append(open);
        bool first = true;
        foreach (var node in nodes)
        {
            if (!first) text.Append(", ");
            first = false;
            Write(text, node, 0);
        }
        text.Append(close);
    }

    private static void Parenthesised(StringBuilder text, bool wanted, Action write)
    {
        if (wanted) text.Append('(');
        write();
        if (wanted) text.Append(')');
    }

    private static bool IsHidden(Expression node) => node is ConstantExpression constant && constant.Type.Name.Contains('<', StringComparison.Ordinal);

    private static (string Symbol, int Level) Operator(ExpressionType type) => type switch
    {
        ExpressionType.Multiply or ExpressionType.MultiplyChecked => ("*", 12),
        ExpressionType.Divide => ("/", 12),
        ExpressionType.Modulo => ("%", 12),
        ExpressionType.Add or ExpressionType.AddChecked => ("+", 11),
        ExpressionType.Subtract or ExpressionType.SubtractChecked => ("-", 11),
        ExpressionType.LeftShift => ("<<", 10),
        ExpressionType.RightShift => (">>", 10),
        ExpressionType.LessThan => ("<", 9),
        ExpressionType.LessThanOrEqual => ("<=", 9),
        ExpressionType.GreaterThan => (">", 9),
        ExpressionType.GreaterThanOrEqual => (">=", 9),
        ExpressionType.Equal => ("==", 8),
        ExpressionType.NotEqual => ("!=", 8),
        ExpressionType.And => ("&", 7),
        ExpressionType.ExclusiveOr => ("^", 6),
        ExpressionType.Or => ("|", 5),
        ExpressionType.AndAlso => ("&&", 4),
        ExpressionType.OrElse => ("||", 3),
        ExpressionType.Coalesce => ("??", 2),
        _ => (type.ToString(), 1),
    };
}
