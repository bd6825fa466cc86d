namespace MindDsl.Ir;

/// <summary>
/// An operation whose meaning is a program of other operations, because it loops as no element law does: a factorisation, say. It is kept whole while derivatives are taken, so
/// that its derivative is the formula and not that of the loop; a backend has a kernel for it, or runs the program (<see cref="ExpandComposites"/>).
/// </summary>
public abstract record Composite(string Name) : Op(Name)
{
    /// <summary>All of them, with each of their settings.</summary>
    public static Seq<Composite> All { get; } =
    [
        new Cholesky(), new TriangularSolve(false, false), new TriangularSolve(false, true), new TriangularSolve(true, false), new TriangularSolve(true, true),
        new Lu(), new FactoredSolve(false), new FactoredSolve(true), new Determinant(), new Cofactors(), new LogAbsDeterminant(),
        new Orthonormal(), new ValuesOfVectors(), new Eigenvectors(), new SingularVectors(), new StandardGamma(),
        new SpectralFunction(SpectralKind.Exp), new SpectralFunction(SpectralKind.Log),
    ];

    /// <summary>Writes the program, to the block of the operands.</summary>
    public abstract Term Define(Seq<Term> operands);

    /// <inheritdoc/>
    public sealed override ElementLaw Law(Seq<TensorType> operands) =>
        throw new MindDslException(Diagnostics.Internal($"{Name} has a program and no element law"));

    /// <summary>This operation on terms.</summary>
    public Term On(params ReadOnlySpan<Term> operands)
    {
        var atoms = new Atom[operands.Length];
        for (int k = 0; k < atoms.Length; k++) atoms[k] = operands[k].Atom;
        return new(operands[0].Builder, operands[0].Builder.Apply(this, atoms));
    }
}
