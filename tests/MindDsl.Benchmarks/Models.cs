using MindDsl.Ir;
using MindDsl.Nn;
using static MindDsl.Mind;

namespace MindDsl.Benchmarks;

/// <summary>Scale and offset after a normalisation.</summary>
internal sealed record Scaling(Tensor Scale, Tensor Offset)
{
    public static Scaling Create(long size) => new(Tensor.Ones(size), Tensor.Zeros(size));
}

/// <summary>Layers that the library does not have.</summary>
internal static class Layers
{
    /// <summary>Normalisation along the last axis.</summary>
    public static Fn<Tensor, Scaling, Tensor> Normalise { get; } = Fn((Tensor x, Scaling p) =>
        Let(x - x.Mean(-1, true), centred => centred / (centred.Square().Mean(-1, true) + 1e-5).Sqrt() * p.Scale + p.Offset));
}

/// <summary>Three dense layers.</summary>
internal sealed record Perceptron(Dense A, Dense B, Dense C)
{
    public static Perceptron Create(long inputs, long first, long second, long outputs) =>
        new(Sample.Dense(inputs, first), Sample.Dense(first, second), Sample.Dense(second, outputs));

    public static Fn<Perceptron, Tensor, Tensor> WithRelu { get; } = Fn((Perceptron p, Tensor x) =>
        ((x.Dot(p.A.W) + p.A.B).Relu().Dot(p.B.W) + p.B.B).Relu().Dot(p.C.W) + p.C.B);

    public static Fn<Perceptron, Tensor, Tensor> WithTanh { get; } = Fn((Perceptron p, Tensor x) =>
        ((x.Dot(p.A.W) + p.A.B).Tanh().Dot(p.B.W) + p.B.B).Tanh().Dot(p.C.W) + p.C.B);
}

/// <summary>LeNet-5 with relu and max-pooling.</summary>
internal sealed record LeNet(Convolution Conv1, Convolution Conv2, Dense Dense1, Dense Dense2, Dense Dense3)
{
    public static LeNet Create() => new(Sample.Convolution(1, 6, 5), Sample.Convolution(6, 16, 5), Sample.Dense(400, 120), Sample.Dense(120, 84), Sample.Dense(84, 10));

    public static Fn<LeNet, Tensor, Tensor> Model { get; } = Fn((LeNet p, Tensor x) =>
        Let(Conv2D(x, p.Conv1.W, p.Conv1.B, 1, 2, 1, 1).Relu().MaxPool2D(2, null, 0, 1, false), a =>
        Let(Conv2D(a, p.Conv2.W, p.Conv2.B, 1, 0, 1, 1).Relu().MaxPool2D(2, null, 0, 1, false).Flatten(1, -1), b =>
            ((b.Dot(p.Dense1.W) + p.Dense1.B).Relu().Dot(p.Dense2.W) + p.Dense2.B).Relu().Dot(p.Dense3.W) + p.Dense3.B)));
}

/// <summary>Two convolutions and two dense layers.</summary>
internal sealed record TwoConvolutions(Convolution Conv1, Convolution Conv2, Dense Dense1, Dense Dense2)
{
    public static TwoConvolutions Create() => new(Sample.Convolution(1, 32, 3), Sample.Convolution(32, 64, 3), Sample.Dense(3136, 128), Sample.Dense(128, 10));

    public static Fn<TwoConvolutions, Tensor, Tensor> Model { get; } = Fn((TwoConvolutions p, Tensor x) =>
        Let(Conv2D(x, p.Conv1.W, p.Conv1.B, 1, 1, 1, 1).Relu().MaxPool2D(2, null, 0, 1, false), a =>
        Let(Conv2D(a, p.Conv2.W, p.Conv2.B, 1, 1, 1, 1).Relu().MaxPool2D(2, null, 0, 1, false).Flatten(1, -1), b =>
            (b.Dot(p.Dense1.W) + p.Dense1.B).Relu().Dot(p.Dense2.W) + p.Dense2.B)));
}

/// <summary>One encoder layer of a transformer: attention of 4 heads and a feed-forward net, each followed by a normalisation; embedding in, linear out.</summary>
internal sealed record Encoder(Tensor Embedding, Dense Inputs, Dense Output, Scaling Norm1, Dense Up, Dense Down, Scaling Norm2, Dense Head)
{
    private const int Symbols = 65, Width = 256, Heads = 4, Hidden = 1024;

    public static Encoder Create()
    {
        double glorot = Math.Sqrt(6.0 / (Width + 3 * Width));
        return new(Sample.Normal(Symbols, Width),
            new(Sample.Even(glorot, Width, 3 * Width), Tensor.Zeros(3 * Width)),
            new(Sample.Even(1 / Math.Sqrt(Width), Width, Width), Tensor.Zeros(Width)),
            Scaling.Create(Width), Sample.Dense(Width, Hidden), Sample.Dense(Hidden, Width), Scaling.Create(Width), Sample.Dense(Width, Symbols));
    }

    /// <summary>Symbols [time, batch] to logits [time · batch, symbols].</summary>
    public static Fn<Encoder, Tensor, Tensor> Model { get; } = Fn((Encoder p, Tensor symbols) =>
        Let(p.Embedding.Take(symbols, 0), x =>
        Let(x.Dot(p.Inputs.W) + p.Inputs.B, all =>
        Let(all.Reshape(128, 8, 3, Heads, Width / Heads), parts =>
        Let(parts.Slice(2, 0, 1, 1).Reshape(128, 8, Heads, Width / Heads), q =>
        Let(parts.Slice(2, 1, 2, 1).Reshape(128, 8, Heads, Width / Heads), k =>
        Let(parts.Slice(2, 2, 3, 1).Reshape(128, 8, Heads, Width / Heads), v =>
        Let((Einsum("tbhd,sbhd->bhts", q, k) * (1 / Math.Sqrt(Width / Heads))).Softmax(-1), weights =>
        Let(Einsum("bhts,sbhd->tbhd", weights, v).Reshape(128, 8, Width), mixed =>
        Let(Layers.Normalise(x + (mixed.Dot(p.Output.W) + p.Output.B), p.Norm1), y =>
        Let(Layers.Normalise(y + ((y.Dot(p.Up.W) + p.Up.B).Gelu(GeluForm.Exact).Dot(p.Down.W) + p.Down.B), p.Norm2), z =>
            (z.Dot(p.Head.W) + p.Head.B).Reshape(128 * 8, Symbols))))))))))));
}

/// <summary>One of many equal layers: attention of 4 heads and a feed-forward net, each after a normalisation and added to what came in.</summary>
internal sealed record Layer(Scaling Norm1, Dense Inputs, Dense Output, Scaling Norm2, Dense Up, Dense Down)
{
    private const int Width = 64, Heads = 4, Time = 32, Batch = 4;

    public static Layer Create() => new(Scaling.Create(Width), Sample.Dense(Width, 3 * Width), Sample.Dense(Width, Width), Scaling.Create(Width), Sample.Dense(Width, 4 * Width), Sample.Dense(4 * Width, Width));

    /// <summary>States [time, batch, width] to states.</summary>
    public static Fn<Layer, Tensor, Tensor> Model { get; } = Fn((Layer p, Tensor x) =>
        Let((Layers.Normalise(x, p.Norm1).Dot(p.Inputs.W) + p.Inputs.B).Reshape(Time, Batch, 3, Heads, Width / Heads), parts =>
        Let(parts.Slice(2, 0, 1, 1).Reshape(Time, Batch, Heads, Width / Heads), q =>
        Let(parts.Slice(2, 1, 2, 1).Reshape(Time, Batch, Heads, Width / Heads), k =>
        Let(parts.Slice(2, 2, 3, 1).Reshape(Time, Batch, Heads, Width / Heads), v =>
        Let((Einsum("tbhd,sbhd->bhts", q, k) * (1 / Math.Sqrt(Width / Heads))).Softmax(-1), weights =>
        Let(Einsum("bhts,sbhd->tbhd", weights, v).Reshape(Time, Batch, Width), mixed =>
        Let(x + (mixed.Dot(p.Output.W) + p.Output.B), y =>
            y + ((Layers.Normalise(y, p.Norm2).Dot(p.Up.W) + p.Up.B).Gelu(GeluForm.Exact).Dot(p.Down.W) + p.Down.B)))))))));
}

/// <summary>Equal layers one after another; embedding in, linear out.</summary>
internal sealed record Transformer(Tensor Embedding, Layer[] Layers, Dense Head)
{
    private const int Symbols = 65, Width = 64, Time = 32, Batch = 4;

    public static Transformer Create(int layers) =>
        new(Sample.Normal(Symbols, Width), [.. Enumerable.Range(0, layers).Select(_ => Layer.Create())], Sample.Dense(Width, Symbols));

    /// <summary>Symbols [time, batch] to logits [time · batch, symbols].</summary>
    public static Fn<Transformer, Tensor, Tensor> Model { get; } = Fn((Transformer p, Tensor symbols) =>
        (p.Layers.Aggregate(p.Embedding.Take(symbols, 0), (x, layer) => Layer.Model(layer, x)).Dot(p.Head.W) + p.Head.B).Reshape(Time * Batch, Symbols));

    /// <summary>A step of training.</summary>
    public static (Func<Action> Prepare, int Layers) Step(int layers) =>
        (() => PeerWorkloads.Adam(Create(layers), Model, Sample.Classes(Symbols, Time, Batch), Sample.Classes(Symbols, Time * Batch)), layers);
}

/// <summary>One LSTM layer; the last state goes to a linear layer.</summary>
internal sealed record Lstm(Dense Inputs, Dense Recurrent, Dense Head)
{
    private const int Size = 128;

    public static Lstm Create()
    {
        double bound = 1 / Math.Sqrt(Size);
        Dense Gates(long inputs) => new(Sample.Even(bound, inputs, 4 * Size), Sample.Even(bound, 4 * Size));
        return new(Gates(64), Gates(Size), Sample.Dense(Size, 10));
    }

    /// <summary>Sequences [time, batch, features] to logits [batch, 10].</summary>
    public static Fn<Lstm, Tensor, Tensor> Model { get; } = Fn((Lstm p, Tensor x) =>
        Let(x.Dot(p.Inputs.W) + p.Inputs.B, projected =>
        Let(Fold(ValueTuple.Create(Tensor.Zeros(32, Size), Tensor.Zeros(32, Size)), projected, (s, u) =>
            Let(u + s.Item1.Dot(p.Recurrent.W) + p.Recurrent.B, gates =>
            Let(gates.Slice(1, 0, Size, 1).Sigmoid(), input =>
            Let(gates.Slice(1, Size, 2 * Size, 1).Sigmoid(), forget =>
            Let(gates.Slice(1, 2 * Size, 3 * Size, 1).Tanh(), candidate =>
            Let(gates.Slice(1, 3 * Size, 4 * Size, 1).Sigmoid(), output =>
            Let(forget * s.Item2 + input * candidate, cell => ValueTuple.Create(output * cell.Tanh(), cell)))))))), last =>
            last.Item1.Dot(p.Head.W) + p.Head.B)));
}
