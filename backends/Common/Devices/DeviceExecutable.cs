using System.Collections.Concurrent;
using MindDsl.Ir;

namespace MindDsl.Backends.Devices;

/// <summary>A program compiled for a device. Runs from several threads follow one another.</summary>
internal sealed unsafe class DeviceExecutable : IResidentExecutable, IExplainedExecutable
{
    private readonly IDeviceQueue _queue;
    private readonly DevicePool _pool;
    private readonly EntryPlan _plan;
    private readonly IDeviceProgram? _program;
    private readonly Step[] _steps;
    private readonly int _nodes;
    private readonly ConcurrentQueue<DeviceRun> _runs = [];

    public DeviceExecutable(Module module, DevicePool pool, DevicePlanner planner)
    {
        var queue = pool.Queue;
        (_queue, _pool, _plan) = (queue, pool, planner.Entry);
        ParameterTypes = module.EntryFunction.Body.Parameters.Map(p => p.Tensor);
        ResultTypes = module.EntryFunction.Body.Results.Map(r => r.Tensor);
        (Source, _nodes) = (planner.Text.Write(), ProgramCounts.NodesOf(module));
        _steps = queue is IRecordingQueue ? RecordedStep.Group(_plan.Steps) : _plan.Steps;
        if (planner.Text.Count == 0) return;
        lock (queue)
        {
            pool.Collect();
            _program = queue.Build(Source);
            foreach (var step in All(_plan.Steps)) if (step is LaunchStep launch) launch.Kernel = _program.Kernel(launch.Name);
        }
    }

    /// <inheritdoc/>
    public Seq<TensorType> ParameterTypes { get; }

    /// <inheritdoc/>
    public Seq<TensorType> ResultTypes { get; }

    /// <summary>The text of the kernels.</summary>
    public string Source { get; }

    /// <summary>What the program has on the device is freed when the device is used next.</summary>
    ~DeviceExecutable()
    {
        while (_runs.TryDequeue(out var run)) _pool.Abandon(run);
        if (_program is not null) _pool.Abandon(_program);
    }

    /// <inheritdoc/>
    public Explanation Explain()
    {
        var kernels = new List<KernelPlan>();
        Explain(kernels, _plan.Steps, 1);
        // The program has arguments and results in its own memory as well.
        var memory = new MemoryPlan(ParameterTypes.Sum(Bytes), ResultTypes.Sum(Bytes), 0, _plan.Bytes, 0, true, _plan.Largest.Map(b => new BufferPlan(b.Holds, "", 0, b.Bytes, 0, kernels.Count - 1)), []);
        int launches = kernels.Count(k => k.Schedule.Form == "launch");
        return new("device", kernels.ToSeq(), memory, new(_nodes, 1, launches, kernels.Count, launches));
    }

    private static void Explain(List<KernelPlan> kernels, IEnumerable<Step> steps, long? runs)
    {
        foreach (var step in steps)
        {
            if (step.Plan is { } plan) kernels.Add(plan with { Number = kernels.Count, Runs = runs });
            if (step.InnerRuns != 0) Explain(kernels, step.Inner, runs * step.InnerRuns);
        }
    }

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<nint> arguments, ReadOnlySpan<nint> results) => Run(arguments, results, new TensorBuffer?[arguments.Length], new TensorBuffer?[results.Length]);

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<nint> arguments, ReadOnlySpan<nint> results, ReadOnlySpan<TensorBuffer?> argumentBuffers, ReadOnlySpan<TensorBuffer?> resultBuffers)
    {
        // Before the queue is locked: what is on another device needs that one's queue.
        foreach (var buffer in argumentBuffers) if (buffer?.Resident is { } elsewhere && elsewhere.Pool != _pool) buffer.Settle();
        foreach (var buffer in resultBuffers) if (buffer?.Resident is { } elsewhere && elsewhere.Pool != _pool) buffer.Settle();
        lock (_queue)
        {
            if (!_runs.TryDequeue(out var run)) run = Begin();
            try
            {
                run.Reset();
                for (int k = 0; k < arguments.Length; k++) Put(run, _plan.Parameters[k], ParameterTypes[k], arguments[k], argumentBuffers[k]);
                Step.All(_steps, run);
                run.Answer();
                for (int k = 0; k < results.Length; k++) Get(run, _plan.Results[k], ResultTypes[k], results[k], resultBuffers[k]);
            }
            finally
            {
                run.End();
                _runs.Enqueue(run);
            }
        }
    }

    /// <summary>Memory for a run. If there is none, the error says what the program needs most of it for.</summary>
    private DeviceRun Begin()
    {
        try
        {
            return new(_pool, _plan);
        }
        catch (MindDslException e) when (e.Code == Diagnostics.DeviceMemoryExhaustedCode)
        {
            throw new MindDslException(Diagnostics.WithPlan(e.Diagnostics[0], _plan.Bytes, _plan.Largest), e);
        }
    }

    private static void Put(DeviceRun run, Location to, TensorType type, nint from, TensorBuffer? buffer)
    {
        if (to is Location.Register register)
        {
            long bits = 0;
            Buffer.MemoryCopy((void*)from, &bits, sizeof(long), type.DType.Size);
            run.Registers[register.Index] = type.DType == DType.I32 ? (int)bits : bits;
            return;
        }
        long offset = (to is Location.Cell cell ? cell.At : ((Location.Stored)to).At).Offset, bytes = Bytes(type);
        if (bytes == 0) return;
        if (buffer?.Resident is { } resident) run.Queue.Copy(run.Memory, offset, resident.Memory, 0, bytes);
        else run.Queue.Write(run.Memory, offset, from, bytes);
    }

    /// <summary>Scalars go to the host; tensors stay on the device, if they have a buffer that they can be fetched for.</summary>
    private void Get(DeviceRun run, Location from, TensorType type, nint to, TensorBuffer? buffer)
    {
        if (type.Rank == 0)
        {
            long bits = from is Location.Register register ? run.Registers[register.Index] : run.Header[(int)((Location.Stored)from).At.Offset / sizeof(long)];
            Buffer.MemoryCopy(&bits, (void*)to, type.DType.Size, type.DType.Size);
            return;
        }
        long offset = ((Location.Stored)from).At.Offset, bytes = Bytes(type);
        if (bytes == 0) return;
        if (buffer is null)
        {
            run.Queue.Read(run.Memory, offset, to, bytes);
            return;
        }
        if (buffer.Resident is not { } resident) buffer.MoveTo(resident = new(_pool, _pool.Rent(bytes), bytes));
        run.Queue.Copy(resident.Memory, 0, run.Memory, offset, bytes);
    }

    private static long Bytes(TensorType type) => type.Shape.Size.Value * type.DType.Size;

    private static IEnumerable<Step> All(IEnumerable<Step> steps) => steps.SelectMany(s => All(s.Inner).Prepend(s));
}
