using System.Diagnostics;

namespace MindDsl.Ir;

/// <summary>A transformation of programs: a name, a purpose, and a function from module to module.</summary>
/// <param name="Name">The name, a verb.</param>
/// <param name="Purpose">One sentence: what holds afterwards.</param>
/// <param name="Run">The transformation.</param>
/// <param name="Result">The level whose grammar the result satisfies; null if the level stays.</param>
public sealed record Pass(string Name, string Purpose, Func<Module, Module> Run, Level? Result = null);

/// <summary>The levels of the IR, each with a grammar that the verifier checks.</summary>
public enum Level
{
    /// <summary>As read: functions may read values around them, function values and derivatives occur.</summary>
    Source,

    /// <summary>Functions are closed.</summary>
    Closed,

    /// <summary>No function values: closures are unions.</summary>
    FirstOrder,

    /// <summary>No derivatives to expand.</summary>
    Plain,

    /// <summary>All sizes are numbers: what backends compile.</summary>
    Sized,
}

/// <summary>Runs lists of passes.</summary>
public static class Pipeline
{
    /// <summary>Called after each pass with its name, the module before and after, and the time; null when nobody looks.</summary>
    public static Action<Pass, Module, Module, TimeSpan>? Trace { get; set; }

    /// <summary>True if the grammar of the level is checked after every pass; on in debug builds and in tests.</summary>
    public static bool Verify { get; set; } =
#if DEBUG
        true;
#else
        false;
#endif

    /// <summary>Runs the passes in order.</summary>
    public static Module Run(Module module, Level level, params ReadOnlySpan<Pass> passes)
    {
        if (Verify) Verifier.Check(module, level, "the reader");
        foreach (var pass in passes)
        {
            Budget.Check();
            var before = module;
            long start = Stopwatch.GetTimestamp();
            module = pass.Run(module);
            Trace?.Invoke(pass, before, module, Stopwatch.GetElapsedTime(start));
            level = pass.Result ?? level;
            if (Verify) Verifier.Check(module, level, pass.Name);
        }
        return module;
    }
}
