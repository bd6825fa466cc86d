namespace MindDsl.Ir;

/// <summary>
/// Sliding windows over the last axes: <c>x [lead…, space…]</c> → <c>[lead…, kernel…, places…]</c>, with
/// <c>y[l, k, i] = x[l, i·stride + k·dilation − low]</c>, and <c>Fill</c> outside x. A convolution is the contraction of this with the weights,
/// a pooling its reduction.
/// </summary>
/// <param name="Kernel">Window size per space axis.</param>
/// <param name="Stride">Distance of windows.</param>
/// <param name="Dilation">Distance of elements in a window.</param>
/// <param name="Low">Elements outside before the first.</param>
/// <param name="Places">Number of windows per space axis.</param>
/// <param name="Fill">The value outside.</param>
public sealed record Window(Seq<int> Kernel, Seq<int> Stride, Seq<int> Dilation, Seq<int> Low, Seq<Dim> Places, double Fill) : Movement("window")
{
    /// <inheritdoc/>
    public override string Attributes => $"<{Kernel}, {Stride}, {Dilation}, {Low}, {Places}, {Literal.Of(DType.F64, Fill)}>";

    /// <summary>The number of space axes.</summary>
    public int SpaceRank => Kernel.Count;

    /// <inheritdoc/>
    public override Op Bind(IReadOnlyDictionary<string, long> sizes) => AreConstant(Places) ? this : this with { Places = Places.Map(d => d.Bind(sizes)) };

    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands)
    {
        int lead = operands[0].Rank - SpaceRank;
        if (lead < 0) throw new MindDslException(Diagnostics.AxesDoNotFit(Name, Kernel, operands[0]));
        return operands[0] with { Shape = new([.. operands[0].Shape.Dims.Slice(0, lead), .. Kernel.Map(k => (Dim)k), .. Places]) };
    }

    /// <inheritdoc/>
    public override ElementLaw Law(Seq<TensorType> operands)
    {
        var operand = operands[0];
        int lead = operand.Rank - SpaceRank;
        Scalar inside = new Scalar.Constant(Literal.Of(true));
        var indices = new Scalar[operand.Rank];
        for (int k = 0; k < lead; k++) indices[k] = new Scalar.Index(k);
        for (int s = 0; s < SpaceRank; s++)
        {
            var place = new Scalar.Index(lead + SpaceRank + s) * Scalar.Of(Stride[s]) + (new Scalar.Index(lead + s) * Scalar.Of(Dilation[s]) - Scalar.Of(Low[s]));
            indices[lead + s] = place;
            if (Low[s] > 0) inside &= place >= Scalar.Of(0);
            if (Reaches(s, operand.Shape[lead + s])) inside &= place < Scalar.Of(operand.Shape[lead + s]);
        }
        Scalar load = new Scalar.Load(0, Seq.Create<Scalar>(indices), operand.DType);
        return new ElementLaw.Map(Infer(operands).Shape.Dims,
            inside is Scalar.Constant ? load : new Scalar.Select(inside, load, Scalar.Of(operand.DType, Fill)));
    }

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent)
    {
        int lead = rule.X.Rank - SpaceRank;
        return cotangent.Widely(c => c.Apply(new Fold(this, rule.X.Shape.Dims.Slice(lead, SpaceRank))));
    }

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent) => tangent.Apply(this with { Fill = 0 });

    /// <summary>The last index that the last window sees along a space axis, if the number of windows is known.</summary>
    public long Last(int axis) => (Places[axis].Value - 1) * Stride[axis] + (Kernel[axis] - 1L) * Dilation[axis] - Low[axis];

    /// <summary>True if the last window may reach past an axis of this length.</summary>
    private bool Reaches(int axis, Dim length) => !Places[axis].IsConstant || !length.IsConstant || Last(axis) >= length.Value;
}

/// <summary>
/// The transpose of <see cref="Window"/>: every element of every window is added to the place it came from (PyTorch: fold).
/// <c>u [lead…, kernel…, places…]</c> → <c>[lead…, space…]</c>.
/// </summary>
public sealed record Fold(Window Window, Seq<Dim> Space) : Movement("fold")
{
    /// <inheritdoc/>
    public override string Attributes => $"{Window.Attributes[..^1]}, {Space}>";

    /// <inheritdoc/>
    public override Op Bind(IReadOnlyDictionary<string, long> sizes) => AreConstant([.. Space, .. Window.Places]) ? this : new Fold((Window)Window.Bind(sizes), Space.Map(d => d.Bind(sizes)));

    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands)
    {
        Storage.Refuse(Name, operands);
        if (operands[0].DType == DType.Bool) throw new MindDslException(Diagnostics.ElementTypesDoNotFit(Name, Signature.Number, operands));
        int lead = operands[0].Rank - 2 * Space.Count;
        if (lead < 0) throw new MindDslException(Diagnostics.AxesDoNotFit(Name, Window.Kernel, operands[0]));
        return operands[0] with { Shape = new([.. operands[0].Shape.Dims.Slice(0, lead), .. Space]) };
    }

    /// <inheritdoc/>
    public override ElementLaw Law(Seq<TensorType> operands)
    {
        var operand = operands[0];
        int n = Space.Count, lead = operand.Rank - 2 * n;
        Scalar inside = new Scalar.Constant(Literal.Of(true));
        var indices = new Scalar[operand.Rank];
        for (int k = 0; k < lead; k++) indices[k] = new Scalar.Index(k);
        for (int s = 0; s < n; s++)
        {
            Scalar kernel = new Scalar.Index(s, Reduced: true);
            var offset = new Scalar.Index(lead + s) - (kernel * Scalar.Of(Window.Dilation[s]) - Scalar.Of(Window.Low[s]));
            var place = Window.Stride[s] == 1 ? offset : offset / Scalar.Of(Window.Stride[s]);
            indices[lead + s] = kernel;
            indices[lead + n + s] = place;
            inside &= offset >= Scalar.Of(0);
            inside &= place < Scalar.Of(Window.Places[s]);
            if (Window.Stride[s] != 1) inside &= Scalar.Call(Intrinsic.Eq, offset % Scalar.Of(Window.Stride[s]), Scalar.Of(0));
        }
        return new ElementLaw.Reduce(Infer(operands).Shape.Dims, Window.Kernel.Map(k => (Dim)k), Monoid.Sum,
            new Scalar.Select(inside, new Scalar.Load(0, Seq.Create<Scalar>(indices), operand.DType), Scalar.Of(operand.DType, 0)));
    }

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent) => cotangent.Apply(Window with { Fill = 0 });
}
