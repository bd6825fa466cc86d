using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>
/// Which tensors of a block lie in memory with their batch in blocks: those between convolutions of small images, whose rows are short, unless that makes the contractions dearer. The axis of
/// the batch is followed from the convolutions through all operations that keep it. What comes from outside of the block, is a result of it or is read by anything else but such operations stays row-major.
/// </summary>
internal sealed class LayoutPlan
{
    /// <summary>Rows of fewer vectors are short.</summary>
    private const int ShortRow = 4;

    /// <summary>With more places of windows in a batch, images are not small, and plans of them would take long.</summary>
    private const long MostPlaces = 1 << 20;

    private readonly BlockPlan _plan;
    private readonly ProgramCompiler _program;
    private readonly Dictionary<Value, Ir.Apply> _definitions = [];
    private readonly Dictionary<Value, List<(Ir.Apply Apply, Value Target)>> _readers = [];
    private readonly HashSet<Value> _fixed = [];
    private readonly HashSet<Value> _rejected = [];
    private readonly Dictionary<Value, Layout> _layouts = [];

    private LayoutPlan(BlockPlan plan, ProgramCompiler program)
    {
        (_plan, _program) = (plan, program);
        foreach (var result in plan.Block.Results) if (result is Value value) _fixed.UnionWith([value, plan.Reshaped(value)]);
        foreach (var let in plan.Block.Lets)
        {
            if (let.Expr is Ir.Apply { Arguments.Count: > 0 } apply && AxisMap.Of(apply, 0) is not null)
            {
                _definitions[let.Targets[0]] = apply;
                foreach (var operand in apply.Arguments.OfType<Value>().Distinct())
                {
                    if (!_readers.TryGetValue(operand, out var readers)) _readers[operand] = readers = [];
                    readers.Add((apply, let.Targets[0]));
                }
            }
            else Scope.Reads(let, v => _fixed.Add(v));
        }
    }

    /// <summary>The layouts of the tensors of a block that are not row-major.</summary>
    public static IReadOnlyDictionary<Value, Layout> Of(BlockPlan plan, ProgramCompiler program)
    {
        if (VectorWidth.Current is not { } width || !plan.Block.Lets.Any(l => l.Expr is Ir.Apply { Op: Window })) return new Dictionary<Value, Layout>();
        var layouts = new LayoutPlan(plan, program);
        foreach (var let in plan.Block.Lets)
            if (let.Expr is Ir.Apply { Op: Contract } apply) layouts.Consider(let.Targets[0], apply, width.Lanes(DType.F32));
        return layouts._layouts;
    }

    /// <summary>Puts all that belongs to a convolution in blocks, if that is worth it.</summary>
    private void Consider(Value result, Ir.Apply apply, int block)
    {
        if (BatchOf(apply) is not { } axis || _layouts.ContainsKey(result) || _rejected.Contains(result) || !IsFree(result)) return;
        long batch = result.Tensor.Shape[axis].Value;
        if (apply.Arguments.Any(a => !a.Tensor.DType.IsFloat || a.Tensor.DType.IsStorage) || batch == 0 || batch % block != 0) return;
        var together = Together(result, axis, block);
        if (together.Keys.Any(v => _definitions[v].Op is Window window && batch * new Shape(window.Places).Size.Value > MostPlaces) || !together.Keys.Any(v => IsShort(v, block)))
        {
            _rejected.UnionWith(together.Keys);
            return;
        }
        var contractions = Seq.Create([.. _definitions.Where(d => d.Value.Op is Contract && (together.ContainsKey(d.Key) || Touches(d.Value, together)))]);
        double before = contractions.Sum(c => Cycles(c.Key, c.Value, _layouts.GetValueOrDefault));
        double after = contractions.Sum(c => Cycles(c.Key, c.Value, v => together.GetValueOrDefault(v) ?? _layouts.GetValueOrDefault(v)));
        if (after <= before * 1.05) foreach (var (value, layout) in together) _layouts[value] = layout;
        else _rejected.UnionWith(together.Keys);
    }

    /// <summary>The axis of the result of a convolution that is the batch of its windows; null if it is none.</summary>
    private int? BatchOf(Ir.Apply apply)
    {
        var contract = (Contract)apply.Op;
        for (int k = 0; k < 2; k++)
        {
            if (apply.Arguments[k] is not Value factor || !IsBatch(factor, 0)) continue;
            var (letters, others) = k == 0 ? (contract.Left, contract.Right) : (contract.Right, contract.Left);
            int axis = contract.Result.IndexOf(letters[0]);
            if (axis >= 0 && !others.Contains(letters[0])) return axis;
        }
        return null;
    }

    /// <summary>True if an axis of a factor is one that windows have in common.</summary>
    private bool IsBatch(Value value, int axis)
    {
        if (axis < 0 || !_plan.IsVirtual(value) || !_definitions.TryGetValue(value, out var movement) || movement.Op is not Movement) return false;
        return movement.Op is Window ? AxisMap.Of(movement, 0)![axis] >= 0 : movement.Arguments[0] is Value source && AxisMap.Of(movement, 0) is { } axes && IsBatch(source, axes[axis]);
    }

    private bool IsShort(Value value, int block) => !_plan.IsVirtual(value) && value.Tensor.Rank > 2 && value.Tensor.Shape[value.Tensor.Rank - 1].Value < ShortRow * block;

    /// <summary>All values that have the axis, as far as operations keep it.</summary>
    private Dictionary<Value, Layout> Together(Value start, int axis, int block)
    {
        var found = new Dictionary<Value, Layout>();
        var waiting = new Queue<(Value Value, int Axis)>([(start, axis)]);
        while (waiting.TryDequeue(out var next))
        {
            var (value, at) = next;
            if (at < 0 || found.ContainsKey(value) || _layouts.ContainsKey(value) || !IsFree(value)) continue;
            var made = _definitions[value];
            // Windows, and what they are added up to, are in blocks along what they have in common alone.
            if (made.Op is Window or Fold && AxisMap.Of(made, 0) is { } common && (at >= common.Length || common[at] < 0)) continue;
            found[value] = new(at, block);
            for (int k = 0; k < made.Arguments.Count; k++)
                if (made.Arguments[k] is Value operand && Keeps(made) && AxisMap.Of(made, k) is { } axes && at < axes.Length) waiting.Enqueue((operand, axes[at]));
            foreach (var (reader, target) in _readers.GetValueOrDefault(value) ?? [])
                for (int k = 0; k < reader.Arguments.Count; k++)
                    if (value.Equals(reader.Arguments[k]) && Keeps(reader) && AxisMap.Of(reader, k) is { } axes) waiting.Enqueue((target, Array.IndexOf(axes, at)));
        }
        return found;
    }

    /// <summary>Products of matrices may change the layout on the way; convolutions do not.</summary>
    private bool Keeps(Ir.Apply apply) => apply.Op is not Contract || BatchOf(apply) is not null;

    private bool IsFree(Value value) => _definitions.ContainsKey(value) && !_fixed.Contains(value) && value.Tensor.Rank > 0;

    private bool Touches(Ir.Apply apply, Dictionary<Value, Layout> together) =>
        apply.Arguments.Any(a => a is Value value && (together.ContainsKey(value) || View(value, together.GetValueOrDefault, false).Places.IsInBlocks));

    private FactorView View(Atom factor, Func<Value, Layout?> layout, bool isOpen) =>
        FactorView.Of(factor, v => _plan.IsVirtual(v) && _definitions.TryGetValue(v, out var made) && made.Op is Movement ? made : null, layout, isOpen);

    private double Cycles(Value result, Ir.Apply apply, Func<Value, Layout?> layout)
    {
        var types = apply.Arguments.Map(a => a.Tensor);
        if (result.Tensor.Rank == 0 || types.Any(t => t.Rank == 0 || !t.DType.IsFloat || t.DType.IsStorage)) return 0;
        return ContractFactors.Choose(
            (factor, isOpen) => View(factor, layout, isOpen), apply.Arguments, (a, b) => _program.Plan((Contract)apply.Op, types, a, b, layout(result))).Cycles;
    }
}
