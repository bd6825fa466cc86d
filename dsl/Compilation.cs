using System.Diagnostics;
using MindDsl.Autodiff;
using MindDsl.Backends;
using MindDsl.Ir;
using MindDsl.Quote;
using MindDsl.Structures;

namespace MindDsl;

/// <summary>From a quoted function and the types of its arguments to a program that runs: finds it, or reads, transforms and compiles it.</summary>
internal static class Compilation
{
    /// <summary>Programs that are kept for one function; the oldest makes room for a new one.</summary>
    private const int MostPrograms = 256;

    private static readonly AsyncLocal<IBackend?> Scoped = new();

    [ThreadStatic]
    private static int t_compiled;

    /// <summary>The passes from what was read to what a backend compiles, in order.</summary>
    public static Seq<Pass> Passes { get; set; } =
    [
        LiftFunctions.Pass, ShareFunctions.Pass, Inline.Early, Simplify.Pass, Defunctionalize.Pass, ExpandDerivatives.Pass, Inline.Late, Simplify.Pass, RemoveDead.Pass,
        BatchBuilds.Pass, Simplify.Pass, ContractBuilds.Pass, FissionLoops.Pass, RemoveDead.Pass, SelectEarly.Pass,
    ];

    /// <summary>The backend of calls in no scope of <see cref="Mind.Use(IBackend)"/>.</summary>
    public static IBackend Default { get; set; } = Device.Cpu.Backend;

    /// <summary>The backend of this call.</summary>
    public static IBackend Backend => Scoped.Value ?? Default;

    /// <summary>Sets the backend of calls from here on, in this flow of execution.</summary>
    public static void UseInScope(IBackend? backend) => Scoped.Value = backend;

    /// <summary>The backend of this flow of execution, if one was set.</summary>
    public static IBackend? InScope => Scoped.Value;

    /// <summary>How many programs this thread compiled, for tests.</summary>
    public static int CompiledHere => t_compiled;

    /// <summary>Runs a function on the leaves in a frame, and leaves its results there.</summary>
    public static void Run(QuotedFunction function, CallFrame frame)
    {
        var program = Find(function, frame);
        if (frame.HasOffers)
        {
            RunDonating(program, frame);
            return;
        }
        frame.BeginResults(program.Executable.ResultTypes, program.Result);
        frame.Run(program.Executable);
    }

    /// <summary>Runs a program that may put results to the memory of the tensors that were offered; if it fails, they stay as they were.</summary>
    private static void RunDonating(CompiledProgram program, CallFrame frame)
    {
        var donating = program.For(frame.Offers());
        frame.BeginResults(donating.Executable.ResultTypes, program.Result, frame.Donated(donating.Donations, program.Result.Types.Length));
        frame.Run(donating.Executable);
        frame.EndOffers(taken: true);
    }

    /// <summary>Finds the program of a function for the leaves in a frame, or compiles it; adds the captured inputs to the frame.</summary>
    public static CompiledProgram Find(QuotedFunction function, CallFrame frame)
    {
        var backend = Backend;
        if (Lookup(function, frame, backend) is { } known) return known;
        lock (function.Code.Compiling)
        {
            if (Lookup(function, frame, backend) is { } made) return made;
            int arguments = frame.Signature.Length;
            using var budget = Budget.Begin(MindLanguage.Cancellation);
            long start = Stopwatch.GetTimestamp();
            var source = Reader.Read(function, frame);
            Profile.Current?.Add("read", "compile", start);
            start = Stopwatch.GetTimestamp();
            var module = Pipeline.Run(source.Module, Level.Source, Passes.Span);
            Profile.Current?.Add("transform", "compile", start);
            Budget.Check();
            var program = new CompiledProgram(function, frame, source, module, backend, arguments);
            t_compiled++;
            function.Code.Programs = [program, .. function.Code.Programs.Take(MostPrograms - 1)];
            return program;
        }
    }

    /// <summary>The module that is compiled for the types of the leaves in a frame.</summary>
    public static Module Module(QuotedFunction function, CallFrame frame, bool isOptimised)
    {
        using var budget = Budget.Begin(MindLanguage.Cancellation);
        var module = Reader.Read(function, frame).Module;
        return isOptimised ? Pipeline.Run(module, Level.Source, Passes.Span) : module;
    }

    private static CompiledProgram? Lookup(QuotedFunction function, CallFrame frame, IBackend backend)
    {
        foreach (var program in function.Code.Programs)
            if (ReferenceEquals(program.Backend, backend) && program.Accept(function, frame)) return program;
        return null;
    }
}

/// <summary>A compiled program and what has to hold at a call for it to be the right one.</summary>
internal sealed class CompiledProgram
{
    private readonly long[] _arguments;
    private readonly long[] _captured;
    private readonly FunctionEdge[] _edges;
    private readonly AttributeGuard[] _attributes;
    private readonly DataCapture[] _data;
    private readonly int _instances;
    private readonly RunLimits? _limits;
    private readonly Lock _compiling = new();
    private volatile IExecutable? _executable;
    private volatile DonatingProgram[] _donating = [];
    private volatile (int[] Parameters, DonatingProgram Program)[] _offers = [];

    /// <summary>Takes note of the call that the program was compiled for, and adds the captured inputs to its frame.</summary>
    public CompiledProgram(
        QuotedFunction function, CallFrame frame, ProgramSource source, Module module, IBackend backend, int arguments)
    {
        (Backend, Result, _limits) = (backend, source.Result, source.Limits);
        (Source, Module) = (source.Module, module);
        ResultTypes = module.EntryFunction.Body.Results.Map(r => r.Tensor);
        (_edges, _attributes, _data) = (source.Edges, source.Attributes, source.Data);
        _instances = 1 + _edges.Count(e => e.Code is not null);
        _arguments = frame.Signature.ToArray();
        var instances = new QuotedFunction[_instances];
        Resolve(function, frame, instances);
        foreach (var capture in _data) capture.Capture.Write(instances[capture.Instance].Roots, frame);
        _captured = frame.Signature[arguments..].ToArray();
    }

    /// <summary>The backend that compiled it.</summary>
    public IBackend Backend { get; }

    /// <summary>The code for calls that give up nothing; compiled at the first of them, since steps of training have code of their own.</summary>
    public IExecutable Executable
    {
        get
        {
            if (_executable is { } known) return known;
            lock (_compiling) return _executable ??= Compile(Module);
        }
    }

    /// <summary>The code that was compiled last.</summary>
    public IExecutable Latest => _donating is [.., var last] ? last.Executable : Executable;

    /// <summary>The types of the leaves of the result.</summary>
    public Seq<TensorType> ResultTypes { get; }

    /// <summary>The program as it was read.</summary>
    public Module Source { get; }

    /// <summary>The program that was compiled.</summary>
    public Module Module { get; }

    /// <summary>The structure of the result.</summary>
    public ResultStructure Result { get; }

    /// <summary>The code for calls that give up the memory of some arguments: each result takes that of the first of its type that is left.</summary>
    public DonatingProgram For(ReadOnlySpan<int> parameters)
    {
        foreach (var (given, known) in _offers) if (parameters.SequenceEqual(given)) return known;
        List<int> left = [.. parameters];
        var donations = new List<Donation>();
        for (int k = 0; k < Result.Types.Length; k++)
        {
            if (Result.IsNumber[k]) continue;
            int at = left.FindIndex(p => Module.EntryFunction.Body.Parameters[p].Tensor == ResultTypes[k]);
            if (at < 0) continue;
            donations.Add(new(left[at], k));
            left.RemoveAt(at);
        }
        var made = For(donations.ToSeq());
        _offers = [.. _offers, (parameters.ToArray(), made)];
        return made;
    }

    /// <summary>Compiles a part of this program, which keeps its bounds.</summary>
    public IExecutable Compile(Module part) => Compile(part, []);

    private IExecutable Compile(Module part, Seq<Donation> donations)
    {
        long start = Stopwatch.GetTimestamp();
        var executable = CompilationLimits.Compile(Backend, part, donations, _limits);
        Profile.Current?.Add("generate code", "compile", start);
        return executable;
    }

    /// <summary>The code for calls in which results take the memory of arguments.</summary>
    public DonatingProgram For(Seq<Donation> donations)
    {
        foreach (var known in _donating) if (known.Donations == donations) return known;
        var made = new DonatingProgram(donations, donations.Count == 0 ? Executable : Compile(Module, donations));
        _donating = [.. _donating, made];
        return made;
    }

    /// <summary>True if this is the program for a call; then the captured inputs are added to the frame.</summary>
    public bool Accept(QuotedFunction function, CallFrame frame)
    {
        if (!frame.Signature.SequenceEqual(_arguments)) return false;
        if (_edges.Length == 0 && _attributes.Length == 0 && _data.Length == 0) return true;
        var instances = frame.Instances(_instances);
        if (!Resolve(function, frame, instances)) return false;
        foreach (var guard in _attributes)
            if (!SameAttribute(guard.Capture.Read(instances[guard.Instance].Roots), guard.Value)) return false;
        var position = frame.Position;
        foreach (var capture in _data) capture.Capture.Write(instances[capture.Instance].Roots, frame);
        if (frame.Signature[_arguments.Length..].SequenceEqual(_captured)) return true;
        frame.Truncate(position);
        return false;
    }

    /// <summary>Finds the functions that take part; false if one has other code than when the program was read.</summary>
    private bool Resolve(QuotedFunction function, CallFrame frame, Span<QuotedFunction> instances)
    {
        instances[0] = function;
        foreach (var edge in _edges)
        {
            object? found = edge.Parent < 0
                ? frame.Functions[edge.Index].Target
                : edge.Capture is { } capture ? ((Delegate?)capture.Read(instances[edge.Parent].Roots))?.Target : instances[edge.Parent].Roots[edge.Index];
            if (found is not QuotedFunction quoted) return false;
            if (edge.Code is null ? !ReferenceEquals(quoted, instances[edge.Child]) : !ReferenceEquals(quoted.Code, edge.Code)) return false;
            instances[edge.Child] = quoted;
        }
        return true;
    }

    private static bool SameAttribute(object? a, object? b)
    {
        if (a is not Array x || b is not Array y) return Equals(a, b);
        if (x.Length != y.Length) return false;
        for (int i = 0; i < x.Length; i++) if (!Equals(x.GetValue(i), y.GetValue(i))) return false;
        return true;
    }
}

/// <summary>The code of a program for calls that give up the memory of arguments.</summary>
/// <param name="Donations">Which results take the memory of which arguments.</param>
/// <param name="Executable">The code.</param>
internal sealed record DonatingProgram(Seq<Donation> Donations, IExecutable Executable);
