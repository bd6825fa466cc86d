using MindDsl.Backends;
using MindDsl.Backends.Cuda;
using MindDsl.Backends.Cuda.Native;
using MindDsl.Ir;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Backends.Cuda;

/// <summary>Whole programs on the fake device, whose kernels the host runs.</summary>
public class CudaProgramTests
{
    private static readonly Fn<Tensor, Tensor, Tensor> Layers = Fn((Tensor x, Tensor w) =>
        Let(x.Dot(w).Relu(), y => (y.Dot(w) - y.Sum(1, true)).Exp().Sum(0, false)));

    private static Tensor X => (Tensor.Arange(0, 64 * 48, 1, DType.F32).Reshape(64, 48) % 7 - 3) * 0.01;

    private static Tensor W => (Tensor.Arange(0, 48 * 48, 1, DType.F32).Reshape(48, 48) % 5 - 2) * 0.1;

    [Fact]
    public void Runs_after_the_first_are_graphs_with_the_same_results()
    {
        Assert.SkipWhen(HostKernels.Compiler is null, "there is no C++ compiler");
        var cuda = HostKernels.Cuda();
        using var scope = Use(CudaBackend.Open(cuda.Platform, 0, CudaOptions.Default));
        var (x, w) = (X, W);
        float[] first = Layers(x, w).ToArray<float>();
        Near(Expected(x, w), first);
        int launches = cuda.Calls.Names.Count(n => n == "cuLaunchKernel");
        Assert.DoesNotContain("cuGraphLaunch", cuda.Calls.Names);
        Assert.Equal(2, cuda.Calls.Names.Count(n => n == "cublasLtMatmul"));
        for (int run = 1; run <= 3; run++) Assert.Equal(first, Layers(x, w).ToArray<float>());
        Assert.Equal(3, cuda.Calls.Names.Count(n => n == "cuGraphLaunch"));
        Assert.Single(cuda.Calls.Names, n => n == "cuGraphInstantiate");
        Assert.Equal(2 * launches, cuda.Calls.Names.Count(n => n == "cuLaunchKernel"));
        // Other arguments, the same graph.
        Near(Expected(w, w), Layers(w, w).ToArray<float>());
    }

    [Fact]
    public void Numbers_that_change_from_call_to_call_are_no_part_of_a_graph()
    {
        Assert.SkipWhen(HostKernels.Compiler is null, "there is no C++ compiler");
        var cuda = HostKernels.Cuda();
        using var scope = Use(CudaBackend.Open(cuda.Platform, 0, CudaOptions.Default));
        var step = Fn((Tensor w, Tensor x, Tensor rate, double power, long count) => w - rate * (x.Dot(w) * power).Sum(0, true) / (rate * rate + count));
        int before = 0;
        for (int run = 0; run < 5; run++)
        {
            var (w, x, rate, power) = (W, W, Tensor.Of(0.5f + run), 1.5 - run);
            float[] found = step(w, x, rate, power, run).ToArray<float>();
            using (Use(new InterpreterBackend())) Near(step(w, x, rate, power, run).ToArray<float>(), found);
            if (run == 1) before = cuda.Calls.Names.Count(n => n == "cuLaunchKernel");
        }
        Assert.Equal(before, cuda.Calls.Names.Count(n => n == "cuLaunchKernel"));
        Assert.Equal(4, cuda.Calls.Names.Count(n => n == "cuGraphLaunch"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_vector_that_is_added_to_rows_goes_with_the_product(bool hasWays)
    {
        Assert.SkipWhen(HostKernels.Compiler is null, "there is no C++ compiler");
        var cuda = HostKernels.Cuda();
        cuda.Blas.HasWays = hasWays;
        using var scope = Use(CudaBackend.Open(cuda.Platform, 0, CudaOptions.Default));
        var dense = Fn((Tensor x, Tensor w, Tensor b) => (x.Dot(w) + b).Relu());
        var shared = Fn((Tensor x, Tensor w, Tensor b) => Let(x.Dot(w), y => (y + b) * y));
        var bias = Tensor.Arange(0, 48, 1, DType.F32) * 0.1 - 2;
        foreach (var f in new[] { dense, shared })
            for (int run = 0; run < 3; run++)
            {
                float[] expected;
                using (Use(new InterpreterBackend())) expected = f(X, W, bias).ToArray<float>();
                Near(expected, f(X, W, bias).ToArray<float>());
            }
        // The product that is read twice is one of its own.
        Assert.Equal(hasWays ? 1 : 0, cuda.Calls.Log.Count(c => c == "cublasLtMatmulDescSetAttribute(BiasPointer)") / 2);
    }

    [Theory]
    [InlineData(DType.F16, CudaType.F16)]
    [InlineData(DType.BF16, CudaType.BF16)]
    public void The_library_multiplies_16_bits_as_they_are_also_where_they_are_converted_first(DType type, CudaType expected)
    {
        Assert.SkipWhen(HostKernels.Compiler is null, "there is no C++ compiler");
        var cuda = HostKernels.Cuda();
        using var scope = Use(CudaBackend.Open(cuda.Platform, 0, CudaOptions.Default));
        var (x, w) = (X.To(type), W.To(type));
        var direct = Fn((Tensor x, Tensor w) => x.Dot(w));
        var converted = Fn((Tensor x, Tensor w) => x.To(DType.F32).Dot(w.To(DType.F32)));
        float[] found = direct(x, w).ToArray<float>();
        Assert.Equal(found, converted(x, w).ToArray<float>());
        using (Use(new InterpreterBackend())) Near(direct(x, w).ToArray<float>(), found);
        // Both are one product, described once.
        Assert.Equal([expected, expected, CudaType.F32], cuda.Blas.Types);
        Assert.Equal(2, cuda.Calls.Names.Count(n => n == "cublasLtMatmul"));
    }

    [Fact]
    public void Without_the_library_products_are_kernels()
    {
        Assert.SkipWhen(HostKernels.Compiler is null, "there is no C++ compiler");
        var (whole, part) = (HostKernels.Cuda(), HostKernels.Cuda());
        part.Blas.HasWays = false;
        foreach (var platform in new[] { new CudaPlatform(whole.Driver, whole.Nvrtc, null), part.Platform })
        {
            using var scope = Use(CudaBackend.Open(platform, 0, CudaOptions.Default));
            for (int run = 0; run < 3; run++) Near(Expected(X, W), Layers(X, W).ToArray<float>());
        }
        Assert.DoesNotContain("cublasLtMatmul", whole.Calls.Names.Concat(part.Calls.Names));
    }

    [Fact]
    public void Too_little_memory_names_the_program_and_its_largest_buffers_and_smaller_programs_run()
    {
        Assert.SkipWhen(HostKernels.Compiler is null, "there is no C++ compiler");
        var cuda = HostKernels.Cuda();
        cuda.Driver.Bytes = 1 << 20;
        using var scope = Use(CudaBackend.Open(new(cuda.Driver, cuda.Nvrtc, null), 0, CudaOptions.Default));
        var twice = Fn((Tensor x) => (x + 1).Sum(0, true) * x);
        var error = Assert.Throws<MindDslException>(() => twice(Tensor.Arange(0, 1 << 18, 1, DType.F32)));
        Assert.Equal("MIND0550", error.Code);
        Assert.Contains(error.Diagnostics[0].Facts, f => f.Label == "program" && f.Text.EndsWith("bytes at a time", StringComparison.Ordinal));
        Assert.Contains(error.Diagnostics[0].Facts, f => f.Label == "buffer" && f.Text.StartsWith("1,048,576 bytes for ", StringComparison.Ordinal));
        Assert.Equal([1.75f, 3.5f], twice(new float[] { 0.5f, 1f }).ToArray<float>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(999)]
    public void A_call_that_fails_in_a_run_is_an_error_of_that_run_only(int status)
    {
        Assert.SkipWhen(HostKernels.Compiler is null, "there is no C++ compiler");
        var cuda = HostKernels.Cuda();
        var (x, w) = (X, W);
        using var scope = Use(CudaBackend.Open(cuda.Platform, 0, CudaOptions.Default));
        float[] Run() => Layers(x, w).ToArray<float>();
        float[] expected = Run();
        // The second run records, the later ones are alike.
        Run();
        int before = cuda.Calls.Log.Count;
        Run();
        int calls = cuda.Calls.Log.Count - before, failed = 0;
        for (int n = 0; n < calls; n++)
        {
            (cuda.Calls.Failure, int at) = ((cuda.Calls.Log.Count + n, status), cuda.Calls.Log.Count + n);
            var error = Record.Exception(() => { Run(); });
            cuda.Calls.Failure = null;
            // What is freed when it is collected may come between.
            if (cuda.Calls.Log.Count <= at) continue;
            string call = cuda.Calls.Log[at].Split('(')[0];
            if (call is not ("cuMemFreeAsync" or "cuModuleUnload" or "cuStreamSynchronize"))
            {
                Assert.Equal("MIND0560", Assert.IsType<MindDslException>(error).Code);
                Assert.StartsWith(call, error.Message["MIND0560 ".Length..], StringComparison.Ordinal);
                failed++;
            }
            Assert.Equal(expected, Run());
        }
        Assert.True(failed > 3);
    }

    private static float[] Expected(Tensor x, Tensor w)
    {
        using var scope = Use(new InterpreterBackend());
        return Layers(x, w).ToArray<float>();
    }

    private static void Near(float[] expected, float[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int k = 0; k < found.Length; k++) Assert.Equal(expected[k], found[k], 1e-4f * (1 + Math.Abs(expected[k])));
    }
}
