using System.Linq.Expressions;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <content>
/// Concatenations of narrow or moved parts: each part is written where it belongs, so that no element asks which part it is of. Parts with the same rows are written together.
/// </content>
internal sealed partial class FunctionEmitter
{
    /// <summary>Parts that are longer than this lie in pieces of a loop that is fast without more ado.</summary>
    private const long NarrowPart = 16;

    /// <summary>The concatenations that made tensors that are not in memory.</summary>
    private readonly Dictionary<Value, Ir.Apply> _concatenations = [];

    /// <summary>True if a concatenation is better written part by part.</summary>
    private bool IsInParts(Ir.Apply concat)
    {
        int axis = ((Concat)concat.Op).Axis;
        return concat.Arguments.Any(part =>
        {
            var dims = part.Tensor.Shape.ToArray();
            long rows = Product(dims[..axis]), row = Product(dims[axis..]);
            return (rows >= NarrowPart && row < NarrowPart) || (part is Value value && Inner(value) is { } inner && (inner.Op is Concat || inner.Arguments[0].Tensor.Rank > 1));
        });
    }

    /// <summary>The reshape or concatenation that a part is, where it is not in memory.</summary>
    private Ir.Apply? Inner(Value part) => _values.ContainsKey(part) ? null
        : _concatenations.TryGetValue(part, out var concat) ? concat
        : _movements.TryGetValue(part, out var movement) && movement is { Op: Reshape } && movement.Arguments[0] is Value ? movement
        : null;

    private void InParts(List<Expression> statements, Value target, Ir.Apply concat)
    {
        var place = Place(target);
        var parts = new List<NestGroup.Member>();
        Part(concat, 0, Strides(target.Tensor.Shape.ToArray()), target, parts, place);
        foreach (var (nest, slots) in NestFusion.Join(parts)) Run(statements, nest, slots);
    }

    private void Part(Ir.Apply concat, long offset, long[] strides, Value target, List<NestGroup.Member> parts, Expression place)
    {
        int axis = ((Concat)concat.Op).Axis;
        foreach (var operand in concat.Arguments)
        {
            Part(operand, offset, strides, target, parts, place);
            offset += operand.Tensor.Shape[axis].Value * strides[axis];
        }
    }

    /// <summary>Writes a tensor to places with some strides.</summary>
    private void Part(Atom part, long offset, long[] strides, Value target, List<NestGroup.Member> parts, Expression place)
    {
        long[] shape = part.Tensor.Shape.ToArray();
        if (part is Value value && Inner(value) is { } inner)
        {
            if (inner.Op is Concat)
            {
                Part(inner, offset, strides, target, parts, place);
                return;
            }
            if (Through(shape, strides, inner.Arguments[0].Tensor.Shape.ToArray()) is { } moved)
            {
                Part(inner.Arguments[0], offset, moved, target, parts, place);
                return;
            }
        }
        var nest = NestBuilder.Part(part, target.Tensor.DType, shape, offset, strides, this);
        nest.MayRepeat = !_givenUp.Contains(place);
        parts.Add(new(nest, [.. nest.Slots.Select(v => v is null ? place : _values[v])]));
    }

    /// <summary>The strides of a reshaped tensor in those of what it is reshaped to; null if there are none.</summary>
    private static long[]? Through(long[] shape, long[] strides, long[] source)
    {
        // Strides depend on the place in row-major order alone where the tensor is contiguous, or axes of length 1 are all that changes.
        if (shape.Where(d => d != 1).SequenceEqual(source.Where(d => d != 1)))
        {
            var wide = new Queue<long>(Enumerable.Range(0, shape.Length).Where(k => shape[k] != 1).Select(k => strides[k]));
            return [.. source.Select(d => d == 1 ? 0 : wide.Dequeue())];
        }
        long[] contiguous = Strides(shape);
        return Enumerable.Range(0, shape.Length).All(k => shape[k] == 1 || strides[k] == contiguous[k]) ? Strides(source) : null;
    }

    private static long[] Strides(long[] shape)
    {
        long[] strides = new long[shape.Length];
        long stride = 1;
        for (int k = shape.Length - 1; k >= 0; k--) (strides[k], stride) = (stride, stride * shape[k]);
        return strides;
    }

    private static long Product(long[] lengths) => lengths.Aggregate(1L, (a, b) => a * b);
}
