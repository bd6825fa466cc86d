using System.Globalization;
using MindDsl.Backends.Devices;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.CText;

/// <summary>A kernel and how many work items run it.</summary>
internal sealed record SizedKernel(KernelText Text, LaunchSize Size);

/// <summary>Kernels that do a nest in parallel. How sums are divided depends on shapes and the limits of the device alone.</summary>
/// <param name="limits">What the device has room for.</param>
internal sealed class NestKernels(DeviceLimits limits)
{
    private const int ItemsPerGroup = 128;

    /// <summary>Up to here a work item combines all elements itself.</summary>
    private const long FewReduced = 32;

    /// <summary>With so many results a work item each is enough, unless neighbours would read far apart.</summary>
    private const long ManyResults = 4096;

    /// <summary>Results that are divided over several groups each, when there are fewer.</summary>
    private const long FewResults = 64;

    /// <summary>Elements that a group combines at least.</summary>
    private const long ElementsPerGroup = 8192;

    private const int MostParts = 256;

    /// <summary>Work items that are enough to keep a device busy.</summary>
    private const long EnoughItems = 2048;

    /// <summary>The most comparisons of elements of a target with places of updates.</summary>
    private const double MostLooks = 1e10;

    private readonly int _group = LargestPower(Math.Min(ItemsPerGroup, limits.MaxGroupSize));

    /// <summary>The text of a nest's slots in a kernel.</summary>
    public delegate string SlotText(KernelText kernel, Nest nest, int slot);

    /// <summary>The parts that each result of a reduction is combined in, to be combined by a second kernel; 1 if there is no need.</summary>
    public long Parts(Nest nest)
    {
        if (nest.Monoid is Monoid.ArgMax or Monoid.ArgMin || nest.Reduced.Length == 0) return 1;
        if (ContractKernel.Parts(nest, limits) is > 1 and var tiled) return tiled;
        long results = Count(nest, nest.Space), reduced = Count(nest, nest.Reduced);
        return results is 0 or > FewResults || reduced < 2 * ElementsPerGroup ? 1 : Math.Min(MostParts, reduced / ElementsPerGroup);
    }

    /// <summary>The kernel of a nest. A reduction in parts puts them at the target one after another.</summary>
    public SizedKernel? Kernel(Nest nest, SlotText slots, long parts = 1)
    {
        long results = Count(nest, nest.Space);
        if (results == 0) return null;
        if (parts == 1 || ContractKernel.Parts(nest, limits) == parts)
            if (ContractKernel.Of(nest, limits, slots, parts) is { } tiled) return tiled;
        if (parts > 1 || (nest.Reduced.Length > 0 && IsForGroups(nest, results))) return Groups(nest, slots, results, parts);
        return Items(nest.Space, results, slots, nest, (text, scope) => text.Element(scope));
    }

    /// <summary>
    /// Updates of a tensor. Equal targets are updated in the order of the law: by a work item that does all loops but those that move the target for sure, or, where that leaves too few of
    /// them, by one for each element of the target that looks at all updates.
    /// </summary>
    public SizedKernel? Scatter(Nest nest, ElementLaw.Scatter law, Value target, IOperands operands, Seq<Atom> arguments, SlotText slots)
    {
        if (nest.Space.Any(l => nest.Extent(l) == 0)) return null;
        int[] direct = [.. law.Target.OfType<Scalar.Index>().Select(i => i.Axis).Distinct()];
        int[] others = [.. nest.Space.Where(l => !direct.Contains(l))];
        long items = Count(nest, direct), updates = Count(nest, others);
        if (items >= EnoughItems || updates <= FewReduced || (double)updates * target.Tensor.Shape.Size.Value > MostLooks)
            return Items(direct, items, slots, nest, (text, scope) => text.Loops(scope, others, text.Element));
        return Walk(law, target, operands, arguments, slots);
    }

    private SizedKernel Walk(ElementLaw.Scatter law, Value updated, IOperands operands, Seq<Atom> arguments, SlotText slots)
    {
        var result = updated.Tensor;
        var lowering = new Lowering(new NodeGraph(), operands) { At = updated.Span };
        var graph = lowering.Graph;
        int slot = lowering.ResultSlot();
        Node[] target = [.. result.Shape.Dims.Select(d => graph.Loop(d.Value))];
        var space = new Node?[law.Space.Count];
        for (int k = 0; k < target.Length; k++) if (law.Target[k] is Scalar.Index direct) space[direct.Axis] ??= target[k];
        var reduced = new List<int>();
        for (int k = 0; k < space.Length; k++)
        {
            if (space[k] is not null) continue;
            reduced.Add(graph.Extents.Count);
            space[k] = graph.Loop(law.Space[k].Value);
        }
        var hit = graph.Bool(true);
        for (int k = 0; k < target.Length; k++)
        {
            var place = lowering.Lower(law.Target[k], space!, [], arguments, check: true);
            if (place == target[k]) continue;
            if (law.Target[k] is not Scalar.Index) place = lowering.Checked(place, result.Shape[k].Value, k);
            hit = graph.Compute(Intrinsic.And, DType.Bool, hit, graph.Compute(Intrinsic.Eq, DType.Bool, place, target[k]));
        }
        var nest = new Nest
        {
            Graph = graph,
            Space = [.. Enumerable.Range(0, target.Length)],
            Reduced = [.. reduced],
            Body = lowering.Lower(law.Body, space!, [], arguments, check: false),
            Target = lowering.Place(result.Shape, target),
            TargetSlot = slot,
            TargetType = result.DType,
            Slots = lowering.Slots,
        };
        return Items(nest.Space, Count(nest, nest.Space), slots, nest, (text, scope) =>
        {
            string sum = scope.Define(CType.Of(nest.TargetType), text.Value(scope, graph.Load(slot, nest.Target, nest.TargetType)));
            text.Loops(scope, nest.Reduced, inner =>
            {
                string found = text.Value(inner, hit);
                inner.Block($"if ({found})", CScopeKind.Branch, branch =>
                {
                    string update = text.Value(branch, nest.Body);
                    branch.Add($"{sum} = {(law.Overwrite ? update : NodeText.Function(Intrinsic.Add, nest.TargetType, sum, update))};");
                });
            });
            text.Store(scope, sum);
        });
    }

    /// <summary>Combines the parts of results, in order.</summary>
    public SizedKernel Parts(Nest nest, long results, long parts, Func<KernelText, string> partial, Func<KernelText, string> target)
    {
        var kernel = new KernelText();
        var text = new NestText(nest, _ => throw new MindDslException(Diagnostics.Internal("a slot of parts")));
        var (from, to) = (partial(kernel), target(kernel));
        Flat(kernel, results, (scope, index) =>
        {
            var accumulator = text.Begin(scope);
            string part = scope.Names.New();
            scope.Block(string.Create(CultureInfo.InvariantCulture, $"for (i32 {part} = 0; {part} < {parts}; {part}++)"), CScopeKind.Loop, inner =>
            {
                string element = inner.Define(text.Combined, string.Create(CultureInfo.InvariantCulture, $"{from}[{index} * {parts} + {part}]"));
                inner.Add($"{accumulator.Best} = {text.Combine(accumulator.Best, element)};");
            });
            scope.Add($"{to}[{index}] = {accumulator.Best};");
        });
        return new(kernel, Size(results));
    }

    private SizedKernel Items(int[] loops, long count, SlotText slots, Nest nest, Action<NestText, CScope> body)
    {
        var kernel = new KernelText();
        var text = new NestText(nest, k => slots(kernel, nest, k));
        Flat(kernel, count, (scope, index) =>
        {
            text.Split(scope, loops, index, count <= int.MaxValue);
            body(text, scope);
        });
        return new(kernel, Size(count));
    }

    /// <summary>A work item for each number below a count.</summary>
    public LaunchSize Flat(KernelText kernel, long count, Action<CScope, string> body)
    {
        string index = kernel.Body.Define(NestText.IndexType(count), $"({NestText.IndexType(count)})(GROUP * GROUP_SIZE + LOCAL_ID)");
        kernel.Body.Block(string.Create(CultureInfo.InvariantCulture, $"if ({index} < {count})"), CScopeKind.Branch, scope => body(scope, index));
        return Size(count);
    }

    private LaunchSize Size(long items) => new((items + _group - 1) / _group, _group);

    /// <summary>A group for each result, or each part of one: its work items combine elements in turn, and then one another in a tree.</summary>
    private SizedKernel Groups(Nest nest, SlotText slots, long results, long parts)
    {
        var kernel = new KernelText();
        var text = new NestText(nest, k => slots(kernel, nest, k));
        long reduced = Count(nest, nest.Reduced), chunk = (reduced + parts - 1) / parts;
        var scope = kernel.Body;
        scope.Add(string.Create(CultureInfo.InvariantCulture, $"LOCAL {text.Combined} best[{_group}];"));
        if (text.IsPlace) scope.Add(string.Create(CultureInfo.InvariantCulture, $"LOCAL i64 at[{_group}];"));
        string item = scope.Define("i32", "(i32)LOCAL_ID");
        string result = scope.Define("i64", parts == 1 ? "(i64)GROUP" : string.Create(CultureInfo.InvariantCulture, $"(i64)GROUP / {parts}"));
        text.Split(scope, nest.Space, result, narrow: false);

        var accumulator = text.Begin(scope);
        bool narrow = reduced <= int.MaxValue - _group;
        string type = narrow ? "i32" : "i64", index = scope.Names.New();
        string first = parts == 1 ? "0" : scope.Define("i64", string.Create(CultureInfo.InvariantCulture, $"(i64)GROUP % {parts} * {chunk}"));
        string last = parts == 1 ? reduced.ToString(CultureInfo.InvariantCulture)
            : scope.Define("i64", string.Create(CultureInfo.InvariantCulture, $"{first} + {chunk} < {reduced} ? {first} + {chunk} : {reduced}"));
        scope.Block(string.Create(CultureInfo.InvariantCulture, $"for ({type} {index} = ({type}){first} + {item}; {index} < ({type}){last}; {index} += {_group})"), CScopeKind.Branch, inner =>
        {
            text.Split(inner, nest.Reduced, index, narrow);
            text.Accumulate(inner, accumulator);
        });

        scope.Add($"best[{item}] = {accumulator.Best};");
        if (text.IsPlace) scope.Add($"at[{item}] = {accumulator.Place};");
        scope.Add("BARRIER;");
        for (int half = _group / 2; half > 0; half /= 2)
        {
            scope.Block(string.Create(CultureInfo.InvariantCulture, $"if ({item} < {half})"), CScopeKind.Branch, inner =>
            {
                string other = inner.Define(text.Combined, string.Create(CultureInfo.InvariantCulture, $"best[{item} + {half}]"));
                if (text.IsPlace)
                {
                    text.Take(inner, accumulator, other, inner.Define("i64", string.Create(CultureInfo.InvariantCulture, $"at[{item} + {half}]")));
                    inner.Add($"at[{item}] = {accumulator.Place};");
                }
                else inner.Add($"{accumulator.Best} = {text.Combine(accumulator.Best, other)};");
                inner.Add($"best[{item}] = {accumulator.Best};");
            });
            scope.Add("BARRIER;");
        }
        scope.Block($"if ({item} == 0)", CScopeKind.Branch, inner =>
        {
            if (parts == 1) text.Store(inner, accumulator.Result);
            else inner.Add($"{slots(kernel, nest, nest.TargetSlot)}[GROUP] = {accumulator.Best};");
        });
        return new(kernel, new(results * parts, _group));
    }

    /// <summary>True if neighbouring work items should read along a reduced axis, or there are too few results for one each.</summary>
    private static bool IsForGroups(Nest nest, long results)
    {
        long reduced = Count(nest, nest.Reduced);
        if (reduced <= FewReduced || results > int.MaxValue) return false;
        if (nest.Body.Kind == NodeKind.MultiplyAdd && results >= EnoughItems / 8) return false;
        if (results < ManyResults) return true;
        int inner = nest.Reduced[^1];
        return nest.Reachable().Any(n => n.Kind == NodeKind.Load && n.Operands[0].FactorOf(inner) == 1);
    }

    private static long Count(Nest nest, IEnumerable<int> loops) => loops.Aggregate(1L, (n, l) => n * nest.Extent(l));

    private static int LargestPower(int most) => 1 << (31 - System.Numerics.BitOperations.LeadingZeroCount((uint)Math.Max(most, 1)));
}
