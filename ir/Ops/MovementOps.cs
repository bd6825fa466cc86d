namespace MindDsl.Ir;

/// <summary>An operation that is linear in its one operand and moves elements without computing: <c>y[i] = x[φ(i)]</c>.</summary>
public abstract record Movement(string Name) : Op(Name)
{
    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent) => tangent.Apply(this);

    /// <summary>True if no named size occurs.</summary>
    private protected static bool AreConstant(Seq<Dim> dims) => dims.All(d => d.IsConstant);

    /// <summary>A map law that loads operand 0.</summary>
    private protected static ElementLaw Moved(Seq<Dim> space, TensorType operand, Func<int, Scalar> index) =>
        new ElementLaw.Map(space, new Scalar.Load(0, Seq.Range(operand.Rank).Map(index), operand.DType));
}

/// <summary>The elements in another shape, in row-major order (NumPy: reshape).</summary>
public sealed record Reshape(Shape To) : Movement("reshape")
{
    /// <inheritdoc/>
    public override string Attributes => $"<{To}>";

    /// <inheritdoc/>
    public override Op Bind(IReadOnlyDictionary<string, long> sizes) => To.IsConstant ? this : new Reshape(To.Bind(sizes));

    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands) => operands[0].Shape.Size == To.Size
        ? operands[0] with { Shape = To }
        : throw new MindDslException(Diagnostics.SizesDiffer(operands[0], To));

    /// <inheritdoc/>
    public override ElementLaw Law(Seq<TensorType> operands)
    {
        var from = operands[0].Shape;
        Scalar place = Scalar.Of(0);
        for (int k = 0; k < To.Rank; k++) place = k == 0 ? new Scalar.Index(0) : place * Scalar.Of(To[k]) + new Scalar.Index(k);
        var indices = new Scalar[from.Rank];
        for (int k = from.Rank - 1; k >= 0; k--)
        {
            indices[k] = k == 0 ? place : place % Scalar.Of(from[k]);
            place /= Scalar.Of(from[k]);
        }
        return Moved(To.Dims, operands[0], k => indices[k]);
    }

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent) => cotangent.Reshape(rule.X.Shape);
}

/// <summary>The axes in another order: axis k of the result is axis <c>Axes[k]</c> of the operand (NumPy: transpose, PyTorch: permute).</summary>
public sealed record Permute(Seq<int> Axes) : Movement("permute")
{
    /// <inheritdoc/>
    public override string Attributes => $"<{Axes}>";

    /// <summary>The order that undoes this one.</summary>
    public Seq<int> Inverse => Seq.Range(Axes.Count).Map(k => Axes.IndexOf(k));

    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands) => Axes.Order().SequenceEqual(Enumerable.Range(0, operands[0].Rank))
        ? operands[0] with { Shape = new(Axes.Map(a => operands[0].Shape[a])) }
        : throw new MindDslException(Diagnostics.AxesDoNotFit(Name, Axes, operands[0]));

    /// <inheritdoc/>
    public override ElementLaw Law(Seq<TensorType> operands)
    {
        var inverse = Inverse;
        return Moved(Infer(operands).Shape.Dims, operands[0], k => new Scalar.Index(inverse[k]));
    }

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent) => cotangent.Permute(Inverse);
}

/// <summary>Repetition along new axes: axis k of the operand becomes axis <c>Axes[k]</c> of the result (JAX: broadcast_in_dim).</summary>
public sealed record Broadcast(Shape To, Seq<int> Axes) : Movement("broadcast")
{
    /// <inheritdoc/>
    public override string Attributes => $"<{To}, {Axes}>";

    /// <inheritdoc/>
    public override Op Bind(IReadOnlyDictionary<string, long> sizes) => To.IsConstant ? this : this with { To = To.Bind(sizes) };

    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands)
    {
        bool fits = Axes.Count == operands[0].Rank;
        for (int k = 0; fits && k < Axes.Count; k++)
            fits = Axes[k] >= 0 && Axes[k] < To.Rank && (k == 0 || Axes[k] > Axes[k - 1]) && To[Axes[k]] == operands[0].Shape[k];
        return fits ? operands[0] with { Shape = To } : throw new MindDslException(Diagnostics.ShapesDoNotBroadcast(Name, To, operands[0]));
    }

    /// <inheritdoc/>
    public override ElementLaw Law(Seq<TensorType> operands) => Moved(To.Dims, operands[0], k => new Scalar.Index(Axes[k]));

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent)
    {
        var axes = Axes;
        var repeated = Seq.Range(To.Rank).Where(a => axes.IndexOf(a) < 0).ToSeq();
        return repeated.Count == 0 ? cotangent : cotangent.Widely(c => CommonFactors.Sum(c, repeated));
    }
}

/// <summary>A rectangular part: element i of axis k is element <c>Starts[k] + i·Steps[k]</c> of the operand.</summary>
public sealed record Slice(Seq<Dim> Starts, Seq<Dim> Lengths, Seq<int> Steps) : Movement("slice")
{
    /// <inheritdoc/>
    public override string Attributes => $"<{Starts}, {Lengths}, {Steps}>";

    /// <inheritdoc/>
    public override Op Bind(IReadOnlyDictionary<string, long> sizes) => AreConstant([.. Starts, .. Lengths]) ? this : this with { Starts = Starts.Map(d => d.Bind(sizes)), Lengths = Lengths.Map(d => d.Bind(sizes)) };

    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands)
    {
        var shape = operands[0].Shape;
        bool fits = Starts.Count == shape.Rank && Lengths.Count == shape.Rank && Steps.Count == shape.Rank;
        for (int k = 0; fits && k < shape.Rank; k++)
        {
            if (!Starts[k].IsConstant || !Lengths[k].IsConstant || !shape[k].IsConstant) continue;
            long last = Starts[k].Value + Math.Max(Lengths[k].Value - 1, 0) * Steps[k];
            fits = Steps[k] > 0 && Starts[k].Value >= 0 && Lengths[k].Value >= 0 && (Lengths[k].Value == 0 || last < shape[k].Value);
        }
        return fits ? operands[0] with { Shape = new(Lengths) } : throw new MindDslException(Diagnostics.SliceOutOfRange(this, operands[0]));
    }

    /// <inheritdoc/>
    public override ElementLaw Law(Seq<TensorType> operands) => Moved(Lengths, operands[0],
        k => Scalar.Of(Starts[k]) + Scalar.Of(Steps[k]) * new Scalar.Index(k));

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent)
    {
        var (starts, lengths, steps, shape) = (Starts, Lengths, Steps, rule.X.Shape);
        var high = Seq.Range(shape.Rank).Map(k => shape[k] - starts[k] - Pad.Spread(lengths[k], steps[k]));
        return cotangent.Apply(new Pad(starts, high, steps.Map(s => s - 1), 0));
    }
}

/// <summary>
/// The operand with a border: <c>Low</c> elements before, <c>High</c> after and <c>Interior</c> between the elements of each axis, all of the
/// given value. A negative border cuts.
/// </summary>
public sealed record Pad(Seq<Dim> Low, Seq<Dim> High, Seq<int> Interior, double Fill) : Movement("pad")
{
    /// <inheritdoc/>
    public override string Attributes => $"<{Low}, {High}, {Interior}, {Literal.Of(DType.F64, Fill)}>";

    /// <summary>The length that <paramref name="length"/> elements take up with a step.</summary>
    internal static Dim Spread(Dim length, int step) => length == Dim.Of(0) ? Dim.Of(0) : (length - 1) * step + 1;

    /// <inheritdoc/>
    public override Op Bind(IReadOnlyDictionary<string, long> sizes) => AreConstant([.. Low, .. High]) ? this : this with { Low = Low.Map(d => d.Bind(sizes)), High = High.Map(d => d.Bind(sizes)) };

    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands)
    {
        var shape = operands[0].Shape;
        if (Low.Count != shape.Rank || High.Count != shape.Rank || Interior.Count != shape.Rank)
            throw new MindDslException(Diagnostics.AxesDoNotFit(Name, Interior, operands[0]));
        return operands[0] with { Shape = new(Seq.Range(shape.Rank).Map(k => Low[k] + Spread(shape[k], Interior[k] + 1) + High[k])) };
    }

    /// <inheritdoc/>
    public override ElementLaw Law(Seq<TensorType> operands)
    {
        var (operand, space) = (operands[0], Infer(operands).Shape.Dims);
        Scalar inside = new Scalar.Constant(Literal.Of(true));
        var indices = new Scalar[operand.Rank];
        for (int k = 0; k < operand.Rank; k++)
        {
            var place = new Scalar.Index(k) - Scalar.Of(Low[k]);
            if (Low[k] != Dim.Of(0)) inside &= place >= Scalar.Of(0);
            if (High[k] != Dim.Of(0)) inside &= place < Scalar.Of(Spread(operand.Shape[k], Interior[k] + 1));
            if (Interior[k] != 0) inside &= Scalar.Call(Intrinsic.Eq, place % Scalar.Of(Interior[k] + 1), Scalar.Of(0));
            indices[k] = Interior[k] == 0 ? place : place / Scalar.Of(Interior[k] + 1);
        }
        return new ElementLaw.Map(space, new Scalar.Select(
            inside, new Scalar.Load(0, Seq.Create<Scalar>(indices), operand.DType), Scalar.Of(operand.DType, Fill)));
    }

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent)
    {
        var shape = rule.X.Shape;
        var cut = cotangent.Apply(new Pad(Low.Map(d => d.IsConstant && d.Constant >= 0 ? 0 : d * -1), High.Map(d => d.IsConstant && d.Constant >= 0 ? 0 : d * -1),
            Seq.Repeat(0, shape.Rank), 0));
        var starts = Low.Map(d => d.IsConstant && d.Constant < 0 ? Dim.Of(0) : d);
        return cut.Apply(new Slice(starts, shape.Dims, Interior.Map(i => i + 1)));
    }

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent) => tangent.Apply(this with { Fill = 0 });
}

/// <summary>The order of elements reversed along axes.</summary>
public sealed record Flip(Seq<int> Axes) : Movement("flip")
{
    /// <inheritdoc/>
    public override string Attributes => $"<{Axes}>";

    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands) => Axes.All(a => a >= 0 && a < operands[0].Rank)
        ? operands[0]
        : throw new MindDslException(Diagnostics.AxesDoNotFit(Name, Axes, operands[0]));

    /// <inheritdoc/>
    public override ElementLaw Law(Seq<TensorType> operands)
    {
        var (axes, shape) = (Axes, operands[0].Shape);
        return Moved(shape.Dims, operands[0], k => axes.IndexOf(k) < 0 ? new Scalar.Index(k) : Scalar.Of(shape[k] - 1) - new Scalar.Index(k));
    }

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent) => cotangent.Apply(this);
}

/// <summary>Operands one after another along an axis (NumPy: concatenate).</summary>
public sealed record Concat(int Axis) : Op("concat")
{
    /// <inheritdoc/>
    public override string Attributes => $"<{Axis}>";

    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands)
    {
        var first = operands[0];
        var length = Dim.Of(0);
        foreach (var operand in operands)
        {
            bool fits = operand.DType == first.DType && operand.Rank == first.Rank && Axis >= 0 && Axis < first.Rank
                && operand.Shape.Dims.With(Axis, 0) == first.Shape.Dims.With(Axis, 0);
            if (!fits) throw new MindDslException(Diagnostics.ShapesDiffer(Name, operands));
            length += operand.Shape[Axis];
        }
        return first with { Shape = new(first.Shape.Dims.With(Axis, length)) };
    }

    /// <inheritdoc/>
    public override ElementLaw Law(Seq<TensorType> operands)
    {
        var (space, axis) = (Infer(operands).Shape.Dims, Axis);
        Scalar? body = null;
        var start = Infer(operands).Shape[Axis];
        for (int n = operands.Count - 1; n >= 0; n--)
        {
            var end = start;
            start -= operands[n].Shape[Axis];
            var from = Scalar.Of(start);
            Scalar load = new Scalar.Load(n, Elementwise.Indices(space.Count).Map((s, k) => k == axis ? s - from : s), operands[n].DType);
            body = body is null ? load : new Scalar.Select(new Scalar.Index(Axis) < Scalar.Of(end), load, body);
        }
        return new ElementLaw.Map(space, body!);
    }

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent)
    {
        var (shape, start) = (rule[operand].Shape, Start(rule, operand));
        return cotangent.Apply(new Slice(Seq.Repeat(Dim.Of(0), shape.Rank).With(Axis, start), shape.Dims, Seq.Repeat(1, shape.Rank)));
    }

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent)
    {
        var (shape, start) = (rule[operand].Shape, Start(rule, operand));
        var none = Seq.Repeat(Dim.Of(0), shape.Rank);
        return tangent.Apply(new Pad(none.With(Axis, start), none.With(Axis, rule.Y.Shape[Axis] - start - shape[Axis]), Seq.Repeat(0, shape.Rank), 0));
    }

    private Dim Start(Rule rule, int operand)
    {
        var start = Dim.Of(0);
        for (int n = 0; n < operand; n++) start += rule[n].Shape[Axis];
        return start;
    }
}

/// <summary>The index along an axis (JAX: iota), as a tensor without operands.</summary>
public sealed record Iota(TensorType Type, int Axis) : Op("iota")
{
    /// <inheritdoc/>
    public override string Attributes => $"<{Type}, {Axis}>";

    /// <inheritdoc/>
    public override Op Bind(IReadOnlyDictionary<string, long> sizes) => Type.Shape.IsConstant ? this : this with { Type = Type with { Shape = Type.Shape.Bind(sizes) } };

    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands) => Type;

    /// <inheritdoc/>
    public override ElementLaw Law(Seq<TensorType> operands) =>
        new ElementLaw.Map(Type.Shape.Dims, new Scalar.Convert(new Scalar.Index(Axis), Type.DType));

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent) => null;

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent) => null;
}

/// <summary>A size as an i64 scalar.</summary>
public sealed record SizeOf(Dim Dim) : Op("size")
{
    /// <inheritdoc/>
    public override string Attributes => $"<{Dim}>";

    /// <inheritdoc/>
    public override Op Bind(IReadOnlyDictionary<string, long> sizes) => Dim.IsConstant ? this : new SizeOf(Dim.Bind(sizes));

    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands) => TensorType.Scalar(DType.I64);

    /// <inheritdoc/>
    public override ElementLaw Law(Seq<TensorType> operands) => new ElementLaw.Map([], Scalar.Of(Dim));

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent) => null;

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent) => null;
}
