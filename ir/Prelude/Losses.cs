namespace MindDsl.Ir;

/// <summary>What becomes of the losses of single places.</summary>
public enum Reduction
{
    /// <summary>They stay.</summary>
    None,

    /// <summary>Their mean, weighted where there are weights.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,
}

public static partial class Prelude
{
    /// <summary>
    /// −log of the probability that softmax gives the right class. Classes are on axis 1 (of a vector on axis 0). Labels are class numbers, or floats of
    /// the shape of the logits that are the probabilities of the classes.
    /// </summary>
    /// <param name="logits">The logits [N, C, …].</param>
    /// <param name="labels">Class numbers [N, …], or probabilities [N, C, …].</param>
    /// <param name="weights">A weight for each class; the mean divides by the weights of the labels.</param>
    /// <param name="ignore">The label of places that do not count; it need not be a class.</param>
    /// <param name="smoothing">The part of the target that is spread evenly over all classes.</param>
    /// <param name="reduction">Mean, sum or none.</param>
    public static Term CrossEntropy(
        Term logits, Term labels, Term? weights = null, long? ignore = null, double smoothing = 0, Reduction reduction = Reduction.Mean)
    {
        int axis = ClassAxis("cross_entropy", logits);
        var log = LogSoftmax(logits, axis);
        return labels.DType.IsFloat
            ? WithProbabilities(log, labels, weights, smoothing, reduction)
            : WithLabels("cross_entropy", log, labels, weights, ignore, smoothing, reduction);
    }

    /// <summary>−log of the probability of the right class, the logarithms given. Classes are on axis 1 (of a vector on axis 0).</summary>
    public static Term NllLoss(Term logProbabilities, Term labels, Term? weights = null, long? ignore = null, Reduction reduction = Reduction.Mean) =>
        WithLabels("nll_loss", logProbabilities, labels, weights, ignore, 0, reduction);

    /// <summary>The squared difference.</summary>
    public static Term MseLoss(Term x, Term target, Reduction reduction = Reduction.Mean) => Summary(Square(x - target), reduction);

    /// <summary>The absolute difference.</summary>
    public static Term L1Loss(Term x, Term target, Reduction reduction = Reduction.Mean) => Summary(Abs(x - target), reduction);

    /// <summary>−log of the probability of a truth value, σ(x) being that of true; the target may lie between 0 and 1.</summary>
    public static Term BceWithLogits(Term x, Term target, Reduction reduction = Reduction.Mean) =>
        Summary(Softplus(x) - x * target, reduction);

    private static Term WithLabels(
        string op, Term log, Term labels, Term? weights, long? ignore, double smoothing, Reduction reduction)
    {
        int axis = ClassAxis(op, log);
        var expected = new Shape(log.Shape.Dims.Where((_, k) => k != axis).ToSeq());
        if (labels.Shape != expected || !labels.DType.IsInteger)
            throw new MindDslException(Diagnostics.ShapesDoNotFit(op, $"labels are integers {expected}, or probabilities with the shape of the logits",
                ("logits", log.Type), ("labels", labels.Type)));
        var label = labels.To(DType.I64);
        Term? counted = ignore is { } none ? Not(label.EqualTo(label.Literal(none))) : null;
        var place = counted is { } c ? c.Select(label, label.Literal(0)) : label;

        var picked = Apply(new Gather(Seq.Range(log.Rank).Map(k => k == axis
            ? GatherAxis.From(Seq.Range(label.Rank))
            : GatherAxis.Along(k < axis ? k : k - 1)), label.Rank), log, place);
        Term? weight = weights is { } w ? Take(w, place) : null;
        var loss = weight is { } own ? -(picked * own) : -picked;
        if (smoothing != 0)
        {
            var spread = -(weights is { } each ? log * AlongClasses(each, log, axis) : log).Sum([axis]);
            loss = loss * (1 - smoothing) + spread * smoothing / Length(log, log.Shape[axis]);
        }
        if (counted is { } valid) loss = valid.Select(loss, loss.Literal(0));
        if (reduction != Reduction.Mean || (weight is null && counted is null)) return Summary(loss, reduction);
        var parts = weight ?? log.Literal(1).BroadcastTo(label.Shape);
        return Sum(loss) / Sum(counted is { } v ? v.Select(parts, parts.Literal(0)) : parts);
    }

    private static Term WithProbabilities(Term log, Term target, Term? weights, double smoothing, Reduction reduction)
    {
        if (target.Shape != log.Shape)
            throw new MindDslException(Diagnostics.ShapesDoNotFit("cross_entropy", "probabilities have the shape of the logits", ("logits", log.Type), ("labels", target.Type)));
        int axis = ClassAxis("cross_entropy", log);
        if (smoothing != 0) target = target * (1 - smoothing) + target.Literal(smoothing) / Length(log, log.Shape[axis]);
        var product = log * target;
        return Summary(-(weights is { } w ? product * AlongClasses(w, log, axis) : product).Sum([axis]), reduction);
    }

    private static Term Summary(Term losses, Reduction reduction) => reduction switch
    {
        Reduction.None => losses,
        Reduction.Mean => Mean(losses),
        Reduction.Sum => Sum(losses),
    };

    private static Term AlongClasses(Term weights, Term log, int axis) =>
        weights.Reshape(new(Seq.Repeat(Dim.Of(1), log.Rank).With(axis, log.Shape[axis])));

    private static int ClassAxis(string op, Term logits)
    {
        RequireFloat(op, logits);
        return Axis(op, Math.Min(1, logits.Rank - 1), logits);
    }
}
