namespace MindDsl.Ir;

/// <summary>
/// Recognises contractions: the sum of a comprehension whose elements are the product of two elements, <c>Σₖ a[i, k] · b[k, j]</c>, at places that are indices of the
/// comprehension and cover their axes.
/// </summary>
public static class ContractBuilds
{
    /// <summary>The pass.</summary>
    public static readonly Pass Pass = new("contract-builds", "no sum of a comprehension is a contraction", module => module.MapBodies(f =>
    {
        var definitions = new Dictionary<Value, (Let Let, int Result)>();
        Note(f.Body, definitions);
        return new BlockCopy((copy, builder, let) => Contraction(let, definitions) is { } found ? [builder.Apply(found.Op, copy[found.Arguments].Span)] : null).Block(null, f.Body);
    }));

    private static void Note(Block block, Dictionary<Value, (Let, int)> definitions)
    {
        foreach (var let in block.Lets)
        {
            for (int k = 0; k < let.Targets.Count; k++) definitions[let.Targets[k]] = (let, k);
            foreach (var inner in let.Expr.Blocks) Note(inner, definitions);
        }
    }

    private static Apply? Contraction(Let let, Dictionary<Value, (Let Let, int Result)> definitions)
    {
        if (let.Expr is not Apply { Op: Reduce { Monoid: Monoid.Sum } sum } reduced || !let.Targets[0].Tensor.DType.IsFloat) return null;
        if (reduced.Arguments[0] is not Value comprehension || !definitions.TryGetValue(comprehension, out var found) || found.Let.Expr is not Build build) return null;
        var body = build.Body;
        if (body.Results[found.Result] is not Value { Type: TensorType { Rank: 0 } } element || !definitions.TryGetValue(element, out var product)) return null;
        if (product.Let.Expr is not Apply { Op: Elementwise op } factors || op != ElementwiseOps.Mul || !body.Lets.Contains(product.Let)) return null;
        if (Factor(factors.Arguments[0], build, definitions) is not { } left || Factor(factors.Arguments[1], build, definitions) is not { } right) return null;
        string result = string.Concat(Seq.Range(build.Extents.Count).Where(k => sum.Axes.IndexOf(k) < 0).Select(Letter));
        bool fits = result.All(c => left.Letters.Contains(c) || right.Letters.Contains(c))
            && Seq.Range(build.Extents.Count).Where(k => sum.Axes.IndexOf(k) >= 0).Select(Letter).All(c => left.Letters.Contains(c) && right.Letters.Contains(c));
        return fits ? new Apply(new Contract(left.Letters, right.Letters, result), [left.Source, right.Source]) : null;
    }

    /// <summary>A tensor and the letters of its axes, if a factor is its element at indices of the comprehension.</summary>
    private static (Value Source, string Letters)? Factor(Atom factor, Build build, Dictionary<Value, (Let Let, int Result)> definitions)
    {
        if (factor is not Value value || !definitions.TryGetValue(value, out var found) || !build.Body.Lets.Contains(found.Let)) return null;
        if (found.Let.Expr is not Apply { Op: Gather gather } apply || gather.Axes.Any(a => !a.Indexed || a.Axes.Count > 0)) return null;
        if (apply.Arguments[0] is not Value source || Scope.Bound(build.Body).Contains(source)) return null;
        var letters = new List<char>();
        for (int k = 0; k < gather.Axes.Count; k++)
        {
            int index = apply.Arguments[1 + k] is Value place ? build.Body.Parameters.IndexOf(place) : -1;
            if (index < 0 || letters.Contains(Letter(index)) || source.Tensor.Shape[k] != build.Extents[index]) return null;
            letters.Add(Letter(index));
        }
        // What is repeated along an axis does not depend on the index there.
        while (definitions.TryGetValue(source, out var made) && made.Let.Expr is Apply { Op: Broadcast broadcast, Arguments: [Value { Type: TensorType { Rank: > 0 } } narrow] })
            (source, letters) = (narrow, [.. broadcast.Axes.Select(a => letters[a])]);
        return (source, string.Concat(letters));
    }

    private static char Letter(int index) => (char)('a' + index);
}
