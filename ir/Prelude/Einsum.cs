namespace MindDsl.Ir;

public static partial class Prelude
{
    /// <summary>
    /// Sums of products by an equation: one letter per axis, letters that the result lacks are summed over. A letter twice in an operand is its diagonal,
    /// <c>...</c> stands for leading axes that broadcast, without <c>-&gt;</c> the result has the letters that occur once, in alphabetical order.
    /// </summary>
    public static Term Einsum(string equation, params Term[] operands)
    {
        var types = operands.Select(o => o.Type).ToSeq();
        MindDslException Wrong(string why) => new(Diagnostics.EquationDoesNotFit(equation, why, types));

        string compact = equation.Replace(" ", "", StringComparison.Ordinal);
        int arrow = compact.IndexOf("->", StringComparison.Ordinal);
        var inputs = (arrow < 0 ? compact : compact[..arrow]).Split(',');
        if (inputs.Length != operands.Length) throw Wrong($"it has {inputs.Length} operands");

        var letters = inputs.Select((input, n) => WithoutDots(input, operands[n].Rank, out string? why) ?? throw Wrong(why!)).ToArray();
        string dots = letters.Select(l => string.Concat(l.Where(char.IsDigit))).MaxBy(d => d.Length)!;
        string result = arrow >= 0
            ? compact[(arrow + 2)..].Replace("...", dots, StringComparison.Ordinal)
            : dots + string.Concat(letters.SelectMany(l => l).Where(char.IsLetter).GroupBy(c => c).Where(g => g.Count() == 1).Select(g => g.Key).Order());
        if (result.Distinct().Count() != result.Length) throw Wrong("a letter of the result occurs twice");
        foreach (char c in result) if (!letters.Any(l => l.Contains(c))) throw Wrong($"the letter {c} of the result is in no operand");

        var terms = operands.Select((o, n) => OnDiagonals(o, ref letters[n]) ?? throw Wrong($"operand {n} has different lengths along one letter")).ToArray();
        var (all, name) = (terms[0], letters[0]);
        for (int n = 1; n < terms.Length; n++)
        {
            // A letter stays while the result or an operand still to come has it.
            string needed = result + string.Concat(letters.Skip(n + 1));
            string kept = string.Concat((name + letters[n]).Distinct().Where(needed.Contains));
            foreach (char c in name.Where(letters[n].Contains))
                if (LengthOf(all, name, c) is var a && LengthOf(terms[n], letters[n], c) is var b && a != b && a != Dim.Of(1) && b != Dim.Of(1))
                    throw Wrong($"the letter {c} has the lengths {a} and {b}");
            all = Product(all, name, terms[n], letters[n], kept);
            name = kept;
        }
        var summed = Seq.Range(name.Length).Where(k => !result.Contains(name[k])).ToSeq();
        string left = string.Concat(name.Where(result.Contains));
        return all.Sum(summed).Permute(result.Select(c => left.IndexOf(c)).ToSeq());
    }

    /// <summary>
    /// The contraction of two operands whose axes are named by distinct letters, to the letters of the result. An axis of length 1 stretches to the
    /// length it has in the other operand, a letter that only one operand has and the result lacks is summed first.
    /// </summary>
    private static Term Product(Term x, string left, Term y, string right, string result)
    {
        foreach (char c in left.Where(right.Contains).ToArray())
        {
            var (a, b) = (LengthOf(x, left, c), LengthOf(y, right, c));
            if (a == b) continue;
            if (a == Dim.Of(1)) (x, left) = (Squeeze(x, [left.IndexOf(c)]), left.Remove(left.IndexOf(c), 1));
            else if (b == Dim.Of(1)) (y, right) = (Squeeze(y, [right.IndexOf(c)]), right.Remove(right.IndexOf(c), 1));
        }
        (x, left) = SumAlone(x, left, right + result);
        (y, right) = SumAlone(y, right, left + result);
        return Apply(new Contract(left, right, result), x, y);
    }

    private static (Term Term, string Letters) SumAlone(Term x, string letters, string others)
    {
        var alone = Seq.Range(letters.Length).Where(k => !others.Contains(letters[k])).ToSeq();
        return (x.Sum(alone), string.Concat(letters.Where(others.Contains)));
    }

    private static Dim LengthOf(Term x, string letters, char letter) => x.Shape[letters.IndexOf(letter)];

    /// <summary>One name per axis: <c>...</c> becomes digits, the last axis of it being 0.</summary>
    private static string? WithoutDots(string input, int rank, out string? why)
    {
        why = null;
        int dots = input.IndexOf("...", StringComparison.Ordinal);
        string named = dots < 0 ? input : input.Remove(dots, 3);
        int free = rank - named.Length;
        if (!named.All(char.IsAsciiLetter)) why = $"\"{input}\" holds what is not a letter";
        else if (free < 0 || (dots < 0 && free > 0) || free > 10) why = $"\"{input}\" names other axes than an operand of rank {rank} has";
        return why is not null ? null : dots < 0 ? named : named.Insert(dots, string.Concat(Enumerable.Range(0, free).Reverse()));
    }

    /// <summary>x with each letter that names several axes naming their diagonal; null if these differ in length.</summary>
    private static Term? OnDiagonals(Term x, ref string letters)
    {
        for (int k = 0; k < letters.Length; k++)
        {
            int twin = letters.IndexOf(letters[k], k + 1);
            if (twin < 0) continue;
            if (x.Shape[k] != x.Shape[twin]) return null;
            x = Diagonal(MoveAxis(MoveAxis(x, twin, -1), k, -2));
            letters = letters.Remove(twin, 1).Remove(k, 1) + letters[k];
            k = -1;
        }
        return x;
    }
}
