using MindDsl.Ir;
using MindDsl.Text.Syntax;

namespace MindDsl.Text.Parsing;

/// <summary>
/// Makes chains of operators of different precedences to a tree, in one pass and without recursion: for each precedence the operands and operators that are still open.
/// </summary>
internal sealed class OperatorChain
{
    private readonly List<(List<ExpressionSyntax> Operands, List<OperatorSyntax> Operators)> _open = [];
    private ExpressionSyntax _last;

    /// <summary>A chain that begins with an operand.</summary>
    public OperatorChain(ExpressionSyntax first) => _last = first;

    /// <summary>How many <c>**</c> follow one another at the end.</summary>
    public int Powers { get; private set; }

    /// <summary>The operator at a place and its number of tokens, or null.</summary>
    public static (BinaryOperator Operator, int Tokens)? OperatorAt(TokenInput at) => at.Kind switch
    {
        TokenKind.OrOr => (BinaryOperator.Or, 1),
        TokenKind.AndAnd => (BinaryOperator.And, 1),
        TokenKind.Equals => (BinaryOperator.Equal, 1),
        TokenKind.NotEqual => (BinaryOperator.NotEqual, 1),
        TokenKind.Less => (BinaryOperator.Less, 1),
        TokenKind.Greater when Touching(at, 2) => (BinaryOperator.ShiftRight, 3),
        TokenKind.Greater when Touching(at, 1) => (BinaryOperator.ComposeRight, 2),
        TokenKind.Greater => (BinaryOperator.Greater, 1),
        TokenKind.LessOrEqual => (BinaryOperator.LessOrEqual, 1),
        TokenKind.GreaterOrEqual => (BinaryOperator.GreaterOrEqual, 1),
        TokenKind.PipeRight => (BinaryOperator.PipeRight, 1),
        TokenKind.PipeLeft => (BinaryOperator.PipeLeft, 1),
        TokenKind.ShiftOrComposeLeft => (BinaryOperator.ComposeLeft, 1),
        TokenKind.ShiftLeft => (BinaryOperator.ShiftLeft, 1),
        TokenKind.BitAnd => (BinaryOperator.BitAnd, 1),
        TokenKind.BitOr => (BinaryOperator.BitOr, 1),
        TokenKind.BitXor => (BinaryOperator.BitXor, 1),
        TokenKind.Plus => (BinaryOperator.Add, 1),
        TokenKind.Minus or TokenKind.SignMinus => (BinaryOperator.Subtract, 1),
        TokenKind.Star => (BinaryOperator.Multiply, 1),
        TokenKind.Slash => (BinaryOperator.Divide, 1),
        TokenKind.Percent => (BinaryOperator.Remainder, 1),
        TokenKind.StarStar => (BinaryOperator.Power, 1),
        _ => null,
    };

    /// <summary>Adds an operator and the operand behind it.</summary>
    public void Add(OperatorSyntax op, ExpressionSyntax operand)
    {
        int precedence = op.Operator.Precedence;
        Close(precedence);
        if (precedence == BinaryOperator.Power.Precedence) Powers++;
        else Powers = 0;
        if (_open.Count > 0 && _open[^1].Operators[0].Operator.Precedence == precedence && Powers == 0)
        {
            _open[^1].Operands.Add(_last);
            _open[^1].Operators.Add(op);
        }
        else _open.Add(([_last], [op]));
        _last = operand;
    }

    /// <summary>The tree.</summary>
    public ExpressionSyntax Finish()
    {
        Close(0);
        return _last;
    }

    /// <summary>Finishes all chains that bind tighter; they become the last operand.</summary>
    private void Close(int precedence)
    {
        while (_open.Count > 0 && _open[^1].Operators[0].Operator.Precedence > precedence)
        {
            var (operands, operators) = _open[^1];
            _open.RemoveAt(_open.Count - 1);
            operands.Add(_last);
            _last = new ChainSyntax(operands.ToSeq(), operators.ToSeq()) { Span = TextSpan.Between(operands[0].Span, _last.Span) };
        }
    }

    /// <summary>True if as many signs &gt; follow and touch.</summary>
    private static bool Touching(TokenInput at, int more)
    {
        for (int n = 1; n <= more; n++)
            if (at.Ahead(n) != TokenKind.Greater || at.Reading.Tokens[at.Position + n].Start != at.Token.Start + n) return false;
        return true;
    }
}
