using MindDsl.Backends;
using MindDsl.Backends.Cpu;
using MindDsl.Backends.Loops;
using MindDsl.Ir;
using Xunit;
using static MindDsl.Tests.Backends.Cpu.TensorPrograms;

namespace MindDsl.Tests.Backends.Cpu;

/// <summary>Networks over small images, whose tensors lie in memory with the batch in blocks, against the interpreter.</summary>
public class LayoutTests
{
    [Fact]
    public void Random_networks_over_images_and_their_gradients_are_what_the_interpreter_says()
    {
        int inBlocks = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            var module = Network(seed);
            inBlocks += Agrees(module, seed).InBlocks;
            inBlocks += Agrees(Gradient(module, module.EntryFunction.Body.Results[0].Tensor.DType), seed).InBlocks;
        }
        Assert.True(VectorWidth.Current is null || inBlocks > 100, $"{inBlocks} tensors in blocks");
    }

    [Fact]
    public void Tensors_between_convolutions_of_small_images_lie_in_blocks()
    {
        if (VectorWidth.Current is null) return;
        int block = VectorWidth.Current.Lanes(DType.F32);
        Assert.True(InBlocks(2 * block, 10) > 0);
        Assert.Equal(0, InBlocks((2 * block) + 1, 10));

        static int InBlocks(int batch, int side)
        {
            var module = Program([Images(batch, 3, side), Weights(8, 3, 3), Weights(4, 8, 3)], x => [Prelude.Relu(Prelude.Conv2D(Prelude.Relu(Prelude.Conv2D(x[0], x[1])), x[2])).Sum([1, 2, 3])]);
            return ((CpuExecutable)new CpuBackend().Compile(module)).Statistics.InBlocks;
        }
    }

    [Fact]
    public void Channels_that_become_images_are_read_where_they_are()
    {
        var statistics = Agrees([Images(16, 3, 9), Weights(4, 3, 3), Weights(2, 1, 3)], x =>
        {
            var first = Prelude.Relu(Prelude.Conv2D(x[0], x[1]));
            return [Prelude.Relu(Prelude.Conv2D(first.Reshape(Shape.Of(64, 1, 7, 7)), x[2])).Sum([1, 2, 3])];
        }, 1);
        Assert.True(VectorWidth.Current is null || statistics.InBlocks > 1);
    }

    [Fact]
    public void Parts_of_a_batch_in_blocks_are_multiplied_where_they_are() => Agrees([Images(64, 2, 6), Weights(3, 2, 3)], x =>
    {
        var y = Prelude.Relu(Prelude.Conv2D(x[0], x[1])).Reshape(Shape.Of(64, 48));
        var (later, earlier) = (Prelude.Slice(y, 0, 1, 64), Prelude.Slice(y, 0, 0, 63));
        return [new Term(y.Builder, y.Builder.Apply(new Contract("ni", "nj", "ij"), later.Atom, earlier.Atom))];
    }, 2);

    [Fact]
    public void Frames_in_another_order_are_convolved_where_they_are() => Agrees([new(DType.F32, Shape.Of(3, 8, 2, 6, 6)), Weights(3, 2, 3), Weights(2, 3, 2)], x =>
    {
        var frames = x[0].Permute([1, 0, 2, 3, 4]).Reshape(Shape.Of(24, 2, 6, 6));
        return [Prelude.Relu(Prelude.Conv2D(Prelude.Relu(Prelude.Conv2D(frames, x[1])), x[2])).Sum([1, 2, 3])];
    }, 3);

    [Fact]
    public void No_image_at_all_has_a_result() => Agrees([Images(0, 2, 6), Weights(3, 2, 3), Weights(2, 3, 2)], x =>
        [Prelude.Relu(Prelude.Conv2D(Prelude.Relu(Prelude.Conv2D(x[0], x[1])), x[2])).Sum([1, 2, 3])], 4);

    [Fact]
    public void Places_of_windows_that_become_rows_are_multiplied_where_they_are() => Agrees([new(DType.F32, Shape.Of(1, 3, 16)), new(DType.F32, Shape.Of(9, 4))], x =>
    {
        var window = new Window([3], [1], [1], [1], [16], 0);
        var rows = (x[0] * 2).Apply(window).Reshape(Shape.Of(9, 16)).Permute([1, 0]);
        return [Prelude.Tanh(Prelude.MatMul(rows, x[1])).Sum([1])];
    }, 5);

    [Theory]
    [InlineData(3, 1, 1, 1)]
    [InlineData(5, 1, 4, 1)]
    [InlineData(3, 2, 2, 1)]
    [InlineData(2, 1, 3, 2)]
    public unsafe void Every_way_to_leave_out_what_windows_see_past_a_tensor_gives_the_same_sums(int kernel, int stride, int padding, int dilation)
    {
        if (VectorWidth.Current is not { } width) return;
        foreach (var type in new[] { DType.F32, DType.F64 })
        {
            int block = width.Lanes(type), batch = 3 * block, side = 6, places = (side + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
            var (images, weights) = (new TensorType(type, Shape.Of(batch, 2, side, side)), new TensorType(type, Shape.Of(5, 2, kernel, kernel)));
            var random = new Random(kernel);
            TensorBuffer[] arguments = [Sample(images, random), Sample(weights, random)];
            var expected = Interpreter.Run(Program([images, weights], x => [Prelude.Conv2D(x[0], x[1], null, stride, padding, dilation)]), arguments)[0];

            var layout = new Layout(0, block);
            var window = new Window([kernel, kernel], [stride, stride], [dilation, dilation], [padding, padding], [places, places], 0);
            TensorType[] types = [weights, new(type, Shape.Of(batch, 2, kernel, kernel, places, places))];
            var shape = ContractShape.Of(new Contract("ocuv", "ncuvUV", "noUV"), [.. types], AxisPlaces.Of(weights.Shape), AxisPlaces.Of(images.Shape, layout).Open(window)!, layout);
            var (inBlocks, found) = (TensorBuffer.Allocate(images), TensorBuffer.Allocate(expected.Type));
            Move(images.Shape, (row, blocked) => inBlocks[blocked] = arguments[0][row]);
            var ways = ContractPlan.Ways(shape).ToArray();
            Assert.NotEmpty(ways);
            Assert.All(ways, w => Assert.True(w.Share < 1, $"{w}"));
            foreach (var way in ways)
            {
                for (long i = 0; i < found.Count; i++) found[i] = Literal.Of(type, double.NaN);
                new ContractKernel(way).Run(arguments[1].Address, inBlocks.Address, found.Address);
                Move(expected.Type.Shape, (row, blocked) => Assert.Equal(expected[row].Number, found[blocked].Number, type == DType.F32 ? 1e-4 : 1e-12));
            }

            // The places of the same element, row-major and with the first axis in blocks.
            void Move(Shape of, Action<long, long> move)
            {
                long inner = of.Size.Value / batch;
                for (long n = 0; n < batch; n++)
                    for (long k = 0; k < inner; k++) move(n * inner + k, (n / block * inner + k) * block + n % block);
            }
        }
    }

    private static TensorType Images(long batch, long channels, long side) => new(DType.F32, Shape.Of(batch, channels, side, side));

    private static TensorType Weights(long outputs, long inputs, long kernel) => new(DType.F32, Shape.Of(outputs, inputs, kernel, kernel));

    /// <summary>A number that random operations make of images.</summary>
    private static Module Network(int seed)
    {
        var random = new Random(seed);
        var type = random.Next(5) == 0 ? DType.F64 : DType.F32;
        long batch = 8 * random.Next(1, 4), channels = random.Next(1, 4);
        var types = new List<TensorType> { new(type, Shape.Of(batch, channels, random.Next(5, 10), random.Next(5, 12))) };
        var (builder, parameters) = (new BlockBuilder(), new List<Value>());
        Term Parameter(params long[] dims)
        {
            parameters.Add(new Value(new TensorType(type, Shape.Of(dims))));
            return builder[parameters[^1]];
        }

        var x = Parameter([.. types[0].Shape.ToArray()]);
        for (int k = 0, most = random.Next(2, 6); k < most; k++)
        {
            var (c, h, w) = (x.Shape[1].Value, x.Shape[2].Value, x.Shape[3].Value);
            switch (k == 0 ? 0 : random.Next(11))
            {
                case 0 or 1 or 2:
                    long outputs = random.Next(1, 6), kernel = Math.Min(random.Next(1, 4), Math.Min(h, w));
                    x = Prelude.Conv2D(x, Parameter(outputs, c, kernel, kernel), random.Next(2) == 0 ? Parameter(outputs) : null, random.Next(1, 3), random.Next(0, 3));
                    break;
                case 3: x = Prelude.Relu(x); break;
                case 4: x = Prelude.Tanh(x) * x; break;
                case 5 when h > 1 && w > 1: x = Prelude.MaxPool2D(x, 2, random.Next(1, 3)); break;
                case 6 when h > 1 && w > 1: x = Prelude.AvgPool2D(x, 2, random.Next(1, 3)); break;
                case 7: x = x - Prelude.Mean(x, [2, 3]).Reshape(new([batch, c, 1, 1])).BroadcastTo(x.Shape); break;
                case 8: x = x * Parameter(c).Reshape(new([c, 1, 1])).BroadcastTo(x.Shape); break;
                case 9: x = Prelude.Pad(x, [0, 0, 1, 0], [0, 1, 0, 2]); break;
                case 10: x = x.Permute([0, 1, 3, 2]).Apply(new Flip([random.Next(4)])); break;
            }
        }
        Term loss = random.Next(4) switch
        {
            0 => x.Sum(),
            1 => Prelude.Mean(Prelude.Square(x), [0]).Sum(),
            2 => Prelude.Sin(Prelude.MatMul(Prelude.Flatten(x, 1), Parameter(x.Shape[1].Value * x.Shape[2].Value * x.Shape[3].Value, 3))).Sum(),
            _ => Prelude.LogSumExp(x.Reshape(new([x.Shape.Size]))),
        };
        var name = new FunctionName("main");
        return new(name, new Dictionary<FunctionName, Function> { [name] = new(name, builder.Build([.. parameters], [loss.Atom])) });
    }
}
