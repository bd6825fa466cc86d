using MindDsl.Ir;

namespace MindDsl.Backends.Interpretation;

/// <summary>An element law made ready to run.</summary>
internal sealed class Kernel
{
    private readonly Op _op;
    private readonly DType _type;
    private readonly ElementLaw _law;
    private readonly ScalarCode _body;
    private readonly ScalarCode[] _target = [];
    private readonly ScalarCode? _guard;

    /// <summary>Prepares an operation for operands of these types.</summary>
    public Kernel(Op op, Seq<TensorType> operands)
    {
        (_op, _type, _law) = (op, op.Infer(operands).DType, op.Law(operands));
        switch (_law)
        {
            case ElementLaw.Map map:
                _body = ScalarCode.Of(map.Body);
                break;
            case ElementLaw.Reduce reduce:
                _body = ScalarCode.Of(reduce.Body);
                break;
            case ElementLaw.Scatter scatter:
                _body = ScalarCode.Of(scatter.Body);
                _target = [.. scatter.Target.Select(t => ScalarCode.Of(t, counted: false))];
                _guard = scatter.Guard is null ? null : ScalarCode.Of(scatter.Guard, counted: false);
                break;
            default:
                throw new MindDslException(Diagnostics.Internal($"the interpreter does not know the law {_law}"));
        }
    }

    /// <summary>Runs the operation.</summary>
    public TensorValue Run(TensorValue[] operands, IReadOnlyDictionary<string, long> sizes, InterpreterStatistics? statistics)
    {
        long[] reduced = _law is ElementLaw.Reduce r ? new long[r.Reduced.Count] : [];
        var space = _law switch
        {
            ElementLaw.Map map => map.Space,
            ElementLaw.Reduce reduce => reduce.Space,
            ElementLaw.Scatter scatter => scatter.Space,
            _ => [],
        };
        var context = new ElementContext(new long[space.Count], reduced, operands, sizes);
        long[] lengths = TensorValue.LengthsOf(space, sizes);
        var result = _law switch
        {
            ElementLaw.Reduce reduce => Reduce(reduce, lengths, context),
            ElementLaw.Scatter scatter => Scatter(scatter.Overwrite, lengths, context),
            _ => Map(lengths, context),
        };
        long written = _law is ElementLaw.Scatter ? 1 : result.Count;
        if (_law is ElementLaw.Scatter) foreach (long length in lengths) written *= length;
        statistics?.Add(context.Operations, written);
        return result;
    }

    /// <summary>The row-major place of an element.</summary>
    /// <exception cref="MindDslException">MIND0302: an index is outside its axis.</exception>
    public static long Place(ScalarCode[] indices, long[] lengths, ElementContext context)
    {
        long place = 0;
        for (int k = 0; k < indices.Length; k++)
        {
            long index = indices[k].Integer(context);
            if ((ulong)index >= (ulong)lengths[k]) throw new MindDslException(Diagnostics.IndexOutOfRange(index, k, lengths[k]));
            place = place * lengths[k] + index;
        }
        return place;
    }

    private TensorValue Map(long[] lengths, ElementContext context)
    {
        var result = TensorValue.Create(_type, lengths);
        for (long n = 0; n < result.Count; n++, Advance(context.Index, lengths))
        {
            if (result.IsFloat) result.Floats[n] = _body.Float(context);
            else result.Integers[n] = _body.Integer(context);
        }
        return result;
    }

    private TensorValue Reduce(ElementLaw.Reduce law, long[] lengths, ElementContext context)
    {
        var result = TensorValue.Create(_type, lengths);
        long[] reduced = TensorValue.LengthsOf(law.Reduced, context.Sizes);
        long count = 1;
        foreach (long length in reduced) count *= length;
        bool places = law.Monoid is Monoid.ArgMax or Monoid.ArgMin;
        bool ofFloats = law.Body.DType.IsFloat;
        if (count == 0 && (places || (law.Monoid is Monoid.Max or Monoid.Min && law.Body.DType.IsInteger)) && result.Count > 0)
            throw new MindDslException(Diagnostics.EmptyReduction(_op.Name, new(law.Body.DType, Shape.Of(reduced))));
        for (long n = 0; n < result.Count; n++, Advance(context.Index, lengths))
        {
            if (places) result.Integers[n] = ofFloats ? FirstFloat(law.Monoid, count, context) : FirstInteger(law.Monoid, count, context);
            else if (ofFloats) result.Floats[n] = FoldFloats(law.Monoid, count, reduced, context);
            else result.Integers[n] = FoldIntegers(law.Monoid, law.Body.DType, count, reduced, context);
        }
        return result;
    }

    private double FoldFloats(Monoid monoid, long count, long[] lengths, ElementContext context)
    {
        double sum = monoid switch
        {
            Monoid.Product => 1,
            Monoid.Max => double.NegativeInfinity,
            Monoid.Min => double.PositiveInfinity,
            _ => 0,
        };
        var combine = Combine(monoid);
        for (long n = 0; n < count; n++, Advance(context.Reduced, lengths)) sum = ScalarCode.Evaluate(combine, _type, sum, _body.Float(context));
        context.Operations += count;
        return sum;
    }

    private long FoldIntegers(Monoid monoid, DType type, long count, long[] lengths, ElementContext context)
    {
        long sum = (monoid, type) switch
        {
            (Monoid.Product, _) => 1,
            (Monoid.Max, DType.I32) => int.MinValue,
            (Monoid.Max, DType.I64) => long.MinValue,
            (Monoid.Min, DType.I32) => int.MaxValue,
            (Monoid.Min, DType.I64) => long.MaxValue,
            (Monoid.Min, _) => 1,
            _ => 0,
        };
        var combine = Combine(monoid);
        for (long n = 0; n < count; n++, Advance(context.Reduced, lengths)) sum = ScalarCode.Evaluate(combine, type, sum, _body.Integer(context));
        context.Operations += count;
        return sum;
    }

    private long FirstFloat(Monoid monoid, long count, ElementContext context)
    {
        long place = 0;
        double best = 0;
        for (long n = 0; n < count; n++)
        {
            context.Reduced[0] = n;
            double x = _body.Float(context);
            bool better = !double.IsNaN(best) && (double.IsNaN(x) || (monoid == Monoid.ArgMax ? x > best : x < best));
            if (n == 0 || better) (place, best) = (n, x);
        }
        context.Operations += count;
        return place;
    }

    private long FirstInteger(Monoid monoid, long count, ElementContext context)
    {
        long place = 0, best = 0;
        for (long n = 0; n < count; n++)
        {
            context.Reduced[0] = n;
            long x = _body.Integer(context);
            if (n == 0 || (monoid == Monoid.ArgMax ? x > best : x < best)) (place, best) = (n, x);
        }
        context.Operations += count;
        return place;
    }

    private TensorValue Scatter(bool overwrite, long[] lengths, ElementContext context)
    {
        var result = context.Operands[0].Copy();
        long count = 1;
        foreach (long length in lengths) count *= length;
        for (long n = 0; n < count; n++, Advance(context.Index, lengths))
        {
            if (_guard is not null && _guard.Integer(context) == 0) continue;
            long place = Place(_target, result.Lengths, context);
            if (!overwrite) context.Operations++;
            if (result.IsFloat)
            {
                double x = _body.Float(context);
                result.Floats[place] = overwrite ? x : ScalarCode.Evaluate(Intrinsic.Add, _type, result.Floats[place], x);
            }
            else
            {
                long x = _body.Integer(context);
                result.Integers[place] = overwrite ? x : ScalarCode.Evaluate(Intrinsic.Add, _type, result.Integers[place], x);
            }
        }
        return result;
    }

    private static Intrinsic Combine(Monoid monoid) => monoid switch
    {
        Monoid.Product => Intrinsic.Mul,
        Monoid.Max => Intrinsic.Max,
        Monoid.Min => Intrinsic.Min,
        _ => Intrinsic.Add,
    };

    /// <summary>The next index, the last axis fastest; after the last one, the first.</summary>
    private static void Advance(long[] index, long[] lengths)
    {
        for (int k = index.Length - 1; k >= 0; k--)
        {
            if (++index[k] < lengths[k]) return;
            index[k] = 0;
        }
    }
}
