namespace MindDsl.Ir;

/// <summary>The type of a value of the language.</summary>
public abstract record IrType
{
    private protected IrType() { }

    /// <summary>True if the value, or a part of it, may have a derivative.</summary>
    public abstract bool IsDifferentiable { get; }
}

/// <summary>A tensor of known element type and rank; rank 0 is a scalar.</summary>
public sealed record TensorType(DType DType, Shape Shape) : IrType
{
    /// <summary>A scalar type.</summary>
    public static TensorType Scalar(DType dtype) => new(dtype, Shape.Scalar);

    /// <summary>The number of axes.</summary>
    public int Rank => Shape.Rank;

    /// <inheritdoc/>
    public override bool IsDifferentiable => DType.IsFloat;

    /// <inheritdoc/>
    public override string ToString() => Rank == 0 ? DType.Name : DType.Name + Shape;
}

/// <summary>A function; its structure is flat, as everywhere in the IR: several parameters, several results.</summary>
public sealed record FunctionType(Seq<IrType> Parameters, Seq<IrType> Results) : IrType
{
    /// <inheritdoc/>
    public override bool IsDifferentiable => true;

    /// <inheritdoc/>
    public override string ToString() =>
        $"({(Parameters.Count == 0 ? "unit" : string.Join(" -> ", Parameters))} -> {(Results.Count == 0 ? "unit" : string.Join(" * ", Results))})";
}

/// <summary>A sequence whose length is known at run time only: the trace of a loop.</summary>
public sealed record SequenceType(IrType Element) : IrType
{
    /// <inheritdoc/>
    public override bool IsDifferentiable => Element.IsDifferentiable;

    /// <inheritdoc/>
    public override string ToString() => $"seq<{Element}>";
}

/// <summary>
/// A tagged union, known by name, whose cases the module holds; it may be recursive. Defunctionalised closures and the
/// residuals of recursive functions are unions.
/// </summary>
public sealed record UnionType(string Name) : IrType
{
    /// <inheritdoc/>
    public override bool IsDifferentiable => true;

    /// <inheritdoc/>
    public override string ToString() => Identifier.Written(Name);
}

/// <summary>One case of a union: a name and the types of its fields.</summary>
public sealed record UnionCase(string Name, Seq<IrType> Fields);

/// <summary>The cases of a union.</summary>
public sealed record UnionDefinition(UnionType Type, Seq<UnionCase> Cases);
