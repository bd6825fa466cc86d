using System.Globalization;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.CText;

/// <summary>
/// Maps of f32 whose result and operands lie along one another: a work item computes four elements that follow one another, with one load of each operand and one store. Devices move memory fastest in
/// such pieces.
/// </summary>
internal sealed class VectorKernel
{
    private const int Width = 4;

    /// <summary>Below so many elements it is better to have more work items.</summary>
    private const long FewestElements = 1 << 16;

    private readonly Nest _nest;
    private readonly int _last;
    private readonly Node[] _loads;

    private VectorKernel(Nest nest)
    {
        (_nest, _last) = (nest, nest.Space[^1]);
        _loads = [.. nest.Reachable().Where(IsWholeLoad).OrderBy(n => n.Id)];
    }

    /// <summary>The kernel of a nest whose tensors begin at multiples of the size of a vector; null if it is not for vectors.</summary>
    public static SizedKernel? Of(Nest nest, NestKernels kernels, NestKernels.SlotText slots)
    {
        if (nest.Space.Length == 0 || nest.Reduced.Length > 0 || nest.Store != StoreKind.Set || nest.Monoid is Monoid.ArgMax or Monoid.ArgMin || nest.TargetType != DType.F32) return null;
        long elements = nest.Space.Aggregate(1L, (n, l) => n * nest.Extent(l));
        if (elements < FewestElements || nest.Extent(nest.Space[^1]) % Width != 0 || !IsWhole(nest.Target, nest.Space[^1])) return null;
        var kernel = new VectorKernel(nest);
        return kernel._loads.Length == 0 ? null : kernel.Write(kernels, slots, elements / Width);
    }

    /// <summary>True if places for four indices in a row are a vector.</summary>
    private static bool IsWhole(Node place, int loop)
    {
        if (place.FactorOf(loop) != 1 || place.MayThrow || place.Offset % Width != 0) return false;
        for (int k = 0; k < place.Factors.Length; k++)
            if ((place.Operands[k].Kind != NodeKind.Index || place.Operands[k].Number != loop) && place.Factors[k] % Width != 0) return false;
        return true;
    }

    /// <summary>True of a load of four elements that are surely there, even where a branch does not need them.</summary>
    private bool IsWholeLoad(Node node) => node.Kind == NodeKind.Load && node.Type == DType.F32 && IsWhole(node.Operands[0], _last)
        && node.Operands[0].Range.Low >= 0 && node.Operands[0].Range.High < (_nest.Slots[node.Number]?.Tensor.Shape.Size.Value ?? 0);

    private SizedKernel Write(NestKernels kernels, NestKernels.SlotText slots, long items)
    {
        var kernel = new KernelText();
        var text = new NestText(_nest, k => slots(kernel, _nest, k));
        bool narrow = items <= int.MaxValue / Width;
        string type = narrow ? "i32" : "i64";
        var size = kernels.Flat(kernel, items, (scope, index) =>
        {
            int[] others = _nest.Space[..^1];
            string along = index;
            if (others.Length > 0)
            {
                long extent = _nest.Extent(_last) / Width;
                along = scope.Define(type, Invariant($"{index} % {extent}"));
                text.Split(scope, others, scope.Define(type, Invariant($"{index} / {extent}")), narrow);
            }
            string first = scope.Define(type, Invariant($"{along} * {Width}"));
            text.Bind(_last, first);
            var vectors = Array.ConvertAll(_loads, load =>
            {
                string vector = scope.Declare("f32x4");
                scope.Block("", CScopeKind.Loop, inner => inner.Add($"{vector} = VECTOR({slots(kernel, _nest, load.Number)} + {text.Value(inner, load.Operands[0])});"), _last);
                return vector;
            });
            string result = scope.Declare("f32x4");
            for (int j = 0; j < Width; j++)
            {
                string part = "xyzw"[j..(j + 1)];
                text.Bind(_last, j == 0 ? first : Invariant($"({first} + {j})"));
                scope.Block("", CScopeKind.Loop, inner =>
                {
                    for (int k = 0; k < vectors.Length; k++) inner.Note(_loads[k], $"{vectors[k]}.{part}");
                    inner.Add($"{result}.{part} = {text.Value(inner, _nest.Body)};");
                }, _last);
            }
            text.Bind(_last, first);
            scope.Block("", CScopeKind.Loop, inner => inner.Add($"VECTOR({slots(kernel, _nest, _nest.TargetSlot)} + {text.Value(inner, _nest.Target)}) = {result};"), _last);
        });
        return new(kernel, size);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
