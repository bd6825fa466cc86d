namespace MindDsl.Ir;

/// <summary>What a border is filled with.</summary>
public enum PadMode
{
    /// <summary>A number.</summary>
    Constant,

    /// <summary>The inside mirrored, without the border element itself.</summary>
    Reflect,

    /// <summary>The border element.</summary>
    Replicate,

    /// <summary>The other end.</summary>
    Circular,
}

public static partial class Prelude
{
    /// <summary>A border around x: elements before and after each axis, all of one value. A negative border cuts.</summary>
    public static Term Pad(Term x, int[] before, int[] after, double value = 0)
    {
        CheckBorders(x, before, after);
        var (low, high) = (Seq.Repeat(Dim.Of(0), x.Rank), Seq.Repeat(Dim.Of(0), x.Rank));
        for (int k = 0; k < before.Length; k++) (low, high) = (low.With(k, before[k]), high.With(k, after[k]));
        if (value != 0) Weak(x, value);
        return x.Apply(new Pad(low, high, Seq.Repeat(0, x.Rank), value));
    }

    /// <summary>A border around x: elements before and after each axis, made from x.</summary>
    public static Term Pad(Term x, int[] before, int[] after, PadMode mode)
    {
        if (mode == PadMode.Constant) return Pad(x, before, after);
        CheckBorders(x, before, after);
        for (int k = 0; k < before.Length; k++)
        {
            long length = x.Shape[k].Value;
            long most = mode switch { PadMode.Reflect => length - 1, PadMode.Circular => length, _ => length > 0 ? int.MaxValue : 0 };
            if (before[k] < 0 || after[k] < 0 || Math.Max(before[k], after[k]) > most)
                throw new MindDslException(Diagnostics.ArgumentOutOfRange("pad", "border", $"{Text(before[k])} and {Text(after[k])} along axis {Text(k)}", $"0 to {Text(most)}"));
            var parts = new List<Term>();
            if (before[k] > 0) parts.Add(Border(x, k, before[k], mode, atStart: true));
            parts.Add(x);
            if (after[k] > 0) parts.Add(Border(x, k, after[k], mode, atStart: false));
            x = Concat([.. parts], k);
        }
        return x;
    }

    private static Term Border(Term x, int axis, int width, PadMode mode, bool atStart)
    {
        long length = x.Shape[axis].Value;
        return mode switch
        {
            PadMode.Reflect => Flip(Part(x, axis, atStart ? 1 : length - 1 - width, width, 1), [axis]),
            PadMode.Circular => Part(x, axis, atStart ? length - width : 0, width, 1),
            _ => RepeatInterleave(Part(x, axis, atStart ? 0 : length - 1, 1, 1), width, axis),
        };
    }

    private static void CheckBorders(Term x, int[] before, int[] after)
    {
        if (before.Length != after.Length || before.Length > x.Rank)
            throw new MindDslException(Diagnostics.AxesDoNotFit("pad", Seq.Range(Math.Max(before.Length, after.Length)), x.Type));
    }
}
