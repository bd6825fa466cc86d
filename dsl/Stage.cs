using System.Runtime.CompilerServices;
using MindDsl.Backends;
using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl;

/// <summary>What a quoted function computes of what it captured, computed once: calls do the rest. So a pullback doesn't run its function again.</summary>
internal sealed class Stage
{
    private static readonly ConditionalWeakTable<CompiledProgram, Programs> Known = new();

    private readonly long[] _signature;
    private readonly CompiledProgram _program;
    private readonly IExecutable _calls;
    private readonly TensorBuffer[] _kept;

    private Stage(QuotedFunction function, CallFrame frame)
    {
        int leaves = frame.Count;
        _signature = frame.Signature.ToArray();
        _program = Compilation.Find(function, frame);
        var programs = Known.GetValue(_program, program => new(program, leaves));
        _calls = programs.Second;
        _kept = [.. programs.First.ResultTypes.Select(TensorBuffer.Allocate)];
        programs.First.Run(frame.Addresses[leaves..], [.. _kept.Select(k => k.Address)]);
        GC.KeepAlive(_kept);
    }

    /// <summary>Runs what can be run before a call of a function with arguments like the leaves that are written to a frame.</summary>
    public static Delegate Of(Delegate function, Action<CallFrame> arguments)
    {
        var quoted = QuotedFunction.Of(function);
        var frame = CallFrame.Rent();
        try
        {
            arguments(frame);
            quoted.Stage = new(quoted, frame);
            return function;
        }
        finally
        {
            frame.Return();
        }
    }

    /// <summary>Runs a call on the leaves in a frame; false if they are not like those that the stage was made for.</summary>
    public bool Run(CallFrame frame)
    {
        if (!frame.Signature.SequenceEqual(_signature) || !ReferenceEquals(Compilation.Backend, _program.Backend)) return false;
        var addresses = frame.Addresses;
        Span<nint> all = stackalloc nint[addresses.Length + _kept.Length];
        addresses.CopyTo(all);
        for (int k = 0; k < _kept.Length; k++) all[addresses.Length + k] = _kept[k].Address;
        frame.BeginResults(_calls.ResultTypes, _program.Result);
        _calls.Run(all, frame.Results);
        if (frame.HasOffers) frame.EndOffers(taken: true);
        GC.KeepAlive(_kept);
        return true;
    }

    private sealed class Programs
    {
        public Programs(CompiledProgram program, int arguments)
        {
            var (first, second) = Stages.Split(program.Module, arguments);
            (First, Second) = (program.Compile(first), program.Compile(second));
        }

        public IExecutable First { get; }

        public IExecutable Second { get; }
    }
}
