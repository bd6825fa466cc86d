using System.Linq.Expressions;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>
/// Writes the code of one function. Scalars are local variables; tensors are addresses in the arena of the activation, of arguments or of results; sequences and unions are objects.
/// </summary>
internal sealed partial class FunctionEmitter(ProgramCompiler program) : IOperands
{
    private readonly Dictionary<Value, Expression> _values = [];
    private readonly Dictionary<Value, VirtualTensor> _virtual = [];
    private readonly Dictionary<Value, ArenaBuffer> _owned = [];
    private readonly Dictionary<Value, Expression> _wanted = [];

    /// <summary>Results that are what is written in their place, of another shape.</summary>
    private readonly HashSet<Value> _renamed = [];
    private readonly List<ParameterExpression> _variables = [];
    private readonly ArenaPlan _plan = new();

    private readonly ParameterExpression _arena = Expression.Variable(typeof(long), "arena");
    private readonly ParameterExpression _context = Expression.Parameter(typeof(CallContext), "context");

    /// <summary>Bytes that an activation needs.</summary>
    public long ArenaBytes => _plan.Size;

    /// <summary>The .NET type that a value has in generated code: a tensor of rank above 0 is an address.</summary>
    public static Type TypeOf(IrType type) => type switch
    {
        TensorType { Rank: 0 } scalar => Clr.Type(scalar.DType),
        TensorType => typeof(long),
        SequenceType => typeof(Trace),
        UnionType => typeof(UnionValue),
        _ => throw new MindDslException(Diagnostics.Internal($"a value of type {type} in a program to compile")),
    };

    /// <summary>Bytes of a tensor.</summary>
    public static long BytesOf(TensorType type) => type.Shape.Size.Value * type.DType.Size;

    int IOperands.NumberOf(SourceSpan? place) => program.Sources.NumberOf(place);

    VirtualTensor? IOperands.Virtual(Value value) => _virtual.GetValueOrDefault(value);

    /// <summary>Tensors that are not row-major.</summary>
    private readonly Dictionary<Value, Layout> _layouts = [];

    /// <inheritdoc/>
    public Layout? LayoutOf(Value value) => _layouts.GetValueOrDefault(value);

    /// <summary>The order in which a reduction goes through its operand.</summary>
    private Layout? LayoutAlong(Ir.Apply apply) =>
        apply is { Op: Ir.Reduce reduce, Arguments: [Value operand, ..] } && LayoutOf(operand) is { } layout && reduce.Axes.IndexOf(layout.Axis) is var at and >= 0 ? layout with { Axis = at } : null;

    /// <summary>The entry: arguments and results are addresses in the tables of the context.</summary>
    public LambdaExpression Entry(Function function, Seq<Donation> donations)
    {
        var statements = new List<Expression>();
        var body = function.Body;
        for (int k = 0; k < body.Parameters.Count; k++)
        {
            var address = Clr.Load(DType.I64, Clr.Offset(Expression.Field(_context, nameof(CallContext.Arguments)), 8L * k));
            var type = body.Parameters[k].Tensor;
            var variable = Assigned(statements, type.Rank == 0 ? Clr.Load(type.DType, address) : address);
            _values[body.Parameters[k]] = variable;
            if (type.Rank > 0) _tables[variable] = (SlotSource.Argument, k);
        }
        var results = Seq.Range(body.Results.Count).Map(k =>
            Assigned(statements, Clr.Load(DType.I64, Clr.Offset(Expression.Field(_context, nameof(CallContext.Results)), 8L * k))));
        for (int k = 0; k < results.Count; k++) _tables[results[k]] = (SlotSource.Result, k);
        // A result may be written where the caller wants it, unless that is the memory of an argument that may still be read. A program whose steps are counted may end anywhere.
        var plan = new BlockPlan(body);
        var inPlace = donations.Count == 0 || program.IsMetered ? null : new InPlace(body, plan);
        for (int k = 0; k < results.Count; k++)
        {
            if (body.Results[k] is not Value { Type: TensorType { Rank: > 0 } } value || !donations.Where(d => d.Result == k).All(d => inPlace?.Allows(d) ?? false)) continue;
            if (!donations.Any(d => d.Result == k) && plan.Reshaped(value) is var source && source != value && !plan.IsVirtual(source) && _wanted.TryAdd(source, results[k])) _renamed.Add(value);
            else _wanted.TryAdd(value, results[k]);
            if (donations.Any(d => d.Result == k)) _givenUp.Add(results[k]);
            foreach (var donation in donations.Where(d => d.Result == k)) NoteInPlace(donation, value);
        }

        Statements(statements, body, plan);
        var moves = Seq.Range(results.Count).Map(k => (From: Stable(statements, body.Results[k], donations.Count > 0, results), To: results[k]));
        for (int k = 0; k < results.Count; k++)
        {
            var type = body.Results[k].Tensor;
            if (type.Rank == 0) statements.Add(Clr.Store(type.DType, moves[k].To, moves[k].From));
            else if (moves[k].From != moves[k].To) statements.Add(Copy(moves[k].To, moves[k].From, BytesOf(type)));
        }
        return Expression.Lambda<EntryMethod>(Framed(statements), _context);
    }

    /// <summary>A function that others call: (context, arguments, addresses of tensor results), the other results travelling in the context's slots.</summary>
    public LambdaExpression Callee(Function function, Type type)
    {
        var statements = new List<Expression>();
        var parameters = new List<ParameterExpression> { _context };
        foreach (var parameter in function.Body.Parameters)
        {
            var variable = Expression.Parameter(TypeOf(parameter.Type));
            parameters.Add(variable);
            _values[parameter] = variable;
        }
        var places = new Dictionary<int, ParameterExpression>();
        for (int k = 0; k < function.Body.Results.Count; k++)
        {
            if (function.Body.Results[k].Type is not TensorType { Rank: > 0 }) continue;
            parameters.Add(places[k] = Expression.Parameter(typeof(long)));
            // Who calls gives memory that is none of the arguments.
            if (function.Body.Results[k] is Value result && function.Body.Lets.Any(l => l.Targets.IndexOf(result) >= 0)) _wanted.TryAdd(result, places[k]);
        }
        statements.Add(Expression.Call(typeof(System.Runtime.CompilerServices.RuntimeHelpers), nameof(System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack), null));
        Spend(statements, 1);
        var giveBack = GivingBack(statements, [function.Body], function.ResultTypes);
        Statements(statements, function.Body);
        foreach (var (k, place) in places)
        {
            var value = Read(statements, function.Body.Results[k]);
            if (value != place) statements.Add(Copy(place, value, BytesOf(function.Body.Results[k].Tensor)));
        }
        for (int k = 0; k < function.Body.Results.Count; k++)
            if (!places.ContainsKey(k)) statements.Add(Transferred(k, function.Body.Results[k].Type, Read(statements, function.Body.Results[k])));
        if (giveBack is not null) statements.Add(giveBack);
        return Expression.Lambda(type, Framed(statements), parameters);
    }

    private Expression Transferred(int slot, IrType type, Expression value) => type is TensorType scalar
        ? Clr.Store(scalar.DType, Clr.Offset(Expression.Field(_context, nameof(CallContext.Transfer)), 8L * slot), value)
        : Expression.Assign(Expression.ArrayAccess(Expression.Field(_context, nameof(CallContext.TransferObjects)), Expression.Constant(slot)), value);

    private Expression Received(int slot, IrType type) => type is TensorType scalar
        ? Clr.Load(scalar.DType, Clr.Offset(Expression.Field(_context, nameof(CallContext.Transfer)), 8L * slot))
        : Expression.Convert(Expression.ArrayIndex(Expression.Field(_context, nameof(CallContext.TransferObjects)), Expression.Constant(slot)), TypeOf(type));

    private BlockExpression Framed(List<Expression> statements)
    {
        if (_plan.Size > 0)
        {
            statements.Insert(0, Expression.Assign(_arena, Expression.Call(_context, nameof(CallContext.Enter), null, Clr.Constant(_plan.Size))));
            statements.Add(Expression.Call(_context, nameof(CallContext.Leave), null, _arena));
        }
        return Expression.Block(typeof(void), [_arena, .. _variables], statements.Count == 0 ? [Expression.Empty()] : statements);
    }

    /// <summary>The statements of a block whose parameters have values.</summary>
    private void Statements(List<Expression> statements, Block block, BlockPlan? known = null)
    {
        var plan = known ?? new BlockPlan(block);
        foreach (var (value, layout) in LayoutPlan.Of(plan, program)) _layouts[value] = layout;
        int lets = block.Lets.Count;
        var due = new List<Value>?[lets + 1];
        for (int i = 0; i < lets; i++)
        {
            int first = _placed.Count;
            Emit(statements, block.Lets[i], plan, i);
            for (int k = first; k < _placed.Count; k++)
                if (_owned.ContainsKey(_placed[k])) (due[Math.Clamp(plan.LastRead(_placed[k]), i, lets)] ??= []).Add(_placed[k]);
            _placed.RemoveRange(first, _placed.Count - first);
            foreach (var value in due[i] ?? []) if (_owned.Remove(value, out var buffer)) Release(buffer);
        }
        CloseGroup(statements);
        foreach (var value in due[lets] ?? []) _leftovers.Add(value);
    }

    /// <summary>Values that got memory since the let began that is written.</summary>
    private readonly List<Value> _placed = [];

    /// <summary>Buffers of results of blocks that were written; their owner frees them when the results have been moved.</summary>
    private readonly List<Value> _leftovers = [];

    private void FreeLeftovers(int from)
    {
        for (int k = _leftovers.Count - 1; k >= from; k--)
        {
            if (_owned.Remove(_leftovers[k], out var buffer)) Release(buffer);
            _leftovers.RemoveAt(k);
        }
    }

    /// <summary>Counts steps, if they are to be counted.</summary>
    private void Spend(List<Expression> statements, long steps)
    {
        if (program.IsMetered) statements.Add(Expression.Call(_context, nameof(CallContext.Spend), null, Clr.Constant(steps)));
    }

    private ParameterExpression Variable(Type type)
    {
        var variable = Expression.Variable(type);
        _variables.Add(variable);
        return variable;
    }

    private ParameterExpression Assigned(List<Expression> statements, Expression value)
    {
        var variable = Variable(value.Type);
        statements.Add(Expression.Assign(variable, value));
        return variable;
    }

    private static Expression Copy(Expression to, Expression from, long bytes) =>
        Clr.Call(nameof(Elements.Copy), to, from, Clr.Constant(bytes));

    private Expression Address(ArenaBuffer buffer) => Clr.Offset(_arena, buffer.Start);

    private void Own(Value value, ArenaBuffer buffer)
    {
        _owned[value] = buffer;
        _placed.Add(value);
    }

    /// <summary>A buffer for a tensor: where somebody wants it, or new in the arena.</summary>
    private Expression Place(Value target)
    {
        if (_wanted.Remove(target, out var wanted)) return _values[target] = wanted;
        var buffer = Take(target);
        Own(target, buffer);
        var address = Address(buffer);
        _buffers[address] = buffer;
        return _values[target] = address;
    }

    /// <summary>The value of an operand: a scalar, an address or an object. A virtual tensor is written to memory first.</summary>
    private Expression Read(List<Expression> statements, Atom atom)
    {
        if (atom is Literal literal) return Clr.Constant(literal);
        var value = (Value)atom;
        if (_values.TryGetValue(value, out var known)) return known;
        if (!_virtual.TryGetValue(value, out var element)) throw new MindDslException(Diagnostics.Internal($"{value} is read before it has a value"));
        return Temporary(statements, value.Tensor, element);
    }

    private readonly List<ArenaBuffer> _temporaries = [];

    private void FreeTemporaries()
    {
        foreach (var buffer in _temporaries) Release(buffer);
        _temporaries.Clear();
    }

    /// <summary>A result that later moves of other results cannot overwrite.</summary>
    private Expression Stable(List<Expression> statements, Atom result, bool donated, Seq<ParameterExpression> places)
    {
        var value = Read(statements, result);
        if (!donated || places.Any(p => p == value) || result.Tensor.Rank == 0 || (result is Value v && (_owned.ContainsKey(v) || _leftovers.Contains(v)))) return value;
        var buffer = Take(BytesOf(result.Tensor), "a result until all are there");
        statements.Add(Copy(Address(buffer), value, BytesOf(result.Tensor)));
        return Address(buffer);
    }
}
