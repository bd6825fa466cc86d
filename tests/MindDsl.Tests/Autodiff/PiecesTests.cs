using MindDsl.Autodiff;
using MindDsl.Backends;
using MindDsl.Ir;
using Xunit;
using static MindDsl.Ir.Prelude;

namespace MindDsl.Tests.Autodiff;

/// <summary>Derivatives of pieces of an axis are concatenations, not sums of padded pieces; what is added to places is added to what is there.</summary>
public class PiecesTests
{
    [Fact]
    public void Tangents_of_concatenations_are_concatenations()
    {
        var body = Derivative(DerivativeKind.Forward, (b, p) => Sum(Square(Concat([Sin(p[0]), Cos(p[0]), Tanh(p[0])]))));
        Assert.Equal(0, Count(body, op => op is MindDsl.Ir.Pad));
        Assert.Equal(2, Count(body, op => op is MindDsl.Ir.Concat));
    }

    [Fact]
    public void Cotangents_of_slices_side_by_side_are_concatenations_and_gaps_are_zeros()
    {
        var whole = Derivative(DerivativeKind.Reverse, (b, p) => Sum(Sin(Prelude.Slice(p[0], 0, 0, 4)) * Cos(Prelude.Slice(p[0], 0, 4, 8))));
        Assert.Equal((0, 1), (Count(whole, op => op is MindDsl.Ir.Pad), Count(whole, op => op is MindDsl.Ir.Concat)));
        var parts = Derivative(DerivativeKind.Reverse, (b, p) => Sum(Sin(Prelude.Slice(p[0], 0, 1, 3)) * Cos(Prelude.Slice(p[0], 0, 4, 6))));
        Assert.Equal((0, 1), (Count(parts, op => op is MindDsl.Ir.Pad), Count(parts, op => op is MindDsl.Ir.Concat)));
        Agree((b, p) => Sum(Sin(Prelude.Slice(p[0], 0, 1, 3)) * Cos(Prelude.Slice(p[0], 0, 4, 6))));
    }

    [Fact]
    public void Cotangents_of_slices_that_overlap_are_sums()
    {
        var body = Derivative(DerivativeKind.Reverse, (b, p) => Sum(Sin(Prelude.Slice(p[0], 0, 0, 5)) * Cos(Prelude.Slice(p[0], 0, 3, 8))));
        Assert.Equal(2, Count(body, op => op is MindDsl.Ir.Pad));
        Agree((b, p) => Sum(Sin(Prelude.Slice(p[0], 0, 0, 5)) * Cos(Prelude.Slice(p[0], 0, 3, 8))));
    }

    [Fact]
    public void Cotangents_of_elements_are_added_to_the_rest_without_zeros()
    {
        var body = Derivative(DerivativeKind.Reverse, (b, p) => At(Sin(p[0]), p[1]) * At(p[0], p[1] + 1) + Sum(Square(p[0])));
        Assert.Equal(1, body.Lets.Count(l => l.Expr is Apply { Op: Broadcast } fill && fill.Arguments[0] is Literal { DType: DType.F64 }));
        Agree((b, p) => At(Sin(p[0]), p[1]) * At(p[0], p[1] + 1) + Sum(Square(p[0])));
    }

    [Fact]
    public void A_put_at_one_place_needs_no_search_for_the_update_that_stayed()
    {
        var body = Derivative(DerivativeKind.Reverse, (b, p) => Sum(Square(IndexCopy(p[0], p[1].Reshape(Shape.Of(1)), Prelude.Slice(Sin(p[0]), 0, 0, 1)))));
        Assert.Equal(0, Count(body, op => op is Iota { Type.DType: DType.I64 }));
        Agree((b, p) => Sum(Square(IndexCopy(p[0], p[1].Reshape(Shape.Of(1)), Prelude.Slice(Sin(p[0]), 0, 0, 1)))));
    }

    private static Module Program(Func<BlockBuilder, Seq<Term>, Term> body) => Derivatives.Program([Derivatives.Vector(8), TensorType.Scalar(DType.I64)], body);

    private static Block Derivative(DerivativeKind kind, Func<BlockBuilder, Seq<Term>, Term> body) => Derivatives.Directional(Program(body), kind).EntryFunction.Body;

    private static int Count(Block body, Func<Op, bool> wanted) => body.Lets.Count(l => l.Expr is Apply apply && wanted(apply.Op));

    private static void Agree(Func<BlockBuilder, Seq<Term>, Term> body)
    {
        var module = Program(body);
        var argument = TensorBuffer.Of<double>(DType.F64, [0.3, -0.2, 0.7, 0.1, -0.9, 0.4, 0.5, -0.6], 8);
        var place = TensorBuffer.Of<long>(DType.I64, [2]);
        double expected = Derivatives.Difference(module, 1e-3, argument, place);
        foreach (var kind in Enum.GetValues<DerivativeKind>())
            Assert.Equal(expected, Derivatives.Run(Derivatives.Directional(module, kind), argument, place), 1e-8);
    }
}
