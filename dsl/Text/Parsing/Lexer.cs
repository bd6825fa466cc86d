using System.Globalization;

namespace MindDsl.Text.Parsing;

/// <summary>Cuts a text into tokens. Space and comments are dropped; where space decides what a token means, the kind says so.</summary>
internal sealed class Lexer
{
    private static readonly Dictionary<string, TokenKind>.AlternateLookup<ReadOnlySpan<char>> Keywords = TokenKinds.Keywords.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> WithAttributes = TokenKinds.WithAttributes.GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly SourceText _source;
    private readonly string _text;
    private readonly List<Token> _tokens;
    private readonly List<(Diagnostic Error, int Place)> _errors;
    private readonly int _mostErrors;
    private readonly List<TextSpan> _comments;
    private int _at;

    private Lexer(SourceText source, List<(Diagnostic Error, int Place)> errors, int mostErrors, List<TextSpan> comments)
    {
        (_source, _text, _errors, _mostErrors, _comments) = (source, source.Text, errors, mostErrors, comments);
        _tokens = new(Math.Min(_text.Length / 3 + 8, 1 << 16));
    }

    /// <summary>The tokens of a text, the last of which is its end. Mistakes are added to the errors; reading goes on behind them.</summary>
    public static Token[] Read(SourceText source, List<(Diagnostic Error, int Place)> errors, int mostErrors, List<TextSpan> comments)
    {
        var lexer = new Lexer(source, errors, mostErrors, comments);
        while (lexer.Space()) lexer.Next();
        lexer.Add(TokenKind.End, lexer._text.Length);
        return [.. lexer._tokens];
    }

    private char Current => _at < _text.Length ? _text[_at] : '\0';

    private char Ahead(int n) => _at + n < _text.Length ? _text[_at + n] : '\0';

    private void Add(TokenKind kind, int end)
    {
        _tokens.Add(new(kind, _at, end - _at));
        _at = end;
    }

    private void Report(Diagnostic error, int place)
    {
        if (_errors.Count < _mostErrors) _errors.Add((error, place));
    }

    /// <summary>Goes to the next token; false at the end of the text.</summary>
    private bool Space()
    {
        while (_at < _text.Length)
        {
            char c = _text[_at];
            if (c is ' ' or '\n' or '\r' or '\t' or '\uFEFF' || (c > '\x7f' && char.IsWhiteSpace(c))) _at++;
            else if (c == '/' && Ahead(1) == '/')
            {
                int length = _text.AsSpan(_at).IndexOfAny('\n', '\r');
                _comments.Add(new(_at, length < 0 ? _text.Length - _at : length));
                _at = _comments[^1].End;
            }
            else if (c == '(' && Ahead(1) == '*' && Ahead(2) != ')') Comment();
            else return true;
        }
        return false;
    }

    /// <summary>A comment in <c>(* *)</c>, which may have others inside.</summary>
    private void Comment()
    {
        int start = _at, depth = 1;
        _at += 2;
        while (depth > 0 && _at < _text.Length)
        {
            if (Current == '*' && Ahead(1) == ')')
            {
                depth--;
                _at += 2;
            }
            else if (Current == '(' && Ahead(1) == '*')
            {
                depth++;
                _at += 2;
            }
            else _at++;
        }
        _comments.Add(new(start, _at - start));
        if (depth > 0) Report(Diagnostics.NotClosed("the comment", "*)", _source.Picture(new(start, 2))), start);
    }

    private void Next()
    {
        char c = Current;
        if (char.IsAsciiLetter(c) || c == '_' || (c > '\x7f' && char.IsLetter(c))) Word();
        else if (char.IsAsciiDigit(c)) Number();
        else if (c == '"') String();
        else if (c == '`' && Ahead(1) == '`') QuotedName();
        else if (c == '\'' && char.IsLetter(Ahead(1))) Add(TokenKind.TypeVariable, WordEnd(_at + 1));
        else Sign(c);
    }

    private int WordEnd(int from)
    {
        int end = from;
        while (end < _text.Length && (char.IsAsciiLetterOrDigit(_text[end]) || _text[end] is '_' or '\'' || (_text[end] > '\x7f' && char.IsLetterOrDigit(_text[end])))) end++;
        return end;
    }

    private void Word()
    {
        int end = WordEnd(_at);
        var word = _text.AsSpan(_at, end - _at);
        // The function scan may have attributes; scan and a bracket is nothing else.
        if (Keywords.TryGetValue(word, out var keyword) && !(keyword == TokenKind.Scan && end < _text.Length && _text[end] == '<')) Add(keyword, end);
        else Add(end < _text.Length && _text[end] == '<' && WithAttributes.Contains(word) && AttributesFollow(end) ? TokenKind.Operation : TokenKind.Name, end);
    }

    /// <summary>True if what follows a name is a list of attributes in angle brackets and not a comparison: it closes on the same line and holds nothing else.</summary>
    private bool AttributesFollow(int from)
    {
        int depth = 0;
        for (int i = from; i < _text.Length; i++)
        {
            char c = _text[i];
            if (c == '<') depth++;
            else if (c == '-' && i + 1 < _text.Length && _text[i + 1] == '>') i++;
            else if (c == '>')
            {
                if (--depth == 0) return i + 1 == _text.Length || _text[i + 1] != '=';
            }
            else if (c == '"')
            {
                do i += _text[i] == '\\' ? 2 : 1;
                while (i < _text.Length && _text[i] is not ('"' or '\n'));
                if (i >= _text.Length || _text[i] == '\n') return false;
            }
            else if (!char.IsLetterOrDigit(c) && !"_'[](), .+-*@`".Contains(c)) return false;
        }
        return false;
    }

    private void Number()
    {
        int end = _at;
        var kind = TokenKind.Integer;
        Digits();
        if (end < _text.Length && _text[end] == '.' && !(end + 1 < _text.Length && (_text[end + 1] == '.' || char.IsLetter(_text[end + 1]))))
        {
            kind = TokenKind.Float;
            end++;
            Digits();
        }
        if (end < _text.Length && _text[end] is 'e' or 'E')
        {
            int exponent = end + 1;
            if (exponent < _text.Length && _text[exponent] is '+' or '-') exponent++;
            if (exponent < _text.Length && char.IsAsciiDigit(_text[exponent]))
            {
                kind = TokenKind.Float;
                end = exponent;
                Digits();
            }
        }
        var suffix = _text.AsSpan(end, WordEnd(end) - end);
        if (suffix is "f16" or "bf16" or "u8")
        {
            if (suffix is not "u8") kind = TokenKind.Float;
            if (suffix is not "u8" || kind == TokenKind.Integer) end += suffix.Length;
        }
        else if (end < _text.Length && _text[end] is 'f' or 'L' && WordEnd(end) == end + 1)
        {
            if (_text[end] == 'f') kind = TokenKind.Float;
            end++;
        }
        int wordEnd = WordEnd(end);
        bool valid = wordEnd == end && !(kind == TokenKind.Float && _text[end - 1] == 'L');
        if (!valid)
        {
            var span = new TextSpan(_at, wordEnd - _at);
            Report(Diagnostics.NumberMalformed(_source[span].ToString(), _source.Picture(span)), _at);
        }
        Add(valid ? kind : TokenKind.Float, wordEnd);

        void Digits()
        {
            while (end < _text.Length && (char.IsAsciiDigit(_text[end]) || (_text[end] == '_' && end + 1 < _text.Length && char.IsAsciiDigit(_text[end + 1])))) end++;
        }
    }

    private void String()
    {
        int end = _at + 1;
        while (end < _text.Length && _text[end] is not ('"' or '\n' or '\r')) end += _text[end] == '\\' ? 2 : 1;
        bool closed = end < _text.Length && _text[end] == '"';
        if (!closed) Report(Diagnostics.NotClosed("the text", "\"", _source.Picture(new(_at, 1))), _at);
        Add(TokenKind.String, Math.Min(_text.Length, closed ? end + 1 : end));
    }

    /// <summary>Any name between double backquotes, as in F#.</summary>
    private void QuotedName()
    {
        int length = _text.AsSpan(_at + 2).IndexOfAny('`', '\n', '\r');
        bool closed = length > 0 && _text.AsSpan(_at + 2 + length).StartsWith("``");
        if (!closed) Report(Diagnostics.NotClosed("the name", "``", _source.Picture(new(_at, 2))), _at);
        Add(TokenKind.Name, closed ? _at + length + 4 : length < 0 ? _text.Length : _at + 2 + length);
    }

    private void Sign(char c)
    {
        char d = Ahead(1), e = Ahead(2);
        bool touches = _tokens.Count > 0 && _tokens[^1].End == _at;
        bool ofOperand = touches && _tokens[^1].Kind.EndsOperand();
        var (kind, length) = c switch
        {
            '(' => (ofOperand ? TokenKind.CallParenthesis : TokenKind.LeftParenthesis, 1),
            ')' => (TokenKind.RightParenthesis, 1),
            '[' => (ofOperand ? TokenKind.IndexBracket : TokenKind.LeftBracket, 1),
            ']' => (TokenKind.RightBracket, 1),
            '{' => (TokenKind.LeftBrace, 1),
            '}' => (TokenKind.RightBrace, 1),
            ',' => (TokenKind.Comma, 1),
            ';' => (TokenKind.Semicolon, 1),
            ':' => (TokenKind.Colon, 1),
            '@' => (TokenKind.At, 1),
            '.' when d == '.' => (TokenKind.DotDot, 2),
            '.' when d == '[' && ofOperand => (TokenKind.IndexBracket, 2),
            '.' => (TokenKind.Dot, 1),
            '-' when d == '>' => (TokenKind.Arrow, 2),
            '-' => (touches && (_tokens[^1].Kind.EndsOperand() || IsNumber(_tokens[^1].Kind)) || char.IsWhiteSpace(d) ? TokenKind.Minus : TokenKind.SignMinus, 1),
            '=' => (TokenKind.Equals, 1),
            '<' when d == '>' => (TokenKind.NotEqual, 2),
            '<' when d == '=' => (TokenKind.LessOrEqual, 2),
            '<' when d == '|' => (TokenKind.PipeLeft, 2),
            '<' when d == '<' && e == '<' => (TokenKind.ShiftLeft, 3),
            '<' when d == '<' => (TokenKind.ShiftOrComposeLeft, 2),
            '<' => (TokenKind.Less, 1),
            '>' when d == '=' => (TokenKind.GreaterOrEqual, 2),
            '>' => (TokenKind.Greater, 1),
            '|' when d == '|' && e == '|' => (TokenKind.BitOr, 3),
            '|' when d == '|' => (TokenKind.OrOr, 2),
            '|' when d == '>' => (TokenKind.PipeRight, 2),
            '|' => (TokenKind.Bar, 1),
            '&' when d == '&' && e == '&' => (TokenKind.BitAnd, 3),
            '&' when d == '&' => (TokenKind.AndAnd, 2),
            '^' when d == '^' && e == '^' => (TokenKind.BitXor, 3),
            '+' => (TokenKind.Plus, 1),
            '*' when d == '*' => (TokenKind.StarStar, 2),
            '*' => (TokenKind.Star, 1),
            '/' => (TokenKind.Slash, 1),
            '%' => (TokenKind.Percent, 1),
            _ => (TokenKind.Unknown, char.IsHighSurrogate(c) && char.IsLowSurrogate(d) ? 2 : 1),
        };
        if (kind == TokenKind.Unknown)
        {
            string found = char.IsControl(c) || char.IsSurrogate(c) ? string.Create(CultureInfo.InvariantCulture, $"U+{(int)c:X4}") : c.ToString();
            Report(Diagnostics.CharacterUnknown(found, _source.Picture(new(_at, length))), _at);
        }
        Add(kind, _at + length);
    }

    private static bool IsNumber(TokenKind kind) => kind is TokenKind.Integer or TokenKind.Float or (>= TokenKind.Nan and <= TokenKind.InfBF16)
        or TokenKind.True or TokenKind.False or TokenKind.String or TokenKind.Underscore;
}
