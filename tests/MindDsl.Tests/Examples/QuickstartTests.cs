using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using MindDsl.Backends.Cuda;
using MindDsl.Data;
using MindDsl.Examples.Quickstart;
using MindDsl.Tests.Backends.Cuda;
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

    [Fact]
    public async Task A_device_that_is_not_there_is_a_clear_sentence()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Quickstart.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, "--data", _folder, "--device", "cuda:99"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var cancellation = TestContext.Current.CancellationToken;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        await process.WaitForExitAsync(cancellation);
        Assert.Equal(1, process.ExitCode);
        Assert.StartsWith("MIND0541 the device cuda:99 cannot be used here\n  reason", await errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", await errors, StringComparison.Ordinal);
        Assert.Empty(await output);
    }

    [Fact]
    public async Task The_processor_can_be_chosen_by_its_name()
    {
        var (chosen, other) = (await Train("chosen", 1, null, CancellationToken.None, "cpu"), await Train("default", 1, null, CancellationToken.None));
        Assert.Equal(File.ReadAllBytes(other.Checkpoint), File.ReadAllBytes(chosen.Checkpoint));
    }

    [Fact]
    public async Task Training_in_cuda_c_has_the_losses_of_the_processor()
    {
        Assert.SkipWhen(HostKernels.Compiler is null, "there is no C++ compiler");
        var cuda = HostKernels.Cuda();
        var (there, here) = (new StringWriter(), new StringWriter());
        using (Mind.Use(CudaBackend.Open(cuda.Platform, 0, CudaOptions.Default))) await Train("cuda", 2, null, CancellationToken.None, output: there);
        await Train("cpu", 2, null, CancellationToken.None, output: here);
        var (found, expected) = (Losses(there), Losses(here));
        Assert.Equal(2, expected.Length);
        for (int k = 0; k < 2; k++) Assert.Equal(expected[k], found[k], 2e-3);
        // A step is a graph from its third run on, and one call of the driver starts all its kernels.
        Assert.InRange(cuda.Calls.Names.Count(n => n == "cuGraphLaunch"), 17, 25);
        Assert.True(cuda.Calls.Names.Count(n => n == "cuLaunchKernel") < 100);
        Assert.Contains("cublasLtMatmul", cuda.Calls.Names);
    }

    [Fact]
    public async Task Training_on_a_device_of_OpenCL_has_the_losses_and_the_accuracy_of_the_processor()
    {
        _ = OpenCl.Backend();
        var (there, here) = (new StringWriter(), new StringWriter());
        var found = await Train("opencl", 2, null, CancellationToken.None, "opencl", there);
        var expected = await Train("cpu", 2, null, CancellationToken.None, output: here);
        Assert.Equal(2, Losses(here).Length);
        for (int k = 0; k < 2; k++) Assert.Equal(Losses(here)[k], Losses(there)[k], 2e-3);
        // An image more or less, of 64, may fall on the other side.
        Assert.Equal(expected.Accuracy, found.Accuracy, 2.0 / 64 + 1e-9);
    }

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

    private static double[] Losses(StringWriter output) => [.. output.ToString().Split('\n').Where(l => l.StartsWith("epoch", StringComparison.Ordinal))
        .Select(l => double.Parse(l[(l.IndexOf("loss ", StringComparison.Ordinal) + 5)..].Split(' ')[0], CultureInfo.InvariantCulture))];

    private Task<Outcome> Train(string name, int epochs, string? resume, CancellationToken cancellation, string? device = null, TextWriter? output = null) => Training.RunAsync(
        new Options { Data = _folder, Model = "mlp", Epochs = epochs, Output = Output(name), Resume = resume, Device = device }, output ?? TextWriter.Null, false, cancellation);

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
