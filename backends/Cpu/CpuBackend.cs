using System.Collections.Concurrent;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>Compiles programs to machine code: loop nests as expression trees, with vectors and threads.</summary>
public sealed class CpuBackend : IMeteredBackend, IProfiledBackend
{
    private readonly bool _isProfiled;
    private readonly Lazy<CpuBackend> _profiled;

    /// <summary>A backend.</summary>
    public CpuBackend()
        : this(false)
    {
    }

    private CpuBackend(bool isProfiled) => (_isProfiled, _profiled) = (isProfiled, new(() => isProfiled ? this : new(true)));

    /// <inheritdoc/>
    public string Name => "cpu";

    /// <inheritdoc/>
    public IBackend Profiled => _profiled.Value;

    /// <inheritdoc/>
    public IExecutable Compile(Module module, Seq<Donation> donations = default) => new CpuExecutable(module, donations, isProfiled: _isProfiled);

    /// <inheritdoc/>
    public IExecutable Compile(Module module, Seq<Donation> donations, RunLimits limits, Func<CancellationToken> cancellation) => 
        new CpuExecutable(module, donations, limits, cancellation, _isProfiled);
}

/// <summary>A program compiled for the CPU.</summary>
public sealed unsafe class CpuExecutable : IExplainedExecutable
{
    private const int LargeStack = 1 << 30;

    private readonly ConcurrentBag<CallContext> _contexts = [];
    private readonly EntryMethod _entry;
    private readonly Module _module;
    private readonly Seq<Donation> _donations;
    private readonly bool _holdsObjects;
    private readonly ProgramPlan? _plan;
    private readonly SourcePlaces _sources;

    private readonly Func<Meter>? _meter;

    internal CpuExecutable(Module module, Seq<Donation> donations, RunLimits? limits = null, Func<CancellationToken>? cancellation = null, bool isProfiled = false)
    {
        var log = isProfiled ? new KernelLog(isDry: false) : null;
        if (limits is not null) _meter = () => new(limits, cancellation?.Invoke() ?? default);
        (_module, _donations) = (module, donations);
        ParameterTypes = module.EntryFunction.Body.Parameters.Map(p => p.Tensor);
        ResultTypes = module.EntryFunction.Body.Results.Map(r => r.Tensor);
        var compiler = new ProgramCompiler(Prepared(module), limits is not null, log);
        // A recursion that runs out of stack starts again on a larger one: it may, since arguments are given up only after the last call.
        _entry = compiler.Compile(donations)!;
        if (log is not null) _plan = new(NameOf(module), log.Kernels.ToSeq());
        _holdsObjects = module.Unions.Count > 0 && !compiler.RentsUnions;
        Statistics = compiler.Statistics;
        _sources = compiler.Sources;
    }

    /// <inheritdoc/>
    public Seq<TensorType> ParameterTypes { get; }

    /// <inheritdoc/>
    public Seq<TensorType> ResultTypes { get; }

    /// <summary>Bytes that calls have worked in and later ones will, for tests.</summary>
    internal long WorkingBytes => _contexts.Sum(c => c.ArenaBytes + c.TraceBytes);

    /// <summary>What the program is made of.</summary>
    public CpuStatistics Statistics { get; }

    /// <inheritdoc/>
    public Explanation Explain()
    {
        // The code is written once more, with notes, and not compiled.
        var log = new KernelLog(isDry: true);
        var module = Prepared(_module);
        var compiler = new ProgramCompiler(module, _meter is not null, log);
        compiler.Compile(_donations);
        var working = compiler.WorkingBytes(module.Entry);
        var memory = new MemoryPlan(ParameterTypes.Sum(FunctionEmitter.BytesOf), ResultTypes.Sum(FunctionEmitter.BytesOf), log.InPlaceBytes, working ?? compiler.Statistics.ArenaBytes,
            log.Kernels.Select(k => k.Schedule.Scratch * k.Schedule.Threads).DefaultIfEmpty(0).Max(), working is not null && !log.HasOpenSequences, log.Plan(), log.Updates.ToSeq());
        return new("cpu", log.Kernels.ToSeq(), memory,
            new(ProgramCounts.NodesOf(_module), module.Functions.Count, compiler.Statistics.Nests, log.Kernels.Count, compiler.Statistics.Methods));
    }

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<nint> arguments, ReadOnlySpan<nint> results)
    {
        if (!_contexts.TryTake(out var context)) context = new(arguments.Length, results.Length);
        for (int k = 0; k < arguments.Length; k++) ((long*)context.Arguments)[k] = arguments[k];
        for (int k = 0; k < results.Length; k++) ((long*)context.Results)[k] = results[k];
        try
        {
            context.Meter = _meter?.Invoke();
            context.Times = _plan is null ? null : Profile.Current?.Begin(_plan);
            context.Reset();
            Run(context);
        }
        catch (MindDslException error) when (Elements.PlaceOf(error) is > 0 and var place)
        {
            throw new MindDslException(error.Diagnostics[0] with { At = _sources[place]!.ToString() }, error);
        }
        finally
        {
            context.Times?.End();
            if (_holdsObjects) context.DropObjects();
            _contexts.Add(context);
        }
    }

    /// <summary>The name of the entry and the place that its first operation comes from.</summary>
    private static string NameOf(Module module)
    {
        string? place = module.EntryFunction.Body.Lets.Select(KernelLog.PlaceOf).FirstOrDefault(p => p is not null);
        return place is null ? module.Entry.Text : $"{module.Entry.Text} at {place}";
    }

    private static Module Prepared(Module module) => KernelForms.Pass.Run(ExpandComposites.Run(module, MatrixKernel.Has));

    private void Run(CallContext context)
    {
        try
        {
            _entry(context);
        }
        catch (InsufficientExecutionStackException)
        {
            context.Reset();
            OnLargeStack(context);
        }
    }

    private void OnLargeStack(CallContext context)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                _entry(context);
            }
            catch (InsufficientExecutionStackException e)
            {
                failure = new MindDslException(Diagnostics.StackExhausted(LargeStack), e);
            }
            catch (Exception e) when (e is MindDslException or OperationCanceledException)
            {
                failure = e;
            }
        }, LargeStack);
        thread.Start();
        thread.Join();
        if (failure is not null) throw failure;
    }
}
