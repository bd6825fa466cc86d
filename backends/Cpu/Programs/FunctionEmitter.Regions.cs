using System.Linq.Expressions;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <content>Branches, loops and comprehensions.</content>
internal sealed partial class FunctionEmitter
{
    private void Branch(List<Expression> statements, Let let, If choice, BlockPlan plan, int at)
    {
        var condition = Read(statements, choice.Condition);
        var (then, otherwise) = (new List<Expression>(), new List<Expression>());
        Branches(let, [choice.Then, choice.Else], plan, at, (block, inside) => inside(ReferenceEquals(block, choice.Then) ? then : otherwise, block));
        statements.Add(Expression.IfThenElse(condition, Group(then), Group(otherwise)));
    }

    /// <summary>Writes the branches of a let.</summary>
    private void Branches(Let let, Seq<Block> branches, BlockPlan plan, int at, Action<Block, Action<List<Expression>, Block>> each)
    {
        var kept = Kept(let, branches, plan, at);
        var receivers = Receivers(let, kept);
        var outer = _spent;
        _spent = [.. branches.SelectMany(b => Scope.FreeValues(b)).Where(v => IsSpent(v, plan, at))];
        foreach (var branch in branches) each(branch, (statements, block) => Repeated(null, () => Inside(statements, block, receivers, kept)));
        _spent = outer;
        TakeOver(let, kept, plan);
    }

    private void Branch(List<Expression> statements, Let let, Switch choice, BlockPlan plan, int at)
    {
        var union = Assigned(statements, Read(statements, choice.Subject));
        var cases = new Expression[choice.Cases.Count];
        int next = 0;
        Branches(let, choice.Cases, plan, at, (block, inside) =>
        {
            var inner = new List<Expression>();
            Fields(inner, union, block);
            inside(inner, block);
            cases[next++] = Group(inner);
        });
        Expression chain = Expression.Empty();
        for (int k = choice.Cases.Count - 1; k >= 0; k--)
            chain = Expression.IfThenElse(Expression.Equal(Expression.Field(union, nameof(UnionValue.Case)), Expression.Constant(k)), cases[k], chain);
        statements.Add(chain);
        // Tensors among the fields live in memory that the union owns.
        statements.Add(Expression.Call(typeof(GC), nameof(GC.KeepAlive), null, union));
    }

    /// <summary>A block whose results are moved to receivers; those that lie where a tensor did from outside are moved when nothing reads it any more.</summary>
    private void Inside(List<Expression> statements, Block block, Expression[] receivers, Value?[] kept)
    {
        int leftovers = _leftovers.Count;
        for (int k = 0; k < receivers.Length; k++)
        {
            if (kept[k] is { } value) WantChanged(block, block.Results[k], value, receivers[k]);
            else Want(block, block.Results[k], receivers[k]);
        }
        Statements(statements, block);
        Move(statements, block.Results, receivers);
        Forget(block);
        FreeLeftovers(leftovers);
    }

    /// <summary>Lets a tensor that a block computes be written where its result goes.</summary>
    private void Want(Block block, Atom result, Expression receiver)
    {
        if (result is Value { Type: TensorType { Rank: > 0 } } value && block.Lets.Any(l => l.Targets.IndexOf(value) >= 0)) _wanted.TryAdd(value, receiver);
    }

    private void Forget(Block block)
    {
        foreach (var result in block.Results) if (result is Value value) _wanted.Remove(value);
    }

    private void Move(List<Expression> statements, Atom result, Expression receiver)
    {
        var value = Read(statements, result);
        if (value == receiver) return;
        statements.Add(result.Type is TensorType { Rank: > 0 } tensor ? Copy(receiver, value, BytesOf(tensor)) : Expression.Assign(receiver, value));
        FreeTemporaries();
    }

    private static Expression Group(List<Expression> statements) => statements.Count == 0 ? Expression.Empty() : Expression.Block(typeof(void), statements);

    /// <summary>The carries of a loop, in memory and variables of their own, with the initial values in them.</summary>
    private Expression[] Carries(List<Expression> statements, Let let, Seq<Atom> initial)
    {
        var carries = new Expression[initial.Count];
        for (int k = 0; k < carries.Length; k++)
        {
            var target = let.Targets[k];
            carries[k] = target.Type is TensorType { Rank: > 0 } ? Place(target) : Variable(TypeOf(target.Type));
            Move(statements, initial[k], carries[k]);
            _values[target] = carries[k];
        }
        return carries;
    }

    /// <summary>Moves results to their receivers: all that lie where another one goes are read before.</summary>
    private void Move(List<Expression> statements, Seq<Atom> results, Expression[] receivers)
    {
        var moves = new List<(int Receiver, Expression Value)>();
        for (int k = 0; k < receivers.Length; k++)
        {
            var value = Read(statements, results[k]);
            if (value == receivers[k]) continue;
            bool crosses = Array.IndexOf(receivers, value) >= 0;
            if (crosses && results[k].Type is TensorType { Rank: > 0 } tensor)
            {
                var buffer = Take(BytesOf(tensor), "a carry until all are there");
                _temporaries.Add(buffer);
                statements.Add(Copy(Address(buffer), value, BytesOf(tensor)));
                value = Address(buffer);
            }
            else if (results[k].Type is not TensorType { Rank: > 0 }) value = Assigned(statements, value);
            moves.Add((k, value));
        }
        foreach (var (k, value) in moves)
            statements.Add(results[k].Type is TensorType { Rank: > 0 } tensor ? Copy(receivers[k], value, BytesOf(tensor)) : Expression.Assign(receivers[k], value));
        FreeTemporaries();
    }

    private void Parameters(Block block, int first, Expression[] carries)
    {
        for (int k = 0; k < carries.Length; k++)
        {
            _values[block.Parameters[first + k]] = carries[k];
            if (block.Parameters[first + k].Type is TensorType { Rank: > 0 }) _overwritable.Add(block.Parameters[first + k]);
        }
    }

    private void Loop(List<Expression> statements, Let let, While loop, BlockPlan plan)
    {
        var carries = Carries(statements, let, loop.Initial);
        var emissions = Emissions(statements, let, loop.Initial.Count, null, plan);
        var giveBack = GivingBack(statements, [loop.Condition, loop.Body], let.Targets.Map(t => t.Type));
        var inner = new List<Expression>();
        int leftovers = _leftovers.Count;
        var outer = _spent;
        _spent = [];
        for (int k = 0; k < carries.Length; k++) _values[loop.Condition.Parameters[k]] = carries[k];
        Repeated(null, () => Statements(inner, loop.Condition));
        var exit = Expression.Label();
        inner.Add(Expression.IfThen(Expression.Not(Read(inner, loop.Condition.Results[0])), Expression.Break(exit)));
        FreeLeftovers(leftovers);
        Parameters(loop.Body, 0, carries);
        Spend(inner, 1);
        var places = EmissionPlaces(inner, loop.Body, carries.Length, emissions, null);
        Repeated(null, () => Statements(inner, loop.Body));
        Emit(inner, loop.Body, carries.Length, emissions, places, null);
        Move(inner, loop.Body.Results.Slice(0, carries.Length), carries);
        FreeLeftovers(leftovers);
        if (giveBack is not null) inner.Add(giveBack);
        _spent = outer;
        statements.Add(Expression.Loop(Group(inner), exit));
    }

    private void Loop(List<Expression> statements, Let let, Ir.Scan scan, BlockPlan plan)
    {
        int first = scan.Initial.Count;
        var length = Assigned(statements, Read(statements, scan.Length));
        var inputs = scan.Inputs.Map(i => Read(statements, i));
        var readings = _temporaries.ToArray();
        _temporaries.Clear();
        var carries = Carries(statements, let, scan.Initial);
        var emissions = Emissions(statements, let, first, length, plan);
        var giveBack = GivingBack(statements, [scan.Body], let.Targets.Map(t => t.Type));
        var (count, index) = (Variable(typeof(long)), Variable(typeof(long)));
        statements.Add(Expression.Assign(count, Clr.Constant(0)));
        var inner = new List<Expression>
        {
            Expression.Assign(index, scan.Reverse ? Expression.Subtract(Expression.Subtract(length, Clr.Constant(1)), count) : count),
        };
        int leftovers = _leftovers.Count;
        var outer = _spent;
        _spent = [];
        _values[scan.Body.Parameters[0]] = index;
        Parameters(scan.Body, 1, carries);
        for (int k = 0; k < inputs.Count; k++) Element(inner, scan.Body.Parameters[1 + first + k], scan.Inputs[k].Type, inputs[k], index, OffsetOf(scan.Inputs[k]));
        Spend(inner, 1);
        var places = EmissionPlaces(inner, scan.Body, first, emissions, index);
        Repeated(scan.StackedLength?.Value ?? (scan.Length as Literal)?.Integer, () => Statements(inner, scan.Body));
        Emit(inner, scan.Body, first, emissions, places, index);
        Move(inner, scan.Body.Results.Slice(0, carries.Length), carries);
        FreeLeftovers(leftovers);
        if (giveBack is not null) inner.Add(giveBack);
        _spent = outer;
        inner.Add(Expression.AddAssign(count, Clr.Constant(1)));
        statements.Add(NestEmitter.While(Expression.LessThan(count, length), Group(inner)));
        foreach (var buffer in readings) Release(buffer);
    }

    /// <summary>A comprehension whose body is more than an element: loops over its indices around the body.</summary>
    private void Comprehension(List<Expression> statements, Let let, Ir.Build build)
    {
        var places = let.Targets.Map(Place);
        var count = Variable(typeof(long));
        statements.Add(Expression.Assign(count, Clr.Constant(0)));
        long total = 1;
        foreach (var extent in build.Extents) total *= extent.Value;
        var inner = new List<Expression>();
        long below = total;
        for (int k = 0; k < build.Extents.Count; k++)
        {
            below /= Math.Max(build.Extents[k].Value, 1);
            Expression index = below <= 1 ? count : Expression.Divide(count, Clr.Constant(below));
            if (k > 0) index = Expression.Modulo(index, Clr.Constant(Math.Max(build.Extents[k].Value, 1)));
            _values[build.Body.Parameters[k]] = Assigned(inner, index);
        }
        int leftovers = _leftovers.Count;
        var outer = _spent;
        _spent = [];
        var giveBack = GivingBack(statements, [build.Body], let.Targets.Map(t => t.Type));
        Spend(inner, 1);
        Repeated(total, () => Statements(inner, build.Body));
        for (int k = 0; k < places.Count; k++)
        {
            var type = build.Body.Results[k].Tensor;
            PutElement(inner, type, Assigned(inner, ElementAddress(places[k], count, type)), Read(inner, build.Body.Results[k]));
            FreeTemporaries();
        }
        FreeLeftovers(leftovers);
        _spent = outer;
        if (giveBack is not null) inner.Add(giveBack);
        inner.Add(Expression.AddAssign(count, Clr.Constant(1)));
        statements.Add(NestEmitter.While(Expression.LessThan(count, Clr.Constant(total)), Group(inner)));
    }
}
