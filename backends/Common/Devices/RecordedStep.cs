namespace MindDsl.Backends.Devices;

/// <summary>Steps that do the same in every run in one memory: done one by one in its first run, recorded in the second, and as one from then on.</summary>
internal sealed class RecordedStep(Step[] steps) : Step
{
    /// <summary>With fewer steps there is little to save.</summary>
    private const int FewSteps = 3;

    public override IEnumerable<Step> Inner => steps;

    public override void Run(DeviceRun run)
    {
        if (!run.Recordings.TryGetValue(this, out var recording))
        {
            // A program that runs once is not recorded, and what the first run sets up is not part of a recording.
            All(steps, run);
            run.Recordings[this] = null;
            return;
        }
        if (recording is null) run.Recordings[this] = recording = ((IRecordingQueue)run.Queue).Record(() => All(steps, run));
        recording.Run();
    }

    /// <summary>Steps in which those that follow one another and are the same in every run are one.</summary>
    public static Step[] Group(IEnumerable<Step> steps)
    {
        var (grouped, same) = (new List<Step>(), new List<Step>());
        void Close()
        {
            if (same.Count < FewSteps) grouped.AddRange(same);
            else grouped.Add(new RecordedStep([.. same]));
            same.Clear();
        }
        foreach (var step in steps)
        {
            if (step.IsFixed)
            {
                same.Add(step);
                continue;
            }
            Close();
            grouped.Add(step);
        }
        Close();
        return [.. grouped];
    }
}
