using MindDsl.Ir;

namespace MindDsl.Backends.Interpretation;

/// <summary>A value of the language while the interpreter runs. Values are not changed once something else can see them.</summary>
internal abstract class RuntimeValue
{
    /// <summary>What stands where nothing is ever read: floats are NaN, so that a read shows.</summary>
    public static RuntimeValue Undefined(IrType type, IReadOnlyDictionary<string, long> sizes)
    {
        switch (type)
        {
            case TensorType tensor:
                var value = TensorValue.Create(tensor.DType, TensorValue.LengthsOf(tensor.Shape.Dims, sizes));
                if (value.IsFloat) Array.Fill(value.Floats, double.NaN);
                return value;
            case SequenceType: return new SequenceValue([]);
            default: return new UnionValue(UnionValue.Nothing, []);
        }
    }
}

/// <summary>A tensor: elements row-major, floats of both widths as doubles, all other elements as i64 (a bool is 0 or 1).</summary>
internal sealed class TensorValue : RuntimeValue
{
    private TensorValue(DType type, long[] lengths, double[] floats, long[] integers) =>
        (DType, Lengths, Floats, Integers) = (type, lengths, floats, integers);

    public DType DType { get; }

    public long[] Lengths { get; }

    public double[] Floats { get; }

    public long[] Integers { get; }

    public bool IsFloat => DType.IsFloat;

    public long Count => IsFloat ? Floats.Length : Integers.Length;

    public static TensorValue Create(DType type, long[] lengths)
    {
        long count = 1;
        foreach (long length in lengths) count = checked(count * length);
        return type.IsFloat ? new(type, lengths, new double[count], []) : new(type, lengths, [], new long[count]);
    }

    public static TensorValue Of(Literal literal) => literal.DType.IsFloat
        ? new(literal.DType, [], [literal.Number], [])
        : new(literal.DType, [], [], [literal.Integer]);

    public static TensorValue Index(long index) => new(DType.I64, [], [], [index]);

    public static long[] LengthsOf(Seq<Dim> dims, IReadOnlyDictionary<string, long> sizes)
    {
        var lengths = new long[dims.Count];
        for (int k = 0; k < lengths.Length; k++) lengths[k] = dims[k].Evaluate(sizes);
        return lengths;
    }

    public TensorValue Copy() => new(DType, Lengths, [.. Floats], [.. Integers]);

    /// <summary>The sub-tensor at an index of the first axis.</summary>
    public TensorValue Slice(long index)
    {
        if ((ulong)index >= (ulong)Lengths[0]) throw new MindDslException(Diagnostics.IndexOutOfRange(index, 0, Lengths[0]));
        var slice = Create(DType, Lengths[1..]);
        Array.Copy(IsFloat ? Floats : Integers, index * slice.Count, IsFloat ? slice.Floats : slice.Integers, 0, slice.Count);
        return slice;
    }

    /// <summary>Puts a tensor at a place; only for the one who makes this value.</summary>
    public void Put(long place, TensorValue part) =>
        Array.Copy(IsFloat ? part.Floats : part.Integers, 0, IsFloat ? Floats : Integers, place * part.Count, part.Count);

    public static TensorValue Read(TensorType type, nint address)
    {
        var value = Create(type.DType, type.Shape.ToArray());
        unsafe
        {
            for (long n = 0; n < value.Count; n++)
                switch (type.DType)
                {
                    case DType.Bool: value.Integers[n] = ((byte*)address)[n] != 0 ? 1 : 0; break;
                    case DType.I32: value.Integers[n] = ((int*)address)[n]; break;
                    case DType.I64: value.Integers[n] = ((long*)address)[n]; break;
                    case DType.F32: value.Floats[n] = ((float*)address)[n]; break;
                    case DType.F64: value.Floats[n] = ((double*)address)[n]; break;
                    case DType.U8: value.Integers[n] = ((byte*)address)[n]; break;
                    case DType.F16: value.Floats[n] = (double)((Half*)address)[n]; break;
                    case DType.BF16: value.Floats[n] = ((BFloat16*)address)[n]; break;
                }
        }
        return value;
    }

    public void Write(nint address)
    {
        unsafe
        {
            for (long n = 0; n < Count; n++)
                switch (DType)
                {
                    case DType.Bool: ((byte*)address)[n] = (byte)Integers[n]; break;
                    case DType.I32: ((int*)address)[n] = (int)Integers[n]; break;
                    case DType.I64: ((long*)address)[n] = Integers[n]; break;
                    case DType.F32: ((float*)address)[n] = (float)Floats[n]; break;
                    case DType.F64: ((double*)address)[n] = Floats[n]; break;
                    case DType.U8: ((byte*)address)[n] = (byte)Integers[n]; break;
                    case DType.F16: ((Half*)address)[n] = (Half)Floats[n]; break;
                    case DType.BF16: ((BFloat16*)address)[n] = (BFloat16)Floats[n]; break;
                }
        }
    }
}

/// <summary>A sequence.</summary>
internal sealed class SequenceValue(IReadOnlyList<RuntimeValue> items) : RuntimeValue
{
    public IReadOnlyList<RuntimeValue> Items { get; } = items;
}

/// <summary>A value of a union: the number of its case and the fields.</summary>
internal sealed class UnionValue(int tag, RuntimeValue[] fields) : RuntimeValue
{
    /// <summary>The case of a value that is never read.</summary>
    public const int Nothing = -1;

    public int Case { get; } = tag;

    public RuntimeValue[] Fields { get; } = fields;
}

/// <summary>A function value: a function, its first arguments, and the values around it that it reads.</summary>
internal sealed class ClosureValue(FunctionName function, RuntimeValue[] captured, Scope? environment) : RuntimeValue
{
    public FunctionName Function { get; } = function;

    public RuntimeValue[] Captured { get; } = captured;

    public Scope? Environment { get; } = environment;
}

/// <summary>The values that one run of a block has bound, inside the scope around it.</summary>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<Value, RuntimeValue> _values = new(ReferenceEqualityComparer.Instance);

    public void Bind(Value name, RuntimeValue value) => _values[name] = value;

    public bool TryFind(Value name, out RuntimeValue value)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
            if (scope._values.TryGetValue(name, out value!)) return true;
        value = null!;
        return false;
    }

    private Scope? Outer { get; } = outer;
}
