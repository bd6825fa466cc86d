using System.Collections.Concurrent;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>Compiles programs to machine code: loop nests as expression trees, with vectors and threads.</summary>
public sealed class CpuBackend : IMeteredBackend
{
    /// <inheritdoc/>
    public string Name => "cpu";

    /// <inheritdoc/>
    public IExecutable Compile(Module module, Seq<Donation> donations = default) => new CpuExecutable(module, donations);

    /// <inheritdoc/>
    public IExecutable Compile(Module module, Seq<Donation> donations, RunLimits limits, Func<CancellationToken> cancellation) => new CpuExecutable(module, donations, limits, cancellation);
}

/// <summary>A program compiled for the CPU.</summary>
public sealed unsafe class CpuExecutable : IExecutable
{
    private const int LargeStack = 1 << 30;

    private readonly ConcurrentBag<CallContext> _contexts = [];
    private readonly EntryMethod _entry;
    private readonly bool _holdsObjects;
    private readonly SourcePlaces _sources;

    private readonly Func<Meter>? _meter;

    internal CpuExecutable(Module module, Seq<Donation> donations, RunLimits? limits = null, Func<CancellationToken>? cancellation = null)
    {
        if (limits is not null) _meter = () => new(limits, cancellation?.Invoke() ?? default);
        module = ExpandComposites.Run(module, MatrixKernel.Has);
        ParameterTypes = module.EntryFunction.Body.Parameters.Map(p => p.Tensor);
        ResultTypes = module.EntryFunction.Body.Results.Map(r => r.Tensor);
        var compiler = new ProgramCompiler(KernelForms.Pass.Run(module), limits is not null);
        // A recursion that runs out of stack starts again on a larger one: it may, since arguments are given up only after the last call.
        _entry = compiler.Compile(donations);
        _holdsObjects = module.Unions.Count > 0 && !compiler.RentsUnions;
        Statistics = compiler.Statistics;
        _sources = compiler.Sources;
    }

    /// <inheritdoc/>
    public Seq<TensorType> ParameterTypes { get; }

    /// <inheritdoc/>
    public Seq<TensorType> ResultTypes { get; }

    /// <summary>What the program is made of.</summary>
    public CpuStatistics Statistics { get; }

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<nint> arguments, ReadOnlySpan<nint> results)
    {
        if (!_contexts.TryTake(out var context)) context = new(arguments.Length, results.Length);
        for (int k = 0; k < arguments.Length; k++) ((long*)context.Arguments)[k] = arguments[k];
        for (int k = 0; k < results.Length; k++) ((long*)context.Results)[k] = results[k];
        try
        {
            context.Meter = _meter?.Invoke();
            context.Reset();
            Run(context);
        }
        catch (MindDslException error) when (Elements.PlaceOf(error) is > 0 and var place)
        {
            throw new MindDslException(error.Diagnostics[0] with { At = _sources[place]!.ToString() }, error);
        }
        finally
        {
            if (_holdsObjects) context.DropObjects();
            _contexts.Add(context);
        }
    }

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
