namespace MindDsl.Ir;

public static partial class Prelude
{
    /// <summary>The sums of the elements up to each place along an axis.</summary>
    public static Term CumSum(Term x, int axis = 0) => Cumulate("cumsum", x, axis, 0, static (a, b) => a + b);

    /// <summary>The products of the elements up to each place along an axis; the derivative is exact when elements are 0.</summary>
    public static Term CumProd(Term x, int axis = 0) => Cumulate("cumprod", x, axis, 1, static (a, b) => a * b);

    private static Term Cumulate(string op, Term x, int axis, double initial, Func<Term, Term, Term> combine)
    {
        int k = Axis(op, axis, x);
        var moved = MoveAxis(x, k, 0);
        var length = moved.Shape[0];
        var slice = moved.Type with { Shape = new(moved.Shape.Dims.Slice(1, x.Rank - 1)) };

        var outer = x.Builder;
        var (index, carry, element) = (new Value(TensorType.Scalar(DType.I64)), new Value(slice), new Value(slice));
        var inner = outer.Nested();
        var next = combine(inner[carry], inner[element]).Atom;
        var body = inner.Build([index, carry, element], [next, next]);

        var start = x.Literal(initial).BroadcastTo(slice.Shape).Atom;
        var count = Length(new Term(outer, Literal.Index(0)), length).Atom;
        var results = outer.Emit(new Scan(count, length, Reverse: false, [start], [moved.Atom], body), [slice, moved.Type]);
        return MoveAxis(outer[results[1]], 0, k);
    }
}
