using MindDsl.Ir;

namespace MindDsl.Backends.Interpretation;

/// <summary>What the evaluation of one element reads: the indices and the operands.</summary>
internal sealed class ElementContext(long[] index, long[] reduced, TensorValue[] operands, IReadOnlyDictionary<string, long> sizes)
{
    public long[] Index { get; } = index;

    public long[] Reduced { get; } = reduced;

    public TensorValue[] Operands { get; } = operands;

    public IReadOnlyDictionary<string, long> Sizes { get; } = sizes;

    /// <summary>The weighted operations so far.</summary>
    public long Operations { get; set; }
}

/// <summary>A <see cref="Scalar"/> made ready for evaluation: a tree of nodes, each of which gives a float or an i64.</summary>
internal abstract class ScalarCode
{
    public virtual double Float(ElementContext context) => throw Wrong();

    public virtual long Integer(ElementContext context) => throw Wrong();

    private static MindDslException Wrong() => new(Diagnostics.Internal("a scalar body mixes floats and integers", "interpreter"));

    /// <summary>Prepares a scalar. Operations on places only are not counted: they move elements, they do not compute them.</summary>
    public static ScalarCode Of(Scalar scalar, bool counted = true) => scalar switch
    {
        Scalar.Index i => new IndexCode(i.Axis, i.Reduced),
        Scalar.Constant c => new ConstantCode(c.Value.Number, c.Value.Integer),
        Scalar.Size s => new SizeCode(s.Dim),
        Scalar.Load l => new LoadCode(l.Operand, [.. l.Indices.Select(i => Of(i, counted: false))]),
        Scalar.Select s => new SelectCode(Of(s.Condition, counted), Of(s.Then, counted), Of(s.Else, counted)),
        Scalar.Convert c => new ConvertCode(Of(c.Operand, counted), c.Operand.DType, c.DType),
        Scalar.Compute c => Compute(c, counted),
        _ => throw new MindDslException(Diagnostics.Internal($"the interpreter does not know the scalar {scalar}")),
    };

    private static ScalarCode Compute(Scalar.Compute scalar, bool counted)
    {
        var operands = scalar.Operands.Map(o => Of(o, counted));
        int weight = counted && ReadsData(scalar) ? InterpreterStatistics.Weight(scalar.Intrinsic) : 0;
        var (type, a, b) = (scalar.Operands[0].DType, operands[0], operands[operands.Count - 1]);
        bool unary = operands.Count == 1;
        if (IsComparison(scalar.Intrinsic))
            return new TestCode(scalar.Intrinsic, type.IsFloat, a, b, unary, weight);
        return new ComputeCode(scalar.Intrinsic, type, a, b, unary, weight);
    }

    private static bool IsComparison(Intrinsic f) =>
        f is Intrinsic.Lt or Intrinsic.Le or Intrinsic.Eq or Intrinsic.Ne or Intrinsic.IsFinite or Intrinsic.IsNan;

    private static bool ReadsData(Scalar scalar) => scalar switch
    {
        Scalar.Load => true,
        Scalar.Compute c => c.Operands.Any(ReadsData),
        Scalar.Select s => ReadsData(s.Condition) || ReadsData(s.Then) || ReadsData(s.Else),
        Scalar.Convert c => ReadsData(c.Operand),
        _ => false,
    };

    /// <summary>A function of two floats of a type; an f32 result is rounded to f32.</summary>
    public static double Evaluate(Intrinsic f, DType type, double a, double b) =>
        type == DType.F32 ? ScalarMath.Evaluate(f, (float)a, (float)b) : ScalarMath.Evaluate(f, a, b);

    /// <summary>A function of two integers or bools of a type.</summary>
    public static long Evaluate(Intrinsic f, DType type, long a, long b) => type switch
    {
        DType.I32 => ScalarMath.Evaluate(f, (int)a, (int)b),
        DType.Bool => ScalarMath.Evaluate(f, a != 0, b != 0) ? 1 : 0,
        _ => ScalarMath.Evaluate(f, a, b),
    };

    private sealed class IndexCode(int axis, bool reduced) : ScalarCode
    {
        public override long Integer(ElementContext context) => (reduced ? context.Reduced : context.Index)[axis];
    }

    private sealed class ConstantCode(double number, long integer) : ScalarCode
    {
        public override double Float(ElementContext context) => number;

        public override long Integer(ElementContext context) => integer;
    }

    private sealed class SizeCode(Dim dim) : ScalarCode
    {
        public override long Integer(ElementContext context) => dim.Evaluate(context.Sizes);
    }

    private sealed class LoadCode(int operand, ScalarCode[] indices) : ScalarCode
    {
        public override double Float(ElementContext context) => context.Operands[operand].Floats[Place(context)];

        public override long Integer(ElementContext context) => context.Operands[operand].Integers[Place(context)];

        private long Place(ElementContext context) => Kernel.Place(indices, context.Operands[operand].Lengths, context);
    }

    private sealed class SelectCode(ScalarCode condition, ScalarCode then, ScalarCode otherwise) : ScalarCode
    {
        public override double Float(ElementContext context) => (condition.Integer(context) != 0 ? then : otherwise).Float(context);

        public override long Integer(ElementContext context) => (condition.Integer(context) != 0 ? then : otherwise).Integer(context);
    }

    private sealed class ConvertCode(ScalarCode operand, DType from, DType to) : ScalarCode
    {
        public override double Float(ElementContext context) => from.IsFloat
            ? Literal.Of(to, operand.Float(context)).Number
            : Literal.Of(to, operand.Integer(context)).Number;

        public override long Integer(ElementContext context) => from.IsFloat
            ? Literal.Of(to, operand.Float(context)).Integer
            : Literal.Of(to, operand.Integer(context)).Integer;
    }

    private sealed class ComputeCode(Intrinsic f, DType type, ScalarCode a, ScalarCode b, bool unary, int weight) : ScalarCode
    {
        public override double Float(ElementContext context)
        {
            context.Operations += weight;
            double x = a.Float(context);
            return Evaluate(f, type, x, unary ? x : b.Float(context));
        }

        public override long Integer(ElementContext context)
        {
            context.Operations += weight;
            long x = a.Integer(context);
            return Evaluate(f, type, x, unary ? x : b.Integer(context));
        }
    }

    private sealed class TestCode(Intrinsic f, bool ofFloats, ScalarCode a, ScalarCode b, bool unary, int weight) : ScalarCode
    {
        public override long Integer(ElementContext context)
        {
            context.Operations += weight;
            if (ofFloats)
            {
                double x = a.Float(context);
                return ScalarMath.Test(f, x, unary ? x : b.Float(context)) ? 1 : 0;
            }
            long i = a.Integer(context);
            return ScalarMath.Test(f, i, unary ? i : b.Integer(context)) ? 1 : 0;
        }
    }
}
