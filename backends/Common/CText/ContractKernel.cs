using System.Globalization;
using MindDsl.Backends.Devices;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.CText;

/// <summary>
/// Sums of products with tiles of both factors in the memory that a group shares. A factor may be any function of indices, so that windows of a convolution are never stored. Each sum is in the order of
/// its terms; where there are few results and many terms, in parts that are added up in order.
/// </summary>
internal sealed class ContractKernel
{
    /// <summary>Work items along a side of a group, and terms in a tile.</summary>
    private const int Side = 16, Depth = 16;

    /// <summary>Groups that keep a device busy, terms that are worth a group, and the most parts of a sum.</summary>
    private const long EnoughGroups = 64, TermsPerGroup = 256, MostParts = 32;

    private readonly Nest _nest;
    private readonly Node _left, _right;
    private readonly int[] _rows, _columns, _batch;
    private readonly long _rowCount, _columnCount, _batchCount, _depth;
    private readonly int _perItem;

    private ContractKernel(Nest nest, Node left, Node right)
    {
        (_nest, _left, _right) = (nest, left, right);
        _rows = [.. nest.Space.Where(l => Depends(left, l) && !Depends(right, l))];
        _columns = [.. nest.Space.Where(l => Depends(right, l) && !Depends(left, l))];
        _batch = [.. nest.Space.Except(_rows).Except(_columns)];
        (_rowCount, _columnCount, _batchCount, _depth) = (Count(_rows), Count(_columns), Count(_batch), Count(nest.Reduced));
        // Larger tiles read less, smaller ones keep more groups busy.
        _perItem = Math.Min(_rowCount, _columnCount) >= 4 * Side ? 4 : Math.Min(_rowCount, _columnCount) >= 2 * Side ? 2 : 1;
    }

    /// <summary>The kernel of a nest; null if it is no sum of products, or too small for tiles. Parts of sums are put at the target one after another.</summary>
    public static SizedKernel? Of(Nest nest, DeviceLimits limits, NestKernels.SlotText slots, long parts = 1) => Plan(nest, limits)?.Write(slots, parts);

    /// <summary>The parts in which each sum of a nest is best computed, by groups of their own; 1 if in one, or if the nest is not for tiles.</summary>
    public static long Parts(Nest nest, DeviceLimits limits) => Plan(nest, limits)?.Parts() ?? 1;

    private static ContractKernel? Plan(Nest nest, DeviceLimits limits)
    {
        if (nest.Body.Kind != NodeKind.MultiplyAdd || nest.Monoid != Monoid.Sum || nest.Space.Length == 0 || limits.MaxGroupSize < Side * Side) return null;
        var (left, right) = (nest.Body.Operands[0], nest.Body.Operands[1]);
        // Neighbouring work items write neighbouring columns.
        if (Depends(left, nest.Space[^1])) (left, right) = (right, left);
        var kernel = new ContractKernel(nest, left, right);
        return kernel.IsWorthwhile(limits) ? kernel : null;
    }

    private long Groups => Tiles(_rowCount) * Tiles(_columnCount) * _batchCount;

    private long Parts()
    {
        long wanted = Math.Min(Math.Min((EnoughGroups + Groups - 1) / Groups, _depth / TermsPerGroup), MostParts);
        return wanted <= 1 ? 1 : (_depth + Chunk(wanted) - 1) / Chunk(wanted);
    }

    /// <summary>The terms of a part: whole tiles.</summary>
    private long Chunk(long parts) => ((_depth + parts - 1) / parts + Depth - 1) / Depth * Depth;

    private int Tile => Side * _perItem;

    private bool IsWorthwhile(DeviceLimits limits)
    {
        long groups = Groups;
        return Math.Min(_rowCount, _columnCount) >= Side && _depth >= Depth && groups <= int.MaxValue && _depth <= int.MaxValue - Depth && _rowCount < int.MaxValue - Tile && _columnCount < int.MaxValue - Tile
            && 2L * (Tile + 1) * Depth * _nest.TargetType.Size <= limits.LocalBytes;
    }

    private SizedKernel Write(NestKernels.SlotText slots, long parts)
    {
        var kernel = new KernelText();
        var text = new NestText(_nest, k => slots(kernel, _nest, k));
        var scope = kernel.Body;
        string type = CType.Of(_nest.TargetType);
        scope.Add(Invariant($"LOCAL {type} left[{Depth * (Tile + 1)}];"));
        scope.Add(Invariant($"LOCAL {type} right[{Depth * (Tile + 1)}];"));
        string item = scope.Define("i32", "(i32)LOCAL_ID"), across = scope.Define("i32", Invariant($"{item} % {Side}")), down = scope.Define("i32", Invariant($"{item} / {Side}"));
        string column = scope.Define("i32", Invariant($"(i32)(GROUP % {Tiles(_columnCount)}) * {Tile}"));
        string row = scope.Define("i32", Invariant($"(i32)(GROUP / {Tiles(_columnCount)} % {Tiles(_rowCount)}) * {Tile}"));
        text.Split(scope, _batch, scope.Define("i64", Invariant($"GROUP / {Tiles(_columnCount) * Tiles(_rowCount)}{(parts == 1 ? "" : Invariant($" % {_batchCount}"))}")), narrow: false);
        string first = "0", last = _depth.ToString(CultureInfo.InvariantCulture);
        string? part = null;
        if (parts > 1)
        {
            part = scope.Define("i32", Invariant($"(i32)(GROUP / {Groups})"));
            first = scope.Define("i32", Invariant($"{part} * {Chunk(parts)}"));
            last = scope.Define("i32", Invariant($"{first} + {Chunk(parts)} < {_depth} ? {first} + {Chunk(parts)} : {_depth}"));
        }
        var sums = new string[_perItem, _perItem];
        for (int i = 0; i < _perItem; i++) for (int j = 0; j < _perItem; j++) sums[i, j] = scope.Define(type, "0");

        string at = scope.Names.New();
        scope.Block(Invariant($"for (i32 {at} = {first}; {at} < {last}; {at} += {Depth})"), CScopeKind.Root, inner =>
        {
            Load(inner, text, "left", _left, _rows, row, _rowCount, at, item);
            Load(inner, text, "right", _right, _columns, column, _columnCount, at, item);
            inner.Add("BARRIER;");
            Multiply(inner, sums, down, across, type);
            inner.Add("BARRIER;");
        });

        for (int i = 0; i < _perItem; i++)
            for (int j = 0; j < _perItem; j++)
                Store(scope, text, Invariant($"{row} + {down} + {i * Side}"), Invariant($"{column} + {across} + {j * Side}"), sums[i, j], parts, part);
        return new(kernel, new(Groups * parts, Side * Side));
    }

    /// <summary>Puts a tile of a factor into shared memory, 0 beyond its end.</summary>
    private void Load(CScope scope, NestText text, string tile, Node factor, int[] loops, string first, long count, string at, string item)
    {
        string place = scope.Names.New();
        bool alongDepth = Reads(factor, _nest.Reduced[^1]);
        scope.Block(Invariant($"for (i32 {place} = {item}; {place} < {Depth * Tile}; {place} += {Side * Side})"), CScopeKind.Root, inner =>
        {
            string depth = inner.Define("i32", alongDepth ? Invariant($"{place} % {Depth}") : Invariant($"{place} / {Tile}"));
            string side = inner.Define("i32", alongDepth ? Invariant($"{place} / {Depth}") : Invariant($"{place} % {Tile}"));
            string index = inner.Define("i32", $"{first} + {side}"), term = inner.Define("i32", $"{at} + {depth}");
            string value = inner.Define(CType.Of(_nest.TargetType), "0");
            inner.Block(Invariant($"if ({index} < {count} && {term} < {_depth})"), CScopeKind.Root, branch =>
            {
                text.Split(branch, loops, index, narrow: true);
                text.Split(branch, _nest.Reduced, term, narrow: true);
                branch.Add($"{value} = {text.Value(branch, factor)};");
            });
            inner.Add(Invariant($"{tile}[{depth} * {Tile + 1} + {side}] = {value};"));
        });
    }

    private void Multiply(CScope scope, string[,] sums, string down, string across, string type)
    {
        string depth = scope.Names.New();
        scope.Block(Invariant($"for (i32 {depth} = 0; {depth} < {Depth}; {depth}++)"), CScopeKind.Root, inner =>
        {
            var (x, y) = (new string[_perItem], new string[_perItem]);
            for (int i = 0; i < _perItem; i++)
            {
                x[i] = inner.Define(type, Invariant($"left[{depth} * {Tile + 1} + {down} + {i * Side}]"));
                y[i] = inner.Define(type, Invariant($"right[{depth} * {Tile + 1} + {across} + {i * Side}]"));
            }
            for (int i = 0; i < _perItem; i++)
                for (int j = 0; j < _perItem; j++) inner.Add($"{sums[i, j]} = {_nest.TargetType.Name}_fma({x[i]}, {y[j]}, {sums[i, j]});");
        });
    }

    private void Store(CScope scope, NestText text, string row, string column, string sum, long parts, string? part)
    {
        string r = scope.Define("i32", row), c = scope.Define("i32", column);
        scope.Block(Invariant($"if ({r} < {_rowCount} && {c} < {_columnCount})"), CScopeKind.Root, inner =>
        {
            text.Split(inner, _rows, r, narrow: true);
            text.Split(inner, _columns, c, narrow: true);
            if (part is null) text.Store(inner, sum);
            else text.StorePart(inner, sum, parts, part);
        });
    }

    private long Tiles(long count) => (count + Tile - 1) / Tile;

    private long Count(int[] loops) => loops.Aggregate(1L, (n, l) => n * _nest.Extent(l));

    private static bool Depends(Node node, int loop) => (node.Loops >> loop & 1) != 0;

    /// <summary>True if a factor reads neighbours along a loop.</summary>
    private static bool Reads(Node node, int loop) =>
        (node.Kind == NodeKind.Load && node.Operands[0].FactorOf(loop) == 1) || node.Operands.Any(o => Reads(o, loop));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
