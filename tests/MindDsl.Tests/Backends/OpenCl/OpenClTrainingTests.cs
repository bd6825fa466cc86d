using MindDsl.Backends;
using MindDsl.Backends.Cpu;
using MindDsl.Data;
using MindDsl.Examples.Quickstart;
using MindDsl.Tests.Support;
using MindDsl.Train;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Backends.OpenClDevices;

/// <summary>Models of the quickstart on a device of OpenCL: the losses are those of the CPU, step by step.</summary>
public class OpenClTrainingTests
{
    private const int Steps = 8;

    [Fact]
    public void A_perceptron_learns_as_on_the_cpu() => LearnsAlike(Mlp.Create(new Key(1)), Mlp.Model, 1e-4);

    [Fact]
    public void Lenet_learns_as_on_the_cpu() => LearnsAlike(LeNet.Create(new Key(1)), LeNet.Model, 1e-3);

    private static void LearnsAlike<P>(P parameters, Fn<P, Tensor, Tensor> model, double tolerance)
    {
        var digits = DrawnDigits.Create(64, 1, seed: 7).Train;
        var device = OpenCl.Backend();
        var (expected, found) = (Losses(parameters, model, digits, new CpuBackend()), Losses(parameters, model, digits, device));
        for (int k = 0; k < Steps; k++) Assert.True(Math.Abs(expected[k] - found[k]) <= tolerance * (1 + Math.Abs(expected[k])), $"step {k}: {expected[k]} on the CPU, {found[k]} on the device");
        Assert.True(found[^1] < found[0]);
        // A device computes the same bits each time.
        Assert.Equal(found, Losses(parameters, model, digits, device));
    }

    private static double[] Losses<P>(P parameters, Fn<P, Tensor, Tensor> model, DigitSet digits, IBackend backend)
    {
        using (Use(backend))
        {
            var step = Training.Step(model);
            var copy = Tree.Copy(parameters);
            var state = new State<P>(copy, Adam.Start(copy));
            var batches = new Batches(digits, 32, 3);
            var losses = new List<double>();
            for (int epoch = 0; losses.Count < Steps; epoch++)
                foreach (var batch in batches.Shuffled(epoch, 0)) losses.Add((double)step.Update(ref state, batch.Images, batch.Labels, Tensor.Of(1e-3f)).Loss);
            return [.. losses.Take(Steps)];
        }
    }
}
