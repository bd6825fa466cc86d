using System.Linq.Expressions;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <content>Vectors along a loop, and conditions on its index.</content>
internal sealed partial class NestEmitter
{
    private static readonly Intrinsic[] Arithmetic =
    [
        Intrinsic.Neg, Intrinsic.Add, Intrinsic.Sub, Intrinsic.Mul, Intrinsic.Div, Intrinsic.Abs, Intrinsic.Sqrt, Intrinsic.Max, Intrinsic.Min,
        Intrinsic.Floor, Intrinsic.Ceil, Intrinsic.Sin, Intrinsic.Cos,
    ];

    private static readonly Intrinsic[] OnIntegers = [Intrinsic.Neg, Intrinsic.Add, Intrinsic.Sub];

    private static readonly Intrinsic[] Comparisons = [Intrinsic.Lt, Intrinsic.Le, Intrinsic.Eq, Intrinsic.Ne, Intrinsic.IsNan, Intrinsic.IsFinite];

    /// <summary>True if a node can be computed for consecutive indices of a loop at once, all in lanes of one type.</summary>
    private static bool CanVectorise(Node node, int loop) => IsVector(node, loop, Clr.Lane(node.Type), []);

    private static bool IsVector(Node node, int loop, DType lane, Dictionary<Node, bool> known)
    {
        if ((node.Loops >> loop & 1) == 0) return Clr.Lane(node.Type) == lane && !node.MayThrow;
        if (known.TryGetValue(node, out bool answer)) return answer;
        return known[node] = node.Kind switch
        {
            NodeKind.Load => Clr.Lane(node.Type) == lane && lane != DType.Bool && (node.Type == lane ? node.Operands[0].FactorOf(loop) is not (null or 0) : node.Operands[0].FactorOf(loop) is 1 or 2 or 3 or 4),
            NodeKind.Compute when node.Type == lane => ((lane.IsFloat ? Arithmetic : OnIntegers).Contains(node.Intrinsic) || VectorMath.Has(node.Intrinsic, lane))
                && node.Operands.All(o => IsVector(o, loop, lane, known)),
            NodeKind.Convert => Clr.Lane(node.Type) == lane && Clr.Lane(node.Operands[0].Type) == lane && IsVector(node.Operands[0], loop, lane, known),
            NodeKind.MultiplyAdd => node.Operands.All(o => IsVector(o, loop, lane, known)),
            NodeKind.Select => IsMask(node.Operands[0], loop, lane, known) && IsVector(node.Operands[1], loop, lane, known) && IsVector(node.Operands[2], loop, lane, known)
                && ((node.Operands[0].Loops >> loop & 1) == 0 || !(node.Operands[1].MayThrow || node.Operands[2].MayThrow)),
            _ => false,
        };
    }

    /// <summary>True if a condition can be a mask over lanes of a type, or is the same for all of them.</summary>
    private static bool IsMask(Node node, int loop, DType lane, Dictionary<Node, bool> known)
    {
        if ((node.Loops >> loop & 1) == 0) return !node.MayThrow;
        if (IsTruth(node, loop)) return true;
        if (node.Kind != NodeKind.Compute) return false;
        if (node.Intrinsic is Intrinsic.And or Intrinsic.Or or Intrinsic.Not)
            return node.Operands.All(o => (o.Loops >> loop & 1) != 0 && IsMask(o, loop, lane, known));
        return IsWholeComparison(node, loop) || Comparisons.Contains(node.Intrinsic) && node.Operands.All(o => o.Type == lane && IsVector(o, loop, lane, known));
    }

    /// <summary>True if the condition is in memory.</summary>
    private static bool IsTruth(Node node, int loop) => node is { Kind: NodeKind.Load, Type: DType.Bool } && node.Operands[0].FactorOf(loop) == 1 && !node.MayThrow;

    /// <summary>True if i64 in memory are compared with one number.</summary>
    private static bool IsWholeComparison(Node node, int loop) => node.Intrinsic is Intrinsic.Eq or Intrinsic.Ne or Intrinsic.Lt or Intrinsic.Le
        && node.Operands[0] is { Kind: NodeKind.Load, Type: DType.I64 } load && load.Operands[0].FactorOf(loop) == 1 && !load.MayThrow
        && (node.Operands[1].Loops >> loop & 1) == 0 && !node.Operands[1].MayThrow;

    private Expression Vector(NestScope scope, Node node)
    {
        if (scope.Find(node, vector: true) is { } known) return known;
        var width = VectorWidth.Current!;
        var place = scope.For(node);
        if ((node.Loops >> _vectorLoop & 1) == 0) return place.Define(node, true, width.Broadcast(Scalar(place, node)));
        switch (node.Kind)
        {
            case NodeKind.Load when IsTruth(node, _vectorLoop):
                return Held(scope, place, node, true, width.TruthMask(_lane, Expression.Add(slot(node.Number), Scalar(place, node.Operands[0]))));
            case NodeKind.Load:
                var start = Scalar(place, node.Operands[0]);
                var address = Expression.Add(slot(node.Number), Expression.Multiply(start, Clr.Constant(node.Type.Size)));
                return Held(scope, place, node, true, node.Operands[0].FactorOf(_vectorLoop) is not 1 and { } step ? width.LoadSteps(node.Type, address, step) : width.Load(node.Type, address));
            case NodeKind.Compute when IsWholeComparison(node, _vectorLoop):
                var whole = node.Operands[0];
                var wholeAddress = Expression.Add(slot(whole.Number), Expression.Multiply(Scalar(place, whole.Operands[0]), Clr.Constant(whole.Type.Size)));
                return Held(scope, place, node, true, width.WholeMask(_lane, node.Intrinsic, wholeAddress, Scalar(place, node.Operands[1])));
            case NodeKind.Compute:
                return Held(scope, place, node, true, width.Function(node.Intrinsic, node.Operands[0].Type, Array.ConvertAll(node.Operands, o => Vector(place, o)))!);
            case NodeKind.Convert:
                var converted = Vector(place, node.Operands[0]);
                return node.Type.IsStorage && !(node.Operands[0].Type == DType.U8 && node.Type.IsFloat) ? Held(scope, place, node, true, width.Round(node.Type, converted)) : converted;
            case NodeKind.MultiplyAdd:
                return Held(scope, place, node, true, width.MultiplyAdd(Vector(place, node.Operands[0]), Vector(place, node.Operands[1]), Vector(place, node.Operands[2])));
            case NodeKind.Select when (node.Operands[0].Loops >> _vectorLoop & 1) == 0:
                return Choose(place, node, vector: true);
            default:
                return Held(scope, place, node, true, width.Select(Vector(place, node.Operands[0]), Vector(place, node.Operands[1]), Vector(place, node.Operands[2])));
        }
    }

    /// <summary>
    /// The pieces of a loop in which conditions on its index and constants alone do not change, with the elements as they are there; null if there are too many or none.
    /// </summary>
    private List<(long Start, long Stop, Node[] Bodies)>? Pieces(Node[] bodies, int loop)
    {
        var conditions = new HashSet<Node>();
        var ends = new SortedSet<long> { 0, nest.Extent(loop) };
        var seen = new HashSet<Node>();
        var waiting = new Stack<Node>(bodies);
        while (waiting.TryPop(out var node))
        {
            if ((node.Loops >> loop & 1) == 0 || !seen.Add(node)) continue;
            if (node.Kind == NodeKind.Select && node.Operands[0].Loops == 1UL << loop && IsStretch(node.Operands[0], loop) && AddEnds(node.Operands[0], loop, ends)) conditions.Add(node.Operands[0]);
            if (node.Kind != NodeKind.Affine) foreach (var operand in node.Operands) waiting.Push(operand);
        }
        if (conditions.Count == 0 || ends.Count > MostPieces) return null;
        long[] bounds = [.. ends];
        var pieces = new List<(long, long, Node[])>();
        var index = _graph.Index(loop);
        for (int k = 0; k + 1 < bounds.Length; k++)
        {
            var known = new Dictionary<Node, Node>();
            foreach (var condition in conditions)
            {
                var value = _graph.Replace(condition, new() { [index] = _graph.Integer(bounds[k]) });
                if (value.Literal is null) return null;
                known[condition] = value;
            }
            pieces.Add((bounds[k], bounds[k + 1], Array.ConvertAll(bodies, b => _graph.Replace(b, known))));
        }
        return pieces;
    }

    /// <summary>Adds the indices at which a condition on a loop's index changes; false if it depends on more than numbers.</summary>
    private bool AddEnds(Node condition, int loop, SortedSet<long> ends)
    {
        if (condition.Intrinsic == Intrinsic.And) return condition.Operands.All(o => (o.Loops >> loop & 1) != 0 && AddEnds(o, loop, ends));
        var difference = _graph.Add(condition.Operands[0], _graph.Scale(condition.Operands[1], -1));
        long factor = difference.FactorOf(loop)!.Value;
        var rest = _graph.Add(difference, _graph.Scale(_graph.Index(loop), -factor));
        if (!rest.IsInteger || factor == 0) return false;
        // f·i + r < 0, or ≤ 0.
        long below = condition.Intrinsic == Intrinsic.Lt ? 1 : 0;
        long end = factor > 0 ? Elements.FloorDivide(-below - rest.Offset, factor) + 1 : Elements.FloorDivide(rest.Offset + below - 1, -factor) + 1;
        if (end > 0 && end < nest.Extent(loop)) ends.Add(end);
        return true;
    }

    /// <summary>A condition of a choice that holds in one stretch of a loop: a conjunction of bounds on its index and of what does not depend on it.</summary>
    private static Node? FindSplit(Node[] bodies, int loop)
    {
        var seen = new HashSet<Node>();
        var waiting = new Stack<Node>(bodies);
        while (waiting.TryPop(out var node))
        {
            if ((node.Loops >> loop & 1) == 0 || !seen.Add(node)) continue;
            if (node.Kind == NodeKind.Select && (node.Operands[0].Loops >> loop & 1) != 0 && IsStretch(node.Operands[0], loop)) return node.Operands[0];
            if (node.Kind != NodeKind.Affine) foreach (var operand in node.Operands) waiting.Push(operand);
        }
        return null;
    }

    private static bool IsStretch(Node condition, int loop)
    {
        if ((condition.Loops >> loop & 1) == 0) return true;
        if (condition.Kind != NodeKind.Compute) return false;
        return condition.Intrinsic switch
        {
            Intrinsic.And => condition.Operands.All(o => IsStretch(o, loop)),
            Intrinsic.Lt or Intrinsic.Le => condition.Operands[0].Type == DType.I64 && condition.Operands.All(o => o.FactorOf(loop) is not null)
                && condition.Operands[0].FactorOf(loop) != condition.Operands[1].FactorOf(loop),
            _ => false,
        };
    }

    /// <summary>Sets low and high to the part of [from, to) in which a condition holds.</summary>
    private void TrueRange(NestScope scope, Node condition, int loop, Expression from, Expression to, ParameterExpression low, ParameterExpression high)
    {
        scope.Statements.Add(Expression.Assign(low, from));
        scope.Statements.Add(Expression.Assign(high, to));
        Narrow(condition);
        scope.Statements.Add(Expression.Assign(low, Expression.Call(typeof(Math), nameof(Math.Min), null, low, to)));
        scope.Statements.Add(Expression.Assign(high, Expression.Call(typeof(Math), nameof(Math.Max), null, low, high)));

        void Narrow(Node part)
        {
            if ((part.Loops >> loop & 1) == 0)
            {
                scope.Statements.Add(Expression.IfThen(Expression.Not(Scalar(scope, part)), Expression.Assign(high, low)));
            }
            else if (part.Intrinsic == Intrinsic.And)
            {
                Narrow(part.Operands[0]);
                Narrow(part.Operands[1]);
            }
            else
            {
                // a < b: f·i + r < 0, or ≤ 0, with i the index.
                var difference = _graph.Add(part.Operands[0], _graph.Scale(part.Operands[1], -1));
                long factor = difference.FactorOf(loop)!.Value;
                var rest = Scalar(scope, _graph.Add(difference, _graph.Scale(_graph.Index(loop), -factor)));
                long below = part.Intrinsic == Intrinsic.Lt ? 1 : 0;
                if (factor > 0)
                {
                    var bound = Expression.Add(Divide(Expression.Subtract(Clr.Constant(-below), rest), factor), Clr.Constant(1));
                    scope.Statements.Add(Expression.Assign(high, Expression.Call(typeof(Math), nameof(Math.Min), null, high, bound)));
                }
                else
                {
                    var bound = Expression.Add(Divide(Expression.Add(rest, Clr.Constant(below - 1)), -factor), Clr.Constant(1));
                    scope.Statements.Add(Expression.Assign(low, Expression.Call(typeof(Math), nameof(Math.Max), null, low, bound)));
                }
            }
        }
    }

    private static Expression Divide(Expression a, long b) => b == 1 ? a : Clr.Call(nameof(Elements.FloorDivide), a, Clr.Constant(b));
}
