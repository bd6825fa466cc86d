using System.Linq.Expressions;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <content>Nests, alone or together with those that follow.</content>
internal sealed partial class FunctionEmitter
{
    /// <summary>Memory of arguments that results are written to.</summary>
    private readonly HashSet<Expression> _givenUp = [];

    /// <summary>Buffers that nobody needs when the nests that wait have run.</summary>
    private readonly List<ArenaBuffer> _released = [];

    /// <summary>The part of the arena that an address of a tensor is of.</summary>
    private readonly Dictionary<Expression, ArenaBuffer> _buffers = [];

    /// <summary>Nests that wait for others to join them, and their statement: a place in a list that is filled when the group is closed.</summary>
    private NestGroup? _group;

    private (List<Expression> Statements, int At) _waiting;

    /// <summary>Runs a nest: with its neighbours if they go together; else in place if it is small, in a method of its own, over threads, if it is large.</summary>
    private void Run(List<Expression> statements, Nest nest, Expression target, bool isFresh = false)
    {
        nest.MayRepeat = isFresh;
        Run(statements, nest, [.. nest.Slots.Select(v => v is null ? target : _values[v])]);
    }

    private void Run(List<Expression> statements, Nest nest, Expression[] slots)
    {
        NoteOrigin(nest);
        if (program.IsMetered) Spend(statements, Meter.StepsOf(nest.Work));
        else if (!_givenUp.Contains(slots[nest.TargetSlot]))
        {
            if (_group is not null && IsLast(statements) && _group.TryAdd(nest, slots)) return;
            CloseGroup();
            var group = ProgramCompiler.NewGroup();
            if (group.TryAdd(nest, slots))
            {
                _group = group;
                _waiting = (statements, statements.Count);
                statements.Add(Expression.Empty());
                return;
            }
        }
        CloseGroup();
        statements.Add(Alone(nest, slots));
    }

    /// <summary>True if nothing comes after the nests that wait.</summary>
    private bool IsLast(List<Expression> statements) => _waiting.Statements == statements && _waiting.At == statements.Count - 1;

    /// <summary>Writes the nests that wait in a list of statements.</summary>
    private void CloseGroup(List<Expression> statements)
    {
        if (_group is not null && _waiting.Statements == statements) CloseGroup();
    }

    /// <summary>Writes the nests that wait.</summary>
    private void CloseGroup()
    {
        if (_group is not { } group) return;
        _group = null;
        var (statements, at) = _waiting;
        group.KeepLocal(address => !(_buffers.TryGetValue(address, out var buffer) && _released.Contains(buffer)));
        statements[at] = program.IsTogether(group)
            ? Separate(group)
            : Block([.. NestFusion.Fuse(group.Members, group.Local).Select(m => Alone(OfGroup(m.Nest, group), m.Slots))]);
        foreach (var buffer in _released) GiveBack(buffer);
        _released.Clear();
    }

    private static Expression Block(Expression[] statements) => statements.Length == 1 ? statements[0] : Expression.Block(typeof(void), statements);

    /// <summary>Gives bytes of the arena back, when the nests that wait have run.</summary>
    private void Release(ArenaBuffer buffer)
    {
        if (_group is null) GiveBack(buffer);
        else _released.Add(buffer);
    }

    private Expression Alone(Nest nest, Expression[] slots)
    {
        if (program.IsSeparate(nest)) return Separate(NestGroup.Of(nest, slots));
        var code = new NestEmitter(nest, k => slots[k]).Emit();
        return program.HasRoom(nest, code) ? Logged(code, nest) : Separate(NestGroup.Of(nest, slots));
    }

    private Expression Separate(NestGroup group)
    {
        var slots = group.Members.SelectMany(m => m.Slots).ToArray();
        var frame = Take(8L * slots.Length, "addresses for a method");
        var sources = Array.ConvertAll(slots, SourceOf);
        var statements = new List<Expression>();
        for (int k = 0; k < slots.Length; k++)
            if (sources[k].Source == SlotSource.Given)
                statements.Add(Clr.Store(DType.I64, Clr.Offset(Address(frame), 8L * k), slots[k].Type == typeof(long) ? slots[k] : Clr.Call(nameof(Elements.ToBits), slots[k].Type, slots[k])));
        statements.Add(Expression.Call(Expression.Constant(program.Step(group, frame.Start, sources)), nameof(NestStep.Run), null, _context, _arena));
        GiveBack(frame);
        return Logged(statements.Count == 1 ? statements[0] : Expression.Block(typeof(void), statements), group);
    }

    /// <summary>Variables that hold addresses of arguments and results.</summary>
    private readonly Dictionary<Expression, (SlotSource Source, long Number)> _tables = [];

    private (SlotSource Source, long Number) SourceOf(Expression slot) => slot switch
    {
        _ when slot == _arena => (SlotSource.Arena, 0),
        BinaryExpression { NodeType: ExpressionType.Add, Right: ConstantExpression { Value: long offset } } sum when sum.Left == _arena => (SlotSource.Arena, offset),
        _ => _tables.GetValueOrDefault(slot, (SlotSource.Given, 0)),
    };
}
