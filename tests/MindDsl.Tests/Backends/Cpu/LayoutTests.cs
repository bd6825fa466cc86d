using MindDsl.Backends;
using MindDsl.Backends.Cpu;
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
            var module = Program([Images(batch, 3, side), Weights(8, 3, 3), Weights(4, 8, 3)], x => [Prelude.Conv2D(Prelude.Relu(Prelude.Conv2D(x[0], x[1])), x[2])]);
            return ((CpuExecutable)new CpuBackend().Compile(module)).Statistics.InBlocks;
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
