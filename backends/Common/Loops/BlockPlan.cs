using MindDsl.Ir;

namespace MindDsl.Backends.Loops;

/// <summary>What is known of a block before its code is written: where values are read last, and which need memory.</summary>
internal sealed class BlockPlan
{
    private readonly Dictionary<Value, int> _last = [];
    private readonly Dictionary<Value, int> _reads = [];
    private readonly HashSet<Value> _placed = [];
    private readonly HashSet<Value> _virtual = [];

    /// <summary>Operands of contractions, which read moved elements of a tensor in memory where they are.</summary>
    private readonly HashSet<Value> _viewed = [];
    private readonly HashSet<Value> _bound;

    public BlockPlan(Block block)
    {
        Block = block;
        _bound = Scope.Bound(block);
        for (int i = 0; i < block.Lets.Count; i++) Scan(block.Lets[i], i);
        foreach (var result in block.Results)
        {
            if (result is not Value value) continue;
            Read(value, block.Lets.Count);
            _placed.Add(value);
        }
        for (int i = block.Lets.Count - 1; i >= 0; i--)
            if (Nests.IsMap(block.Lets[i])) foreach (var target in block.Lets[i].Targets) Decide(block.Lets[i], target);
    }

    /// <summary>The block.</summary>
    public Block Block { get; }

    /// <summary>How many times a value is read.</summary>
    public int Reads(Value value) => _reads.GetValueOrDefault(value);

    /// <summary>The number of the last let that reads a value; -1 if none does.</summary>
    public int LastRead(Value value) => _last.GetValueOrDefault(value, -1);

    /// <summary>True if the block binds a value, so that its last read here is its last read at all.</summary>
    public bool Binds(Value value) => _bound.Contains(value);

    /// <summary>True if a tensor is to be written into the nests that read it.</summary>
    public bool IsVirtual(Value value) => _virtual.Contains(value);

    /// <summary>The tensor of this block that a tensor is but for its shape: itself, or what a reshape makes it of.</summary>
    public Value Reshaped(Value value) =>
        Block.Lets.FirstOrDefault(l => l.Targets[0] == value) is { Expr: Apply { Op: Reshape, Arguments: [Value { Type: TensorType { Rank: > 0 } } source] } }
        && Block.Lets.Any(l => l.Targets.IndexOf(source) >= 0) ? source : value;

    private void Read(Value value, int at)
    {
        _last[value] = Math.Max(_last.GetValueOrDefault(value, -1), at);
        _reads[value] = _reads.GetValueOrDefault(value) + 1;
    }

    private void Scan(Let let, int at)
    {
        Scope.Reads(let, v => Read(v, at));
        foreach (var block in let.Expr.Blocks) foreach (var value in Scope.FreeValues(block)) _placed.Add(value);
        if (let.Expr is not Apply apply)
        {
            foreach (var operand in let.Expr.Operands) if (operand is Value value) _placed.Add(value);
            return;
        }
        if (apply.Op is Contract) foreach (var operand in apply.Arguments) if (operand is Value value) _viewed.Add(value);
        if (apply.Op is Ir.Scatter && apply.Arguments[0] is Value target) _placed.Add(target);
        if (apply.Op is Composite) foreach (var operand in apply.Arguments) if (operand is Value value) _placed.Add(value);
    }

    private void Decide(Let let, Value target)
    {
        if (_viewed.Contains(target) && !(let.Expr is Apply { Op: Reshape or Permute or Slice or Flip or Broadcast or Window })) _placed.Add(target);
        if (target.Type is not TensorType { Rank: > 0 }) return;
        int reads = _reads.GetValueOrDefault(target);
        bool once = reads <= 1 && !_placed.Contains(target);
        bool cheap = let.Expr is Apply apply && IsCheap(apply.Op) && !_placed.Contains(target);
        bool filled = let.Expr is Apply { Op: Iota or Broadcast } fill && (fill.Arguments.Count == 0 || fill.Arguments[0].Tensor.Rank == 0);
        if (!once && !cheap && !(filled && !_placed.Contains(target))) return;
        _virtual.Add(target);
        // What a virtual tensor reads is read where the tensor is, as often as the tensor.
        int last = LastRead(target);
        Scope.Reads(let, v =>
        {
            _last[v] = Math.Max(_last[v], last);
            _reads[v] += Math.Max(reads - 1, 0);
            if (_viewed.Contains(target)) _viewed.Add(v);
        });
    }

    private static bool IsCheap(Op op) => op is Broadcast or Iota or Permute or Slice or Flip or Reshape or Window or Ir.Convert
        or Elementwise { Signature: Signature.Compare };
}
