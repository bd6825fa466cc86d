using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl.Quote;

/// <content>Jacobians and second derivatives.</content>
internal sealed partial class Reader
{
    /// <summary>
    /// All partial derivatives: for each leaf of the result and each of the argument a tensor with the axes of the one and then those of the other. The function
    /// runs once; its linear part runs for every seed, in a comprehension over the places of the leaf that is seeded.
    /// </summary>
    private AbstractValue ReadJacobian(TransformedValue function, Seq<AbstractValue> arguments)
    {
        var transformation = function.Transformation;
        int argument = transformation.Arguments[0];
        var inner = transformation.Kind == TransformationKind.Hessian ? GradientOf(function.Inner, argument) : function.Inner;
        var (name, result, given) = AsModuleFunction(inner, arguments);
        RequireFloat(function.Inner, given[argument], argument);
        bool forward = transformation.Kind switch
        {
            TransformationKind.JacobianForward or TransformationKind.Hessian => true,
            TransformationKind.JacobianReverse => false,
            _ => Elements(given[argument]) <= Elements(result),
        };
        var kind = forward ? DerivativeKind.Forward : DerivativeKind.Reverse;
        var (_, linear) = Linearized(kind, name, result, given, k => k == argument, typeof(Delegate));
        var (rows, columns) = (Differentiable(result), Differentiable(given[argument]));
        var blocks = new Atom[rows.Count, columns.Count];
        var (seeded, other) = forward ? (columns, rows) : (rows, columns);
        for (int s = 0; s < seeded.Count; s++)
        {
            var stacks = PerSeed(linear, seeded, s);
            for (int o = 0; o < other.Count; o++)
            {
                var (r, c) = forward ? (o, s) : (s, o);
                var stack = _builder[stacks[o]];
                int first = seeded[s].Rank;
                blocks[r, c] = forward ? stack.Permute([.. Seq.Range(stack.Rank - first).Map(k => k + first), .. Seq.Range(first)]).Atom : stack.Atom;
            }
        }
        var type = function.ResultType;
        int row = 0;
        return Structured(result, type, (leaf, wanted) =>
        {
            if (!leaf.Type.IsDifferentiable) return new Absent(wanted);
            int column = 0, at = row++;
            return Structured(given[argument], wanted, (part, partType) => part.Type.IsDifferentiable ? Block(blocks[at, column++], partType) : new Absent(partType));
        });
    }

    private static TransformedValue GradientOf(FunctionValue function, int argument) => new(Transformation.Gradient(argument), function, typeof(object));

    /// <summary>The number of elements of the floats of a value; very many where it is not known.</summary>
    private static long Elements(AbstractValue value) => Differentiable(value).Sum(t => t.Shape.Size is { IsConstant: true } size ? size.Value : 1L << 40);

    private static Seq<TensorType> Differentiable(AbstractValue value) => Flatten(value).Where(a => a.Type.IsDifferentiable).Select(a => a.Tensor).ToSeq();

    /// <summary>What a linear function gives for each unit seed of one leaf, the places of the leaf as first axes.</summary>
    private Seq<Atom> PerSeed(LinearValue linear, Seq<TensorType> seeded, int leaf) =>
        PerPlace(seeded[leaf], place => ApplyLinear(linear, Seeds(seeded, leaf, place)).Map(Atom (v) => v));

    /// <summary>One at a place of one leaf, and zero elsewhere.</summary>
    private Seq<Atom> Seeds(Seq<TensorType> leaves, int leaf, Seq<Atom> place) =>
        leaves.Map((t, k) => k != leaf ? Zeros(t) : t.Rank == 0 ? Literal.Of(t.DType, 1.0) : Unit(t, place));

    private Atom Zeros(TensorType type) => _builder[Literal.Of(type.DType, 0.0)].BroadcastTo(type.Shape).Atom;

    /// <summary>One at a place and zero elsewhere.</summary>
    private Atom Unit(TensorType type, Seq<Atom> place)
    {
        Term? here = null;
        for (int k = 0; k < place.Count; k++)
        {
            var at = new Term(_builder, _builder.Apply(new Iota(new(DType.I64, type.Shape), k))).EqualTo(_builder[place[k]]);
            here = here is { } so ? so & at : at;
        }
        return here!.Value.To(type.DType).Atom;
    }

    /// <summary>A value of a .NET type, with a part for each leaf of a value that has the structure of the type.</summary>
    private static AbstractValue Structured(AbstractValue like, Type type, Func<Leaf, Type, AbstractValue> part)
    {
        if (like is Leaf leaf) return part(leaf, type);
        if (like is not Product product) return new Absent(type);
        // A structure of the textual language, which no .NET type describes.
        if (type == typeof(object)) return product.With(product.Members.Map(m => Structured(m, type, part)));
        var members = Layout.Of(type) switch
        {
            Layout.Product layout when layout.Members.Count == product.Members.Count => product.Members.Map((m, k) => Structured(m, layout.Members[k].Type, part)),
            Layout.List list when product.Clr.IsArray => product.Members.Map(m => Structured(m, list.Element, part)),
            _ => throw new MindDslException(Diagnostics.DerivativeStructure(type, Describe(like))),
        };
        return new Product(type, members);
    }

    private static Leaf Block(Atom atom, Type type)
    {
        if (type == typeof(object)) return new Leaf(atom, typeof(Tensor));
        bool fits = Layout.Of(type) switch
        {
            Layout.Number number => atom.Tensor.Rank == 0 && number.DType == atom.Tensor.DType,
            Layout.Array array => atom.Tensor.Rank == array.Rank && array.DType == atom.Tensor.DType,
            var layout => layout is Layout.Tensor,
        };
        return fits ? new Leaf(atom, type) : throw new MindDslException(Diagnostics.DerivativeStructure(type, atom.Type.ToString()));
    }

    /// <summary>Arguments and a direction → the derivative of the gradient along it: forward over reverse, the matrix is never formed.</summary>
    private AbstractValue ReadHessianProduct(TransformedValue function, Seq<AbstractValue> arguments)
    {
        int n = arguments.Count - 1, argument = function.Transformation.Arguments[0];
        var (name, result, given) = AsModuleFunction(GradientOf(function.Inner, argument), arguments.Slice(0, n));
        RequireFloat(function.Inner, given[argument], argument);
        var seeds = Seeds("direction", [given[argument]], [arguments[n]]);
        var atoms = Flatten(result);
        var outputs = Differentiated(DerivativeKind.Forward, name, Active(given, k => k == argument), atoms.Select(a => a.Type.IsDifferentiable).ToSeq(),
            [.. given.SelectMany(a => Flatten(a)), .. seeds], atoms);
        int next = atoms.Count;
        return Cotangent(given[argument], outputs, ref next);
    }

    /// <summary>∂²f/∂xᵢ² for each element of the argument: the gradient is linearised once, and each product with a unit gives one element.</summary>
    private AbstractValue ReadHessianDiagonal(TransformedValue function, Seq<AbstractValue> arguments)
    {
        int argument = function.Transformation.Arguments[0];
        var (name, result, given) = AsModuleFunction(GradientOf(function.Inner, argument), arguments);
        RequireFloat(function.Inner, given[argument], argument);
        var (_, linear) = Linearized(DerivativeKind.Forward, name, result, given, k => k == argument, typeof(Delegate));
        var leaves = Differentiable(given[argument]);
        var diagonal = leaves.Map((type, leaf) => PerPlace(type, place =>
        {
            var row = ApplyLinear(linear, Seeds(leaves, leaf, place))[leaf];
            return type.Rank == 0 ? [row] : [_builder.Apply(Gather.At(type.Rank, type.Rank), [row, .. place])];
        })[0]);
        int next = 0;
        return Cotangent(given[argument], diagonal, ref next);
    }
}
