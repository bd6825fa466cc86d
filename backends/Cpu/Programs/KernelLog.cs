using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>Notes the kernels and buffers of a program while its code is written.</summary>
/// <param name="isDry">True if nothing is compiled: the notes are all that is wanted. Else the code says when kernels begin and end.</param>
internal sealed class KernelLog(bool isDry)
{
    private readonly List<KernelPlan> _kernels = [];
    private readonly List<BufferPlan> _buffers = [];
    private readonly Dictionary<(string, ArenaBuffer), int> _taken = [];

    /// <summary>True if nothing is compiled.</summary>
    public bool IsDry { get; } = isDry;

    /// <summary>The kernels, in order.</summary>
    public IReadOnlyList<KernelPlan> Kernels => _kernels;

    /// <summary>The buffers, in the order in which they are taken.</summary>
    public IReadOnlyList<BufferPlan> Buffers => _buffers;

    /// <summary>What is changed where it is.</summary>
    public List<string> Updates { get; } = [];

    /// <summary>Bytes of results that have the memory of arguments.</summary>
    public long InPlaceBytes { get; set; }

    /// <summary>The function that is written; empty for the entry.</summary>
    public string Function { get; set; } = "";

    /// <summary>True if sequences grow as values demand.</summary>
    public bool HasOpenSequences { get; set; }

    /// <summary>How often what is written now runs in a call of the function; null if that depends on values.</summary>
    public long? Runs { get; set; } = 1;

    /// <summary>The let that is written.</summary>
    public Let? Current { get; set; }

    /// <summary>The place in the source that a value comes from, in short.</summary>
    public static string? PlaceOf(Let? let) => let is { Targets.Count: > 0 } && let.Targets[0].Span is { } span
        ? span.File is null ? span.Text : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Path.GetFileName(span.File)}:{span.Line}")
        : null;

    /// <summary>Adds a kernel; gives its number.</summary>
    public int Add(KernelPlan plan)
    {
        _kernels.Add(plan with { Number = _kernels.Count, Function = Function });
        return _kernels.Count - 1;
    }

    /// <summary>Notes that a buffer is taken.</summary>
    public void Take(ArenaBuffer buffer, string holds)
    {
        _taken[(Function, buffer)] = _buffers.Count;
        _buffers.Add(new(holds, Function, buffer.Start, buffer.Bytes, _kernels.Count, int.MaxValue));
    }

    /// <summary>Notes that a buffer is given back.</summary>
    public void Release(ArenaBuffer buffer)
    {
        if (_taken.Remove((Function, buffer), out int at)) _buffers[at] = _buffers[at] with { To = Math.Max(_kernels.Count - 1, _buffers[at].From) };
    }

    /// <summary>Buffers that are not given back are kept to the last kernel.</summary>
    public Seq<BufferPlan> Plan() => _buffers.Select(b => b with { To = Math.Min(b.To, Math.Max(_kernels.Count - 1, b.From)) }).ToSeq();
}
