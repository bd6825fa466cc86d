namespace MindDsl.Text.Parsing;

/// <summary>What a token is. The grammar reads kinds; the text is looked at for names, numbers and texts only.</summary>
internal enum TokenKind : byte
{
    End, Name, Operation, TypeVariable, Integer, Float, String, Underscore,
    True, False, Nan, Inf, NanF, InfF, NanF16, InfF16, NanBF16, InfBF16,
    Let, Rec, And, In, Type, Of, With, If, Then, Elif, Else, Fun, While, When, Do, Scan, From, Over, Match, Open, Module, For,

    /// <summary>A parenthesis after a space or an operator; <see cref="CallParenthesis"/> follows what it is applied to.</summary>
    LeftParenthesis, CallParenthesis, RightParenthesis,

    /// <summary>A bracket after a space or an operator; <see cref="IndexBracket"/> follows what is indexed.</summary>
    LeftBracket, IndexBracket, RightBracket,
    LeftBrace, RightBrace,
    Comma, Semicolon, Colon, Arrow, Bar, Dot, DotDot, At,

    /// <summary>A minus; <see cref="SignMinus"/> has space before it and none after it, as in <c>f -x</c>.</summary>
    Minus, SignMinus,
    Equals, NotEqual, Less, Greater, LessOrEqual, GreaterOrEqual, PipeRight, PipeLeft, ShiftOrComposeLeft, ShiftLeft,
    AndAnd, OrOr, BitAnd, BitOr, BitXor, Plus, Star, Slash, Percent, StarStar,

    /// <summary>A character that is not of the language; it was reported.</summary>
    Unknown,
}

/// <summary>A token and where it stands.</summary>
internal readonly record struct Token(TokenKind Kind, int Start, int Length)
{
    /// <summary>The place after the last character.</summary>
    public int End => Start + Length;

    /// <summary>Where it stands.</summary>
    public TextSpan Span => new(Start, Length);
}

/// <summary>How messages call kinds of tokens, and which words are kinds of their own.</summary>
internal static class TokenKinds
{
    /// <summary>The words that cannot be names.</summary>
    public static readonly Dictionary<string, TokenKind> Keywords = Enum.GetValues<TokenKind>()
        .Where(k => k is >= TokenKind.True and <= TokenKind.For)
        .Select(k => (Word: k.ToString().ToLowerInvariant(), Kind: k))
        .Append((Word: "_", Kind: TokenKind.Underscore))
        .ToDictionary(w => w.Word, w => w.Kind, StringComparer.Ordinal);

    /// <summary>The words that may have attributes, which follow without a space.</summary>
    public static readonly HashSet<string> WithAttributes = new(
    [
        "convert", "reshape", "permute", "broadcast", "slice", "pad", "flip", "concat", "iota", "size", "window", "fold", "sum", "prod", "reduce_max", "reduce_min",
        "argmax", "argmin", "contract", "gather", "scatter_add", "scatter_set", "stacked", "build", "undefined", "derivative",
        .. Elaboration.PreludeTable.WithAttributes, .. Types.TextTransformation.All.Keys, .. Elaboration.Builtin.All.Values.Where(b => b.Attributes.Count > 0).Select(b => b.Name),
        .. Ir.Composite.All.Select(o => o.Name),
    ], StringComparer.Ordinal);

    /// <summary>A kind as messages name it.</summary>
    public static string Text(this TokenKind kind) => kind switch
    {
        TokenKind.End => "the end of the text",
        TokenKind.Name or TokenKind.Operation => "a name",
        TokenKind.TypeVariable => "a type variable",
        TokenKind.Integer => "a whole number",
        TokenKind.Float => "a number",
        TokenKind.String => "a text in quotation marks",
        TokenKind.Underscore => "_",
        TokenKind.LeftParenthesis or TokenKind.CallParenthesis => "(",
        TokenKind.RightParenthesis => ")",
        TokenKind.LeftBracket or TokenKind.IndexBracket => "[",
        TokenKind.RightBracket => "]",
        TokenKind.LeftBrace => "{",
        TokenKind.RightBrace => "}",
        TokenKind.Comma => ",",
        TokenKind.Semicolon => ";",
        TokenKind.Colon => ":",
        TokenKind.Arrow => "->",
        TokenKind.Bar => "|",
        TokenKind.Dot => ".",
        TokenKind.DotDot => "..",
        TokenKind.Equals => "=",
        TokenKind.Less => "<",
        TokenKind.Greater => ">",
        TokenKind.Star => "*",
        _ => Keywords.FirstOrDefault(k => k.Value == kind).Key ?? kind.ToString(),
    };

    /// <summary>True if the token opens what another one has to close.</summary>
    public static bool Opens(this TokenKind kind) => kind is TokenKind.LeftParenthesis or TokenKind.CallParenthesis or TokenKind.LeftBracket
        or TokenKind.IndexBracket or TokenKind.LeftBrace;

    /// <summary>True if the token closes what another one opened.</summary>
    public static bool Closes(this TokenKind kind) => kind is TokenKind.RightParenthesis or TokenKind.RightBracket or TokenKind.RightBrace;

    /// <summary>True if an operand may end with the token, so that a bracket that touches it belongs to it.</summary>
    public static bool EndsOperand(this TokenKind kind) => kind is TokenKind.Name or TokenKind.TypeVariable || Closes(kind);
}
