using System.Globalization;
using System.Text;
using MindDsl.Ir;
using Sprache;
using static MindDsl.Text.Parsing.Combinators;

namespace MindDsl.Text.Parsing;

/// <summary>Numbers and texts.</summary>
internal static class Literals
{
    /// <summary>The tokens that are literals by themselves.</summary>
    public static readonly TokenKind[] Kinds =
    [
        TokenKind.Integer, TokenKind.Float, TokenKind.True, TokenKind.False, TokenKind.Nan, TokenKind.Inf, TokenKind.NanF, TokenKind.InfF,
        TokenKind.NanF16, TokenKind.InfF16, TokenKind.NanBF16, TokenKind.InfBF16,
    ];

    /// <summary>A number, perhaps with a sign before it, or a truth value.</summary>
    public static readonly Parser<Literal> Number = i =>
    {
        var input = (TokenInput)i;
        bool negative = input.Kind is TokenKind.Minus or TokenKind.SignMinus;
        if (negative) input = input.Next;
        if (Array.IndexOf(Kinds, input.Kind) < 0 || (negative && input.Kind is TokenKind.True or TokenKind.False)) return Failed<Literal>(input, "a number");
        return Read(input, negative) is { } literal ? Result.Success(literal, input.Next) : Failed<Literal>(input);
    };

    /// <summary>A text in quotation marks.</summary>
    public static readonly Parser<string> String = i =>
    {
        if (i is not TokenInput { Kind: TokenKind.String } input) return Failed<string>(i, "a text in quotation marks");
        string text = input.Reading.Text(input.Token);
        return Result.Success(Unescaped(text.AsSpan(1, Math.Max(0, text.Length - (text.Length > 1 && text[^1] == '"' ? 2 : 1)))), input.Next);
    };

    /// <summary>True if a minus and a number that touches it are one literal here.</summary>
    public static bool IsSigned(TokenInput input) => input.Kind is TokenKind.Minus or TokenKind.SignMinus
        && input.Ahead(1) is TokenKind.Integer or TokenKind.Float or (>= TokenKind.Nan and <= TokenKind.InfBF16)
        && input.Next.Token.Start == input.Token.End;

    private static Literal? Read(TokenInput input, bool negative)
    {
        string text = input.Reading.Text(input.Token);
        switch (input.Kind)
        {
            case TokenKind.True: return Literal.Of(true);
            case TokenKind.False: return Literal.Of(false);
            case TokenKind.Nan: return Literal.Of(DType.F64, double.NaN);
            case TokenKind.NanF: return Literal.Of(DType.F32, double.NaN);
            case TokenKind.Inf: return Literal.Of(DType.F64, negative ? double.NegativeInfinity : double.PositiveInfinity);
            case TokenKind.NanF16: return Literal.Of(DType.F16, double.NaN);
            case TokenKind.NanBF16: return Literal.Of(DType.BF16, double.NaN);
            case TokenKind.InfF16: return Literal.Of(DType.F16, negative ? double.NegativeInfinity : double.PositiveInfinity);
            case TokenKind.InfBF16: return Literal.Of(DType.BF16, negative ? double.NegativeInfinity : double.PositiveInfinity);
            case TokenKind.InfF: return Literal.Of(DType.F32, negative ? double.NegativeInfinity : double.PositiveInfinity);
        }
        if (text.Contains('_', StringComparison.Ordinal)) text = text.Replace("_", "", StringComparison.Ordinal);
        if (SuffixOf(text) is { } stored) return Stored(input, text, text.AsSpan(0, text.Length - stored.Name.Length), stored, negative);
        var digits = text.AsSpan().TrimEnd("fL");
        if (input.Kind == TokenKind.Float)
        {
            // Rounded once: an f32 literal is the float nearest to what is written.
            bool isSingle = text[^1] == 'f';
            if (isSingle) return Literal.Of(DType.F32, float.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out float single) ? negative ? -single : single : 0);
            return Literal.Of(DType.F64, double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? negative ? -value : value : 0);
        }
        bool isLong = text[^1] == 'L';
        var most = isLong ? (UInt128)long.MaxValue : int.MaxValue;
        if (UInt128.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) && whole <= most + (negative ? 1u : 0u))
            return Literal.Of(isLong ? DType.I64 : DType.I32, negative ? -(long)whole : (long)whole);
        string help = isLong ? "an i64 is below 2^63; write 1e19 for a float" : "an i32 is below 2^31; write an i64 with L behind it: " + digits.ToString() + "L";
        input.Reading.Report(Diagnostics.NumberMalformed(text, input.Reading.Source.Picture(input.Token.Span), help), input.Token.Start);
        return null;
    }

    /// <summary>The type that a number says behind its digits, if it is one that is stored only.</summary>
    private static DType? SuffixOf(string text) =>
        text.EndsWith("bf16", StringComparison.Ordinal) ? DType.BF16 : text.EndsWith("f16", StringComparison.Ordinal) ? DType.F16 : text.EndsWith("u8", StringComparison.Ordinal) ? DType.U8 : null;

    private static Literal? Stored(TokenInput input, string text, ReadOnlySpan<char> digits, DType type, bool negative)
    {
        if (double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && (type != DType.U8 || (value <= byte.MaxValue && (!negative || value == 0))))
            return Literal.Of(type, negative ? -value : value);
        input.Reading.Report(Diagnostics.NumberMalformed(text, input.Reading.Source.Picture(input.Token.Span), "a u8 is a whole number from 0 to 255"), input.Token.Start);
        return null;
    }

    private static string Unescaped(ReadOnlySpan<char> text)
    {
        if (!text.Contains('\\')) return text.ToString();
        var result = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length) result.Append(text[i]);
            else result.Append(text[++i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', var c => c });
        }
        return result.ToString();
    }
}
