using System.Reflection;
using MindDsl.Ir;

namespace MindDsl.Quote;

internal sealed partial class Reader
{
    /// <summary>A tensor that is made inside of a quote, or null if the method makes none.</summary>
    private Leaf? OnCreation(MethodInfo method, Seq<AbstractValue> operands)
    {
        if (method.DeclaringType != typeof(Tensor) || !method.IsStatic) return null;
        T Known<T>(int operand) => (T)AttributeOf(operands[operand], typeof(T))!;
        bool typed = method.GetParameters()[0].ParameterType == typeof(DType);
        int last = operands.Count - 1;
        return method.Name switch
        {
            nameof(Tensor.Of) => OfElements(method, operands),
            nameof(Tensor.Zeros) => Filled(0, typed ? Known<DType>(0) : DType.F32, Known<long[]>(last)),
            nameof(Tensor.Ones) => Filled(1, typed ? Known<DType>(0) : DType.F32, Known<long[]>(last)),
            nameof(Tensor.Full) => Filled(Known<double>(0), Known<DType>(1), Known<long[]>(2)),
            nameof(Tensor.Eye) => Unit(Known<long>(0), Known<DType>(1)),
            nameof(Tensor.Arange) when operands.Count == 2 => Places(0, Known<long>(0), 1, Known<DType>(1)),
            nameof(Tensor.Arange) => Places(Known<double>(0), Known<double>(1), Known<double>(2), Known<DType>(3)),
            _ => null,
        };
    }

    private Leaf OfElements(MethodInfo method, Seq<AbstractValue> operands)
    {
        var elements = AsTerm(operands[0]);
        if (operands.Count > 1 && AttributeOf(operands[1], typeof(long[])) is long[] { Length: > 0 } shape) elements = Prelude.Reshape(elements, shape);
        return new Leaf(elements.Atom, method.ReturnType);
    }

    private Leaf Filled(double value, DType type, long[] shape) => new(_builder[Literal.Of(type, value)].BroadcastTo(Shape.Of(shape)).Atom, typeof(Tensor));

    private Leaf Unit(long size, DType type)
    {
        var places = new TensorType(DType.I64, Shape.Of(size, size));
        return new(_builder[_builder.Apply(new Iota(places, 0))].EqualTo(_builder[_builder.Apply(new Iota(places, 1))]).To(type).Atom, typeof(Tensor));
    }

    private Leaf Places(double start, double stop, double step, DType type)
    {
        if (step == 0 || double.IsNaN(step)) throw new MindDslException(Diagnostics.ArgumentOutOfRange("arange", "step", "0", "any number but 0"));
        long count = Math.Max(0, (long)Math.Ceiling((stop - start) / step));
        double last = start + count * step;
        if (type is DType.I64 or DType.I32 && double.IsInteger(start) && double.IsInteger(step) && Math.Abs(start) <= int.MaxValue && Math.Abs(last) <= int.MaxValue)
            return new((_builder[_builder.Apply(new Iota(new(type, Shape.Of(count)), 0))] * step + start).Atom, typeof(Tensor));
        // Computed in f64 and then converted, as the tensors outside of quotes are.
        var places = _builder[_builder.Apply(new Iota(new(DType.F64, Shape.Of(count)), 0))];
        return new((places * step + start).To(type).Atom, typeof(Tensor));
    }
}
