using System.Collections.Concurrent;
using System.Linq.Expressions;
using FastExpressionCompiler;

namespace MindDsl.Backends.Cpu;

/// <summary>The method of nests, which is there when the program that it belongs to is complete.</summary>
/// <param name="vectorBits">Bits of the vectors that it computes with; 0 if there are none.</param>
/// <param name="loops">Loops over elements that the nests became.</param>
internal sealed class NestCode(int vectorBits, int loops)
{
    /// <summary>The method.</summary>
    public NestMethod Method = null!;

    /// <summary>Bits of the vectors that it computes with; 0 if there are none.</summary>
    public int VectorBits { get; } = vectorBits;

    /// <summary>Loops over elements that the nests became.</summary>
    public int Loops { get; } = loops;

    /// <summary>True when the method is there.</summary>
    public bool IsReady => Volatile.Read(ref Method) is not null;
}

/// <summary>Methods of nests by what they compute, so that programs that live at a time share them.</summary>
internal static class NestCache
{
    private const int FirstLimit = 256;

    private static readonly ConcurrentDictionary<string, WeakReference<NestCode>> Known = new();
    private static int s_limit = FirstLimit;

    /// <summary>The number of entries, for tests.</summary>
    public static int Count => Known.Count;

    /// <summary>The method of a signature, if a program has it.</summary>
    public static NestCode? Find(string signature) => Known.TryGetValue(signature, out var entry) && entry.TryGetTarget(out var code) && code.IsReady ? code : null;

    /// <summary>Adds a method.</summary>
    public static void Add(string signature, NestCode code)
    {
        Known[signature] = new(code);
        if (Known.Count <= s_limit) return;
        foreach (var (key, entry) in Known) if (!entry.TryGetTarget(out _)) Known.TryRemove(key, out _);
        s_limit = Math.Max(FirstLimit, 2 * Known.Count);
    }
}

/// <summary>Compiles lambdas on all cores while further ones are written.</summary>
internal sealed class ParallelCompilation
{
    private readonly List<Task> _tasks = [];

    /// <summary>A method, now.</summary>
    public static Delegate Compile(LambdaExpression lambda) => lambda.CompileFast(ifFastFailedReturnNull: true) ?? lambda.Compile();

    /// <summary>A method, when all are awaited.</summary>
    public void Begin(LambdaExpression lambda, Action<Delegate> set)
    {
        if (Environment.ProcessorCount == 1) set(Compile(lambda));
        else _tasks.Add(Task.Run(() => set(Compile(lambda))));
    }

    /// <summary>Waits for all methods.</summary>
    public void Finish()
    {
        foreach (var task in _tasks) task.GetAwaiter().GetResult();
        _tasks.Clear();
    }
}
