namespace MindDsl.Ir;

/// <summary>The lengths of a tensor's axes, outermost first.</summary>
public readonly record struct Shape(Seq<Dim> Dims)
{
    /// <summary>The shape of a single element.</summary>
    public static readonly Shape Scalar = new([]);

    /// <summary>The number of axes.</summary>
    public int Rank => Dims.Count;

    /// <summary>The length of an axis.</summary>
    public Dim this[int axis] => Dims[axis];

    /// <summary>True if no named size occurs.</summary>
    public bool IsConstant
    {
        get
        {
            foreach (var dim in Dims.Span) if (!dim.IsConstant) return false;
            return true;
        }
    }

    /// <summary>The number of elements.</summary>
    public Dim Size
    {
        get
        {
            var size = Dim.Of(1);
            foreach (var dim in Dims.Span) size *= dim;
            return size;
        }
    }

    /// <summary>A shape of known lengths.</summary>
    public static Shape Of(params ReadOnlySpan<long> lengths)
    {
        var dims = new Dim[lengths.Length];
        for (int i = 0; i < dims.Length; i++) dims[i] = lengths[i];
        return new(Seq.Create<Dim>(dims));
    }

    /// <summary>The lengths as numbers, for a shape that is known.</summary>
    public long[] ToArray()
    {
        var lengths = new long[Rank];
        for (int i = 0; i < lengths.Length; i++) lengths[i] = Dims[i].Value;
        return lengths;
    }

    /// <summary>This shape with some named sizes replaced by numbers.</summary>
    public Shape Bind(IReadOnlyDictionary<string, long> sizes) => IsConstant ? this : new(Dims.Map(d => d.Bind(sizes)));

    /// <summary>The shape to which both broadcast (NumPy's rule: aligned at the last axis, length 1 stretches), or null.</summary>
    public static Shape? Broadcast(Shape a, Shape b)
    {
        int rank = Math.Max(a.Rank, b.Rank);
        var dims = new Dim[rank];
        for (int i = 1; i <= rank; i++)
        {
            var x = i <= a.Rank ? a[a.Rank - i] : Dim.Of(1);
            var y = i <= b.Rank ? b[b.Rank - i] : Dim.Of(1);
            if (x != y && x != Dim.Of(1) && y != Dim.Of(1)) return null;
            dims[rank - i] = x == Dim.Of(1) ? y : x;
        }
        return new(Seq.Create<Dim>(dims));
    }

    /// <inheritdoc/>
    public override string ToString() => "[" + string.Join(", ", Dims) + "]";
}
