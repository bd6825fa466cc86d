using MindDsl.Ir;

namespace MindDsl.Backends.Loops;

/// <summary>The places in the source that errors of a run may have, by numbers from 1.</summary>
internal sealed class SourcePlaces
{
    private const int MostPlaces = 1 << 20;
    private const int AxisBits = 8;

    private readonly List<SourceSpan> _places = [];

    /// <summary>The axis of a check and the number of its place in the source as one number.</summary>
    public static int Checking(int axis, int place) => axis | (place << AxisBits);

    /// <summary>The axis of a check.</summary>
    public static int AxisOf(int checking) => checking & ((1 << AxisBits) - 1);

    /// <summary>The number of the place of a check.</summary>
    public static int PlaceOf(int checking) => checking >> AxisBits;

    /// <summary>A place; null if the number is that of none.</summary>
    public SourceSpan? this[int number] => number > 0 ? _places[number - 1] : null;

    /// <summary>The number of a place; 0 if it is not known.</summary>
    public int NumberOf(SourceSpan? place)
    {
        if (place is null || _places.Count == MostPlaces) return 0;
        int known = _places.LastIndexOf(place);
        if (known >= 0) return known + 1;
        _places.Add(place);
        return _places.Count;
    }
}
