using MindDsl.Ir;

namespace MindDsl.Autodiff;

/// <content>Summands of cotangents that belong to places, and stay so when they leave a branch.</content>
internal sealed partial class BlockReversal
{
    /// <summary>
    /// A summand that a branch has for places of a value from outside: it becomes results of the backward branch, the update and the indices, and is a summand for places again outside.
    /// A branch without it gives zero at the first place. In a comprehension the cotangent as a whole would be as large for each element as what the element was read from.
    /// </summary>
    private sealed record Placed(Value Target, Gather Places, TensorType Update, Contribution?[] Summands)
    {
        public IEnumerable<Atom> Results(int branch, BlockBuilder builder)
        {
            if (Summands[branch] is { } summand) return [summand.Value.Atom, .. summand.Indices];
            var zero = builder[Literal.Of(Update.DType, 0.0)].BroadcastTo(Update.Shape).Atom;
            return [zero, .. IndexTypes.Select(t => builder[Literal.Index(0)].BroadcastTo(t.Shape).Atom)];
        }

        public IEnumerable<TensorType> IndexTypes { get; } = Summands.First(s => s is not null)!.Value.Indices.Select(i => i.Tensor).ToArray();

        public bool Takes(Value target, Contribution summand, int branch) => Summands[branch] is null && Target == target && Places == summand.Scatter
            && Update.Equals(summand.Value.Atom.Tensor) && IndexTypes.SequenceEqual(summand.Indices.Select(i => i.Tensor));
    }

    /// <summary>Takes the summands for places out of what the branches have for values from outside.</summary>
    private static List<Placed> TakePlaced(Seq<Branch> branches)
    {
        var placed = new List<Placed>();
        for (int i = 0; i < branches.Count; i++)
        {
            var reversal = branches[i].Reversal;
            foreach (var value in reversal.Touched(branches[i].Bound).ToArray())
            {
                var kept = reversal._cotangents[value].Where(s => !StaysPlaced(value, s)).ToList();
                foreach (var summand in reversal._cotangents[value].Where(s => StaysPlaced(value, s)))
                {
                    var slot = placed.Find(p => p.Takes(value, summand, i));
                    if (slot is null) placed.Add(slot = new(value, summand.Scatter!, summand.Value.Atom.Tensor, [.. branches.Select((_, k) => k == i ? summand : (Contribution?)null)]));
                    slot.Summands[i] = summand;
                }
                if (kept.Count == 0) reversal._cotangents.Remove(value);
                else reversal._cotangents[value] = kept;
            }
        }
        return placed;
    }

    /// <summary>True if a summand is for places of a value that surely has a first one.</summary>
    private static bool StaysPlaced(Value value, Contribution summand) =>
        summand.Scatter is not null && ((TensorType)value.Type).Shape.Dims.All(d => d.IsConstant && d.Value > 0);
}
