using MindDsl.Data;

namespace MindDsl.Examples.Quickstart;

/// <summary>Finds the images to train on.</summary>
internal static class Digits
{
    /// <summary>Images that the program draws itself, when there are no others.</summary>
    private const int DrawnTrain = 8000, DrawnTest = 2000;

    public static async Task<DigitData> FindAsync(Options options, Action<string> say, CancellationToken cancellation)
    {
        var data = options.Data is { } folder ? Mnist.FromFolder(folder) : await DownloadOrDrawAsync(say, cancellation);
        if (options.Validate == 0) return data;
        int kept = Math.Max(data.Train.Count - options.Validate, 1);
        return new(Part(data.Train, 0, kept), Part(data.Train, kept, data.Train.Count - kept), data.Source + ", validation images held out");
    }

    private static async Task<DigitData> DownloadOrDrawAsync(Action<string> say, CancellationToken cancellation)
    {
        try
        {
            return await Mnist.LoadAsync(cancellation: cancellation);
        }
        catch (MindDslException e) when (e.Code is "MIND0620" or "MIND0621")
        {
            say("MNIST is not in the cache and cannot be downloaded, so the digits are drawn by the program; give real ones with --data.");
            return DrawnDigits.Create(DrawnTrain, DrawnTest, seed: 1);
        }
    }

    private static DigitSet Part(DigitSet set, int from, int count)
    {
        int pixels = set.Rows * set.Columns;
        return new(count, set.Rows, set.Columns, set.Pixels[(from * pixels)..((from + count) * pixels)], set.Labels[from..(from + count)]);
    }
}
