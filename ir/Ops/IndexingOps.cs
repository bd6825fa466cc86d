namespace MindDsl.Ir;

/// <summary>Where a gather finds its index along one axis of the indexed operand.</summary>
/// <param name="Indexed">True: the index is an element of the next index operand, read at the result axes <c>Axes</c>. False: it is the result index <c>Axes[0]</c>.</param>
/// <param name="Axes">Axes of the result.</param>
public readonly record struct GatherAxis(bool Indexed, Seq<int> Axes)
{
    /// <summary>The index is a result index.</summary>
    public static GatherAxis Along(int axis) => new(false, [axis]);

    /// <summary>The index comes from the next index operand.</summary>
    public static GatherAxis From(Seq<int> axes) => new(true, axes);

    /// <inheritdoc/>
    public override string ToString() => Indexed ? "@" + Axes : Axes[0].ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>
/// Elements at places that are computed: <c>y[i] = x[e₀(i), e₁(i), …]</c>, where each <c>eₖ</c> is a result index or an element of an index operand
/// (i64). With index operands of rank 0 it is indexing with run-time scalars (a row, an element); NumPy's take, take_along_axis and
/// advanced indexing, PyTorch's gather, index_select and embedding are all of this form.
/// </summary>
/// <remarks>Operands: x, then one index tensor for each indexed axis. Every result axis is named by some axis of x. Places out of range are an error.</remarks>
public sealed record Gather(Seq<GatherAxis> Axes, int ResultRank) : Op("gather")
{
    /// <inheritdoc/>
    public override string Attributes => $"<[{string.Join(", ", Axes)}]>";

    /// <summary>The gather that reads the sub-tensor at <paramref name="indices"/> scalar indices along the first axes.</summary>
    public static Gather At(int rank, int indices) =>
        new(Seq.Range(rank).Map(k => k < indices ? GatherAxis.From([]) : GatherAxis.Along(k - indices)), rank - indices);

    /// <summary>The gather that reads whole slices at the places in an index tensor, whose axes take the place of the axis (NumPy: take).</summary>
    public static Gather Take(int rank, int axis, int indexRank) => new(Seq.Range(rank).Map(k =>
        k < axis ? GatherAxis.Along(k) : k == axis ? GatherAxis.From(Seq.Range(indexRank).Map(a => a + axis)) : GatherAxis.Along(k - 1 + indexRank)),
        rank - 1 + indexRank);

    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands)
    {
        var dims = new Dim?[ResultRank];
        int next = 1;
        bool fits = operands[0].Rank == Axes.Count && operands.Count == 1 + Axes.Count(a => a.Indexed);
        for (int k = 0; fits && k < Axes.Count; k++)
        {
            var axis = Axes[k];
            if (!axis.Indexed)
            {
                dims[axis.Axes[0]] ??= operands[0].Shape[k];
                continue;
            }
            var index = operands[next++];
            fits = index.DType == DType.I64 && index.Rank == axis.Axes.Count;
            for (int a = 0; fits && a < index.Rank; a++)
            {
                fits = dims[axis.Axes[a]] is not { } known || known == index.Shape[a] || !Axes.Any(x => x.Indexed && x.Axes.IndexOf(axis.Axes[a]) >= 0);
                dims[axis.Axes[a]] = index.Shape[a];
            }
        }
        if (!fits || dims.Contains(null)) throw new MindDslException(Diagnostics.IndicesDoNotFit(this, operands));
        return operands[0] with { Shape = new(dims.Select(d => d!).ToSeq()) };
    }

    /// <summary>The place in the indexed operand for a result index; index operands are loaded as operands <paramref name="firstIndex"/> on.</summary>
    public Seq<Scalar> Places(int firstIndex)
    {
        int next = firstIndex;
        return Axes.Map(Scalar (a) => a.Indexed
            ? new Scalar.Load(next++, a.Axes.Map(Scalar (k) => new Scalar.Index(k)), DType.I64)
            : new Scalar.Index(a.Axes[0]));
    }

    /// <inheritdoc/>
    public override ElementLaw Law(Seq<TensorType> operands) =>
        new ElementLaw.Map(Infer(operands).Shape.Dims, new Scalar.Load(0, Places(1), operands[0].DType));

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent) =>
        operand == 0 ? new Contribution(cotangent, this, rule.Operands.Slice(1, rule.Operands.Count - 1)) : null;

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent) => operand == 0
        ? new Term(rule.Builder, rule.Builder.Apply(this, rule.Operands.With(0, tangent.Atom).Span))
        : null;
}

/// <summary>
/// The first operand with elements of the last one added, or put, at the places from which <c>Places</c> would read them (NumPy: add.at; PyTorch:
/// scatter_add, index_add, index_put). Operands: base, index tensors, updates. When places repeat, sums are taken in order and the last put wins.
/// </summary>
public sealed record Scatter(Gather Places, bool Overwrite) : Op(Overwrite ? "scatter_set" : "scatter_add")
{
    /// <inheritdoc/>
    public override string Attributes => Places.Attributes;

    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands)
    {
        var updates = operands[operands.Count - 1];
        if (!Overwrite) Storage.Refuse(Name, [updates]);
        if (!Overwrite && updates.DType == DType.Bool) throw new MindDslException(Diagnostics.ElementTypesDoNotFit(Name, Signature.Number, operands));
        var read = Places.Infer(operands.Slice(0, operands.Count - 1));
        // An update may be shorter than the base along an axis that is not indexed: then only its beginning is touched.
        bool fits = updates.DType == operands[0].DType && updates.Rank == read.Rank;
        for (int k = 0; fits && k < read.Rank; k++)
            fits = updates.Shape[k] == read.Shape[k] || (updates.Shape[k].IsConstant && read.Shape[k].IsConstant
                && updates.Shape[k].Value <= read.Shape[k].Value && !Places.Axes.Any(a => a.Indexed && a.Axes.IndexOf(k) >= 0));
        return fits ? operands[0] : throw new MindDslException(Diagnostics.IndicesDoNotFit(this, operands));
    }

    /// <inheritdoc/>
    public override ElementLaw Law(Seq<TensorType> operands)
    {
        var updates = operands[operands.Count - 1];
        return new ElementLaw.Scatter(updates.Shape.Dims, Places.Places(1), null, Overwrite,
            new Scalar.Load(operands.Count - 1, Elementwise.Indices(updates.Rank), updates.DType));
    }

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent)
    {
        int last = rule.Operands.Count - 1;
        if (operand == last) return Winners(rule, Read(rule, cotangent));
        if (operand != 0) return null;
        return Overwrite
            ? new Term(rule.Builder, rule.Builder.Apply(this, [cotangent.Atom, .. rule.Operands.Slice(1, last - 1), rule[last].Filled(0).Atom]))
            : cotangent;
    }

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent)
    {
        int last = rule.Operands.Count - 1;
        if (operand != 0 && operand != last) return null;
        if (operand == 0 && !Overwrite) return tangent;
        var operands = rule.Operands.With(0, operand == 0 ? tangent.Atom : rule[0].Filled(0).Atom)
            .With(last, operand == 0 ? rule[last].Filled(0).Atom : tangent.Atom);
        return new Term(rule.Builder, rule.Builder.Apply(this, operands.Span));
    }

    private Term Read(Rule rule, Term from)
    {
        int last = rule.Operands.Count - 1;
        var read = new Term(rule.Builder, rule.Builder.Apply(Places, [from.Atom, .. rule.Operands.Slice(1, last - 1)]));
        var shape = rule[last].Shape;
        return read.Shape == shape
            ? read
            : read.Apply(new Slice(Seq.Repeat(Dim.Of(0), shape.Rank), shape.Dims, Seq.Repeat(1, shape.Rank)));
    }

    /// <summary>Where places repeat in a put, only the update that stayed has a cotangent.</summary>
    private Term Winners(Rule rule, Term read)
    {
        int last = rule.Operands.Count - 1;
        if (!Overwrite || rule.Operands.Slice(1, last - 1).All(i => i.Tensor.Shape.Size == Dim.Of(1))) return read;
        var shape = rule[last].Shape;
        Term number = new(rule.Builder, rule.Builder.Apply(new Iota(new(DType.I64, new([shape.Size])), 0)));
        number = number.Reshape(shape);
        Term board = new Term(rule.Builder, Literal.Index(-1)).BroadcastTo(rule[0].Shape);
        board = new(rule.Builder, rule.Builder.Apply(this, [board.Atom, .. rule.Operands.Slice(1, last - 1), number.Atom]));
        return Read(rule, board).EqualTo(number).Select(read, read.Literal(0));
    }
}
