using MindDsl.Backends.Cuda;
using Xunit;

namespace MindDsl.Tests.Backends.Cuda;

public class CudaCompilerTests
{
    [Theory]
    [InlineData(90, "sm_90", true)] // its own
    [InlineData(103, "compute_100", false)] // newer than the compiler: the driver compiles the assembly text
    [InlineData(300, "compute_120", false)]
    [InlineData(87, "compute_86", false)]
    public void The_target_is_the_device_or_the_highest_virtual_architecture_below_it(int device, string target, bool isMachineCode) =>
        Assert.Equal(new CudaArchitecture("--gpu-architecture=" + target, isMachineCode), CudaArchitecture.Choose(device, [75, 80, 86, 89, 90, 100, 120]));

    [Fact]
    public void A_device_older_than_the_compiler_has_no_target() => Assert.Null(CudaArchitecture.Choose(61, [75, 80]));

    [Theory]
    [InlineData(61, "compute_61")]
    [InlineData(86, "compute_80")]
    public void A_compiler_that_cannot_be_asked_is_that_of_cuda_11(int device, string target) =>
        Assert.Equal(new CudaArchitecture("--gpu-architecture=" + target, false), CudaArchitecture.Choose(device, null));

    [Fact]
    public void Sums_of_products_are_not_contracted_and_machine_code_is_for_the_device()
    {
        var cuda = new FakeCuda();
        using var device = CudaDevice.Open(cuda.Platform, 0);
        using var queue = new CudaQueue(device, CudaOptions.Default);
        using var program = queue.Build(CudaDialect.Instance.Prelude + "KERNEL(k)(GLOBAL u8* m)\n{\n}\n");
        Assert.Equal(["--gpu-architecture=sm_90", "--fmad=false", "--std=c++14"], cuda.Nvrtc.Options);
        Assert.EndsWith("KERNEL(k)(GLOBAL u8* m)\n{\n}\n", cuda.Nvrtc.Sources[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(103, true)]
    [InlineData(90, false)]
    public void Assembly_text_is_taken_where_there_is_no_machine_code(int architecture, bool hasCubin)
    {
        var cuda = new FakeCuda();
        (cuda.Driver.Architecture, cuda.Nvrtc.HasCubin) = (architecture, hasCubin);
        using (var device = CudaDevice.Open(cuda.Platform, 0))
        using (var queue = new CudaQueue(device, CudaOptions.Default))
            queue.Build("KERNEL(k)(GLOBAL u8* m)\n{\n}\n").Dispose();
        Assert.Contains("nvrtcGetPTX", cuda.Calls.Names);
        Assert.DoesNotContain("nvrtcGetCUBIN", cuda.Calls.Names);
        Assert.Empty(cuda.Calls.Live);
    }

    [Fact]
    public void What_the_compiler_says_stands_with_the_line_it_is_about()
    {
        var cuda = new FakeCuda();
        cuda.Nvrtc.Log = "program.cu(3): error: identifier \"y\" is undefined\n\n1 error detected in the compilation of \"program.cu\".\n";
        using var device = CudaDevice.Open(cuda.Platform, 0);
        using (var queue = new CudaQueue(device, CudaOptions.Default))
        {
            var error = Assert.Throws<MindDslException>(() => queue.Build("KERNEL(k)(GLOBAL u8* m)\n{\n    f32 x = y;\n}\n"));
            Assert.Equal("MIND0551", error.Code);
            Assert.Contains(error.Diagnostics[0].Facts, f => f == ("error", "identifier \"y\" is undefined"));
            Assert.Contains(error.Diagnostics[0].Facts, f => f == ("in", "f32 x = y;"));
        }
        Assert.Equal(["context"], cuda.Calls.Live);
    }

    [Fact]
    public void The_words_of_the_dialect_are_all_defined()
    {
        string prelude = CudaDialect.Instance.Prelude;
        string[] functions =
        [
            "sqrt", "fma", "floor", "ceil", "rint", "trunc", "fabs", "fmod", "exp", "expm1", "log", "log1p", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh",
            "atanh", "pow", "atan2", "isfinite",
        ];
        Assert.All(functions, f => Assert.Contains($"#define f32_{f}", prelude, StringComparison.Ordinal));
        Assert.All(functions, f => Assert.Contains($"#define f64_{f}", prelude, StringComparison.Ordinal));
        foreach (string word in (string[])["KERNEL", "FN", "GLOBAL", "LOCAL", "TABLE", "CONST", "BARRIER", "I64", "GROUP", "LOCAL_ID", "GROUPS", "GROUP_SIZE", "CLAIM", "mulhi_u32", "HAS_F64"])
            Assert.Contains($"#define {word}", prelude, StringComparison.Ordinal);
    }
}
