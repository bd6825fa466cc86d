using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl.Quote;

/// <summary>How a call finds a function that takes part in a program.</summary>
/// <param name="Parent">The function that captures it, by its place in the list; -1 for a function among the arguments.</param>
/// <param name="Capture">What captures it, or null for the captured objects of a transformed function and for arguments.</param>
/// <param name="Index">The place among the captured objects or the arguments.</param>
/// <param name="Child">Its place in the list.</param>
/// <param name="Code">Its code, if this is where it comes into the program; else it has to be the same object as before.</param>
internal sealed record FunctionEdge(int Parent, Capture? Capture, int Index, int Child, FunctionCode? Code);

/// <summary>A captured value that the code was specialised for.</summary>
internal sealed record AttributeGuard(int Instance, Capture Capture, object? Value);

/// <summary>A captured value that is an input.</summary>
internal sealed record DataCapture(int Instance, Capture Capture);

/// <summary>What was read: the program, and where a call finds its inputs.</summary>
internal sealed record ProgramSource(Module Module, ResultStructure Result, FunctionEdge[] Edges, AttributeGuard[] Attributes, DataCapture[] Data, Backends.RunLimits? Limits);

internal sealed partial class Reader
{
    private readonly List<FunctionInstance> _instances = [];
    private readonly List<FunctionEdge> _edges = [];
    private readonly Dictionary<(int, object), FunctionInstance> _edgeTargets = [];
    private readonly List<AttributeGuard> _attributes = [];
    private readonly Dictionary<DataCapture, AbstractValue> _data = [];

    private FunctionInstance NewInstance(QuotedFunction function)
    {
        var instance = new FunctionInstance(_instances.Count, function);
        _instances.Add(instance);
        return instance;
    }

    private FunctionInstance InstanceOf(QuotedFunction function, int parent, Capture? capture, int index)
    {
        object key = (object?)capture ?? index;
        if (_edgeTargets.TryGetValue((parent, key), out var known)) return known;
        var instance = _instances.FirstOrDefault(i => ReferenceEquals(i.Function, function));
        bool isNew = instance is null;
        instance ??= NewInstance(function);
        _edges.Add(new(parent, capture, index, instance.Slot, isNew ? function.Code : null));
        return _edgeTargets[(parent, key)] = instance;
    }

    private FunctionInstance RootOf(FunctionInstance parent, int index) =>
        InstanceOf((QuotedFunction)parent.Function.Roots[index]!, parent.Slot, null, index);

    /// <summary>Parameters for the leaves of a type whose leaves have the types in a signature.</summary>
    private AbstractValue Parameters(
        Type type, string name, ref SignatureReader signature, IReadOnlyList<Delegate> functions, ref int nextFunction, List<Value> parameters)
    {
        switch (Layout.Of(type))
        {
            case Layout.Function:
                signature.NextFunction();
                int index = nextFunction++;
                return new InstanceValue(InstanceOf(QuotedFunction.Of(functions[index]), -1, null, index));
            case Layout.Product product:
                var members = new AbstractValue[product.Members.Count];
                for (int i = 0; i < members.Length; i++)
                    members[i] = Parameters(product.Members[i].Type, $"{name}_{product.Members[i].Name}", ref signature, functions, ref nextFunction, parameters);
                return new Product(type, Seq.Create<AbstractValue>(members));
            case Layout.List list:
                var elements = new AbstractValue[signature.NextLength()];
                for (int i = 0; i < elements.Length; i++)
                    elements[i] = Parameters(list.Element, $"{name}_{i}", ref signature, functions, ref nextFunction, parameters);
                return new Product(type, Seq.Create<AbstractValue>(elements));
            case Layout.Number or Layout.Array or Layout.Tensor:
                var parameter = new Value(signature.Next(), name);
                parameters.Add(parameter);
                return new Leaf(parameter, type);
            case var other:
                throw new MindDslException(Diagnostics.TypeNotSupported(type, (other as Layout.Unsupported)?.Reason ?? "it is no data"));
        }
    }

    /// <summary>What a captured value is, by its type: data is an input from now on, a function takes part in the program.</summary>
    private AbstractValue Force(AbstractValue value)
    {
        if (value is NumberArray array) return new Leaf(StackAtoms(array.Elements.Map(e => e.Atom)), array.Clr);
        if (value is not Captured captured) return value;
        var (instance, capture) = (captured.Instance, captured.Capture);
        var layout = Layout.Of(capture.Type);
        if (layout is Layout.Function) return Function(captured);
        if (layout is Layout.Attribute) return capture.Type == typeof(Axis)
            ? new AxisValue(Literal.Index(((Axis)AttributeOf(captured, typeof(Axis))!).Length))
            : new Host(AttributeOf(captured, capture.Type));
        if (layout is Layout.Unsupported fault) throw new MindDslException(Diagnostics.TypeNotSupported(capture.Type, fault.Reason));
        if (layout.HoldsFunctions && layout is Layout.Product product && instance.Function.Code is LambdaCode code)
            return new Product(capture.Type, product.Members.Map(m => Force(new Captured(instance,
                code.CaptureOf(System.Linq.Expressions.Expression.MakeMemberAccess(capture.Expression, m.Info))!))));

        if (layout.HoldsFunctions && layout is Layout.List && instance.Function.Code is LambdaCode holder)
        {
            int length = (int)AttributeOf(new Captured(instance, holder.LengthOf(capture)), typeof(int))!;
            return new Product(capture.Type, Seq.Range(length).Map(i => Force(new Captured(instance, holder.ElementOf(capture, i)))));
        }

        var key = new DataCapture(instance.Slot, capture);
        if (_data.TryGetValue(key, out var known)) return known;
        var frame = CallFrame.Rent();
        try
        {
            capture.Write(instance.Function.Roots, frame);
            var signature = new SignatureReader(frame.Signature);
            int functions = 0;
            return _data[key] = Parameters(capture.Type, NameOf(capture), ref signature, [], ref functions, _inputs);
        }
        finally
        {
            frame.Return();
        }
    }

    private FunctionValue Function(Captured captured)
    {
        var found = captured.Capture.Read(captured.Instance.Function.Roots);
        if (found is null) throw new MindDslException(Diagnostics.CapturedFunctionIsNull(ExpressionText.Of(captured.Capture.Expression)));
        var function = (Delegate)found;
        if (function.Target is not QuotedFunction quoted)
            throw new MindDslException(Diagnostics.NotQuoted(ExpressionText.Of(captured.Capture.Expression)));
        return new InstanceValue(InstanceOf(quoted, captured.Instance.Slot, captured.Capture, 0));
    }

    /// <summary>The value of something that has to be known while the quote is read.</summary>
    /// <exception cref="MindDslException">MIND0111: it is known at run time only.</exception>
    private object? AttributeOf(AbstractValue value, Type type)
    {
        switch (value)
        {
            case Host host:
                return host.Value;
            case Captured captured:
                var found = captured.Capture.Read(captured.Instance.Function.Roots);
                if (!_attributes.Any(a => a.Instance == captured.Instance.Slot && ReferenceEquals(a.Capture, captured.Capture)))
                    _attributes.Add(new(captured.Instance.Slot, captured.Capture, found is Array array ? array.Clone() : found));
                return ConvertTo(found, type);
            case Leaf { Atom: Literal literal }:
                return ConvertTo(literal.DType switch
                {
                    DType.Bool => literal.Integer != 0,
                    DType.F32 or DType.F64 or DType.F16 or DType.BF16 => literal.Number,
                    DType.I32 or DType.U8 => (int)literal.Integer,
                    DType.I64 => (object)literal.Integer,
                }, type);
            case NumberArray numbers when type.IsArray || Nullable.GetUnderlyingType(type) is not null:
                var result = Array.CreateInstance(type.GetElementType()!, numbers.Elements.Count);
                for (int i = 0; i < result.Length; i++) result.SetValue(AttributeOf(numbers.Elements[i], type.GetElementType()!), i);
                return result;
            case Leaf leaf when Known(leaf.Atom) is { } known:
                return AttributeOf(new Leaf(known, leaf.Clr), type);
            default:
                throw new MindDslException(Diagnostics.AttributeNotKnown(Names.Of(type)));
        }
    }

    /// <summary>The value of a scalar that is computed of captured numbers and literals, which the code is then specialised for; null if it is computed of data.</summary>
    /// <exception cref="ValueNeededException">It is computed of a parameter.</exception>
    private Literal? Known(Atom atom)
    {
        if (atom is Literal literal) return literal;
        if (_builder.Definition(atom) is { Op: Elementwise or Ir.Convert } apply)
        {
            var operands = new Atom[apply.Arguments.Count];
            for (int i = 0; i < operands.Length; i++)
            {
                if (Known(apply.Arguments[i]) is not { } operand) return null;
                operands[i] = operand;
            }
            return AlgebraRules.Fold(new Apply(apply.Op, Seq.Create<Atom>(operands)));
        }
        foreach (var (data, value) in _data)
            if (value is Leaf leaf && ReferenceEquals(leaf.Atom, atom) && Layout.NumberType(leaf.Clr) is not null)
            {
                object? found = AttributeOf(new Captured(_instances[data.Instance], data.Capture), leaf.Clr);
                return (Literal)((Leaf)Constant(found, leaf.Clr)).Atom;
            }
        return atom is Value { Type: TensorType { Rank: 0 } } parameter && _builder.Definition(atom) is null ? throw new ValueNeededException(parameter) : null;
    }

    private static object? ConvertTo(object? value, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (value is null || type.IsInstanceOfType(value) || type.IsEnum) return value;
        return value is IConvertible && typeof(IConvertible).IsAssignableFrom(type)
            ? System.Convert.ChangeType(value, type, System.Globalization.CultureInfo.InvariantCulture)
            : value;
    }

    private static string NameOf(Capture capture) =>
        capture.Expression is System.Linq.Expressions.MemberExpression member ? member.Member.Name : "captured";

    /// <summary>Thrown where the value of a parameter has to be known; the call that gives it a literal specialises the function.</summary>
    private sealed class ValueNeededException(Value parameter) : Exception
    {
        public Value Parameter { get; } = parameter;

        /// <summary>Where it has to be known.</summary>
        public string? At { get; set; }
    }
}
