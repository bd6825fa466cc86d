using MindDsl.Ir;

namespace MindDsl.Backends;

/// <summary>What a program was compiled to, known before it runs: its kernels in the order in which they run, its memory and what it is made of.</summary>
/// <param name="Backend">The name of the backend.</param>
/// <param name="Kernels">The kernels.</param>
/// <param name="Memory">The plan of memory.</param>
/// <param name="Counts">What the program is made of.</param>
public sealed record Explanation(string Backend, Seq<KernelPlan> Kernels, MemoryPlan Memory, ProgramCounts Counts)
{
    /// <summary>Operations of all kernels, each as often as it runs; kernels of which that is not known are counted once.</summary>
    public double Operations => Kernels.Sum(k => k.Operations * (k.Runs ?? 1));

    /// <summary>Bytes that all kernels read, counted as <see cref="Operations"/>.</summary>
    public double BytesRead => Kernels.Sum(k => (double)k.BytesRead * (k.Runs ?? 1));

    /// <summary>Bytes that all kernels write, counted as <see cref="Operations"/>.</summary>
    public double BytesWritten => Kernels.Sum(k => (double)k.BytesWritten * (k.Runs ?? 1));

    /// <summary>Operations per byte that is read or written.</summary>
    public double Intensity => BytesRead + BytesWritten is > 0 and var bytes ? Operations / bytes : 0;

    /// <summary>A page: memory, kernels and totals.</summary>
    public override string ToString() => ExplanationText.Write(this);
}

/// <summary>A kernel: a loop nest, several that go together, or an operation that has code of its own.</summary>
/// <param name="Number">Its place among the kernels, from 0.</param>
/// <param name="Name">What it does, in a word: <c>map(mul, add)</c>, <c>sum(exp)</c>, <c>contract ij,jk-&gt;ik</c>.</param>
public sealed record KernelPlan(int Number, string Name)
{
    /// <summary>The function of the program that it belongs to; empty for the entry.</summary>
    public string Function { get; init; } = "";

    /// <summary>What it computes, as text.</summary>
    public string Computes { get; init; } = "";

    /// <summary>The place in the source that it comes from, if it is known.</summary>
    public string? Source { get; init; }

    /// <summary>The type of its elements.</summary>
    public DType Type { get; init; } = DType.F32;

    /// <summary>Lengths of the loops over the result, outermost first.</summary>
    public Seq<long> Loops { get; init; }

    /// <summary>Lengths of the loops that are combined.</summary>
    public Seq<long> Combined { get; init; }

    /// <summary>Operations on floats: arithmetic counts 1, a division or root 4, a transcendental function 20.</summary>
    public double Operations { get; init; }

    /// <summary>Bytes of tensors that it reads, each once.</summary>
    public long BytesRead { get; init; }

    /// <summary>Bytes of tensors that it writes, each once.</summary>
    public long BytesWritten { get; init; }

    /// <summary>Bits of the vectors that it computes with; 0 if it computes with scalars.</summary>
    public int VectorBits { get; init; }

    /// <summary>How it is divided.</summary>
    public KernelSchedule Schedule { get; init; } = KernelSchedule.InPlace;

    /// <summary>How often it runs in one call of its function; null if that depends on values.</summary>
    public long? Runs { get; init; } = 1;

    /// <summary>Operations per byte that is read or written.</summary>
    public double Intensity => BytesRead + BytesWritten > 0 ? Operations / (BytesRead + BytesWritten) : 0;
}

/// <summary>How a kernel is divided.</summary>
/// <param name="Form">The kind of code: <c>in place</c>, <c>method</c>, <c>group</c>, <c>direct</c>, <c>packed</c>, <c>inner</c>, <c>launch</c>.</param>
/// <param name="Units">Independent parts of the work.</param>
/// <param name="UnitsAtOnce">Parts that go through the kernel before the next do.</param>
/// <param name="Threads">The most threads, or work items of a device, that share the work.</param>
/// <param name="Blocks">Sizes of blocks, as text; empty if there are none.</param>
public sealed record KernelSchedule(string Form, long Units, long UnitsAtOnce, long Threads, string Blocks)
{
    /// <summary>A loop among others.</summary>
    public static KernelSchedule InPlace { get; } = new("in place", 1, 1, 1, "");

    /// <summary>Bytes that each thread works in besides the memory of the program.</summary>
    public long Scratch { get; init; }
}

/// <summary>The memory of one call.</summary>
/// <param name="Arguments">Bytes of the arguments.</param>
/// <param name="Results">Bytes of the results.</param>
/// <param name="InPlace">Bytes of results that take the memory of arguments.</param>
/// <param name="Working">Bytes that the program works in, besides arguments and results.</param>
/// <param name="Scratch">The most bytes that kernels work in on all threads together.</param>
/// <param name="IsBounded">False if more is taken as values demand it: by recursion, or by loops that keep a value of each iteration and end when a condition says so.</param>
/// <param name="Buffers">The buffers, in the order in which they are taken.</param>
/// <param name="Updates">What is changed where it is.</param>
public sealed record MemoryPlan(long Arguments, long Results, long InPlace, long Working, long Scratch, bool IsBounded, Seq<BufferPlan> Buffers, Seq<string> Updates)
{
    /// <summary>The most bytes that a call needs, its arguments and results included; at least that if the plan is not bounded.</summary>
    public long Peak => Arguments + Results - InPlace + Working + Scratch;

    /// <summary>Bytes of all buffers, as if none used memory that another had before.</summary>
    public long WithoutReuse => Buffers.Sum(b => b.Bytes);
}

/// <summary>A buffer in the working memory of a function.</summary>
/// <param name="Holds">What is in it.</param>
/// <param name="Function">The function; empty for the entry.</param>
/// <param name="Offset">Where it begins.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="From">The kernel that it is taken for.</param>
/// <param name="To">The last kernel before it is given back.</param>
public sealed record BufferPlan(string Holds, string Function, long Offset, long Bytes, int From, int To);

/// <summary>What a program is made of.</summary>
/// <param name="Nodes">Operations of the program as it is compiled, those in blocks included.</param>
/// <param name="Functions">Functions.</param>
/// <param name="Nests">Loop nests.</param>
/// <param name="Kernels">Kernels.</param>
/// <param name="Methods">Generated methods.</param>
public sealed record ProgramCounts(int Nodes, int Functions, int Nests, int Kernels, int Methods)
{
    /// <summary>Operations of the program as it was read; 0 if it is not known.</summary>
    public int SourceNodes { get; init; }

    /// <summary>Operations in the functions of a module.</summary>
    public static int NodesOf(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return module.Functions.Values.Sum(f => NodesOf(f.Body));
    }

    private static int NodesOf(Block block) => block.Lets.Sum(l => 1 + l.Expr.Blocks.Sum(NodesOf));
}

/// <summary>A compiled program that can say what it was compiled to.</summary>
public interface IExplainedExecutable : IExecutable
{
    /// <summary>Kernels, memory and counts. What it costs is paid here, not when the program is compiled.</summary>
    Explanation Explain();
}
