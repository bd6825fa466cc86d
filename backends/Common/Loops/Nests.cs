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
        return Elements(lowering, build.Body, nodes);
    }

    /// <summary>The results of scalar code. Branches are choices between elements.</summary>
    private static Node[] Elements(Lowering lowering, Block body, Dictionary<Value, Node> nodes)
    {
        Node Operand(Atom atom) => atom is Value value && nodes.TryGetValue(value, out var node) ? node : lowering.Element(atom, []);
        foreach (var let in body.Lets)
        {
            switch (let.Expr)
            {
                case If choice:
                    var condition = Operand(choice.Condition);
                    var (then, otherwise) = (Elements(lowering, choice.Then, nodes), Elements(lowering, choice.Else, nodes));
                    for (int k = 0; k < then.Length; k++) nodes[let.Targets[k]] = lowering.Graph.Select(condition, then[k], otherwise[k]);
                    break;
                case Undefined undefined:
                    nodes[let.Targets[0]] = lowering.Graph.Constant(Literal.Of(((TensorType)undefined.Type).DType, 0L));
                    break;
                case Apply { Op: Gather gather } apply:
                    var places = new Node[gather.Axes.Count];
                    for (int k = 0; k < places.Length; k++) places[k] = Operand(apply.Arguments[1 + k]);
                    lowering.At = let.Targets[0].Span;
                    for (int k = 0; k < places.Length; k++)
                        places[k] = lowering.Checked(places[k], apply.Arguments[0].Tensor.Shape[k].Value, k);
                    nodes[let.Targets[0]] = lowering.Element(apply.Arguments[0], places);
                    break;
                case Apply apply:
                    var law = ((ElementLaw.Map)apply.Op.Law(apply.Arguments.Map(a => a.Tensor))).Body;
                    nodes[let.Targets[0]] = Substitute(lowering, law, k => Operand(apply.Arguments[k]));
                    break;
            }
        }
        return [.. body.Results.Select(Operand)];
    }

    /// <summary>
    /// True if a block computes scalars only, from elements of tensors. With several results branches are taken only if the results can be computed in vectors: else what the results
    /// have in common would be computed for each.
    /// </summary>
    private static bool IsScalarCode(Block body) => body.Results.All(r => r.Tensor.Rank == 0) && AreScalars(body)
        && (body.Results.Count == 1 || !body.Lets.Any(l => l.Expr is If) || AreLanes(body, body.Results[0].Tensor.DType, body));

    private static bool AreScalars(Block body) => body.Lets.All(let => let.Targets.All(t => t.Type is TensorType { Rank: 0 }) && let.Expr switch
    {
        Apply { Op: Elementwise or Ir.Convert or SizeOf } => true,
        Apply { Op: Gather gather } apply => gather.Axes.All(a => a.Indexed && a.Axes.Count == 0) && apply.Arguments[0] is Value,
        If choice => AreScalars(choice.Then) && AreScalars(choice.Else),
        Undefined => true,
        _ => false,
    });

    /// <summary>True if all that a block computes are floats of one type and conditions on them, read at the indices of the comprehension.</summary>
    private static bool AreLanes(Block block, DType type, Block whole) => type.IsFloat && block.Lets.All(let => let.Expr switch
    {
        If choice => AreLanes(choice.Then, type, whole) && AreLanes(choice.Else, type, whole),
        Apply { Op: Gather } apply => let.Targets[0].Tensor.DType is var read && (read == type || read == DType.Bool)
            && apply.Arguments.Slice(1, apply.Arguments.Count - 1).All(i => i is Value index && whole.Parameters.IndexOf(index) >= 0),
        Apply { Op: Elementwise } apply => apply.Arguments.All(a => a.Tensor.DType == type || a.Tensor.DType == DType.Bool),
        Undefined undefined => ((TensorType)undefined.Type).DType == type,
        _ => false,
    });

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
