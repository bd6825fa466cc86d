using System.Linq.Expressions;
using System.Reflection;

namespace MindDsl.Quote;

/// <summary>
/// The structure of an expression tree as a list of tokens, the captured objects aside: two lambdas with equal tokens differ in nothing but the
/// objects that they capture. One walk without recursion makes the tokens, their hash and the list of captured objects.
/// </summary>
internal readonly struct TreeKey : IEquatable<TreeKey>
{
    private readonly object[] _tokens;
    private readonly int _hash;

    private TreeKey(object[] tokens, int hash, bool hasStatements) => (_tokens, _hash, HasStatements) = (tokens, hash, hasStatements);

    /// <summary>True if there are statements in the tree, which the key does not tell apart.</summary>
    public bool HasStatements { get; }

    /// <summary>Walks a tree.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="roots">The captured objects, in the order of the walk.</param>
    /// <param name="rootNodes">If given, collects the nodes that hold them.</param>
    public static TreeKey Of(Expression tree, out object?[] roots, List<ConstantExpression>? rootNodes = null)
    {
        var walk = t_walk ?? new Walk();
        t_walk = null;
        var key = walk.Run(tree, rootNodes);
        roots = walk.Roots.Count == 0 ? [] : [.. walk.Roots];
        walk.Clear();
        t_walk = walk;
        return key;
    }

    [ThreadStatic]
    private static Walk? t_walk;

    /// <inheritdoc/>
    public bool Equals(TreeKey other)
    {
        if (_hash != other._hash || _tokens.Length != other._tokens.Length) return false;
        for (int i = 0; i < _tokens.Length; i++)
            if (!ReferenceEquals(_tokens[i], other._tokens[i]) && !_tokens[i].Equals(other._tokens[i])) return false;
        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TreeKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>True of a constant that is part of the program; any other is a captured object.</summary>
    public static bool IsLiteral(object? value) => value is null or string or Type or MemberInfo or Enum || value.GetType().IsPrimitive || value is decimal;

    private sealed class Walk
    {
        private static readonly object[] Kinds = [.. Enumerable.Range(0, 256).Select(i => (object)i)];
        private static readonly object Null = new();

        private readonly Stack<Expression> _waiting = new();
        private readonly List<object> _tokens = [];
        private readonly Dictionary<ParameterExpression, int> _parameters = [];
        private int _hash;
        private bool _hasStatements;

        public List<object?> Roots { get; } = [];

        public void Clear()
        {
            _waiting.Clear();
            _tokens.Clear();
            _parameters.Clear();
            Roots.Clear();
        }

        public TreeKey Run(Expression tree, List<ConstantExpression>? rootNodes)
        {
            _hash = 17;
            _hasStatements = false;
            _waiting.Push(tree);
            while (_waiting.TryPop(out var node))
            {
                Token(Kinds[(int)node.NodeType]);
                Token(node.Type);
                Visit(node, rootNodes);
            }
            return new([.. _tokens], _hash, _hasStatements);
        }

        private void Visit(Expression node, List<ConstantExpression>? rootNodes)
        {
            if (StatementRewriter.IsStatement(node) || (node is ConditionalExpression && node.Type == typeof(void)))
            {
                _hasStatements = true;
                return;
            }
            switch (node)
            {
                case BinaryExpression x:
                    Token(x.Method);
                    Push(x.Right);
                    Push(x.Left);
                    break;
                case UnaryExpression x:
                    Token(x.Method);
                    Push(x.Operand);
                    break;
                case ConstantExpression x:
                    if (IsLiteral(x.Value))
                    {
                        // Zeros of both signs are equal numbers, but not equal literals.
                        Token(x.Value switch
                        {
                            double number => BitConverter.DoubleToInt64Bits(number),
                            float number => BitConverter.SingleToInt32Bits(number),
                            var other => other,
                        });
                        break;
                    }
                    Token(x.Value!.GetType());
                    Roots.Add(x.Value);
                    rootNodes?.Add(x);
                    break;
                case ParameterExpression x:
                    Token(Number(_parameters.TryGetValue(x, out int known) ? known : _parameters[x] = _parameters.Count));
                    break;
                case MemberExpression x:
                    Token(x.Member);
                    Push(x.Expression);
                    break;
                case MethodCallExpression x:
                    Token(x.Method);
                    for (int i = x.Arguments.Count - 1; i >= 0; i--) Push(x.Arguments[i]);
                    Push(x.Object);
                    break;
                case LambdaExpression x:
                    Token(Number(x.Parameters.Count));
                    Push(x.Body);
                    foreach (var parameter in x.Parameters)
                    {
                        // Errors name the parameters, so that lambdas with other names have code of their own.
                        Token(parameter.Name);
                        Push(parameter);
                    }
                    break;
                case ConditionalExpression x:
                    Push(x.IfFalse);
                    Push(x.IfTrue);
                    Push(x.Test);
                    break;
                case InvocationExpression x:
                    Token(Number(x.Arguments.Count));
                    foreach (var argument in x.Arguments) Push(argument);
                    Push(x.Expression);
                    break;
                case NewExpression x:
                    Token(x.Constructor);
                    foreach (var argument in x.Arguments) Push(argument);
                    break;
                case NewArrayExpression x:
                    Token(Number(x.Expressions.Count));
                    foreach (var element in x.Expressions) Push(element);
                    break;
                case IndexExpression x:
                    Token(x.Indexer);
                    foreach (var argument in x.Arguments) Push(argument);
                    Push(x.Object);
                    break;
                case MemberInitExpression x:
                    Push(x.NewExpression);
                    break;
                case ListInitExpression x:
                    Push(x.NewExpression);
                    break;
            }
        }

        private void Push(Expression? node)
        {
            if (node is null) Token(Null);
            else _waiting.Push(node);
        }

        private void Token(object? token)
        {
            token ??= Null;
            _tokens.Add(token);
            _hash = unchecked(_hash * 31 + token.GetHashCode());
        }

        private static object Number(int value) => value < Kinds.Length ? Kinds[value] : value;
    }
}
