using MindDsl.Ir;

namespace MindDsl.Backends.Loops;

/// <summary>Lets that are loop nests: operations with an element law, and comprehensions of scalars without control flow.</summary>
internal static class Nests
{
    /// <summary>True if each element of the result is a function of its indices alone.</summary>
    public static bool IsMap(Let let) => let.Expr switch
    {
        Apply apply => apply.Op is not (Contract or Ir.Reduce or ArgReduce or Fold or Ir.Scatter or Composite),
        Ir.Build build => IsScalarCode(build.Body),
        _ => false,
    };

    /// <summary>An element of a result of a map at indices.</summary>
    public static VirtualTensor Element(Let let, int result) => let.Expr switch
    {
        Apply apply => (lowering, indices) =>
        {
            var law = (ElementLaw.Map)apply.Op.Law(apply.Arguments.Map(a => a.Tensor));
            if (apply.Op is Gather) lowering.At = let.Targets[0].Span;
            return lowering.Lower(law.Body, indices, [], apply.Arguments, apply.Op is Gather);
        }
        ,
        Ir.Build build => (lowering, indices) => Comprehension(lowering, build, indices)[result],
        _ => throw new MindDslException(Diagnostics.Internal("a let that is no map")),
    };

    /// <summary>The results of a comprehension's body at indices.</summary>
    public static Node[] Comprehension(Lowering lowering, Ir.Build build, Node[] indices)
    {
        var nodes = new Dictionary<Value, Node>();
        for (int k = 0; k < indices.Length; k++) nodes[build.Body.Parameters[k]] = indices[k];
        Node Operand(Atom atom) => atom is Value value && nodes.TryGetValue(value, out var node) ? node : lowering.Element(atom, []);
        foreach (var let in build.Body.Lets)
        {
            var apply = (Apply)let.Expr;
            if (apply.Op is Gather gather)
            {
                var places = new Node[gather.Axes.Count];
                for (int k = 0; k < places.Length; k++) places[k] = Operand(apply.Arguments[1 + k]);
                lowering.At = let.Targets[0].Span;
                for (int k = 0; k < places.Length; k++)
                    places[k] = lowering.Checked(places[k], apply.Arguments[0].Tensor.Shape[k].Value, k);
                nodes[let.Targets[0]] = lowering.Element(apply.Arguments[0], places);
                continue;
            }
            var body = ((ElementLaw.Map)apply.Op.Law(apply.Arguments.Map(a => a.Tensor))).Body;
            nodes[let.Targets[0]] = Substitute(lowering, body, k => Operand(apply.Arguments[k]));
        }
        return [.. build.Body.Results.Select(Operand)];
    }

    private static bool IsScalarCode(Block body) => body.Lets.All(l => l.Expr is Apply apply && l.Targets[0].Tensor.Rank == 0
        && (apply.Op is Elementwise or Ir.Convert or SizeOf
            || (apply.Op is Gather gather && gather.Axes.All(a => a.Indexed && a.Axes.Count == 0) && apply.Arguments[0] is Value)))
        && body.Results.All(r => r.Tensor.Rank == 0);

    private static Node Substitute(Lowering lowering, Scalar body, Func<int, Node> operand) => body switch
    {
        Scalar.Load load => operand(load.Operand),
        Scalar.Constant constant => lowering.Graph.Constant(constant.Value),
        Scalar.Size size => lowering.Graph.Integer(size.Dim.Value),
        Scalar.Convert convert => lowering.Graph.Convert(Substitute(lowering, convert.Operand, operand), convert.Type),
        Scalar.Select select => lowering.Graph.Select(
            Substitute(lowering, select.Condition, operand), Substitute(lowering, select.Then, operand), Substitute(lowering, select.Else, operand)),
        Scalar.Compute compute => lowering.Graph.Compute(
            compute.Intrinsic, compute.Type, [.. compute.Operands.Select(o => Substitute(lowering, o, operand))]),
        _ => throw new MindDslException(Diagnostics.Internal($"{body.GetType().Name} in an operation on scalars")),
    };
}
