using System.Runtime.InteropServices;
using MindDsl.Backends.Cuda;
using MindDsl.Backends.Cuda.Native;
using MindDsl.Backends.Devices;
using MindDsl.Ir;
using Xunit;

namespace MindDsl.Tests.Backends.Cuda;

/// <summary>Products by rows through a library that thinks in columns.</summary>
public unsafe class MatrixProductTests
{
    [Theory]
    [InlineData(1, 3, 4, 5, false, false, false)]
    [InlineData(1, 3, 4, 5, true, false, true)]
    [InlineData(1, 3, 4, 5, false, true, false)]
    [InlineData(1, 2, 7, 1, true, true, true)]
    [InlineData(3, 2, 3, 4, false, false, true)]
    [InlineData(2, 5, 1, 3, true, true, false)]
    public void The_products_are_those_of_the_definition(int batch, int rows, int columns, int inner, bool left, bool right, bool bias)
    {
        var cuda = new FakeCuda();
        using (var device = CudaDevice.Open(cuda.Platform, 0))
        using (var queue = new CudaQueue(device, CudaOptions.Default))
        using (var products = new MatrixProducts(device, queue, tf32: false))
        {
            var random = new Random(batch * 100 + rows);
            float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(-4, 5))];
            float[] a = Numbers(batch * rows * inner), b = Numbers(batch * inner * columns), v = Numbers(columns), found = new float[batch * rows * columns];
            long atB = 512, atV = 1024, atC = 1536;
            nint memory = queue.Allocate(2048);
            Write(queue, memory, 0, a);
            Write(queue, memory, atB, b);
            Write(queue, memory, atV, v);
            var product = new MatrixProduct(
                DType.F32, batch, rows, columns, inner, new(0, left ? rows : inner, rows * inner, left), new(atB, right ? inner : columns, inner * columns, right),
                new(atC, columns, rows * columns), bias ? atV : -1);
            Assert.True(products.TryMultiply(memory, product));
            fixed (float* to = found) queue.Read(memory, atC, (nint)to, found.Length * 4);
            for (int n = 0; n < batch; n++)
                for (int i = 0; i < rows; i++)
                    for (int j = 0; j < columns; j++)
                    {
                        float sum = bias ? v[j] : 0;
                        for (int k = 0; k < inner; k++)
                            sum += a[n * rows * inner + (left ? k * rows + i : i * inner + k)] * b[n * inner * columns + (right ? j * inner + k : k * columns + j)];
                        Assert.Equal(sum, found[(n * rows + i) * columns + j]);
                    }
            Assert.Equal(256, cuda.Blas.Alignment);
            queue.Free(memory);
        }
        Assert.Empty(cuda.Calls.Live);
    }

    [Fact]
    public void A_way_is_looked_for_once_for_each_shape()
    {
        var cuda = new FakeCuda();
        using var device = CudaDevice.Open(cuda.Platform, 0);
        using var queue = new CudaQueue(device, CudaOptions.Default);
        using var products = new MatrixProducts(device, queue, tf32: false);
        nint memory = queue.Allocate(4096);
        for (int i = 0; i < 5; i++) Assert.True(products.TryMultiply(memory, Square(2, 256 * i)));
        Assert.Single(cuda.Calls.Names, n => n == "cublasLtMatmulAlgoGetHeuristic");
        Assert.True(products.TryMultiply(memory, Square(3, 0)));
        Assert.Equal(2, cuda.Calls.Names.Count(n => n == "cublasLtMatmulAlgoGetHeuristic"));
        // A place that is aligned less promises less.
        Assert.True(products.TryMultiply(memory, Square(2, 64)));
        Assert.Equal(64, cuda.Blas.Alignment);
        queue.Free(memory);
    }

    [Fact]
    public void Where_the_library_has_no_way_nothing_is_done()
    {
        var cuda = new FakeCuda();
        cuda.Blas.HasWays = false;
        using var device = CudaDevice.Open(cuda.Platform, 0);
        using var queue = new CudaQueue(device, CudaOptions.Default);
        using (var products = new MatrixProducts(device, queue, tf32: false))
        {
            nint memory = queue.Allocate(4096);
            Assert.False(products.TryMultiply(memory, Square(2, 0)));
            Assert.False(products.TryMultiply(memory, Square(2, 0)));
            Assert.Single(cuda.Calls.Names, n => n == "cublasLtMatmulAlgoGetHeuristic");
            Assert.DoesNotContain("cublasLtMatmul", cuda.Calls.Names);
            queue.Free(memory);
        }
        Assert.DoesNotContain("layout", cuda.Calls.Live);
    }

    [Theory]
    [InlineData(DType.F32, false, ComputeType.F32, CudaType.F32, CudaType.F32)]
    [InlineData(DType.F32, true, ComputeType.F32FastTf32, CudaType.F32, CudaType.F32)]
    [InlineData(DType.F64, true, ComputeType.F64, CudaType.F64, CudaType.F64)]
    [InlineData(DType.F16, false, ComputeType.F32, CudaType.F16, CudaType.F32)]
    [InlineData(DType.F16, true, ComputeType.F32, CudaType.F16, CudaType.F32)]
    [InlineData(DType.BF16, true, ComputeType.F32, CudaType.BF16, CudaType.F32)]
    public void Sums_are_of_the_type_that_was_asked_for(DType type, bool tf32, ComputeType expected, CudaType factors, CudaType result)
    {
        var cuda = new FakeCuda();
        using var device = CudaDevice.Open(cuda.Platform, 0);
        using var queue = new CudaQueue(device, CudaOptions.Default);
        using var products = new MatrixProducts(device, queue, tf32);
        nint memory = queue.Allocate(4096);
        products.TryMultiply(memory, Square(2, 0) with { Type = type });
        Assert.Equal(expected, cuda.Blas.Compute);
        Assert.Equal([factors, factors, result], cuda.Blas.Types);
        // The numbers of the library's header.
        Assert.Equal([0, 1, 2, 14, 68, 70, 77], new[] { (int)CudaType.F32, (int)CudaType.F64, (int)CudaType.F16, (int)CudaType.BF16, (int)ComputeType.F32, (int)ComputeType.F64, (int)ComputeType.F32FastTf32 });
        queue.Free(memory);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(13)]
    [InlineData(77)]
    public void Every_error_of_every_call_is_a_designed_error_and_nothing_stays_alive(int status)
    {
        int count = Multiply(null, out _).Calls.Log.Count;
        for (int n = 0; n < count; n++)
        {
            var cuda = Multiply((n, status), out var error);
            Assert.Empty(cuda.Calls.Live);
            if (!cuda.Calls.Failed!.StartsWith("cublasLt", StringComparison.Ordinal)) continue;
            if (cuda.Calls.Failed.EndsWith("Destroy", StringComparison.Ordinal))
            {
                Assert.Null(error);
                continue;
            }
            var designed = Assert.IsType<MindDslException>(error);
            Assert.Equal("MIND0560", designed.Code);
            Assert.StartsWith(cuda.Calls.Failed, designed.Diagnostics[0].Statement, StringComparison.Ordinal);
            Assert.NotNull(designed.Diagnostics[0].Help);
        }
    }

    [Fact]
    public void The_structures_have_the_sizes_of_the_library()
    {
        Assert.Equal(64, Marshal.SizeOf<MatmulAlgorithm>());
        Assert.Equal(96, Marshal.SizeOf<MatmulHeuristic>());
        Assert.Equal(64, Marshal.OffsetOf<MatmulHeuristic>(nameof(MatmulHeuristic.WorkspaceBytes)));
        Assert.Equal(72, Marshal.OffsetOf<MatmulHeuristic>(nameof(MatmulHeuristic.State)));
    }

    private static FakeCuda Multiply((int, int)? failure, out Exception? error)
    {
        var cuda = new FakeCuda();
        cuda.Calls.Failure = failure;
        error = Record.Exception(() =>
        {
            using var device = CudaDevice.Open(cuda.Platform, 0);
            using var queue = new CudaQueue(device, CudaOptions.Default);
            using var products = new MatrixProducts(device, queue, tf32: false);
            nint memory = queue.Allocate(4096);
            try
            {
                products.TryMultiply(memory, Square(2, 0) with { Batch = 2, Bias = 256 });
                queue.Finish();
            }
            finally
            {
                queue.Free(memory);
            }
        });
        return cuda;
    }

    private static MatrixProduct Square(int n, long offset) => new(DType.F32, 1, n, n, n, new(offset, n, n * n), new(offset, n, n * n), new(offset + 1024, n, n * n));

    private static void Write(CudaQueue queue, nint memory, long offset, float[] numbers)
    {
        fixed (float* from = numbers) queue.Write(memory, offset, (nint)from, numbers.Length * 4);
    }
}
