namespace MindDsl.Backends.Loops;

/// <summary>What a check of an index knows of itself: the axis, and the number of its place in the source, as one number.</summary>
internal static class Checks
{
    /// <summary>The most places in the source that one program numbers.</summary>
    public const int MostPlaces = 1 << 20;

    private const int AxisBits = 8;

    /// <summary>The number of a check.</summary>
    public static int Of(int axis, int place) => axis | (place << AxisBits);

    /// <summary>The axis.</summary>
    public static int Axis(int check) => check & ((1 << AxisBits) - 1);

    /// <summary>The number of the place, from 1; 0 if it is not known.</summary>
    public static int Place(int check) => check >> AxisBits;
}
