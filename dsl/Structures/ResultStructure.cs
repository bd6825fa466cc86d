using MindDsl.Backends;
using MindDsl.Ir;

namespace MindDsl.Structures;

/// <summary>How the leaves of a result are found among the results of a program.</summary>
/// <param name="Leaves">For each leaf the result that it is, or -1 for a leaf that is absent (it is default).</param>
/// <param name="Lengths">The lengths of the lists in order.</param>
/// <param name="Types">The types of the results.</param>
/// <param name="IsNumber">Which results are read as .NET numbers.</param>
internal sealed record ResultStructure(int[] Leaves, int[] Lengths, TensorType[] Types, bool[] IsNumber)
{
    /// <summary>No leaf.</summary>
    public static readonly ResultStructure Empty = new([], [], [], []);

    private readonly long[][] _lengths = [.. Types.Select(t => t.Shape.ToArray())];

    /// <summary>True if the leaf is the result of the same number, and has this type.</summary>
    public bool Fits(int leaf, ReadOnlySpan<long> lengths, DType dtype) =>
        Leaves[leaf] == leaf && Types[leaf].DType == dtype && lengths.SequenceEqual(_lengths[leaf]);

    /// <summary>Memory for a result.</summary>
    public TensorBuffer Allocate(int result) => TensorBuffer.Allocate(Types[result].DType, _lengths[result]);
}

/// <summary>Reads a signature entry by entry.</summary>
internal ref struct SignatureReader(ReadOnlySpan<long> entries)
{
    private ReadOnlySpan<long> _rest = entries;

    /// <summary>The type of the next leaf.</summary>
    public TensorType Next()
    {
        long head = Take();
        var dims = new Dim[head >> 8];
        for (int k = 0; k < dims.Length; k++) dims[k] = Take();
        return new((DType)(head & 255), new(Seq.Create<Dim>(dims)));
    }

    /// <summary>The length of the next list.</summary>
    public int NextLength()
    {
        Take();
        return (int)Take();
    }

    /// <summary>Passes over the mark of a function.</summary>
    public void NextFunction() => Take();

    private long Take()
    {
        long entry = _rest[0];
        _rest = _rest[1..];
        return entry;
    }
}
