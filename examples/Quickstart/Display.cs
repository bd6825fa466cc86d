using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace MindDsl.Examples.Quickstart;

/// <summary>Shows the progress of training: a bar on a terminal, a line per epoch elsewhere.</summary>
internal sealed class Display(int epochs, int steps, int batch, TextWriter output, bool terminal)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private ProgressTask? _bar;
    private long _done;

    /// <summary>Runs the work with a bar if there is a terminal to show it on.</summary>
    public async Task RunAsync(Func<Task> work)
    {
        if (!terminal)
        {
            await work();
            return;
        }
        var columns = new ProgressColumn[] { new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn() };
        await AnsiConsole.Progress().Columns(columns).StartAsync(async context =>
        {
            _bar = context.AddTask("training", maxValue: (double)epochs * steps);
            await work();
            _bar.StopTask();
        });
    }

    /// <summary>Notes a step; loss and accuracy are means over the epoch so far.</summary>
    public void Step(int epoch, int step, double loss, double accuracy)
    {
        _done += batch;
        if (_bar is null) return;
        _bar.Description = Line(epoch, loss, accuracy);
        _bar.Value = (double)epoch * steps + step + 1;
    }

    /// <summary>Notes the end of an epoch.</summary>
    public void Epoch(int epoch, double loss, double accuracy)
    {
        if (_bar is null) output.WriteLine(Line(epoch, loss, accuracy));
    }

    private string Line(int epoch, double loss, double accuracy)
    {
        double rate = _done / Math.Max(Stopwatch.GetElapsedTime(_start).TotalSeconds, 1e-3);
        return string.Create(CultureInfo.InvariantCulture,
            $"epoch {epoch + 1}/{epochs}  loss {loss:F4}  accuracy {accuracy:F4}  {rate:F0} examples/s");
    }
}
