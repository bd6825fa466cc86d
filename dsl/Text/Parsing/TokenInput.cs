using System.Runtime.CompilerServices;
using Sprache;

namespace MindDsl.Text.Parsing;

/// <summary>Tokens as the input of Sprache's parsers: one character per token, its kind. Each place is one object, so reading allocates nothing for it.</summary>
internal sealed class TokenInput : IInput
{
    private readonly int _index;

    private TokenInput(Reading reading, int index) => (Reading, _index) = (reading, index);

    /// <summary>What all places of one text share.</summary>
    public Reading Reading { get; }

    /// <summary>The kind of the token here.</summary>
    public TokenKind Kind => Reading.Tokens[_index].Kind;

    /// <summary>The token here.</summary>
    public Token Token => Reading.Tokens[_index];

    /// <summary>The token before this one; only asked for where there is one.</summary>
    public Token Previous => Reading.Tokens[_index - 1];

    /// <summary>The place after this token. The end is its own successor.</summary>
    public TokenInput Next => Reading.At(Math.Min(_index + 1, Reading.Tokens.Length - 1));

    /// <summary>A kind further on.</summary>
    public TokenKind Ahead(int n) => Reading.Tokens[Math.Min(_index + n, Reading.Tokens.Length - 1)].Kind;

    /// <inheritdoc/>
    public int Position => _index;

    /// <inheritdoc/>
    public char Current => (char)Kind;

    /// <inheritdoc/>
    public bool AtEnd => Kind == TokenKind.End;

    /// <inheritdoc/>
    public string Source => Reading.Source.Text;

    /// <inheritdoc/>
    public int Line => Reading.Source.Position(Token.Start).Line;

    /// <inheritdoc/>
    public int Column => Reading.Source.Position(Token.Start).Column;

    /// <inheritdoc/>
    public IDictionary<object, object> Memos => Reading.Memos;

    /// <inheritdoc/>
    public IInput Advance() => Next;

    /// <inheritdoc/>
    public bool Equals(IInput? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    /// <inheritdoc/>
    public override int GetHashCode() => _index;

    /// <summary>The first place of a text.</summary>
    public static TokenInput Start(Reading reading) => reading.At(0);

    /// <summary>A place of a text, made when it is first asked for.</summary>
    public static TokenInput Make(Reading reading, int index) => new(reading, index);
}

/// <summary>One reading of a text: its tokens, how deep it is nested at the moment, and what went wrong so far.</summary>
internal sealed class Reading
{
    private readonly TokenInput?[] _inputs;
    private readonly List<(Diagnostic Error, int Place)> _errors = [];
    private readonly List<string> _expected = [];
    private readonly TextLimits _limits;
    private readonly CancellationToken _token = MindLanguage.Cancellation;
    private int _furthest = -1;
    private int _depth;

    /// <summary>Cuts a text into tokens, and is ready to read them.</summary>
    public Reading(SourceText source, TextLimits limits)
    {
        (Source, _limits) = (source, limits);
        if (source.Text.Length > limits.Length)
        {
            Tokens = [new(TokenKind.End, 0, 0)];
            _errors.Add((Diagnostics.TextTooLong(source.Text.Length, limits.Length), 0));
            IsStopped = true;
        }
        else Tokens = Lexer.Read(source, _errors, limits.Errors, Comments);
        _inputs = new TokenInput?[Tokens.Length];
    }

    /// <summary>The text.</summary>
    public SourceText Source { get; }

    /// <summary>Its tokens, the last of which is the end.</summary>
    public Token[] Tokens { get; }

    /// <summary>The comments.</summary>
    public List<TextSpan> Comments { get; } = [];

    /// <summary>How many brackets are open around what is being read.</summary>
    public int Brackets { get; set; }

    /// <summary>True if nothing more is to be read: nesting is too deep, or there are enough errors.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>The errors so far, in the order of the text.</summary>
    public IEnumerable<Diagnostic> Errors => _errors.OrderBy(e => e.Place).Select(e => e.Error);

    /// <summary>True if there are errors.</summary>
    public bool HasErrors => _errors.Count > 0;

    /// <summary>What Sprache's memoising parsers would keep; the grammar has none.</summary>
    public IDictionary<object, object> Memos => field ??= new Dictionary<object, object>();

    /// <summary>A place.</summary>
    public TokenInput At(int index) => _inputs[index] ??= TokenInput.Make(this, index);

    /// <summary>The name or word that a token is.</summary>
    public string Text(Token token) => token.Length > 4 && Source.Text[token.Start] == '`'
        ? Source.Text.Substring(token.Start + 2, token.Length - 4)
        : Source.Text.Substring(token.Start, token.Length);

    /// <summary>Reads something that is nested in something else; counts, and changes to a fresh stack when this one is nearly used up.</summary>
    public IResult<T> Nested<T>(Parser<T> parser, TokenInput input)
    {
        if (IsTooDeep(input, 1)) return Result.Failure<T>(input, "", []);
        _token.ThrowIfCancellationRequested();
        _depth++;
        var result = RuntimeHelpers.TryEnsureSufficientExecutionStack() ? parser(input) : FreshStack.Run(() => parser(input));
        _depth--;
        return result;
    }

    /// <summary>True, and reported, if <paramref name="more"/> levels here would be too many.</summary>
    public bool IsTooDeep(TokenInput input, int more)
    {
        if (IsStopped) return true;
        if (_depth + more <= _limits.Depth) return false;
        Report(Diagnostics.NestedTooDeep(_limits.Depth, Source.Picture(input.Token.Span)), input.Token.Start);
        IsStopped = true;
        return true;
    }

    /// <summary>Takes note that something else was expected at a place. The furthest place tells best what is wrong.</summary>
    public void Expect(TokenInput input, string what)
    {
        if (input.Position < _furthest) return;
        if (input.Position > _furthest) _expected.Clear();
        _furthest = input.Position;
        if (!_expected.Contains(what)) _expected.Add(what);
    }

    /// <summary>Reports what was expected at the furthest place.</summary>
    public TokenInput ReportFurthest()
    {
        var input = At(Math.Max(_furthest, 0));
        if (!IsStopped && _expected.Count > 0 && input.Kind != TokenKind.Unknown)
            Report(Diagnostics.UnexpectedText(string.Join(" or ", _expected), Found(input.Token), Hint(input), Source.Picture(input.Token.Span)), input.Token.Start);
        _expected.Clear();
        return input;
    }

    /// <summary>Adds an error; one per place.</summary>
    public void Report(Diagnostic error, int place)
    {
        if (IsStopped || _errors.Exists(e => e.Place == place)) return;
        _errors.Add((error, place));
        IsStopped = _errors.Count >= _limits.Errors;
    }

    /// <summary>True behind F#'s <c>function</c>, and behind the first pattern that follows it.</summary>
    private bool FollowsFunction(TokenInput input) => Enumerable.Range(1, 2).Any(back => input.Position >= back && Text(Tokens[input.Position - back]) == "function");

    private string Found(Token token) => token.Kind == TokenKind.End ? TokenKind.End.Text() : Source.Text.Substring(token.Start, Math.Min(token.Length, 40));

    /// <summary>What may have been meant, for mistakes that are made often.</summary>
    private string? Hint(TokenInput input) => input.Kind switch
    {
        TokenKind.Let or TokenKind.Type or TokenKind.End when _expected.Contains(TokenKind.In.Text()) => "a let inside an expression needs its in: let x = 1 in x + 1",
        TokenKind.Equals when input.Position > 0 && input.Previous.Kind == TokenKind.Equals => "equality is written with one =",
        TokenKind.When when _expected.Contains(TokenKind.Arrow.Text()) => "a case has no condition: write an if behind its ->",
        _ when FollowsFunction(input) => "write fun x -> match x with",
        TokenKind.Bar => "or is written ||",
        TokenKind.End when input.Position > 0 && input.Previous.Kind == TokenKind.Equals => "write what the name stands for after the =",
        _ => null,
    };
}

/// <summary>Deep recursion on a stack of its own.</summary>
internal static class FreshStack
{
    private const int Bytes = 16 << 20;

    /// <summary>Runs a function on a fresh stack and waits for it.</summary>
    public static T Run<T>(Func<T> function)
    {
        T result = default!;
        System.Runtime.ExceptionServices.ExceptionDispatchInfo? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = function();
            }
            catch (Exception e)
            {
                error = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(e);
            }
        }, Bytes);
        thread.Start();
        thread.Join();
        error?.Throw();
        return result;
    }

    /// <summary>Runs a function here, or on a fresh stack if little of this one is left.</summary>
    public static T Guard<T>(Func<T> function) => RuntimeHelpers.TryEnsureSufficientExecutionStack() ? function() : Run(function);
}
