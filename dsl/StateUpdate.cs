using System.Runtime.CompilerServices;
using MindDsl.Backends;
using MindDsl.Structures;

namespace MindDsl;

/// <summary>
/// The memory of a state that is updated again and again: that of the state as it is and that of the one before, which the next step writes to. The two sets of
/// tensors take turns, so that a step allocates nothing; the tensors of the state before are donated until it is their turn.
/// </summary>
internal sealed class StateUpdate
{
    private static readonly ConditionalWeakTable<Tensor, StateUpdate> Known = [];

    private Tensor?[] _current;
    private Tensor?[] _spare;
    private (int Leaves, int Lists) _place;
    private object? _currentState;
    private object? _spareState;

    private StateUpdate(Tensor?[] current, Tensor?[] spare, object? currentState)
    {
        (_current, _spare, _currentState) = (current, spare, currentState);
        Known.AddOrUpdate(current.First(t => t is not null)!, this);
        Known.AddOrUpdate(spare.First(t => t is not null)!, this);
    }

    /// <summary>Runs a step on the leaves in a frame, the first of which are those of the state, and gives the new state; further results can be read from the frame.</summary>
    public static S Run<S>(QuotedFunction step, CallFrame frame, int leaves)
    {
        var (program, executable) = Compilation.Find(step, frame, []);
        var first = FirstTensor(frame, leaves);
        if (first is not null && Known.TryGetValue(first, out var known) && known.Fits(frame, leaves, program.Result))
            return known.Step<S>(program, executable, frame, leaves);
        frame.BeginResults(executable.ResultTypes, program.Result);
        executable.Run(frame.Addresses, frame.Results);
        var state = Structure<S>.Read(frame);
        if (first is not null) Begin(frame, leaves, state);
        return state;
    }

    /// <summary>After the first step: the memory of the state that was given is that of the next result.</summary>
    private static void Begin<S>(CallFrame frame, int leaves, S state)
    {
        var result = CallFrame.Rent();
        try
        {
            Structure<S>.Write(state, result);
            if (result.Count != leaves) return;
            var (current, spare) = (new Tensor?[leaves], new Tensor?[leaves]);
            var buffers = new HashSet<TensorBuffer>(ReferenceEqualityComparer.Instance);
            for (int i = 0; i < leaves; i++)
            {
                (current[i], var before) = (result.TensorAt(i), frame.TensorAt(i));
                if (before is null != current[i] is null || before?.Type.Equals(current[i]!.Type) == false) return;
            }
            for (int i = 0; i < leaves; i++)
            {
                if (frame.TensorAt(i) is not { } before) continue;
                // A tensor that is there twice gives its memory once.
                spare[i] = new Tensor(!before.IsDonated && buffers.Add(before.Buffer) ? before.Donate() : TensorBuffer.Allocate(before.Type));
                spare[i]!.Donate();
            }
            _ = new StateUpdate(current, spare, Structure<S>.HoldsOnlyTensors ? state : null);
        }
        finally
        {
            result.Return();
        }
    }

    private static Tensor? FirstTensor(CallFrame frame, int leaves)
    {
        for (int i = 0; i < leaves; i++) if (frame.TensorAt(i) is { } tensor) return tensor;
        return null;
    }

    private bool Fits(CallFrame frame, int leaves, ResultStructure result)
    {
        if (leaves != _current.Length || result.Leaves.Length < leaves) return false;
        for (int i = 0; i < leaves; i++)
            if (!ReferenceEquals(frame.TensorAt(i), _current[i]) || (_current[i] is { } tensor && !result.Fits(i, tensor.Shape, tensor.DType))) return false;
        return true;
    }

    private S Step<S>(CompiledProgram program, IExecutable executable, CallFrame frame, int leaves)
    {
        foreach (var tensor in _spare) tensor?.Revive();
        try
        {
            frame.BeginResults(executable.ResultTypes, program.Result, _spare);
            executable.Run(frame.Addresses, frame.Results);
        }
        catch
        {
            foreach (var tensor in _spare) tensor?.Donate();
            throw;
        }
        foreach (var tensor in _current) tensor?.Donate();
        S state;
        if (_spareState is { } kept)
        {
            frame.ResultPosition = _place;
            state = (S)kept;
        }
        else
        {
            state = Structure<S>.Read(frame);
            _place = frame.ResultPosition;
            if (Structure<S>.HoldsOnlyTensors) _spareState = state;
        }
        (_current, _spare) = (_spare, _current);
        (_currentState, _spareState) = (_spareState, _currentState);
        return state;
    }
}
