using System.Text.Json;
using static MindDsl.Mind;

namespace MindDsl.Examples.GradBench;

/// <summary>
/// lstm: how well a recurrent network with diagonal weights predicts the next character of a text. The network is a function of one character and the memories of its layers,
/// the objective a loop over the text.
/// </summary>
internal static class LongShortTermMemory
{
    /// <summary>What each of the four gates of a layer is multiplied with, or moved by.</summary>
    public sealed record Gates(Tensor Forget, Tensor Ingate, Tensor Outgate, Tensor Change);

    public sealed record Layer(Gates Weights, Gates Biases);

    public sealed record Network(Layer[] Layers, Tensor Input, Tensor Output, Tensor Bias);

    /// <summary>What a layer remembers.</summary>
    public sealed record Memory(Tensor Hidden, Tensor Cell);

    /// <summary>A layer: from its memory and what comes in, to its new memory; what goes out is the hidden part.</summary>
    private static readonly Fn<Layer, Memory, Tensor, Memory> Remember = Fn((Layer p, Memory m, Tensor v) =>
        Let((v * p.Weights.Forget + p.Biases.Forget).Sigmoid(), forget =>
        Let((m.Hidden * p.Weights.Ingate + p.Biases.Ingate).Sigmoid(), ingate =>
        Let((v * p.Weights.Outgate + p.Biases.Outgate).Sigmoid(), outgate =>
        Let((m.Hidden * p.Weights.Change + p.Biases.Change).Tanh(), change =>
        Let(m.Cell * forget + ingate * change, cell => new Memory(outgate * cell.Tanh(), cell)))))));

    /// <summary>All layers, one after the other, at a character: the new memories.</summary>
    private static readonly Fn<Network, Memory[], Tensor, Memory[]> Advance = Fn((Network n, Memory[] memories, Tensor character) =>
        Scan(character * n.Input, n.Layers.Zip(memories).ToArray(), (v, x) =>
            Let(Remember(x.First, x.Second, v), m => ValueTuple.Create(m.Hidden, m))).Outputs);

    /// <summary>The objective: what each character is surprised by, on average over the bits.</summary>
    public static Fn<Network, Memory[], Tensor, double> Loss(int characters, int bits)
    {
        double count = bits * (characters - 1);
        return Fn((Network n, Memory[] start, Tensor text) => -(double)Iterate(characters - 1, new { Memories = start, Total = (Tensor)0.0 }, (s, t) =>
            Let(Advance(n, s.Memories, text[t]), memories =>
            Let(memories[memories.Length - 1].Hidden * n.Output + n.Bias, y =>
            Let((2 + y.Exp().Sum()).Log(), z => new { Memories = memories, Total = s.Total + (text[t + 1] * (y - z)).Sum() })))).Total / count);
    }

    public static Problem Problem { get; } = new("lstm", (function, input) =>
    {
        var main = input.GetProperty("main_params");
        var extra = input.GetProperty("extra_params");
        var state = input.GetProperty("state");
        var text = input.Matrix("sequence");
        int layers = main.GetArrayLength() / 2, bits = (int)text.Shape[1];
        var network = new Network(
            [.. Enumerable.Range(0, layers).Select(i => new Layer(Read(main[2 * i], bits), Read(main[2 * i + 1], bits)))],
            extra[0].Vector(), extra[1].Vector(), extra[2].Vector());
        Memory[] start = [.. Enumerable.Range(0, layers).Select(i => new Memory(state[2 * i].Vector(), state[2 * i + 1].Vector()))];
        var loss = Loss((int)text.Shape[0], bits);
        var gradient = loss.Grad();
        return function switch
        {
            "objective" => Evaluation.Number(() => loss(network, start, text)),
            "jacobian" => Evaluation.Of(() => gradient(network, start, text), (json, g) =>
            {
                json.WriteStartArray();
                foreach (var (_, leaf) in Tree.Leaves(g)) foreach (double x in leaf.ToArray<double>()) json.WriteNumberValue(x);
                json.WriteEndArray();
            }),
            _ => null,
        };
    });

    /// <summary>Four groups of numbers in the order of the record.</summary>
    private static Gates Read(JsonElement row, int bits)
    {
        var all = row.Vector();
        return new(all.Slice(0, 0, bits), all.Slice(0, bits, 2 * bits), all.Slice(0, 2 * bits, 3 * bits), all.Slice(0, 3 * bits, 4 * bits));
    }
}
