using MindDsl.Ir;
using MindDsl.Train;
using static MindDsl.Mind;

namespace MindDsl.Benchmarks;

/// <summary>The workloads that a peer is measured on as well: single operations and training steps, by the names the peer gives them.</summary>
internal static class PeerWorkloads
{
    public static void Run(Bench bench)
    {
        foreach (var (name, prepare) in Operations().Concat(Training())) bench.Measure(name, prepare);
    }

    /// <summary>Operations: inputs standard normal f32, outputs freshly computed each run.</summary>
    public static IEnumerable<(string Name, Func<Action> Prepare)> Operations()
    {
        foreach (int n in new[] { 64, 256, 1024 })
            yield return ($"op.matmul.{n}", () =>
            {
                var (a, b) = (Sample.Normal(n, n), Sample.Normal(n, n));
                var product = Fn((Tensor x, Tensor y) => x.MatMul(y));
                return () => product(a, b);
            }
            );
        foreach (int n in new[] { 1_000, 100_000, 10_000_000 })
            yield return ($"op.gelu_tanh_chain.{n}", () =>
            {
                var x = Sample.Normal(n);
                var gelu = Fn((Tensor v) => 0.5 * v * (1 + (0.7978845608 * (v + 0.044715 * v * v * v)).Tanh()));
                return () => gelu(x);
            }
            );
        foreach (int n in new[] { 1_000, 100_000, 10_000_000 })
            yield return ($"op.sum_relu_xy1.{n}", () =>
            {
                var (x, y) = (Sample.Normal(n), Sample.Normal(n));
                var sum = Fn((Tensor v, Tensor w) => (v * w + 1).Relu().Sum(null, false));
                return () => sum(x, y);
            }
            );
        yield return ("op.softmax.4096x512", () =>
        {
            var x = Sample.Normal(4096, 512);
            var softmax = Fn((Tensor v) => v.Softmax(1));
            return () => softmax(x);
        }
        );
        yield return ("op.layernorm.4096x512", () =>
        {
            var (x, norm) = (Sample.Normal(4096, 512), new Scaling(Sample.Normal(512), Sample.Normal(512)));
            var apply = Fn((Tensor v, Scaling p) => Layers.Normalise(v, p));
            return () => apply(x, norm);
        }
        );
        yield return ("op.conv3x3.64c.28x28.b16", () =>
        {
            var (x, w) = (Sample.Normal(16, 64, 28, 28), Sample.Normal(64, 64, 3, 3));
            var convolve = Fn((Tensor v, Tensor k) => Conv2D(v, k, null, 1, 1, 1, 1));
            return () => convolve(x, w);
        }
        );
    }

    /// <summary>Training steps: forward, mean cross entropy, backward, update; f32.</summary>
    public static IEnumerable<(string Name, Func<Action> Prepare)> Training()
    {
        yield return ("train.mlp_784_512_512_10.b128.sgd", () => Sgd(Perceptron.Create(784, 512, 512, 10), Perceptron.WithRelu, Sample.Normal(128, 784), Sample.Classes(10, 128)));
        yield return ("train.mlp_784_512_512_10.b128.adam", () => Adam(Perceptron.Create(784, 512, 512, 10), Perceptron.WithRelu, Sample.Normal(128, 784), Sample.Classes(10, 128)));
        yield return ("train.mlp_16_32_32_3.tanh.b32.sgd", () => Sgd(Perceptron.Create(16, 32, 32, 3), Perceptron.WithTanh, Sample.Normal(32, 16), Sample.Classes(3, 32)));
        yield return ("train.lenet5.b64.sgd", () => Sgd(LeNet.Create(), LeNet.Model, Sample.Normal(64, 1, 28, 28), Sample.Classes(10, 64)));
        yield return ("train.cnn_32_64.b64.adam", () => Adam(TwoConvolutions.Create(), TwoConvolutions.Model, Sample.Normal(64, 1, 28, 28), Sample.Classes(10, 64)));
        yield return ("train.transformer_layer.d256.h4.t128.b8.adam", () => Adam(Encoder.Create(), Encoder.Model, Sample.Classes(65, 128, 8), Sample.Classes(65, 128 * 8)));
        yield return ("train.lstm.64_128.t50.b32.adam", () => Adam(Lstm.Create(), Lstm.Model, Sample.Normal(50, 32, 64), Sample.Classes(10, 32)));
        yield return ("grad.rnn_by_hand.t100.b8.h32", () =>
        {
            var (w, x) = (Sample.Normal(32, 32) * 0.1, Sample.Normal(8, 32));
            var gradient = Fn((Tensor u, Tensor start) => Iterate(100, start, h => h.MatMul(u).Tanh()).Sum(null, false)).Grad();
            return () => gradient(w, x);
        }
        );
    }

    private static Action Sgd<P>(P parameters, Fn<P, Tensor, Tensor> model, Tensor x, Tensor labels)
    {
        var loss = Fn((P p, Tensor v, Tensor t) => CrossEntropy(model(p, v), t, null, null, 0, Reduction.Mean));
        var descend = MindDsl.Train.Sgd.Step<P>();
        var step = Fn((P p, Tensor v, Tensor t, Tensor rate) => Let(loss.ValueAndGrad()(p, v, t), r => ValueTuple.Create(descend(p, r.Grad, rate), r.Value)));
        var rate = Tensor.Of(0.01f);
        return () => step.Update(ref parameters, x, labels, rate);
    }

    /// <summary>Steps of training with Adam.</summary>
    public static Action Adam<P>(P parameters, Fn<P, Tensor, Tensor> model, Tensor x, Tensor labels)
    {
        var loss = Fn((P p, Tensor v, Tensor t) => CrossEntropy(model(p, v), t, null, null, 0, Reduction.Mean));
        var adam = MindDsl.Train.Adam.Step<P>();
        var step = Fn((Learner<P> s, Tensor v, Tensor t, Tensor rate) =>
            Let(loss.ValueAndGrad()(s.Parameters, v, t), r =>
            Let(adam(s.Parameters, r.Grad, s.Adam, rate), next => ValueTuple.Create(new Learner<P>(next.Item1, next.Item2), r.Value))));
        var state = new Learner<P>(parameters, MindDsl.Train.Adam.Start(parameters));
        var rate = Tensor.Of(1e-3f);
        return () => step.Update(ref state, x, labels, rate);
    }

    private sealed record Learner<P>(P Parameters, AdamState<P> Adam);
}
