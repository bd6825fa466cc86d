using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Devices;

/// <content>Sequences and unions, which the host keeps.</content>
internal sealed partial class DevicePlanner
{
    private void Object(Let let)
    {
        switch (let.Expr)
        {
            case SequenceLength length:
                int sequence = SlotOf(length.Sequence), register = _registers++;
                Add(new HostStep(run => run.Registers[register] = ((DeviceSequence)run.Kept[sequence]!).Count));
                _values[let.Targets[0]] = new Location.Register(register);
                break;
            case Inject inject:
                Inject(let.Targets[0], inject);
                break;
            case Switch choice:
                OnHost(let, choice);
                break;
            case Undefined:
                _values[let.Targets[0]] = new Location.Kept(_slots++);
                break;
            default:
                throw Broken($"a device meets {let.Expr.GetType().Name}");
        }
    }

    private int SlotOf(Atom atom) => _values.GetValueOrDefault((Value)atom) is Location.Kept kept ? kept.Slot : throw Broken($"{atom} is read before it has a value");

    private int[] NewSequences(Let let, int first) => [.. let.Targets.Skip(first).Select(NewSequence)];

    /// <summary>An empty sequence.</summary>
    private int NewSequence(Value target)
    {
        int slot = _slots++;
        long bytes = ((SequenceType)target.Type).Element is TensorType element ? BytesOf(element) : 0;
        bool ofTensors = ((SequenceType)target.Type).Element is TensorType;
        Add(new HostStep(run => run.Kept[slot] = new DeviceSequence(run, bytes, ofTensors)));
        _values[target] = new Location.Kept(slot);
        return slot;
    }

    private void Append(int sequence, Atom value)
    {
        if (value.Type is TensorType)
        {
            var from = InMemory(value);
            Add(new HostStep(run => ((DeviceSequence)run.Kept[sequence]!).Append(from)));
            FreeTemporaries();
            return;
        }
        int slot = SlotOf(value);
        Add(new HostStep(run => ((DeviceSequence)run.Kept[sequence]!).Append(run.Kept[slot])));
    }

    private void Inject(Value target, Inject inject)
    {
        int slot = _slots++;
        var fields = new Func<DeviceRun, object?>[inject.Fields.Count];
        for (int k = 0; k < fields.Length; k++)
        {
            if (inject.Fields[k].Type is TensorType type)
            {
                var (from, bytes) = (InMemory(inject.Fields[k]), BytesOf(type));
                fields[k] = run =>
                {
                    var block = run.Rent(bytes);
                    if (bytes > 0) run.Queue.Copy(block.Memory, 0, run.Memory, from.Evaluate(run.Registers), bytes);
                    return block;
                };
                continue;
            }
            int field = SlotOf(inject.Fields[k]);
            fields[k] = run => run.Kept[field];
        }
        Add(new HostStep(run => run.Kept[slot] = new DeviceUnion(inject.Case, Array.ConvertAll(fields, f => f(run)))));
        FreeTemporaries();
        _values[target] = new Location.Kept(slot);
    }

    private void OnHost(Let let, Switch choice)
    {
        Flush();
        int union = SlotOf(choice.Subject);
        var receivers = let.Targets.Map(HostReceiver).Span.ToArray();
        var cases = choice.Cases.Map(block => Apart(() =>
        {
            var fields = new List<ArenaBuffer>();
            for (int k = 0; k < block.Parameters.Count; k++) Field(block.Parameters[k], union, k, fields);
            InsideOnHost(block, receivers);
            foreach (var buffer in fields) _arena.Release(buffer);
        }));
        Add(new CaseStep(union, [.. cases]));
    }

    private void Field(Value field, int union, int number, List<ArenaBuffer> fields)
    {
        if (field.Type is not TensorType type)
        {
            int slot = _slots++;
            Add(new HostStep(run => run.Kept[slot] = ((DeviceUnion)run.Kept[union]!).Fields[number]));
            _values[field] = new Location.Kept(slot);
            return;
        }
        long bytes = BytesOf(type);
        var buffer = _arena.Take(bytes);
        fields.Add(buffer);
        Add(new HostStep(run =>
        {
            if (bytes > 0) run.Queue.Copy(run.Memory, buffer.Start, ((DeviceBlock)((DeviceUnion)run.Kept[union]!).Fields[number]!).Memory, 0, bytes);
        }));
        _values[field] = type.Rank > 0 ? new Location.Stored(Place.At(buffer.Start)) : new Location.Cell(Place.At(buffer.Start));
    }
}
