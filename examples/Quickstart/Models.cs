using MindDsl.Nn;
using static MindDsl.Mind;

namespace MindDsl.Examples.Quickstart;

/// <summary>LeNet-5 (LeCun et al. 1998) with relu and max-pooling.</summary>
internal sealed record LeNet(Convolution Conv1, Convolution Conv2, Dense Dense1, Dense Dense2, Dense Dense3)
{
    public static LeNet Create(Key key)
    {
        var keys = key.Split(5);
        return new(Convolution.Create(keys[0], 1, 6, 5), Convolution.Create(keys[1], 6, 16, 5),
            Dense.Create(keys[2], 400, 120), Dense.Create(keys[3], 120, 84), Dense.Create(keys[4], 84, 10));
    }

    /// <summary>Images [batch, 1, 28, 28] to logits [batch, 10].</summary>
    public static Fn<LeNet, Tensor, Tensor> Model { get; } = Fn((LeNet p, Tensor x) =>
        Let(Conv2D(x, p.Conv1.W, p.Conv1.B, 1, 2, 1, 1).Relu().MaxPool2D(2, null, 0, 1, false), a =>
        Let(Conv2D(a, p.Conv2.W, p.Conv2.B, 1, 0, 1, 1).Relu().MaxPool2D(2, null, 0, 1, false).Flatten(1, -1), b =>
            ((b.Dot(p.Dense1.W) + p.Dense1.B).Relu().Dot(p.Dense2.W) + p.Dense2.B).Relu().Dot(p.Dense3.W) + p.Dense3.B)));
}

/// <summary>A perceptron with one hidden layer.</summary>
internal sealed record Mlp(Dense Hidden, Dense Output)
{
    public static Mlp Create(Key key)
    {
        var keys = key.Split(2);
        return new(Dense.Create(keys[0], 784, 128), Dense.Create(keys[1], 128, 10));
    }

    /// <summary>Images [batch, 1, 28, 28] to logits [batch, 10].</summary>
    public static Fn<Mlp, Tensor, Tensor> Model { get; } = Fn((Mlp p, Tensor x) =>
        (x.Flatten(1, -1).Dot(p.Hidden.W) + p.Hidden.B).Relu().Dot(p.Output.W) + p.Output.B);
}
