using MindDsl.Backends.Cuda;
using MindDsl.Ir;
using MindDsl.Tests.Architecture;
using MindDsl.Tests.Backends.Cuda;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Golden;

/// <summary>The CUDA C of each family of kernels, in tests/Golden/cuda; MINDDSL_UPDATE=1 writes the files anew, and the difference is to be read.</summary>
public class CudaTextTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Golden", "cuda");

    private static readonly Dictionary<string, Action> Programs = new()
    {
        ["elementwise"] = () => Fn((Tensor x, Tensor y) => (x * y + 1).Tanh())(Numbers(64, 64), Numbers(64, 64)),
        ["movement"] = () => Fn((Tensor x) => x.Transpose() + 1)(Numbers(48, 40)),
        ["reduction"] = () => Fn((Tensor x) => x.Sum(1, false))(Numbers(16, 1000)),
        ["reduction-in-parts"] = () => Fn((Tensor x) => x.Max(null, false) + 1)(Numbers(100_000)),
        ["argument-of-maximum"] = () => Fn((Tensor x) => x.ArgMax(1, false))(Numbers(8, 500)),
        ["contraction"] = () => Fn((Tensor x, Tensor y) => x.Dot(y))(Numbers(64, 48), Numbers(48, 80)),
        ["convolution"] = () => Fn((Tensor x, Tensor w) => Conv2D(x, w, null, 1, 1, 1, 1))(Numbers(2, 3, 12, 12), Numbers(8, 3, 3, 3)),
        ["gather"] = () => Fn((Tensor x, Tensor i) => x.Gather(i, 1))(Numbers(64, 100), Places(64, 20)),
        ["scatter"] = () => Fn((Tensor x, Tensor i, Tensor u) => x.ScatterAdd(i, u, 0))(Numbers(100, 8), Places(64, 8), Numbers(64, 8)),
        ["random-bits"] = () => Fn((Key key) => Uniform(key, new long[] { 1000 }, DType.F32))(new Key(7)),
        ["loop-in-a-kernel"] = () => Fn((double x) => While(new { X = x, N = 0 }, s => s.X < 100, s => new { X = s.X * 1.5 + 1, N = s.N + 1 }).X)(1),
        ["loop-of-the-host"] = () => Fn((Tensor x) => While(x, s => s.Sum(null, false) < 1e6, s => s * 2))(Numbers(10_000)),
        ["softmax"] = () => Fn((Tensor x) => x.Softmax(1))(Numbers(32, 256)),
    };

    public static TheoryData<string> Names => [.. Programs.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_text_of_a_family_is_the_one_that_was_read(string name)
    {
        var cuda = new FakeCuda();
        using (Use(CudaBackend.Open(new(cuda.Driver, cuda.Nvrtc, null), 0, CudaOptions.Default))) Programs[name]();
        string text = string.Join("\n", cuda.Nvrtc.Sources.Select(Kernels)), path = Path.Combine(Folder, name + ".cu");
        if (MindFile.IsUpdating) File.WriteAllText(path, text);
        else Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), text);
    }

    [Fact]
    public void Every_file_belongs_to_a_family() => Assert.Equal(Programs.Keys.Order(), Directory.GetFiles(Folder).Select(f => Path.GetFileNameWithoutExtension(f)).Order());

    /// <summary>The kernels without the words of the dialect and what all programs have.</summary>
    private static string Kernels(string source) => source[source.IndexOf("\nKERNEL(", StringComparison.Ordinal)..].TrimStart('\n');

    private static Tensor Numbers(params long[] shape) => Tensor.Arange(0, shape.Aggregate(1L, (n, l) => n * l), 1, DType.F32).Reshape(shape);

    private static Tensor Places(params long[] shape) => Tensor.Arange(0, shape.Aggregate(1L, (n, l) => n * l), 1, DType.I64).Reshape(shape) % 20;
}
