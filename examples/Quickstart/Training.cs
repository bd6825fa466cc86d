using System.Globalization;
using MindDsl.Data;
using MindDsl.Train;
using static MindDsl.Mind;

namespace MindDsl.Examples.Quickstart;

/// <summary>Everything that training changes; what a checkpoint holds.</summary>
internal sealed record State<P>(P Parameters, AdamState<P> Adam);

/// <summary>How training ended.</summary>
internal sealed record Outcome(string Measured, double Accuracy, string Checkpoint, bool Interrupted);

/// <summary>Trains a model on digit images. The recipe was chosen on training images held out with <c>--validate</c>.</summary>
internal static class Training
{
    private const int Batch = 32;
    private const int Shift = 1;
    private const double Rate = 2e-3;
    private const string EpochKey = "epoch", StepKey = "step", SeedKey = "seed", ModelKey = "model";

    public static async Task<Outcome> RunAsync(Options options, TextWriter output, bool terminal, CancellationToken cancellation)
    {
        using var scope = options.Device is { } name ? Use(Device.Named(name)) : null;
        return await (options.Model == "lenet"
            ? RunAsync(options, LeNet.Create(new Key(options.Seed)), LeNet.Model, output, terminal, cancellation)
            : RunAsync(options, Mlp.Create(new Key(options.Seed)), Mlp.Model, output, terminal, cancellation));
    }

    private static async Task<Outcome> RunAsync<P>(
        Options options, P parameters, Fn<P, Tensor, Tensor> model, TextWriter output, bool terminal, CancellationToken cancellation)
    {
        var data = await Digits.FindAsync(options, output.WriteLine, cancellation);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{options.Model} on {data.Train.Count} images of {data.Source}"));
        var batches = new Batches(data.Train, Batch, options.Seed, Shift);
        var step = Step(model);
        var state = new State<P>(parameters, Adam.Start(parameters));
        var (epoch, first) = (0, 0);
        if (options.Resume is { } file) (state, epoch, first) = Resume(file, options, state);

        string checkpoint = CheckpointIn(options.Output, options.Model);
        long total = (long)options.Epochs * batches.PerEpoch;
        bool interrupted = false;
        var display = new Display(options.Epochs, batches.PerEpoch, Batch, output, terminal);
        await display.RunAsync(() => Task.Run(() =>
        {
            for (; epoch < options.Epochs && !interrupted; epoch++, first = 0)
            {
                var (losses, correct, seen) = (0.0, 0L, 0L);
                int at = first;
                foreach (var batch in batches.Shuffled(epoch, first))
                {
                    double done = ((long)epoch * batches.PerEpoch + at) / (double)total;
                    var report = step.Update(ref state, batch.Images, batch.Labels, Tensor.Of((float)Learning(done)));
                    losses += (double)report.Loss * Batch;
                    correct += (long)report.Correct;
                    seen += Batch;
                    display.Step(epoch, at++, losses / seen, (double)correct / seen);
                    interrupted = cancellation.IsCancellationRequested;
                    if (interrupted) break;
                }
                display.Epoch(epoch, losses / Math.Max(seen, 1), (double)correct / Math.Max(seen, 1));
                var place = interrupted && at < batches.PerEpoch ? (epoch, at) : (epoch + 1, 0);
                Checkpoint.Save(checkpoint, state, new Dictionary<string, string>
                {
                    [EpochKey] = place.Item1.ToString(CultureInfo.InvariantCulture),
                    [StepKey] = place.Item2.ToString(CultureInfo.InvariantCulture),
                    [SeedKey] = options.Seed.ToString(CultureInfo.InvariantCulture),
                    [ModelKey] = options.Model,
                });
            }
        }, CancellationToken.None));
        return new(options.Validate > 0 ? "validation" : "test", Accuracy(model, state.Parameters, data.Test), checkpoint, interrupted);
    }

    /// <summary>The file that is written after each epoch, in a folder that is made now: an hour's training is not to end at a folder that can't be.</summary>
    private static string CheckpointIn(string folder, string model)
    {
        string path = Path.GetFullPath(Path.Combine(folder, model + ".safetensors"));
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MindDslException(Diagnostics.FileUnwritable(path, e.Message), e);
        }
        return path;
    }

    /// <summary>Loss and gradient, then Adam, as one program.</summary>
    internal static Fn<State<P>, Tensor, Tensor, Tensor, (State<P> State, (Tensor Loss, Tensor Correct) Report)> Step<P>(Fn<P, Tensor, Tensor> model)
    {
        var loss = Fn((P p, Tensor x, Tensor t) => Let(model(p, x), y => ValueTuple.Create(CrossEntropy(y, t, null, null, 0, Ir.Reduction.Mean), y)));
        var adam = Adam.Step<P>();
        return Fn((State<P> s, Tensor x, Tensor t, Tensor rate) =>
            Let(loss.ValueAndGrad()(s.Parameters, x, t), r =>
            Let(adam(s.Parameters, r.Grad, s.Adam, rate), next =>
                ValueTuple.Create(
                    new State<P>(next.Item1, next.Item2),
                    ValueTuple.Create(r.Value.Item1, r.Value.Item2.ArgMax(1, false).EqualTo(t).To(Ir.DType.I64).Sum(null, false))))));
    }

    /// <summary>The learning rate falls along a cosine to a hundredth.</summary>
    private static double Learning(double done) => Rate * (0.01 + 0.99 * 0.5 * (1 + Math.Cos(Math.PI * done)));

    private static double Accuracy<P>(Fn<P, Tensor, Tensor> model, P parameters, DigitSet set)
    {
        var classify = Fn((P p, Tensor x) => model(p, x).ArgMax(1, false));
        long correct = 0;
        foreach (var batch in new Batches(set, 250, seed: 0).InOrder())
        {
            var (found, wanted) = (classify(parameters, batch.Images).ToArray<long>(), batch.Labels.ToArray<long>());
            for (int i = 0; i < batch.Count; i++) if (found[i] == wanted[i]) correct++;
        }
        return (double)correct / set.Count;
    }

    private static (State<P> State, int Epoch, int Step) Resume<P>(string file, Options options, State<P> like)
    {
        var (state, metadata) = Checkpoint.Load(file, like);
        int Number(string key) => int.TryParse(metadata.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : 0;
        if (metadata.GetValueOrDefault(ModelKey) != options.Model)
            throw new MindDslException(Diagnostics.CheckpointDiffers(file, ModelKey, options.Model, metadata.GetValueOrDefault(ModelKey) ?? "nothing"));
        return (state, Number(EpochKey), Number(StepKey));
    }
}
