namespace MindDsl.Ir;

/// <summary>Element types that are stored only: f16, bf16, u8.</summary>
public static class Storage
{
    /// <summary>Refuses operands that are stored only, for an operation that computes.</summary>
    /// <exception cref="MindDslException">MIND0211: there is such an operand.</exception>
    public static void Refuse(string op, Seq<TensorType> operands)
    {
        foreach (var operand in operands.Span)
            if (operand.DType.IsStorage) throw new MindDslException(Diagnostics.StoredOnly(op, operand.DType, operands));
    }

    /// <summary>A function of a term that adds up elements; those of f16 and bf16 are added up in f32, and the result is rounded once. Derivatives of movements need it.</summary>
    public static Term Widely(this Term x, Func<Term, Term> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return x.DType.IsStorage ? function(x.To(x.DType.Wide)).To(x.DType) : function(x);
    }

    /// <summary>The sum of two terms; of f16 and bf16, rounded from f32.</summary>
    public static Term Plus(this Term x, Term y) => x.Widely(wide => wide + y.To(wide.DType));
}
