using System.Globalization;
using MindDsl.Backends.CText;
using MindDsl.Ir;

namespace MindDsl.Backends.Devices;

/// <content>Branches, loops and comprehensions that are part of one kernel.</content>
internal sealed partial class DevicePlanner
{
    /// <summary>A let whose blocks become part of the kernel that is being written, or a kernel of its own with a work item for each element.</summary>
    private void InKernel(Let let)
    {
        if (!_inKernel && let.Expr is Build { } elements && Work.IsOfScalars(elements) && !_work.IsSmall(elements.Extents.Aggregate(1.0, (n, e) => n * e.Value)))
        {
            Parallel(let, elements);
            return;
        }
        Kernel();
        bool outer = _inKernel;
        _inKernel = true;
        switch (let.Expr)
        {
            case If choice: Branch(let, choice); break;
            case While loop: Loop(let, loop); break;
            case Ir.Scan scan: Loop(let, scan); break;
            case Build build: Comprehension(let, build); break;
        }
        _inKernel = outer;
        if (outer) return;
        foreach (var target in let.Targets) if (_values[target] is Location.Local local) _exports.Add((target, local.Name));
    }

    /// <summary>Writes statements with a body.</summary>
    private void Body(string head, Action write)
    {
        var outer = _scope!;
        outer.Block(head, CScopeKind.Root, inner =>
        {
            _scope = inner;
            write();
            _scope = outer;
        });
    }

    /// <summary>Variables and buffers for what a region results in.</summary>
    private Location[] Receivers(Let let, int count)
    {
        var receivers = new Location[count];
        for (int k = 0; k < count; k++)
        {
            var target = let.Targets[k];
            receivers[k] = target.Tensor.Rank > 0 ? new Location.Stored(PlaceFor(target)) : new Location.Local(_scope!.Declare(CType.Of(target.Tensor.DType)));
            _values[target] = receivers[k];
        }
        return receivers;
    }

    /// <summary>Moves a value to a variable or buffer.</summary>
    private void Move(Atom value, Location to)
    {
        if (to is Location.Stored { At: var place })
        {
            Copy(place, PlaceOf(value), value.Tensor);
            FreeTemporaries();
        }
        else if (to is Location.Local local && Scalar(value) is var text && text != local.Name) _scope!.Add($"{local.Name} = {text};");
    }

    /// <summary>The lets of a block, whose results are moved to receivers.</summary>
    private void Inside(Block block, Location[] receivers)
    {
        int leftovers = _leftovers.Count;
        for (int k = 0; k < receivers.Length; k++) Want(block, block.Results[k], receivers[k]);
        Statements(block);
        for (int k = 0; k < receivers.Length; k++) Move(block.Results[k], receivers[k]);
        Forget(block);
        FreeLeftovers(leftovers);
    }

    /// <summary>Lets a tensor that a block computes be written where its result goes.</summary>
    private void Want(Block block, Atom result, Location receiver)
    {
        if (receiver is Location.Stored stored && result is Value value && block.Lets.Any(l => l.Targets.IndexOf(value) >= 0)) _wanted.TryAdd(value, stored.At);
    }

    private void Forget(Block block)
    {
        foreach (var result in block.Results) if (result is Value value) _wanted.Remove(value);
    }

    private void Branch(Let let, If choice)
    {
        string condition = Scalar(choice.Condition);
        var receivers = Receivers(let, let.Targets.Count);
        Body($"if ({condition})", () => Inside(choice.Then, receivers));
        Body("else", () => Inside(choice.Else, receivers));
    }

    private Location[] Carries(Let let, Seq<Atom> initial)
    {
        var carries = Receivers(let, initial.Count);
        for (int k = 0; k < carries.Length; k++) Move(initial[k], carries[k]);
        return carries;
    }

    private void Parameters(Block block, int first, Location[] carries)
    {
        for (int k = 0; k < carries.Length; k++)
        {
            _values[block.Parameters[first + k]] = carries[k];
            if (carries[k] is Location.Stored) _overwritable.Add(block.Parameters[first + k]);
        }
    }

    /// <summary>Gives the carries their next values: all are read before one is set.</summary>
    private void Advance(Block body, Location[] carries)
    {
        var moves = new List<Action>();
        for (int k = 0; k < carries.Length; k++)
        {
            var (result, carry) = (body.Results[k], carries[k]);
            if (carry is Location.Local local)
            {
                string value = Scalar(result);
                if (value == local.Name) continue;
                string kept = _scope!.Define(CType.Of(result.Tensor.DType), value);
                moves.Add(() => _scope!.Add($"{local.Name} = {kept};"));
                continue;
            }
            var (to, from) = (((Location.Stored)carry).At, PlaceOf(result));
            if (to == from) continue;
            if (carries.Any(c => c is Location.Stored other && other.At == from))
            {
                var buffer = _arena.Take(BytesOf(result.Tensor));
                _temporaries.Add(buffer);
                Copy(Place.At(buffer.Start), from, result.Tensor);
                from = Place.At(buffer.Start);
            }
            moves.Add(() => Copy(to, from, result.Tensor));
        }
        foreach (var move in moves) move();
        FreeTemporaries();
    }

    private void Loop(Let let, While loop)
    {
        var carries = Carries(let, loop.Initial);
        Body("for (;;)", () =>
        {
            int leftovers = _leftovers.Count;
            Parameters(loop.Condition, 0, carries);
            Statements(loop.Condition);
            _scope!.Add($"if (!({Scalar(loop.Condition.Results[0])})) break;");
            FreeLeftovers(leftovers);
            Parameters(loop.Body, 0, carries);
            Statements(loop.Body);
            Advance(loop.Body, carries);
            FreeLeftovers(leftovers);
        });
    }

    private void Loop(Let let, Ir.Scan scan)
    {
        int first = scan.Initial.Count;
        string length = Scalar(scan.Length);
        var inputs = scan.Inputs.Map(PlaceOf);
        var readings = _temporaries.ToArray();
        _temporaries.Clear();
        var carries = Carries(let, scan.Initial);
        var emissions = let.Targets.Slice(first, let.Targets.Count - first).Map(PlaceFor);
        string count = _scope!.Names.New();
        Body($"for (i64 {count} = 0; {count} < {length}; {count}++)", () =>
        {
            string index = scan.Reverse ? _scope!.Define("i64", $"{length} - 1 - {count}") : count;
            _values[scan.Body.Parameters[0]] = new Location.Local(index);
            int leftovers = _leftovers.Count;
            Parameters(scan.Body, 1, carries);
            for (int k = 0; k < inputs.Count; k++)
            {
                var parameter = scan.Body.Parameters[1 + first + k];
                _values[parameter] = Element(inputs[k], index, parameter.Tensor);
            }
            Statements(scan.Body);
            for (int k = 0; k < emissions.Count; k++) Put(emissions[k], index, scan.Body.Results[first + k]);
            Advance(scan.Body, carries);
            FreeLeftovers(leftovers);
        });
        foreach (var buffer in readings) _arena.Release(buffer);
    }

    private static Location Element(Place whole, string index, TensorType type)
    {
        var place = Moved(whole, index, BytesOf(type));
        return type.Rank > 0 ? new Location.Stored(place) : new Location.Cell(place);
    }

    private static Place Moved(Place whole, string index, long bytes) =>
        whole with { Text = string.Create(CultureInfo.InvariantCulture, $"{whole.Text} + (i64)({index}) * {bytes}") };

    private void Put(Place whole, string index, Atom value)
    {
        var place = Moved(whole, index, BytesOf(value.Tensor));
        if (value.Tensor.Rank > 0) Move(value, new Location.Stored(place));
        else Assign(place, value);
    }

    private void Assign(Place cell, Atom value)
    {
        string text = Scalar(value);
        _scope!.Add($"{_kernel!.Pointer(value.Tensor.DType, cell, named: false)}[0] = {CType.Store(value.Tensor.DType, text)};");
    }

    private void Comprehension(Let let, Build build)
    {
        var places = let.Targets.Map(PlaceFor);
        long total = build.Extents.Aggregate(1L, (n, e) => n * e.Value);
        string count = _scope!.Names.New();
        Body(string.Create(CultureInfo.InvariantCulture, $"for (i64 {count} = 0; {count} < {total}; {count}++)"), () => Elements(build, places, count));
    }

    /// <summary>The elements of a comprehension at one place.</summary>
    private void Elements(Build build, Seq<Place> places, string count)
    {
        long below = build.Extents.Aggregate(1L, (n, e) => n * e.Value);
        for (int k = 0; k < build.Extents.Count; k++)
        {
            long extent = Math.Max(build.Extents[k].Value, 1);
            below /= extent;
            _values[build.Body.Parameters[k]] = new Location.Local(_scope!.Define("i64", string.Create(CultureInfo.InvariantCulture, $"(i64){count} / {Math.Max(below, 1)} % {extent}")));
        }
        int leftovers = _leftovers.Count;
        Statements(build.Body);
        for (int k = 0; k < places.Count; k++) Put(places[k], count, build.Body.Results[k]);
        FreeLeftovers(leftovers);
    }

    private void Parallel(Let let, Build build)
    {
        Flush();
        var places = let.Targets.Map(PlaceFor);
        var kernel = Kernel();
        _inKernel = true;
        var size = _kernels.Flat(kernel, build.Extents.Aggregate(1L, (n, e) => n * e.Value), (scope, index) =>
        {
            _scope = scope;
            Body("", () => Elements(build, places, index));
        });
        _inKernel = false;
        (_kernel, _scope) = (null, null);
        Launch(new(kernel, size));
    }
}
