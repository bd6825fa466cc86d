using System.Globalization;

namespace MindDsl.Ir;

/// <summary>An operand: a value that was bound, or a literal. Nothing else may stand where an operand is expected.</summary>
public abstract class Atom
{
    private protected Atom(IrType type) => Type = type;

    /// <summary>The type of the operand.</summary>
    public IrType Type { get; }

    /// <summary>The type, for an operand that is known to be a tensor.</summary>
    public TensorType Tensor => Type as TensorType
        ?? throw new MindDslException(Diagnostics.Internal($"a tensor is expected where {Type} stands"));
}

/// <summary>A value bound once: a parameter or the target of a let. Two values are the same only if they are the same object.</summary>
public sealed class Value(IrType type, string? name = null, SourceSpan? span = null) : Atom(type)
{
    /// <summary>The name that the user gave, if any; printing makes it unique.</summary>
    public string? Name { get; } = name;

    /// <summary>The source that the value was computed by, if known.</summary>
    public SourceSpan? Span { get; } = span;

    /// <inheritdoc/>
    public override string ToString() => Name ?? "_";
}

/// <summary>
/// A scalar constant. In an element-wise operation it may stand beside tensors of any shape; it is never differentiated.
/// </summary>
public sealed class Literal : Atom, IEquatable<Literal>
{
    private Literal(DType dtype, double number, long integer)
        : base(TensorType.Scalar(dtype)) => (DType, Number, Integer) = (dtype, number, integer);

    /// <summary>The element type.</summary>
    public DType DType { get; }

    /// <summary>The value, of a float literal (an f32 literal is already rounded).</summary>
    public double Number { get; }

    /// <summary>The value, of an integer literal, and 0 or 1 of a bool literal.</summary>
    public long Integer { get; }

    /// <summary>A literal of any element type from a number; converted as <c>convert</c> does.</summary>
    public static Literal Of(DType dtype, double value) => dtype switch
    {
        DType.F64 => new(dtype, value, 0),
        DType.F32 => new(dtype, (float)value, 0),
        DType.F16 => new(dtype, (double)(Half)value, 0),
        DType.BF16 => new(dtype, (BFloat16)value, 0),
        DType.Bool => new(dtype, 0, value != 0 ? 1 : 0),
        DType.U8 => new(dtype, 0, double.IsNaN(value) ? 0 : (byte)Math.Clamp(value, byte.MinValue, byte.MaxValue)),
        DType.I32 => new(dtype, 0, double.IsNaN(value) ? 0 : (int)Math.Clamp(value, int.MinValue, int.MaxValue)),
        DType.I64 => Of(dtype, double.IsNaN(value) ? 0 : value >= 9.2233720368547758E18 ? long.MaxValue : (long)value),
    };

    /// <summary>A literal of any element type from an integer.</summary>
    public static Literal Of(DType dtype, long value) => dtype switch
    {
        DType.F64 => new(dtype, value, 0),
        DType.F32 => new(dtype, (float)value, 0),
        DType.F16 or DType.BF16 => Of(dtype, Precise(value)),
        DType.Bool => new(dtype, 0, value != 0 ? 1 : 0),
        DType.U8 => new(dtype, 0, (byte)value),
        DType.I32 => new(dtype, 0, (int)value),
        DType.I64 => new(dtype, 0, value),
    };

    /// <summary>A number that rounds to fewer bits as an integer does: of one with more bits than a double has, those that do not fit leave a mark in the last one.</summary>
    private static double Precise(long value) => Math.Abs((double)value) < 1L << 53 ? value : (value & ~0xFFFL) | ((value & 0xFFF) != 0 ? 0x800L : 0);

    /// <summary>A bool literal.</summary>
    public static Literal Of(bool value) => Of(DType.Bool, value ? 1L : 0L);

    /// <summary>An i64 literal: a size or an index.</summary>
    public static Literal Index(long value) => Of(DType.I64, value);

    /// <summary>True if the literal is the given number, the sign of zero included.</summary>
    public bool Is(double value) => DType.IsFloat
        ? BitConverter.DoubleToInt64Bits(Number) == BitConverter.DoubleToInt64Bits(value)
        : DType != DType.Bool && Integer == value;

    /// <inheritdoc/>
    public bool Equals(Literal? other) => other is not null && DType == other.DType && Integer == other.Integer
        && BitConverter.DoubleToInt64Bits(Number) == BitConverter.DoubleToInt64Bits(other.Number);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Literal other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(DType, Integer, BitConverter.DoubleToInt64Bits(Number));

    /// <inheritdoc/>
    public override string ToString()
    {
        if (DType == DType.Bool) return Integer != 0 ? "true" : "false";
        if (DType == DType.I32) return Integer.ToString(CultureInfo.InvariantCulture);
        if (DType == DType.I64) return Integer.ToString(CultureInfo.InvariantCulture) + "L";
        if (DType == DType.U8) return Integer.ToString(CultureInfo.InvariantCulture) + "u8";
        string suffix = DType switch { DType.F32 => "f", DType.F64 => "", _ => DType.Name };
        if (double.IsNaN(Number)) return "nan" + suffix;
        if (double.IsInfinity(Number)) return (Number > 0 ? "inf" : "-inf") + suffix;
        string digits = DType switch
        {
            DType.F64 => Number.ToString("R", CultureInfo.InvariantCulture),
            DType.F16 => ((Half)Number).ToString("R", CultureInfo.InvariantCulture),
            DType.BF16 => ((BFloat16)Number).ToString(),
            _ => ((float)Number).ToString("R", CultureInfo.InvariantCulture),
        };
        return digits + (digits.AsSpan().ContainsAny(".eE") ? "" : ".0") + suffix;
    }
}
