using MindDsl.Backends.CText;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Devices;

/// <summary>
/// Writes a program as steps of the host and the kernels they launch. Small work that follows one another is one kernel with one work item, loops and branches included; large work is a kernel
/// each. Tensors, and scalars between kernels, are in one memory; scalars of loops are registers of the host where it knows them.
/// </summary>
internal sealed partial class DevicePlanner : IOperands
{
    private readonly ProgramText _program;
    private readonly SourcePlaces _sources = new();
    private readonly NestKernels _kernels;
    private readonly Work _work;
    private readonly HostScalars _host;
    private readonly DeviceLimits _limits;
    private readonly bool _hasProducts, _argumentsInMemory;
    private readonly Dictionary<Value, Location> _values = [];
    private readonly Dictionary<Value, VirtualTensor> _virtual = [];
    private readonly Dictionary<Value, ArenaBuffer> _owned = [];
    private readonly Dictionary<Value, Place> _wanted = [];
    private readonly List<ArenaBuffer> _temporaries = [];
    private readonly ArenaPlan _arena = new();

    /// <summary>How many of the largest buffers an error names.</summary>
    private const int MostNoted = 3;

    private readonly List<(string Holds, long Bytes)> _largest = [];
    private List<Step> _steps = [];
    private int _registers, _slots;

    /// <summary>The kernel with one work item that is being written, its scope, and its scalars that later steps may read.</summary>
    private KernelText? _kernel;
    private CScope? _scope;
    private readonly List<(Value Value, string Name)> _exports = [];

    /// <summary>True while a part of one kernel is written.</summary>
    private bool _inKernel;

    /// <summary>The block whose lets are steps, and which let is being written.</summary>
    private (BlockPlan Plan, int At) _current;

    public DevicePlanner(Module module, DeviceLimits limits, Dialect dialect, double serialWork, bool hasProducts = false, bool isRecorded = false)
    {
        _hasProducts = hasProducts;
        (_limits, _program, _kernels, _work) = (limits, new(dialect), new(limits), new(serialWork));
        var body = module.EntryFunction.Body;
        // What is recorded may not hold numbers that change from call to call; where the host decides nothing it need not know them.
        _argumentsInMemory = isRecorded && body.Lets.All(l => l.Expr is Apply or Undefined || Nests.IsMap(l) || _work.IsSerial(l));
        _host = new(body, let => _work.IsSerial(let), knowsArguments: !_argumentsInMemory);
        _arena.Take(HeaderBytes(body));
        Entry = Plan(body);
    }

    /// <summary>The program.</summary>
    public EntryPlan Entry { get; }

    /// <summary>The text of its kernels.</summary>
    public ProgramText Text => _program;

    VirtualTensor? IOperands.Virtual(Value value) => _virtual.GetValueOrDefault(value);

    int IOperands.NumberOf(SourceSpan? place) => _sources.NumberOf(place);

    private EntryPlan Plan(Block body)
    {
        var parameters = new Location[body.Parameters.Count];
        for (int k = 0; k < parameters.Length; k++)
        {
            var parameter = body.Parameters[k];
            if (parameter.Tensor.Rank == 0 && _argumentsInMemory)
            {
                var cell = _owned[parameter] = _arena.Take(sizeof(long));
                _values[parameter] = parameters[k] = new Location.Cell(Place.At(cell.Start));
            }
            else if (parameter.Tensor.Rank == 0) _values[parameter] = parameters[k] = new Location.Register(_registers++);
            else
            {
                var buffer = _owned[parameter] = TakeFor(parameter);
                _values[parameter] = parameters[k] = new Location.Stored(Place.At(buffer.Start));
            }
        }
        Statements(body, [.. body.Parameters.Where(_owned.ContainsKey)]);
        var results = Seq.Range(body.Results.Count).Map(k => Result(body.Results[k], DeviceRun.HeaderBytes + sizeof(long) * k));
        Flush();
        return new([.. _steps], Seq.Create<Location>(parameters), results, _arena.Size, _registers, _slots, LargestBuffers()) { HeaderBytes = HeaderBytes(body), Sources = _sources };
    }

    /// <summary>Bytes at the head of the memory, which are read at the end: what went wrong, and scalar results.</summary>
    private static int HeaderBytes(Block body) => DeviceRun.HeaderBytes + sizeof(long) * body.Results.Count;

    private Location Result(Atom result, long head)
    {
        if (result.Tensor.Rank > 0) return new Location.Stored(PlaceOf(result));
        if (IsRegister(result) is { } register) return new Location.Register(register);
        Kernel();
        StoreScalar(Place.At(head), result.Tensor.DType, Scalar(result));
        return new Location.Stored(Place.At(head));
    }

    /// <summary>The lets of a block whose parameters have locations.</summary>
    /// <param name="block">The block.</param>
    /// <param name="mine">Values with buffers that are given back after their last read.</param>
    private void Statements(Block block, params ReadOnlySpan<Value> mine)
    {
        var plan = new BlockPlan(block);
        var live = new List<Value>(mine.ToArray());
        for (int i = 0; i < block.Lets.Count; i++)
        {
            if (!_inKernel) _current = (plan, i);
            var owned = _owned.Keys.ToHashSet();
            Emit(block.Lets[i], plan, i);
            FreeTemporaries();
            live.AddRange(_owned.Keys.Where(v => !owned.Contains(v)));
            foreach (var value in live.Where(v => plan.LastRead(v) <= i).ToArray())
            {
                if (_owned.Remove(value, out var buffer)) _arena.Release(buffer);
                live.Remove(value);
            }
        }
        if (!_inKernel) _current = (plan, block.Lets.Count);
        _leftovers.AddRange(live);
    }

    /// <summary>Buffers of results of blocks that were written; their owner frees them when the results have been moved.</summary>
    private readonly List<Value> _leftovers = [];

    private void FreeLeftovers(int from)
    {
        for (int k = _leftovers.Count - 1; k >= from; k--)
        {
            if (_owned.Remove(_leftovers[k], out var buffer)) _arena.Release(buffer);
            _leftovers.RemoveAt(k);
        }
    }

    private void FreeTemporaries()
    {
        foreach (var buffer in _temporaries) _arena.Release(buffer);
        _temporaries.Clear();
    }

    /// <summary>Adds a step, after what was written so far.</summary>
    private void Add(Step step)
    {
        Flush();
        _steps.Add(step);
    }

    /// <summary>Steps that are written on their own.</summary>
    private Step[] Apart(Action write)
    {
        Flush();
        var (outer, current) = (_steps, _current);
        _steps = [];
        write();
        Flush();
        _current = current;
        Step[] inner = [.. _steps];
        _steps = outer;
        return inner;
    }

    /// <summary>The kernel with one work item that takes what is written next.</summary>
    private KernelText Kernel()
    {
        if (_kernel is null) (_kernel, _scope) = (new(), null);
        _scope ??= _kernel.Body;
        return _kernel;
    }

    /// <summary>Launches the kernel that was written so far. Its scalars that are read later are put in memory.</summary>
    private void Flush()
    {
        if (_inKernel || _kernel is not { } kernel) return;
        foreach (var (value, name) in _exports)
        {
            if (_values.GetValueOrDefault(value) is not Location.Local || _current.Plan.LastRead(value) < _current.At) continue;
            var buffer = _arena.Take(sizeof(long));
            _owned[value] = buffer;
            var place = Place.At(buffer.Start);
            StoreScalar(place, value.Tensor.DType, name);
            _values[value] = new Location.Cell(place);
        }
        _exports.Clear();
        (_kernel, _scope) = (null, null);
        if (kernel.Body.IsEmpty) return;
        Launch(new(kernel, new(1, 1)));
    }

    private void Launch(SizedKernel kernel, Nest? nest = null)
    {
        string text = kernel.Text.Write();
        _steps.Add(new LaunchStep(_program.Add(text), kernel.Size, [.. kernel.Text.Arguments]) { Plan = Described(nest, text, kernel.Size) });
    }

    private static KernelPlan Described(Nest? nest, string text, LaunchSize size)
    {
        var schedule = new KernelSchedule("launch", size.Groups, 1, size.Groups * size.GroupSize, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"groups of {size.GroupSize}"));
        return nest is null
            ? new(0, "small work") { Computes = text.TrimEnd(), Schedule = schedule }
            : new(0, NestDescription.Name(nest))
            {
                Computes = NestDescription.Text(nest),
                Type = nest.TargetType,
                Loops = nest.Space.Select(nest.Extent).ToSeq(),
                Combined = nest.Reduced.Select(nest.Extent).ToSeq(),
                Operations = NestDescription.Operations(nest),
                BytesRead = NestDescription.Reads(nest).Sum(r => r.Bytes),
                BytesWritten = NestDescription.Written(nest),
                Schedule = schedule,
            };
    }

    private void StoreScalar(Place place, DType type, string value) =>
        Kernel().Body.Add($"{_kernel!.Pointer(type, place, named: false)}[0] = {CType.Store(type, value)};");

    /// <summary>Bytes of a tensor.</summary>
    private static long BytesOf(TensorType type) => type.Shape.Size.Value * type.DType.Size;

    /// <summary>A buffer for a tensor, which is noted if it is among the largest.</summary>
    private ArenaBuffer TakeFor(Value value)
    {
        _largest.Add(($"{value} : {value.Type}", BytesOf(value.Tensor)));
        if (_largest.Count > MostNoted) _largest.Remove(_largest.MinBy(b => b.Bytes));
        return _arena.Take(BytesOf(value.Tensor));
    }

    private Seq<(string Holds, long Bytes)> LargestBuffers() => _largest.OrderByDescending(b => b.Bytes).ToSeq();

    /// <summary>A buffer for a tensor: where somebody wants it, or new.</summary>
    private Place PlaceFor(Value target)
    {
        if (!_wanted.Remove(target, out var place))
        {
            var buffer = TakeFor(target);
            _owned[target] = buffer;
            place = Place.At(buffer.Start);
        }
        _values[target] = new Location.Stored(place);
        return place;
    }

    /// <summary>The place of a tensor. One that is not in memory is written there first.</summary>
    private Place PlaceOf(Atom atom)
    {
        var value = (Value)atom;
        if (_values.TryGetValue(value, out var known))
            return known switch { Location.Stored stored => stored.At, Location.Cell cell => cell.At, _ => throw Broken($"{value} is no tensor in memory") };
        if (!_virtual.TryGetValue(value, out var element)) throw Broken($"{value} is read before it has a value");
        var buffer = TakeFor(value);
        _temporaries.Add(buffer);
        var place = Place.At(buffer.Start);
        Run(NestBuilder.Map(value.Tensor, this, element), place);
        return place;
    }

    /// <summary>The place of a value; a scalar is put into memory first, if it is not there.</summary>
    private Place InMemory(Atom atom)
    {
        if (atom.Tensor.Rank > 0 || (atom is Value value && _values.GetValueOrDefault(value) is Location.Cell)) return PlaceOf(atom);
        var buffer = _arena.Take(sizeof(long));
        _temporaries.Add(buffer);
        var place = Place.At(buffer.Start);
        Kernel();
        StoreScalar(place, atom.Tensor.DType, Scalar(atom));
        return place;
    }

    /// <summary>A scalar as the text of the kernel that is being written.</summary>
    private string Scalar(Atom atom) => atom is Literal literal ? CType.Constant(literal) : SlotText(Kernel(), (Value)atom, named: false);

    private string SlotText(KernelText kernel, Value value, bool named) => _values.GetValueOrDefault(value) switch
    {
        Location.Register register => kernel.Register(value.Tensor.DType, register.Index),
        Location.Cell cell => CType.Load(value.Tensor.DType, $"{kernel.Pointer(value.Tensor.DType, cell.At, named)}[0]"),
        Location.Local local => local.Name,
        Location.Stored stored => kernel.Pointer(value.Tensor.DType, stored.At, named),
        _ => throw Broken($"{value} is read before it has a value"),
    };

    /// <summary>The register of a scalar that the host knows; null if it does not.</summary>
    private int? IsRegister(Atom atom)
    {
        if (atom is not Literal literal) return _values.GetValueOrDefault((Value)atom) is Location.Register known ? known.Index : null;
        int register = _registers++;
        _steps.Add(new ComputeStep(register, _ => literal));
        return register;
    }

    /// <summary>The register of a scalar; the host waits for it if it does not know it.</summary>
    private int Fetched(Atom atom)
    {
        if (IsRegister(atom) is { } known) return known;
        StoreScalar(Place.At(DeviceRun.AnswerOffset), atom.Tensor.DType, Scalar(atom));
        int register = _registers++;
        Add(new FetchStep(register));
        return register;
    }

    private static MindDslException Broken(string what) => new(Diagnostics.Internal(what, "device plan"));
}

/// <summary>A program as steps.</summary>
/// <param name="Steps">The steps.</param>
/// <param name="Parameters">Where arguments are put before: in registers or in memory.</param>
/// <param name="Results">Where results are after.</param>
/// <param name="Bytes">Bytes of memory.</param>
/// <param name="Registers">The number of registers.</param>
/// <param name="Slots">The number of objects.</param>
/// <param name="Largest">The largest buffers, by what they hold.</param>
internal sealed record EntryPlan(Step[] Steps, Seq<Location> Parameters, Seq<Location> Results, long Bytes, int Registers, int Slots, Seq<(string Holds, long Bytes)> Largest)
{
    /// <summary>Bytes at the head of the memory that are read at the end.</summary>
    public required int HeaderBytes { get; init; }

    /// <summary>The places in the source that errors may have.</summary>
    public required SourcePlaces Sources { get; init; }
}
