using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using MindDsl.Data;
using MindDsl.Examples.Quickstart;
using MindDsl.Tests.Support;
using Xunit;

namespace MindDsl.Tests.Examples;

/// <summary>The quickstart on a few drawn digits: resuming, interruption, threads, options.</summary>
public sealed class QuickstartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("minddsl-").FullName;

    public QuickstartTests()
    {
        var digits = DrawnDigits.Create(320, 64, seed: 7);
        Write("train", digits.Train);
        Write("t10k", digits.Test);
    }

    [Fact]
    public async Task An_interrupted_training_that_is_resumed_ends_with_the_same_bits()
    {
        var whole = await Train("whole", 3, null, CancellationToken.None);
        Assert.False(whole.Interrupted);

        // Cancelled from the beginning, training stops after one step with a usable checkpoint.
        var part = await Train("part", 3, null, new CancellationToken(canceled: true));
        Assert.True(part.Interrupted);
        Assert.NotEqual(File.ReadAllBytes(whole.Checkpoint), File.ReadAllBytes(part.Checkpoint));

        var resumed = await Train("resumed", 3, part.Checkpoint, CancellationToken.None);
        Assert.Equal(File.ReadAllBytes(whole.Checkpoint), File.ReadAllBytes(resumed.Checkpoint));
        Assert.Equal(whole.Accuracy, resumed.Accuracy);
    }

    [Fact]
    public async Task Ctrl_c_ends_the_program_after_its_step_with_a_usable_checkpoint()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the signal is sent as on Linux");
        // A process that is started in the background by some shells is deaf to the signal, and so are its children.
        string ignored = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn", StringComparison.Ordinal)).Split('\t')[1];
        Assert.SkipUnless((System.Convert.ToUInt64(ignored, 16) & 0b10) == 0, "this process ignores Ctrl-C, and so would its children");

        string output = Output("interrupted");
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "Quickstart.dll"), "--data", _folder, "--model", "mlp", "--epochs", "100000", "--output", output];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var cancellation = TestContext.Current.CancellationToken;
        string? line;
        do line = await process.StandardOutput.ReadLineAsync(cancellation);
        while (line is not null && !line.StartsWith("epoch 1", StringComparison.Ordinal));
        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)])!) await kill.WaitForExitAsync(cancellation);
        string rest = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);

        Assert.Equal(130, process.ExitCode);
        Assert.Contains("test accuracy 0.", rest, StringComparison.Ordinal);
        var resumed = await Train("resumed", 1, Path.Combine(output, "mlp.safetensors"), CancellationToken.None);
        Assert.False(resumed.Interrupted);
    }

    [Fact]
    public async Task The_folder_of_checkpoints_is_made_before_training_or_refused()
    {
        string folder = Path.Combine(Output("new"), "below");
        var trained = await Training.RunAsync(new Options { Data = _folder, Model = "mlp", Epochs = 1, Output = folder }, TextWriter.Null, false, CancellationToken.None);
        Assert.Equal(folder, Path.GetDirectoryName(trained.Checkpoint));

        var written = new StringWriter();
        var options = new Options { Data = _folder, Model = "mlp", Epochs = 1, Output = Path.Combine(trained.Checkpoint, "below") };
        var error = await Assert.ThrowsAsync<MindDslException>(() => Training.RunAsync(options, written, false, CancellationToken.None));
        Assert.Equal("MIND0640", error.Code);
        Assert.DoesNotContain("epoch", written.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_of_another_model_is_refused()
    {
        var trained = await Train("mlp", 1, null, CancellationToken.None);
        var options = new Options { Data = _folder, Model = "lenet", Epochs = 1, Output = Output("other"), Resume = trained.Checkpoint };
        var error = await Assert.ThrowsAsync<MindDslException>(() => Training.RunAsync(options, TextWriter.Null, false, CancellationToken.None));
        Assert.Equal("MIND0647", error.Code);
    }

    [Fact]
    public async Task Any_number_of_threads_trains_to_the_same_bits() => Assert.Equal(await TrainInProcess("1"), await TrainInProcess("2"));

    [Theory]
    [InlineData("--model", "resnet")]
    [InlineData("--epochs", "0")]
    [InlineData("--colour", "red")]
    [InlineData("--seed")]
    public void Options_that_make_no_sense_are_complained_about(params string[] arguments)
    {
        var (options, complaint) = Options.Read(arguments);
        Assert.Null(options);
        Assert.Contains(arguments[0], complaint, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<Outcome> Train(string name, int epochs, string? resume, CancellationToken cancellation) => Training.RunAsync(
        new Options { Data = _folder, Model = "mlp", Epochs = epochs, Output = Output(name), Resume = resume }, TextWriter.Null, false, cancellation);

    private async Task<byte[]> TrainInProcess(string threads)
    {
        string output = Output("threads" + threads);
        string program = Path.Combine(AppContext.BaseDirectory, "Quickstart.dll");
        await ChildProcess.RunAsync(
            "dotnet", [program, "--data", _folder, "--model", "lenet", "--epochs", "1", "--output", output], "MINDDSL_THREADS", threads);
        return await File.ReadAllBytesAsync(Path.Combine(output, "lenet.safetensors"), TestContext.Current.CancellationToken);
    }

    private string Output(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    private void Write(string prefix, DigitSet set)
    {
        byte[] Header(byte axes, params int[] lengths)
        {
            var bytes = new byte[4 + 4 * lengths.Length];
            (bytes[2], bytes[3]) = (8, axes);
            for (int k = 0; k < lengths.Length; k++) BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 + 4 * k), lengths[k]);
            return bytes;
        }

        File.WriteAllBytes(Path.Combine(_folder, prefix + "-images-idx3-ubyte"), [.. Header(3, set.Count, set.Rows, set.Columns), .. set.Pixels]);
        File.WriteAllBytes(Path.Combine(_folder, prefix + "-labels-idx1-ubyte"), [.. Header(1, set.Count), .. set.Labels]);
    }
}
