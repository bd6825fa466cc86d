using System.Linq.Expressions;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <content>
/// What loops emit. Elements of sequences that only loops of the same block read lie together, one iteration after another, so that memory is read and written in one stream. Tensors are
/// computed where they are emitted.
/// </content>
internal sealed partial class FunctionEmitter
{
    /// <summary>Where in the elements of a trace those of a sequence begin.</summary>
    private readonly Dictionary<Value, long> _offsets = [];

    private long OffsetOf(Atom sequence) => sequence is Value value ? _offsets.GetValueOrDefault(value) : 0;

    /// <summary>Containers for what a loop emits; the length is known before for a scan.</summary>
    private Emission[] Emissions(List<Expression> statements, Let let, int first, Expression? length, BlockPlan plan)
    {
        var emissions = new Emission[let.Targets.Count - first];
        var together = Seq.Range(emissions.Length).Where(k => let.Targets[first + k].Type is SequenceType { Element: TensorType } && IsReadByLoopsAlone(let.Targets[first + k], plan)).ToSeq();
        long bytes = together.Sum(k => SizeInTrace(let.Targets[first + k]));
        ParameterExpression? shared = together.Count < 2 ? null : Trace(bytes);
        long offset = 0;
        for (int k = 0; k < emissions.Length; k++)
        {
            var target = let.Targets[first + k];
            if (target.Type is not SequenceType sequence)
            {
                emissions[k] = new(Place(target), 0);
                continue;
            }
            if (shared is not null && together.IndexOf(k) >= 0)
            {
                emissions[k] = new(shared, offset);
                _offsets[target] = offset;
                offset += SizeInTrace(target);
            }
            else emissions[k] = new(Trace(ElementBytes(sequence.Element)), 0);
            _values[target] = emissions[k].Container;
        }
        return emissions;

        ParameterExpression Trace(long elementBytes)
        {
            var trace = Assigned(statements, Expression.Call(_context, nameof(CallContext.RentTrace), null, Clr.Constant(elementBytes)));
            if (length is not null) statements.Add(Expression.Call(trace, nameof(Cpu.Trace.Resize), null, length));
            return trace;
        }
    }

    /// <summary>True if a sequence is read by loops, element by element, and by nothing else.</summary>
    private static bool IsReadByLoopsAlone(Value sequence, BlockPlan plan)
    {
        int byLoops = 0, reads = plan.Block.Results.Count(r => r.Equals(sequence));
        foreach (var let in plan.Block.Lets)
        {
            Scope.Reads(let, v => reads += v == sequence ? 1 : 0);
            if (let.Expr is Ir.Scan scan) byLoops += scan.Inputs.Count(i => i.Equals(sequence));
            if (let.Expr is SequenceLength length && length.Sequence.Equals(sequence)) byLoops++;
        }
        return reads == byLoops;
    }

    private static long SizeInTrace(Value sequence) => (ElementBytes(((SequenceType)sequence.Type).Element) + 7) / 8 * 8;

    /// <summary>Bytes of an element of a trace; 0 of objects.</summary>
    private static long ElementBytes(IrType type) => type is TensorType tensor ? Math.Max(BytesOf(tensor), 1) : 0;

    /// <summary>Where an iteration puts the tensors that it emits; they are computed there where that can be.</summary>
    private Expression?[] EmissionPlaces(List<Expression> statements, Block body, int first, Emission[] emissions, Expression? index)
    {
        var elements = new Dictionary<Expression, Expression>();
        var places = new Expression?[emissions.Length];
        for (int k = 0; k < emissions.Length; k++)
        {
            if (body.Results[first + k].Type is not TensorType type) continue;
            var (container, offset) = emissions[k];
            if (!elements.TryGetValue(container, out var element))
                elements[container] = element = Assigned(statements, index is null ? Expression.Call(container, nameof(Cpu.Trace.Append), null) : ElementAddress(container, index, type));
            places[k] = offset == 0 ? element : Assigned(statements, Clr.Offset(element, offset));
            Want(body, body.Results[first + k], places[k]!);
        }
        return places;
    }

    private void Emit(List<Expression> statements, Block body, int first, Emission[] emissions, Expression?[] places, Expression? index)
    {
        for (int k = 0; k < emissions.Length; k++)
        {
            var result = body.Results[first + k];
            var value = Read(statements, result);
            if (result.Type is TensorType type) PutElement(statements, type, places[k]!, value);
            else if (index is null) statements.Add(Expression.Call(emissions[k].Container, nameof(Cpu.Trace.AppendObject), null, value));
            else statements.Add(Expression.Call(emissions[k].Container, nameof(Cpu.Trace.SetObject), null, index, value));
        }
        Forget(body);
    }

    private static void PutElement(List<Expression> statements, TensorType type, Expression address, Expression value)
    {
        if (value != address) statements.Add(type.Rank == 0 ? Clr.Store(type.DType, address, value) : Copy(address, value, BytesOf(type)));
    }

    private static Expression ElementAddress(Expression container, Expression index, TensorType element) => container.Type == typeof(Trace)
        ? Expression.Call(container, nameof(Cpu.Trace.Address), null, index)
        : Expression.Add(container, Expression.Multiply(index, Clr.Constant(BytesOf(element))));

    private void Element(List<Expression> statements, Value parameter, IrType input, Expression container, Expression index, long offset)
    {
        if (parameter.Type is TensorType type)
        {
            var address = Assigned(statements, Clr.Offset(ElementAddress(container, index, type), offset));
            _values[parameter] = type.Rank == 0 ? Assigned(statements, Clr.Load(type.DType, address)) : address;
            return;
        }
        _values[parameter] = Assigned(statements, Expression.Convert(Expression.Call(container, nameof(Cpu.Trace.GetObject), null, index), TypeOf(((SequenceType)input).Element)));
    }

    /// <summary>Where a loop puts what it emits.</summary>
    /// <param name="Container">A trace, or the address of a stack.</param>
    /// <param name="Offset">Where in an element of the trace.</param>
    private readonly record struct Emission(Expression Container, long Offset);
}
