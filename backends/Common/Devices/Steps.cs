using MindDsl.Ir;

namespace MindDsl.Backends.Devices;

/// <summary>Something that a run does, in order.</summary>
internal abstract class Step
{
    public abstract void Run(DeviceRun run);

    /// <summary>Runs steps.</summary>
    public static void All(Step[] steps, DeviceRun run)
    {
        foreach (var step in steps) step.Run(run);
    }

    /// <summary>The steps in this one.</summary>
    public virtual IEnumerable<Step> Inner => [];

    /// <summary>What the step computes on the device; null if it is work of the host.</summary>
    public virtual KernelPlan? Plan { get; init; }

    /// <summary>How often the steps in this one run when it runs; null if that depends on values.</summary>
    public virtual long? InnerRuns => 1;

    /// <summary>True if it is work of the device that is the same in every run.</summary>
    public virtual bool IsFixed => false;
}

/// <summary>Runs a kernel.</summary>
internal sealed class LaunchStep(string name, LaunchSize size, Place[] arguments) : Step
{
    private readonly long[] _numbers = new long[arguments.Length];

    /// <summary>The kernel's name.</summary>
    public string Name => name;

    /// <summary>The kernel, when the program is built.</summary>
    public nint Kernel { get; set; }

    public override bool IsFixed => arguments.All(a => a.Terms.Count == 0);

    public override void Run(DeviceRun run)
    {
        for (int k = 0; k < arguments.Length; k++) _numbers[k] = arguments[k].Evaluate(run.Registers);
        run.Queue.Launch(Kernel, size, run.Memory, _numbers);
    }
}

/// <summary>Copies bytes in the memory of the program.</summary>
internal sealed class CopyStep(Place to, Place from, long bytes) : Step
{
    public override bool IsFixed => to.Terms.Count == 0 && from.Terms.Count == 0;

    public override KernelPlan? Plan => new(0, "copy") { BytesRead = bytes, BytesWritten = bytes, Schedule = new("copy", 1, 1, 1, "") };

    public override void Run(DeviceRun run)
    {
        var (target, source) = (to.Evaluate(run.Registers), from.Evaluate(run.Registers));
        if (bytes > 0 && target != source) run.Queue.Copy(run.Memory, target, run.Memory, source, bytes);
    }
}

/// <summary>Computes a scalar on the host.</summary>
internal sealed class ComputeStep(int register, Func<long[], Literal> value) : Step
{
    public override void Run(DeviceRun run) => run.Registers[register] = HostScalar.Bits(value(run.Registers));
}

/// <summary>Sets registers, all at once.</summary>
internal sealed class MoveStep(int[] to, Func<long[], long>[] from) : Step
{
    private readonly long[] _bits = new long[to.Length];

    public override void Run(DeviceRun run)
    {
        for (int k = 0; k < to.Length; k++) _bits[k] = from[k](run.Registers);
        for (int k = 0; k < to.Length; k++) run.Registers[to[k]] = _bits[k];
    }
}

/// <summary>Waits for the answer that a kernel put at the head of the memory.</summary>
internal sealed class FetchStep(int register) : Step
{
    public override void Run(DeviceRun run) => run.Registers[register] = run.Answer();
}

/// <summary>One of two lists of steps.</summary>
internal sealed class BranchStep(int condition, Step[] then, Step[] otherwise) : Step
{
    public override IEnumerable<Step> Inner => [.. then, .. otherwise];

    public override long? InnerRuns => null;

    public override void Run(DeviceRun run) => All((run.Registers[condition] & 1) != 0 ? then : otherwise, run);
}

/// <summary>Steps while a condition holds, which is computed before each time.</summary>
internal sealed class WhileStep(Step[] condition, int register, Step[] body) : Step
{
    public override IEnumerable<Step> Inner => [.. condition, .. body];

    public override long? InnerRuns => null;

    public override void Run(DeviceRun run)
    {
        while (true)
        {
            All(condition, run);
            if ((run.Registers[register] & 1) == 0) return;
            All(body, run);
        }
    }
}

/// <summary>Steps for each index below a length.</summary>
internal sealed class CountStep(int length, int index, bool reverse, Step[] body) : Step
{
    public override IEnumerable<Step> Inner => body;

    public override long? InnerRuns => null;

    public override void Run(DeviceRun run)
    {
        long count = run.Registers[length];
        for (long n = 0; n < count; n++)
        {
            run.Registers[index] = reverse ? count - 1 - n : n;
            All(body, run);
        }
    }
}

/// <summary>The steps of the case that a union has.</summary>
internal sealed class CaseStep(int union, Step[][] cases) : Step
{
    public override IEnumerable<Step> Inner => cases.SelectMany(c => c);

    public override long? InnerRuns => null;

    public override void Run(DeviceRun run) => All(cases[((DeviceUnion)run.Kept[union]!).Case], run);
}

/// <summary>Something that only the host does: with sequences, unions and registers.</summary>
internal sealed class HostStep(Action<DeviceRun> action) : Step
{
    public override void Run(DeviceRun run) => action(run);
}
