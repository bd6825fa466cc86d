using MindDsl.Backends;
using static MindDsl.Mind;

namespace MindDsl.Examples.Lessons;

/// <summary>Lessons on what programs are compiled to and where their time goes; docs/measuring.md shows them.</summary>
public static class MeasuringLessons
{
    /// <summary>What a function is compiled to.</summary>
    public static Explanation Explain()
    {
        #region Explain
        var layer = Fn((Tensor x, Tensor w, Tensor b) => (x.MatMul(w) + b).Tanh());

        Explanation plan = layer.Explain(Tensor.Zeros(64, 100), Tensor.Zeros(100, 50), Tensor.Zeros(50));

        Console.WriteLine(plan);                              // a page: memory, kernels, totals
        long peak = plan.Memory.Peak;                         // bytes, before anything runs
        double operations = plan.Kernels[0].Operations;       // 2 * 64 * 100 * 50
        #endregion
        return peak > 0 && operations > 0 ? plan : throw new InvalidOperationException("nothing was planned");
    }

    /// <summary>Where the time goes.</summary>
    public static ProfileReport Profile(string file)
    {
        #region Profile
        var layer = Fn((Tensor x, Tensor w, Tensor b) => (x.MatMul(w) + b).Tanh());
        var (x, w, b) = (Tensor.Ones(64, 100), Tensor.Ones(100, 50), Tensor.Ones(50));

        using var profile = Mind.Profile();                   // from here on, in this flow of execution
        for (int i = 0; i < 10; i++) layer(x, w, b);

        ProfileReport report = profile.Report();              // kernels, the longest first
        Console.WriteLine(report);                            // a table
        profile.WriteTrace(file);                             // for chrome://tracing or ui.perfetto.dev
        #endregion
        return report;
    }
}
