using System.Collections.Concurrent;
using MindDsl.Ir;

namespace MindDsl.Backends.Devices;

/// <summary>A program compiled for a device. Runs from several threads follow one another.</summary>
internal sealed unsafe class DeviceExecutable : IExecutable
{
    private readonly IDeviceQueue _queue;
    private readonly EntryPlan _plan;
    private readonly IDeviceProgram? _program;
    private readonly Step[] _steps;
    private readonly ConcurrentBag<DeviceRun> _runs = [];

    public DeviceExecutable(Module module, IDeviceQueue queue, DevicePlanner planner)
    {
        (_queue, _plan) = (queue, planner.Entry);
        ParameterTypes = module.EntryFunction.Body.Parameters.Map(p => p.Tensor);
        ResultTypes = module.EntryFunction.Body.Results.Map(r => r.Tensor);
        Source = planner.Text.Write();
        _steps = queue is IRecordingQueue ? RecordedStep.Group(_plan.Steps) : _plan.Steps;
        if (planner.Text.Count == 0) return;
        lock (queue)
        {
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

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<nint> arguments, ReadOnlySpan<nint> results)
    {
        lock (_queue)
        {
            if (!_runs.TryTake(out var run)) run = Begin();
            try
            {
                run.Reset();
                for (int k = 0; k < arguments.Length; k++) Put(run, _plan.Parameters[k], ParameterTypes[k], arguments[k]);
                Step.All(_steps, run);
                run.Answer();
                for (int k = 0; k < results.Length; k++) Get(run, _plan.Results[k], ResultTypes[k], results[k]);
            }
            finally
            {
                run.ReturnAll();
                _runs.Add(run);
            }
        }
    }

    /// <summary>Memory for a run. If there is none, the error says what the program needs most of it for.</summary>
    private DeviceRun Begin()
    {
        try
        {
            return new(_queue, _plan.Bytes, _plan.Registers, _plan.Slots);
        }
        catch (MindDslException e) when (e.Code == Diagnostics.DeviceMemoryExhaustedCode)
        {
            throw new MindDslException(Diagnostics.WithPlan(e.Diagnostics[0], _plan.Bytes, _plan.Largest), e);
        }
    }

    private static void Put(DeviceRun run, Location to, TensorType type, nint from)
    {
        if (to is Location.Register register)
        {
            long bits = 0;
            Buffer.MemoryCopy((void*)from, &bits, sizeof(long), type.DType.Size);
            run.Registers[register.Index] = type.DType == DType.I32 ? (int)bits : bits;
        }
        else if (Bytes(type) is > 0 and var bytes) run.Queue.Write(run.Memory, ((Location.Stored)to).At.Offset, from, bytes);
    }

    private static void Get(DeviceRun run, Location from, TensorType type, nint to)
    {
        if (from is Location.Register register)
        {
            long bits = run.Registers[register.Index];
            Buffer.MemoryCopy(&bits, (void*)to, type.DType.Size, type.DType.Size);
        }
        else if (Bytes(type) is > 0 and var bytes) run.Queue.Read(run.Memory, ((Location.Stored)from).At.Offset, to, bytes);
    }

    private static long Bytes(TensorType type) => type.Shape.Size.Value * type.DType.Size;

    private static IEnumerable<Step> All(IEnumerable<Step> steps) => steps.SelectMany(s => All(s.Inner).Prepend(s));
}
