using System.Globalization;
using System.Runtime.CompilerServices;

namespace MindDsl;

/// <summary>A number of 16 bits: the upper half of a float, with its range and 8 significant bits. It is stored; to compute, convert it.</summary>
/// <param name="bits">The bits: sign, 8 of the exponent, 7 of the fraction.</param>
public readonly struct BFloat16(ushort bits) : IEquatable<BFloat16>, IComparable<BFloat16>, IFormattable
{
    /// <summary>The bits: sign, 8 of the exponent, 7 of the fraction.</summary>
    public ushort Bits { get; } = bits;

    /// <summary>The number, exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator float(BFloat16 x) => BitConverter.Int32BitsToSingle(x.Bits << 16);

    /// <summary>The number, exactly.</summary>
    public static implicit operator double(BFloat16 x) => (float)x;

    /// <summary>The nearest number, the even one of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static explicit operator BFloat16(float x)
    {
        uint bits = BitConverter.SingleToUInt32Bits(x);
        return new((ushort)(float.IsNaN(x) ? bits >> 16 | 0x40 : bits + 0x7FFF + (bits >> 16 & 1) >> 16));
    }

    /// <summary>The nearest number, the even one of two.</summary>
    public static explicit operator BFloat16(double x) => (BFloat16)RoundedToOdd(x);

    /// <summary>
    /// A float that rounds to fewer bits as the number does: of the two floats around a number that is none, the one with an odd last bit (Boldo and Melquiond, Emulation of FMA and
    /// correctly rounded sums: proved algorithms using rounding to odd).
    /// </summary>
    private static float RoundedToOdd(double x)
    {
        float near = (float)x;
        if (near == x || double.IsNaN(x)) return near;
        uint bits = BitConverter.SingleToUInt32Bits(near);
        if (Math.Abs((double)near) > Math.Abs(x)) bits--;
        return BitConverter.UInt32BitsToSingle(bits | 1);
    }

    /// <summary>Equality as of floats: a NaN equals nothing, the zeros each other.</summary>
    public static bool operator ==(BFloat16 x, BFloat16 y) => (float)x == (float)y;

    /// <summary>The opposite of equality.</summary>
    public static bool operator !=(BFloat16 x, BFloat16 y) => (float)x != (float)y;

    /// <summary>Less than.</summary>
    public static bool operator <(BFloat16 x, BFloat16 y) => (float)x < (float)y;

    /// <summary>Greater than.</summary>
    public static bool operator >(BFloat16 x, BFloat16 y) => (float)x > (float)y;

    /// <summary>At most.</summary>
    public static bool operator <=(BFloat16 x, BFloat16 y) => (float)x <= (float)y;

    /// <summary>At least.</summary>
    public static bool operator >=(BFloat16 x, BFloat16 y) => (float)x >= (float)y;

    /// <inheritdoc/>
    public int CompareTo(BFloat16 other) => ((float)this).CompareTo(other);

    /// <inheritdoc/>
    public bool Equals(BFloat16 other) => ((float)this).Equals(other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is BFloat16 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ((float)this).GetHashCode();

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ((float)this).ToString(format, formatProvider);

    /// <summary>The shortest text that reads back to the number.</summary>
    public override string ToString()
    {
        float number = this;
        for (int digits = 1; digits < MostDigits; digits++)
        {
            string text = number.ToString("G" + digits, CultureInfo.InvariantCulture);
            if (((BFloat16)float.Parse(text, CultureInfo.InvariantCulture)).Bits == Bits) return text;
        }
        return number.ToString("G" + MostDigits, CultureInfo.InvariantCulture);
    }

    /// <summary>So many digits tell all numbers of 8 significant bits apart.</summary>
    private const int MostDigits = 4;
}
