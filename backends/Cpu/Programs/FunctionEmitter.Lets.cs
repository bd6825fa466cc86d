using System.Linq.Expressions;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <content>Operations and calls.</content>
internal sealed partial class FunctionEmitter
{
    private void Emit(List<Expression> statements, Let let, BlockPlan plan, int at)
    {
        NoteLet(let);
        switch (let.Expr)
        {
            case Ir.Apply apply when let.Targets[0].Tensor.Rank == 0 && apply.Op is not (Contract or Ir.Reduce or ArgReduce or Fold or Ir.Scatter):
                ScalarOperation(statements, let.Targets[0], Nests.Element(let, 0));
                break;
            case Ir.Apply or Ir.Build when Nests.IsMap(let):
                if (let.Targets.Count > 1) Maps(statements, let, plan);
                else Map(statements, let, 0, plan);
                break;
            case Ir.Apply apply:
                Apply(statements, let.Targets[0], apply, plan, at);
                break;
            case If choice:
                Branch(statements, let, choice, plan, at);
                break;
            case Switch choice:
                Branch(statements, let, choice, plan, at);
                break;
            case While loop:
                Loop(statements, let, loop, plan);
                break;
            case Ir.Scan scan:
                Loop(statements, let, scan, plan);
                break;
            case Ir.Build build:
                Comprehension(statements, let, build);
                break;
            case Call call:
                Call(statements, let, call);
                break;
            case Inject inject:
                Spend(statements, 1);
                Inject(statements, let.Targets[0], inject);
                break;
            case SequenceLength length:
                _values[let.Targets[0]] = Assigned(statements, Expression.Field(Read(statements, length.Sequence), nameof(Trace.Count)));
                break;
            case Undefined undefined when undefined.Type is TensorType { Rank: > 0 }:
                Place(let.Targets[0]);
                break;
            case Undefined undefined:
                _values[let.Targets[0]] = Expression.Default(TypeOf(undefined.Type));
                break;
            default:
                throw new MindDslException(Diagnostics.Internal($"the CPU backend meets {let.Expr.GetType().Name}"));
        }
        if (_group is not null && !IsLast(statements)) CloseGroup();
        FreeTemporaries();
    }

    /// <summary>An operation with one scalar result: a nest without loops, whose value is kept in a variable.</summary>
    private void ScalarOperation(List<Expression> statements, Value target, VirtualTensor element)
    {
        var lowering = new Lowering(new NodeGraph(), this);
        var node = element(lowering, []);
        var emitter = new NestEmitter(
            new Nest { Graph = lowering.Graph, Space = [], Body = node, Target = node, TargetSlot = 0, TargetType = node.Type, Slots = lowering.Slots },
            k => _values[lowering.Slots[k]!]);
        _values[target] = emitter.EmitValue(statements, _variables);
    }

    /// <summary>Several results over the same indices: what they have in common is computed once.</summary>
    private void Maps(List<Expression> statements, Let let, BlockPlan plan)
    {
        var nests = new List<NestGroup.Member>();
        for (int k = 0; k < let.Targets.Count; k++)
        {
            var target = let.Targets[k];
            if (plan.IsVirtual(target) || target.Tensor.Rank == 0)
            {
                Map(statements, let, k, plan);
                continue;
            }
            var place = Place(target);
            var nest = NestBuilder.Map(target.Tensor, this, Nests.Element(let, k));
            nest.MayRepeat = !_givenUp.Contains(place);
            nests.Add(new(nest, [.. nest.Slots.Select(v => v is null ? place : _values[v])]));
        }
        foreach (var (nest, slots) in NestFusion.Join(nests)) Run(statements, nest, slots);
    }

    private void Map(List<Expression> statements, Let let, int result, BlockPlan plan)
    {
        var target = let.Targets[result];
        if (target.Tensor.Rank == 0)
        {
            ScalarOperation(statements, target, Nests.Element(let, result));
        }
        else if (let.Expr is Ir.Apply { Op: Reshape } reshape && reshape.Arguments[0] is Value { Type: TensorType { Rank: > 0 } } source && _values.TryGetValue(source, out var known)
            && (plan.IsVirtual(target) || _renamed.Contains(target)) && IsSameOrder(reshape, source, target))
        {
            _values[target] = known;
        }
        else if (plan.IsVirtual(target) && !IsLong(let, target))
        {
            _virtual[target] = Nests.Element(let, result);
            if (let.Expr is Ir.Apply { Op: Movement } movement) _movements[target] = movement;
            if (let.Expr is Ir.Apply { Op: Concat } concat) _concatenations[target] = concat;
        }
        else if (let.Expr is Ir.Apply { Op: Concat } parts && IsInParts(parts)) InParts(statements, target, parts);
        else
        {
            var place = Place(target);
            Run(statements, NestBuilder.Map(target.Tensor, this, Nests.Element(let, result), LayoutOf(target)), place, isFresh: !_givenUp.Contains(place));
        }
    }

    /// <summary>True if a tensor and the same of another shape have their elements in the same order.</summary>
    private bool IsSameOrder(Ir.Apply reshape, Value source, Value target) => LayoutOf(source) is { } from
        ? LayoutOf(target) is { } to && from.Block == to.Block && AxisMap.Of(reshape, 0)![to.Axis] == from.Axis
        : LayoutOf(target) is null;

    /// <summary>True if the loop that reads a tensor that is not in memory would have too many operations.</summary>
    private bool IsLong(Let let, Value target)
    {
        int operations = let.Expr is Ir.Apply { Op: Elementwise op } ? VectorMath.Weight(op) : 1;
        Scope.Reads(let, v => operations += _operations.GetValueOrDefault(v));
        if (operations > MostOperations) return true;
        _operations[target] = operations;
        return false;
    }

    private const int MostOperations = 250;

    /// <summary>Operations of an element of tensors that are not in memory.</summary>
    private readonly Dictionary<Value, int> _operations = [];

    private void Apply(List<Expression> statements, Value target, Ir.Apply apply, BlockPlan plan, int at)
    {
        var types = apply.Arguments.Map(a => a.Tensor);
        if (apply.Op is Contract contract && types[0].DType.IsFloat && types.All(t => t.Rank > 0) && target.Tensor.Rank > 0 && VectorWidth.Current is not null)
        {
            types = types.Map(t => t with { DType = t.DType.Wide });
            var factors = ContractFactors.Choose(
                (factor, isOpen) => View(factor, isOpen), apply.Arguments, (x, y) => program.Plan(contract, types, x, y, LayoutOf(target)));
            var (a, b) = (Factor(statements, factors.Left), Factor(statements, factors.Right));
            Spend(statements, Meter.StepsOf(Math.Sqrt((double)types[0].Shape.Size.Value * types[1].Shape.Size.Value * target.Tensor.Shape.Size.Value)));
            var kernel = program.Kernel(factors.Plan);
            statements.Add(Logged(kernel.Call(a, b, Place(target)), contract, types, factors, kernel));
            return;
        }
        if (apply.Op is Composite composite)
        {
            var operands = apply.Arguments.Map(a => Read(statements, a));
            statements.Add(Logged(program.OnMatrices(composite, types, operands, Place(target)), composite, types, target.Tensor));
            return;
        }
        if (apply.Op is Ir.Scatter)
        {
            var law = (ElementLaw.Scatter)apply.Op.Law(types);
            var source = Read(statements, apply.Arguments[0]);
            Expression place;
            if (apply.Arguments[0] is Value old && !_wanted.ContainsKey(target) && IsSpent(old, plan, at)) place = plan.Binds(old) ? TakeOver(old, target, source) : TakeOverOutside(target, source);
            else
            {
                place = Place(target);
                statements.Add(Copy(place, source, BytesOf(target.Tensor)));
            }
            var nest = NestBuilder.Scatter(target, law, this, apply.Arguments);
            NoteOrigin(nest);
            statements.Add(Logged(new NestEmitter(nest, k => nest.Slots[k] is { } value ? _values[value] : place).Emit(), nest));
            return;
        }
        if (apply.Op is Fold fold && NestBuilder.Fold(target.Tensor, fold, apply.Arguments[0], this, LayoutOf(target)) is { } moved)
        {
            var place = Place(target);
            if (apply.Arguments[0].Tensor.Shape.Size != target.Tensor.Shape.Size) statements.Add(Clr.Call(nameof(Elements.Clear), place, Clr.Constant(BytesOf(target.Tensor))));
            Run(statements, moved, place, isFresh: true);
            return;
        }
        var reduce = (ElementLaw.Reduce)apply.Op.Law(types);
        var combined = NestBuilder.Reduce(target.Tensor, reduce, this, (lowering, space, reduced) =>
            lowering.Lower(reduce.Body, space, reduced, apply.Arguments, check: false), LayoutOf(target), LayoutAlong(apply));
        if (target.Tensor.Rank > 0)
        {
            Run(statements, combined, Place(target), isFresh: true);
            return;
        }
        var cell = Take(8, "a number");
        Run(statements, combined, Address(cell));
        _values[target] = Assigned(statements, Clr.Load(target.Tensor.DType, Address(cell)));
        Release(cell);
    }

    /// <summary>Tensors whose memory belongs to this activation and that may be overwritten after their last read.</summary>
    private readonly HashSet<Value> _overwritable = [];

    private bool MayOverwrite(Value value) => _owned.ContainsKey(value) || _overwritable.Contains(value);

    private Expression TakeOver(Value old, Value target, Expression place)
    {
        program.Log?.Updates.Add($"{target} changes elements of {old} : {target.Type}");
        if (_owned.Remove(old, out var buffer)) Own(target, buffer);
        else _overwritable.Add(target);
        return _values[target] = place;
    }

    private void Call(List<Expression> statements, Let let, Call call)
    {
        var arguments = new List<Expression> { _context };
        arguments.AddRange(call.Arguments.Select(a => Read(statements, a)));
        foreach (var target in let.Targets) if (target.Type is TensorType { Rank: > 0 }) arguments.Add(Place(target));
        statements.Add(program.CallFunction(call.Function, arguments));
        for (int k = 0; k < let.Targets.Count; k++)
            if (let.Targets[k].Type is not TensorType { Rank: > 0 }) _values[let.Targets[k]] = Assigned(statements, Received(k, let.Targets[k].Type));
    }
}
