using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Devices;

/// <content>Branches, loops and comprehensions that the host drives.</content>
internal sealed partial class DevicePlanner
{
    /// <summary>Where a region's results are put: registers of scalars that the host knows, objects, and memory.</summary>
    private Location HostReceiver(Value target)
    {
        Location location = target.Type switch
        {
            TensorType { Rank: > 0 } => new Location.Stored(PlaceFor(target)),
            TensorType when _host.Contains(target) => new Location.Register(_registers++),
            TensorType => new Location.Cell(PlaceFor(target)),
            _ => new Location.Kept(_slots++),
        };
        return _values[target] = location;
    }

    /// <summary>A step that moves a value to where it is wanted; null if kernels that are written do it.</summary>
    private void MoveTo(Atom value, Location to)
    {
        switch (to)
        {
            case Location.Stored stored:
                Copy(stored.At, PlaceOf(value), value.Tensor);
                FreeTemporaries();
                break;
            case Location.Cell cell:
                if (value is Value known && _values.GetValueOrDefault(known) == to) break;
                Kernel();
                StoreScalar(cell.At, value.Tensor.DType, Scalar(value));
                break;
            case Location.Register register:
                var bits = RegisterBits(value);
                Add(new MoveStep([register.Index], [bits]));
                break;
            case Location.Kept kept:
                int from = SlotOf(value);
                if (from != kept.Slot) Add(new HostStep(run => run.Kept[kept.Slot] = run.Kept[from]));
                break;
        }
    }

    private Func<long[], long> RegisterBits(Atom atom)
    {
        if (atom is Literal literal)
        {
            long bits = HostScalar.Bits(literal);
            return _ => bits;
        }
        if (_values.GetValueOrDefault((Value)atom) is not Location.Register register) throw Broken($"the host does not know {atom}");
        return registers => registers[register.Index];
    }

    private void InsideOnHost(Block block, Location[] receivers)
    {
        int leftovers = _leftovers.Count;
        for (int k = 0; k < receivers.Length; k++) Want(block, block.Results[k], receivers[k]);
        Statements(block);
        for (int k = 0; k < receivers.Length; k++) MoveTo(block.Results[k], receivers[k]);
        Forget(block);
        Flush();
        FreeLeftovers(leftovers);
    }

    private void OnHost(Let let, If choice)
    {
        int condition = Fetched(choice.Condition);
        Flush();
        var receivers = let.Targets.Map(HostReceiver).Span.ToArray();
        var then = Apart(() => InsideOnHost(choice.Then, receivers));
        var otherwise = Apart(() => InsideOnHost(choice.Else, receivers));
        Add(new BranchStep(condition, then, otherwise));
    }

    private Location[] HostCarries(Let let, Seq<Atom> initial)
    {
        var carries = new Location[initial.Count];
        for (int k = 0; k < carries.Length; k++)
        {
            carries[k] = HostReceiver(let.Targets[k]);
            MoveTo(initial[k], carries[k]);
        }
        return carries;
    }

    /// <summary>Gives the carries their next values: all are read before one is set.</summary>
    private void AdvanceOnHost(Block body, Location[] carries)
    {
        AdvanceObjects(body, carries);
        var moves = new List<Action>();
        for (int k = 0; k < carries.Length; k++)
        {
            if (carries[k] is not Location.Stored stored || PlaceOf(body.Results[k]) is var source && source == stored.At) continue;
            var type = body.Results[k].Tensor;
            if (carries.Any(c => c is Location.Stored other && other.At == source))
            {
                var buffer = _arena.Take(BytesOf(type));
                _temporaries.Add(buffer);
                Copy(Place.At(buffer.Start), source, type);
                source = Place.At(buffer.Start);
            }
            moves.Add(() => Copy(stored.At, source, type));
        }
        foreach (var move in moves) move();
        moves.Clear();
        for (int k = 0; k < carries.Length; k++)
        {
            var result = body.Results[k];
            if (carries[k] is not Location.Cell cell || (result is Value value && _values.GetValueOrDefault(value) == carries[k])) continue;
            Kernel();
            string kept = _scope!.Define(CText.CType.Of(result.Tensor.DType), Scalar(result));
            moves.Add(() => StoreScalar(cell.At, result.Tensor.DType, kept));
        }
        foreach (var move in moves) move();
        Flush();
        FreeTemporaries();
        int[] known = [.. Enumerable.Range(0, carries.Length).Where(k => carries[k] is Location.Register)];
        if (known.Length > 0) Add(new MoveStep([.. known.Select(k => ((Location.Register)carries[k]).Index)], [.. known.Select(k => RegisterBits(body.Results[k]))]));
    }

    private void AdvanceObjects(Block body, Location[] carries)
    {
        int[] kept = [.. Enumerable.Range(0, carries.Length).Where(k => carries[k] is Location.Kept)];
        if (kept.Length == 0) return;
        int[] to = [.. kept.Select(k => ((Location.Kept)carries[k]).Slot)], from = [.. kept.Select(k => SlotOf(body.Results[k]))];
        Add(new HostStep(run =>
        {
            object?[] objects = Array.ConvertAll(from, slot => run.Kept[slot]);
            for (int k = 0; k < to.Length; k++) run.Kept[to[k]] = objects[k];
        }));
    }

    private void OnHost(Let let, While loop)
    {
        Flush();
        var carries = HostCarries(let, loop.Initial);
        int[] sequences = NewSequences(let, loop.Initial.Count);
        int register = -1;
        int leftovers = _leftovers.Count;
        var condition = Apart(() =>
        {
            Parameters(loop.Condition, 0, carries);
            Statements(loop.Condition);
            register = Fetched(loop.Condition.Results[0]);
            FreeLeftovers(leftovers);
        });
        var body = Apart(() =>
        {
            Parameters(loop.Body, 0, carries);
            Statements(loop.Body);
            for (int k = 0; k < sequences.Length; k++) Append(sequences[k], loop.Body.Results[carries.Length + k]);
            AdvanceOnHost(loop.Body, carries);
            FreeLeftovers(leftovers);
        });
        Add(new WhileStep(condition, register, body));
    }

    private void OnHost(Let let, Ir.Scan scan)
    {
        int first = scan.Initial.Count;
        int length = Fetched(scan.Length);
        Flush();
        var inputs = scan.Inputs.Map(i => i.Type is TensorType ? new Location.Stored(PlaceOf(i)) : (Location)new Location.Kept(SlotOf(i)));
        var readings = _temporaries.ToArray();
        _temporaries.Clear();
        var carries = HostCarries(let, scan.Initial);
        var emissions = let.Targets.Slice(first, let.Targets.Count - first).Map(target =>
        {
            if (target.Type is TensorType) return new Location.Stored(PlaceFor(target));
            int slot = NewSequence(target);
            Add(new HostStep(run => ((DeviceSequence)run.Kept[slot]!).Resize(run.Registers[length])));
            return (Location)new Location.Kept(slot);
        });
        int index = _registers++;
        int leftovers = _leftovers.Count;
        var body = Apart(() =>
        {
            _values[scan.Body.Parameters[0]] = new Location.Register(index);
            Parameters(scan.Body, 1, carries);
            var elements = new List<ArenaBuffer>();
            for (int k = 0; k < inputs.Count; k++) ElementOnHost(scan.Body.Parameters[1 + first + k], inputs[k], index, elements);
            Statements(scan.Body);
            for (int k = 0; k < emissions.Count; k++) PutOnHost(emissions[k], index, scan.Body.Results[first + k]);
            AdvanceOnHost(scan.Body, carries);
            FreeLeftovers(leftovers);
            foreach (var buffer in elements) _arena.Release(buffer);
        });
        Add(new CountStep(length, index, scan.Reverse, body));
        foreach (var buffer in readings) _arena.Release(buffer);
    }

    private void ElementOnHost(Value parameter, Location whole, int index, List<ArenaBuffer> elements)
    {
        if (whole is Location.Stored stored)
        {
            var place = stored.At.Plus(index, BytesOf(parameter.Tensor));
            _values[parameter] = parameter.Tensor.Rank > 0 ? new Location.Stored(place) : new Location.Cell(place);
            return;
        }
        int sequence = ((Location.Kept)whole).Slot;
        if (parameter.Type is not TensorType type)
        {
            int slot = _slots++;
            Add(new HostStep(run => run.Kept[slot] = ((DeviceSequence)run.Kept[sequence]!).Get(run.Registers[index])));
            _values[parameter] = new Location.Kept(slot);
            return;
        }
        var buffer = _arena.Take(BytesOf(type));
        elements.Add(buffer);
        var to = Place.At(buffer.Start);
        Add(new HostStep(run => ((DeviceSequence)run.Kept[sequence]!).Get(run.Registers[index], to)));
        _values[parameter] = type.Rank > 0 ? new Location.Stored(to) : new Location.Cell(to);
    }

    private void PutOnHost(Location whole, int index, Atom value)
    {
        if (whole is Location.Stored stored)
        {
            var place = stored.At.Plus(index, BytesOf(value.Tensor));
            MoveTo(value, value.Tensor.Rank > 0 ? new Location.Stored(place) : new Location.Cell(place));
            return;
        }
        int sequence = ((Location.Kept)whole).Slot;
        if (value.Type is TensorType)
        {
            var from = InMemory(value);
            Add(new HostStep(run => ((DeviceSequence)run.Kept[sequence]!).Put(run.Registers[index], from)));
            FreeTemporaries();
            return;
        }
        int slot = SlotOf(value);
        Add(new HostStep(run => ((DeviceSequence)run.Kept[sequence]!).Objects[(int)run.Registers[index]] = run.Kept[slot]));
    }

    /// <summary>A comprehension whose body needs more than a kernel: the host goes through its places.</summary>
    private void OnHost(Let let, Build build)
    {
        Flush();
        var places = let.Targets.Map(PlaceFor);
        long total = build.Extents.Aggregate(1L, (n, e) => n * e.Value);
        int length = _registers++, count = _registers++;
        _steps.Add(new ComputeStep(length, _ => Literal.Index(total)));
        int leftovers = _leftovers.Count;
        var body = Apart(() =>
        {
            long below = total;
            for (int k = 0; k < build.Extents.Count; k++)
            {
                long extent = Math.Max(build.Extents[k].Value, 1);
                below = Math.Max(below / extent, 1);
                int index = _registers++;
                long stride = below;
                _steps.Add(new ComputeStep(index, registers => Literal.Index(registers[count] / stride % extent)));
                _values[build.Body.Parameters[k]] = new Location.Register(index);
            }
            Statements(build.Body);
            for (int k = 0; k < places.Count; k++) PutOnHost(new Location.Stored(places[k]), count, build.Body.Results[k]);
            Flush();
            FreeLeftovers(leftovers);
        });
        Add(new CountStep(length, count, false, body));
    }
}
