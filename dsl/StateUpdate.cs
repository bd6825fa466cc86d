using System.Runtime.CompilerServices;
using MindDsl.Backends;
using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl;

/// <summary>
/// A state that is updated again and again in its own memory. Two sets of tensors with the same memory take turns as the state, so that a step allocates nothing: those
/// of the state before are donated until it is their turn.
/// </summary>
internal sealed class StateUpdate
{
    private static readonly ConditionalWeakTable<Tensor, StateUpdate> Known = [];

    private readonly Seq<Donation> _donations;
    private Tensor?[] _current;
    private Tensor?[] _next;
    private object? _currentState;
    private object? _nextState;
    private (int Leaves, int Lists) _place;
    private (CompiledProgram Program, IExecutable Executable) _code;

    private StateUpdate(CallFrame frame, int leaves)
    {
        (_current, _next) = (new Tensor?[leaves], new Tensor?[leaves]);
        for (int i = 0; i < leaves; i++) _current[i] = frame.TensorAt(i);
        _next = SameMemory(_current);
        _donations = Enumerable.Range(0, leaves).Where(i => _current[i] is not null).Select(i => new Donation(i, i)).ToSeq();
    }

    /// <summary>Runs a step on the leaves in a frame, the first of which are those of the state, and gives the new state; further results can be read from the frame.</summary>
    public static S Run<S>(QuotedFunction step, CallFrame frame, int leaves)
    {
        var program = Compilation.Find(step, frame);
        var state = First(frame, leaves) is { } first && IsInPlace(frame, leaves, program.Result)
            ? InPlace<S>(program, frame, leaves, first)
            : Fresh<S>(program, frame, leaves);
        if (frame.HasOffers) frame.EndOffers(taken: true);
        return state;
    }

    /// <summary>Runs a step in the memory of its state; of two threads that step from one state, the second finds its tensors donated.</summary>
    private static S InPlace<S>(CompiledProgram program, CallFrame frame, int leaves, Tensor first)
    {
        lock (first)
        {
            _ = first.Buffer;
            if (Known.TryGetValue(first, out var known) && known.Is(frame, leaves)) return known.Step<S>(program, frame);
            if (HoldsOneTwice(frame, leaves)) return Fresh<S>(program, frame, leaves);
            var update = new StateUpdate(frame, leaves);
            var state = update.Step<S>(program, frame);
            update.Begin();
            return state;
        }
    }

    /// <summary>Runs a step whose results get new memory.</summary>
    private static S Fresh<S>(CompiledProgram program, CallFrame frame, int leaves)
    {
        frame.BeginResults(program.Executable.ResultTypes, program.Result);
        frame.Run(program.Executable);
        for (int i = 0; i < leaves; i++) if (frame.TensorAt(i) is { IsDonated: false } tensor) tensor.Donate();
        return Structure<S>.Read(frame);
    }

    /// <summary>After the first step: the tensors that the caller made stay donated, others take turns with those of the new state.</summary>
    private void Begin()
    {
        _next = SameMemory(_current);
        _nextState = null;
        foreach (var tensor in _next) tensor?.Donate();
        Known.AddOrUpdate(_current.First(t => t is not null)!, this);
        Known.AddOrUpdate(_next.First(t => t is not null)!, this);
    }

    private static Tensor?[] SameMemory(Tensor?[] tensors)
    {
        var same = new Tensor?[tensors.Length];
        for (int i = 0; i < same.Length; i++) if (tensors[i] is { } tensor) same[i] = new(tensor.Buffer);
        return same;
    }

    private static Tensor? First(CallFrame frame, int leaves)
    {
        for (int i = 0; i < leaves; i++) if (frame.TensorAt(i) is { } tensor) return tensor;
        return null;
    }

    /// <summary>True if the new state has the leaves of the old one, and no other argument shares memory with the state.</summary>
    private static bool IsInPlace(CallFrame frame, int leaves, ResultStructure result)
    {
        if (result.Leaves.Length < leaves) return false;
        for (int i = 0; i < leaves; i++)
            if (frame.TensorAt(i) is { } tensor && (!result.Fits(i, tensor.Shape, tensor.DType) || frame.IsShared(i, leaves))) return false;
        return true;
    }

    private static bool HoldsOneTwice(CallFrame frame, int leaves)
    {
        for (int i = 0; i < leaves; i++) if (frame.IsShared(i, i + 1)) return true;
        return false;
    }

    private bool Is(CallFrame frame, int leaves)
    {
        if (leaves != _current.Length) return false;
        for (int i = 0; i < leaves; i++) if (!ReferenceEquals(frame.TensorAt(i), _current[i])) return false;
        return true;
    }

    private S Step<S>(CompiledProgram program, CallFrame frame)
    {
        if (!ReferenceEquals(_code.Program, program)) (_code, _currentState, _nextState) = ((program, program.For(_donations).Executable), null, null);
        frame.BeginResults(_code.Executable.ResultTypes, program.Result, _next);
        frame.Run(_code.Executable);
        foreach (var tensor in _current) tensor?.Donate();
        foreach (var tensor in _next) tensor?.Revive();
        S state;
        if (_nextState is { } kept)
        {
            frame.ResultPosition = _place;
            state = (S)kept;
        }
        else
        {
            state = Structure<S>.Read(frame);
            _place = frame.ResultPosition;
            if (Structure<S>.HoldsOnlyTensors) _nextState = state;
        }
        (_current, _next) = (_next, _current);
        (_currentState, _nextState) = (_nextState, _currentState);
        return state;
    }
}
