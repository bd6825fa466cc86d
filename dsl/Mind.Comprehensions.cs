namespace MindDsl;

public static partial class Mind
{
    /// <summary>An axis with as many places.</summary>
    public static Axis Axis(long length) => new(length);

    /// <summary>The tensor with an element for each place of the axes: <c>Build(from i in I from j in J select A[j, i])</c>.</summary>
    public static Tensor Build(Comprehension<Tensor> elements)
    {
        var lengths = elements.Lengths.ToArray();
        if (elements.Lengths.Contains(0)) return Tensor.Zeros(lengths);
        var parts = elements.All().ToArray();
        long[] shape = [.. lengths, .. parts[0].Shape];
        return Stack(parts).Reshape(shape);
    }

    /// <inheritdoc cref="Build(Comprehension{Tensor})"/>
    public static Tensor Build(Comprehension<double> elements) => Tensor.Of(elements.All().ToArray(), [.. elements.Lengths]);

    /// <inheritdoc cref="Build(Comprehension{Tensor})"/>
    public static Tensor Build(Comprehension<long> elements) => Tensor.Of(elements.All().ToArray(), [.. elements.Lengths]);

    /// <summary>The sum over all places of the axes.</summary>
    public static Tensor Sum(Comprehension<Tensor> elements) => Combined(elements, static (a, b) => a + b);

    /// <inheritdoc cref="Sum(Comprehension{Tensor})"/>
    public static double Sum(Comprehension<double> elements) => elements.All().Sum();

    /// <summary>The product over all places of the axes.</summary>
    public static Tensor Prod(Comprehension<Tensor> elements) => Combined(elements, static (a, b) => a * b);

    /// <inheritdoc cref="Prod(Comprehension{Tensor})"/>
    public static double Prod(Comprehension<double> elements) => elements.All().Aggregate(1.0, (a, b) => a * b);

    /// <summary>The largest element over all places of the axes.</summary>
    public static Tensor Max(Comprehension<Tensor> elements) => Combined(elements, static (a, b) => a.Maximum(b));

    /// <inheritdoc cref="Max(Comprehension{Tensor})"/>
    public static double Max(Comprehension<double> elements) => elements.All().Aggregate(double.NegativeInfinity, Math.Max);

    /// <summary>The smallest element over all places of the axes.</summary>
    public static Tensor Min(Comprehension<Tensor> elements) => Combined(elements, static (a, b) => a.Minimum(b));

    /// <inheritdoc cref="Min(Comprehension{Tensor})"/>
    public static double Min(Comprehension<double> elements) => elements.All().Aggregate(double.PositiveInfinity, Math.Min);

    /// <summary>An index as a number.</summary>
    public static double Val(Ix index) => index.Value;

    private static Tensor Combined(Comprehension<Tensor> elements, Func<Tensor, Tensor, Tensor> f)
    {
        Tensor? all = null;
        foreach (var element in elements.All()) all = all is null ? element : f(all, element);
        return all ?? throw new MindDslException(Diagnostics.EmptyComprehension());
    }
}
