using MindDsl.Ir;

namespace MindDsl.Autodiff;

/// <summary>Summands of a tangent or cotangent that are zero but for a piece of an axis each: together they are one concatenation, and none is as long as the whole.</summary>
internal static class Pieces
{
    /// <summary>The summands, of which pieces side by side are one.</summary>
    public static IReadOnlyList<Atom> Joined(BlockBuilder builder, IReadOnlyList<Atom> summands)
    {
        if (summands.Count < 2) return summands;
        var groups = summands.Select(s => (Summand: s, Piece: Of(builder, s))).Where(s => s.Piece is not null).GroupBy(s => s.Piece!.Axis).Where(g => g.Count() > 1).ToArray();
        if (groups.Length == 0) return summands;
        var left = summands.ToList();
        foreach (var group in groups)
        {
            var pieces = group.OrderBy(g => g.Piece!.Start).Select(g => g.Piece!).ToArray();
            bool overlap = false;
            for (int k = 1; k < pieces.Length; k++) overlap |= pieces[k].Start < pieces[k - 1].End;
            if (overlap) continue;
            int first = left.IndexOf(group.First().Summand);
            left.RemoveAll(s => group.Any(g => ReferenceEquals(g.Summand, s)));
            left.Insert(first, Concatenated(builder, group.Key, group.First().Summand.Tensor, pieces));
        }
        return left;
    }

    private sealed record Piece(Atom Part, int Axis, long Start, long End);

    /// <summary>The piece that a padded part is; null if it is padded along another number of axes than one.</summary>
    private static Piece? Of(BlockBuilder builder, Atom atom)
    {
        if (builder.Definition(atom) is not { Op: Pad { Fill: 0 } pad, Arguments: [var part] } || pad.Interior.Any(i => i != 0)) return null;
        var padded = Seq.Range(pad.Low.Count).Where(k => pad.Low[k] != Dim.Of(0) || pad.High[k] != Dim.Of(0)).ToSeq();
        if (padded.Count != 1 || !part.Tensor.Shape[padded[0]].IsConstant) return null;
        var (low, high) = (pad.Low[padded[0]], pad.High[padded[0]]);
        if (!low.IsConstant || low.Value < 0 || !high.IsConstant || high.Value < 0) return null;
        return new(part, padded[0], low.Value, low.Value + part.Tensor.Shape[padded[0]].Value);
    }

    private static Atom Concatenated(BlockBuilder builder, int axis, TensorType type, Piece[] pieces)
    {
        var parts = new List<Atom>();
        long at = 0;
        void Skip(long to)
        {
            if (to > at) parts.Add(builder[Literal.Of(type.DType, 0.0)].BroadcastTo(new(type.Shape.Dims.With(axis, to - at))).Atom);
            at = to;
        }
        foreach (var piece in pieces)
        {
            Skip(piece.Start);
            parts.Add(piece.Part);
            at = piece.End;
        }
        Skip(type.Shape[axis].Value);
        return builder.Apply(new Concat(axis), [.. parts]);
    }
}
