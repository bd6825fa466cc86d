using MindDsl.Ir;

namespace MindDsl.Quote;

/// <summary>The derivative of a function at a point, as a linear function: tangents to tangents, or cotangents to cotangents.</summary>
/// <param name="derivative">The linear part of the derivative; its arguments are what the primal part kept.</param>
/// <param name="inputs">Values in the structures of what it takes.</param>
/// <param name="outputs">Values in the structures of what it gives.</param>
/// <param name="delegateType">The .NET type.</param>
internal sealed class LinearValue(Differentiate derivative, Seq<AbstractValue> inputs, Seq<AbstractValue> outputs, Type delegateType) : FunctionValue
{
    /// <summary>The linear part of the derivative.</summary>
    public Differentiate Derivative { get; } = derivative;

    /// <summary>Values in the structures of what it takes.</summary>
    public Seq<AbstractValue> Inputs { get; } = inputs;

    /// <summary>Values in the structures of what it gives.</summary>
    public Seq<AbstractValue> Outputs { get; } = outputs;

    /// <summary>The .NET type.</summary>
    public Type DelegateType { get; } = delegateType;
}

/// <summary>A function that the reader itself writes.</summary>
internal sealed class WrittenValue(string name, Func<Seq<AbstractValue>, AbstractValue> apply) : FunctionValue
{
    /// <summary>The name, for printing.</summary>
    public string Name { get; } = name;

    /// <summary>Writes an application.</summary>
    public Func<Seq<AbstractValue>, AbstractValue> Apply { get; } = apply;
}
