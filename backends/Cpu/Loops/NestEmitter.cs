using System.Linq.Expressions;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>Writes the code of one loop nest: vectors along one loop where that is possible, scalars elsewhere.</summary>
/// <param name="nest">The nest.</param>
/// <param name="slot">The address or scalar that a slot holds.</param>
internal sealed partial class NestEmitter(Nest nest, Func<int, Expression> slot)
{
    private const int MostSplits = 3;
    private const int MostUnrolled = 4;
    private const int MostPieces = 12;
    private readonly NodeGraph _graph = nest.Graph;
    private readonly Dictionary<int, Expression> _indices = [];
    private int _vectorLoop = -1;

    /// <summary>The vectors of this nest: short rows have narrow ones.</summary>
    private readonly VectorWidth? _width = VectorWidth.Current?.For(nest.Body.Type, Math.Max(Innermost(nest, nest.Space), Innermost(nest, nest.Reduced)));

    private static long Innermost(Nest nest, int[] loops) => loops.Length == 0 ? 0 : nest.Extent(loops[^1]);

    /// <summary>The type of the lanes of vectors, as far as masks are concerned.</summary>
    private readonly DType _lane = Clr.Lane(nest.Body.Type);

    /// <summary>The statement that runs the iterations of the outermost loop from <paramref name="begin"/> to <paramref name="end"/>; all of them when null.</summary>
    public Expression Emit(Expression? begin = null, Expression? end = null)
    {
        if (nest.Space.Any(l => nest.Extent(l) == 0)) return Expression.Empty();
        var root = new NestScope(null, ScopeKind.Root);
        if (nest.Reduced.Length == 0 && nest.Monoid is not (Monoid.ArgMax or Monoid.ArgMin)) EmitMap(root, 0, begin, end);
        else
        {
            CountUses([nest.Body, nest.Target]);
            EmitReduce(root, begin, end);
        }
        return root.Close();
    }

    private static readonly Intrinsic[] WriteOnce =
        [Intrinsic.Neg, Intrinsic.Abs, Intrinsic.Sqrt, Intrinsic.Exp, Intrinsic.Log, Intrinsic.Tanh, Intrinsic.Sin, Intrinsic.Cos];

    /// <summary>How often nodes are used by what is written.</summary>
    private readonly Dictionary<Node, int> _uses = [];

    private void CountUses(Node[] roots)
    {
        _uses.Clear();
        var waiting = new Stack<Node>(roots);
        while (waiting.TryPop(out var node))
        {
            int known = _uses.GetValueOrDefault(node);
            _uses[node] = known + 1;
            if (known > 0) continue;
            foreach (var operand in node.Operands) waiting.Push(operand);
            // Some functions of one operand write it twice.
            if (node.Kind == NodeKind.Compute && node.Operands.Length == 1 && !WriteOnce.Contains(node.Intrinsic)) waiting.Push(node.Operands[0]);
        }
    }

    /// <summary>A value in a variable; or as it is where it is used once, in the same scope: variables are what the just-in-time compiler has few of.</summary>
    private Expression Held(NestScope scope, NestScope place, Node node, bool vector, Expression value) =>
        scope == place && _uses.GetValueOrDefault(node) == 1 ? value : place.Define(node, vector, value);

    /// <summary>The value of a body without loops; what it needs is written before.</summary>
    public Expression EmitValue(List<Expression> statements, List<ParameterExpression> variables)
    {
        var root = new NestScope(null, ScopeKind.Root);
        var value = Scalar(root, nest.Body);
        variables.AddRange(root.Variables);
        statements.AddRange(root.Statements);
        return value;
    }

    private void EmitMap(NestScope scope, int depth, Expression? begin, Expression? end)
    {
        if (nest.Space.Length == 0)
        {
            Store(scope, Bodies);
            return;
        }
        int loop = nest.Space[depth];
        var (from, to) = (begin ?? Clr.Constant(0), end ?? Clr.Constant(nest.Extent(loop)));
        if (depth == nest.Space.Length - 1) Row(scope, loop, from, to, Bodies, 0);
        else For(scope, loop, from, to, 1, inner => EmitMap(inner, depth + 1, null, null));
    }

    /// <summary>The elements, one for each target.</summary>
    private Node[] Bodies => [.. nest.Targets.Select(t => t.Body)];

    /// <summary>True if conditions on the innermost index repeat the code of a nest.</summary>
    public static bool HasConditions(Nest nest) => nest.Space.Length > 0 && nest.Targets.Any(t => FindSplit([t.Body], nest.Space[^1]) is not null);

    /// <summary>One run of the innermost loop. Conditions on its index split the run, so that they are not tested in it.</summary>
    private void Row(NestScope scope, int loop, Expression from, Expression to, Node[] bodies, int splits)
    {
        if (Pieces(bodies, loop) is { Count: > 1 } pieces)
        {
            foreach (var (start, stop, piece) in pieces)
            {
                if (from is ConstantExpression { Value: 0L } && to is ConstantExpression { Value: long end } && end == nest.Extent(loop))
                {
                    Row(scope, loop, Clr.Constant(start), Clr.Constant(stop), piece, splits);
                    continue;
                }
                var (low, high) = (scope.Variable(typeof(long)), scope.Variable(typeof(long)));
                scope.Statements.Add(Expression.Assign(low, Expression.Call(typeof(Math), nameof(Math.Max), null, from, Clr.Constant(start))));
                scope.Statements.Add(Expression.Assign(high, Expression.Call(typeof(Math), nameof(Math.Min), null, to, Clr.Constant(stop))));
                var part = new NestScope(scope, ScopeKind.Branch);
                Row(part, loop, low, high, piece, splits);
                scope.Statements.Add(Expression.IfThen(Expression.LessThan(low, high), part.Close()));
            }
            return;
        }
        if (splits < MostSplits && FindSplit(bodies, loop) is { } condition)
        {
            var (low, high) = (scope.Variable(typeof(long)), scope.Variable(typeof(long)));
            TrueRange(scope, condition, loop, from, to, low, high);
            Segment(from, low, false);
            Segment(low, high, true);
            Segment(high, to, false);
            return;

            void Segment(Expression start, Expression stop, bool holds)
            {
                var branch = new NestScope(scope, ScopeKind.Branch);
                var replaced = new Dictionary<Node, Node> { [condition] = _graph.Bool(holds) };
                Row(branch, loop, start, stop, Array.ConvertAll(bodies, b => _graph.Replace(b, replaced)), splits + 1);
                scope.Statements.Add(Expression.IfThen(Expression.LessThan(start, stop), branch.Close()));
            }
        }

        CountUses([.. bodies, .. nest.Targets.Select(t => t.Target)]);
        if (_width is { } width && nest.TargetType != DType.Bool && nest.Extent(loop) >= width.Lanes(nest.TargetType) && IsTargetStep(loop)
            && bodies.All(b => CanVectorise(b, loop) && b.Type == nest.TargetType))
        {
            int lanes = width.Lanes(nest.TargetType);
            VectorLoop(scope, loop, from, to, lanes, inner =>
            {
                int k = 0;
                foreach (var target in nest.Targets)
                {
                    var address = TargetAddress(inner, target);
                    var value = Vector(inner, bodies[k++]);
                    if (nest.Store == StoreKind.Add) value = Expression.Add(width.Load(nest.TargetType, address), value);
                    inner.Statements.Add(target.Target.FactorOf(loop) is > 1 and { } step ? width.StoreSteps(nest.TargetType, address, step, value) : width.Store(nest.TargetType, address, value));
                }
            }, index => ScalarRow(scope, loop, index, to, bodies, index));
            return;
        }
        ScalarRow(scope, loop, from, to, bodies, null);
    }

    /// <summary>
    /// Vectors along a loop, and what is left. Where targets may be computed twice the last vector overlaps the one before; else what is left goes one by one, and gives
    /// the same as in vectors, so that results do not depend on where threads divide a loop.
    /// </summary>
    private void VectorLoop(NestScope scope, int loop, Expression from, Expression to, int lanes, Action<NestScope> body, Action<ParameterExpression> rest)
    {
        var (index, limit) = (scope.Variable(typeof(long)), scope.Variable(typeof(long)));
        scope.Statements.Add(Expression.Assign(index, from));
        scope.Statements.Add(Expression.Assign(limit, Expression.Subtract(to, Clr.Constant(lanes))));
        nest.VectorBits = Math.Max(nest.VectorBits, _width!.Bits);
        _indices[loop] = index;
        _vectorLoop = loop;
        var inner = new NestScope(scope, IsAlways(from, to, lanes) ? ScopeKind.Loop : ScopeKind.Branch, loop);
        body(inner);
        _vectorLoop = -1;
        if (from is ConstantExpression { Value: long first } && to is ConstantExpression { Value: long end } && end - first >= lanes && (nest.MayRepeat || (end - first) % lanes == 0))
        {
            if ((end - first) % lanes != 0) inner.Statements.Insert(0, Expression.IfThen(Expression.GreaterThan(index, limit), Expression.Assign(index, limit)));
            inner.Statements.Add(Expression.AddAssign(index, Clr.Constant(lanes)));
            scope.Statements.Add(While(Expression.LessThan(index, to), inner.Close()));
            return;
        }
        inner.Statements.Add(Expression.AddAssign(index, Clr.Constant(lanes)));
        scope.Statements.Add(While(Expression.LessThanOrEqual(index, limit), inner.Close()));
        _likeVectors = true;
        rest(index);
        _likeVectors = false;
    }

    /// <summary>True while scalars are to be computed as vectors are.</summary>
    private bool _likeVectors;

    /// <summary>True if targets follow one another, or are some elements apart and only set.</summary>
    private bool IsTargetStep(int loop) => nest.Targets.All(t => t.Target.FactorOf(loop) is { } step && (step == 1 || (nest.Store == StoreKind.Set && step > 1)));

    private void ScalarRow(NestScope scope, int loop, Expression from, Expression to, Node[] bodies, ParameterExpression? index) =>
        For(scope, loop, from, to, 1, inner => Store(inner, bodies), index);

    private void Store(NestScope scope, Node[] bodies)
    {
        int k = 0;
        foreach (var target in nest.Targets)
        {
            var address = TargetAddress(scope, target);
            var value = Scalar(scope, bodies[k++]);
            if (nest.Store == StoreKind.Add) value = Clr.Function(Intrinsic.Add, nest.TargetType, Clr.Load(nest.TargetType, address), value);
            scope.Statements.Add(Clr.Store(nest.TargetType, address, value));
        }
    }

    private ParameterExpression TargetAddress(NestScope scope) => TargetAddress(scope, new(nest.Body, nest.Target, nest.TargetSlot));

    private ParameterExpression TargetAddress(NestScope scope, NestTarget target)
    {
        var place = Scalar(scope, target.Target);
        var address = Expression.Add(slot(target.Slot), Expression.Multiply(place, Clr.Constant(nest.TargetType.Size)));
        var variable = scope.Variable(typeof(long));
        scope.Statements.Add(Expression.Assign(variable, address));
        return variable;
    }

    private void For(NestScope scope, int loop, Expression from, Expression to, int step, Action<NestScope> body, ParameterExpression? index = null)
    {
        if (index is null && step == 1 && from is ConstantExpression { Value: long first } && to is ConstantExpression { Value: long last } && last - first <= MostUnrolled && IsInnermost(loop))
        {
            for (long value = first; value < last; value++)
            {
                _indices[loop] = Clr.Constant(value);
                var once = new NestScope(scope, ScopeKind.Loop, loop);
                body(once);
                scope.Statements.Add(once.Close());
            }
            return;
        }
        if (index is null)
        {
            index = scope.Variable(typeof(long));
            scope.Statements.Add(Expression.Assign(index, from));
        }
        _indices[loop] = index;
        var inner = new NestScope(scope, IsAlways(from, to, 1) ? ScopeKind.Loop : ScopeKind.Branch, loop);
        body(inner);
        inner.Statements.Add(Expression.AddAssign(index, Clr.Constant(step)));
        scope.Statements.Add(While(Expression.LessThan(index, to), inner.Close()));
    }

    /// <summary>True if few steps are done inside a loop, so that it may be written out.</summary>
    private bool IsInnermost(int loop) => nest.Reduced.Length > 0 ? Inside(nest.Reduced, loop) : Inside(nest.Space, loop);

    private bool Inside(int[] loops, int loop)
    {
        int at = Array.IndexOf(loops, loop);
        return at >= 0 && loops.Skip(at).Aggregate(1.0, (product, l) => product * nest.Extent(l)) <= MostUnrolled;
    }

    /// <summary>True if a run of at least some iterations is sure.</summary>
    private static bool IsAlways(Expression from, Expression to, long iterations) =>
        from is ConstantExpression { Value: 0L } && to is ConstantExpression { Value: long n } && n >= iterations;

    /// <summary>while (condition) body.</summary>
    public static Expression While(Expression condition, Expression body)
    {
        var exit = Expression.Label();
        return Expression.Loop(Expression.IfThenElse(condition, body, Expression.Break(exit)), exit);
    }

    private Expression Scalar(NestScope scope, Node node)
    {
        switch (node.Kind)
        {
            case NodeKind.Constant: return Clr.Constant(node.Literal!);
            case NodeKind.Index: return _indices[node.Number];
            case NodeKind.Slot: return slot(node.Number);
            case NodeKind.Affine when node.Operands.Length == 0: return Clr.Constant(node.Offset);
        }
        if (scope.Find(node, vector: false) is { } known) return known;
        var place = scope.For(node);
        return node.Kind == NodeKind.Select ? Choose(place, node, vector: false)
            : node.MayThrow ? place.Define(node, false, ScalarValue(place, node)) : Held(scope, place, node, false, ScalarValue(place, node));
    }

    private Expression ScalarValue(NestScope scope, Node node)
    {
        switch (node.Kind)
        {
            case NodeKind.Affine:
                Expression? sum = node.Offset == 0 ? null : Clr.Constant(node.Offset);
                for (int k = 0; k < node.Operands.Length; k++)
                {
                    var term = Scalar(scope, node.Operands[k]);
                    if (node.Factors[k] != 1) term = Expression.Multiply(term, Clr.Constant(node.Factors[k]));
                    sum = sum is null ? term : Expression.Add(sum, term);
                }
                return sum!;
            case NodeKind.Load:
                var place = Scalar(scope, node.Operands[0]);
                return Clr.Load(node.Type, Expression.Add(slot(node.Number), Expression.Multiply(place, Clr.Constant(node.Type.Size))));
            case NodeKind.Compute when _likeVectors && node.Type.IsFloat && (VectorMath.Has(node.Intrinsic, node.Type) || node.Intrinsic is Intrinsic.Sin or Intrinsic.Cos):
                var width = _width!;
                return width.Lane(width.Function(node.Intrinsic, node.Type, width.Broadcast(Scalar(scope, node.Operands[0])))!, 0);
            case NodeKind.Compute:
                return Clr.Function(node.Intrinsic, node.Operands[0].Type, Array.ConvertAll(node.Operands, o => Scalar(scope, o)));
            case NodeKind.Convert:
                return Clr.Convert(Scalar(scope, node.Operands[0]), node.Operands[0].Type, node.Type);
            case NodeKind.Checked:
                return Clr.Call(nameof(Elements.Checked), Scalar(scope, node.Operands[0]), Clr.Constant(node.Offset), Expression.Constant(node.Number));
            case NodeKind.MultiplyAdd:
                return Clr.Call(nameof(Elements.FusedMultiplyAdd), Array.ConvertAll(node.Operands, o => Scalar(scope, o)));
            default:
                throw new MindDslException(Diagnostics.Internal($"a node {node.Kind}"));
        }
    }

    /// <summary>A choice as a branch, so that the side not chosen is not computed.</summary>
    private Expression Choose(NestScope scope, Node node, bool vector)
    {
        var condition = Scalar(scope, node.Operands[0]);
        var (then, otherwise) = (new NestScope(scope, ScopeKind.Branch), new NestScope(scope, ScopeKind.Branch));
        var (x, y) = vector
            ? (Vector(then, node.Operands[1]), Vector(otherwise, node.Operands[2]))
            : (Scalar(then, node.Operands[1]), Scalar(otherwise, node.Operands[2]));
        if (then.Statements.Count == 0 && otherwise.Statements.Count == 0) return scope.Define(node, vector, Expression.Condition(condition, x, y));
        var result = scope.Variable(x.Type);
        then.Statements.Add(Expression.Assign(result, x));
        otherwise.Statements.Add(Expression.Assign(result, y));
        scope.Statements.Add(Expression.IfThenElse(condition, then.Close(), otherwise.Close()));
        scope.Note(node, vector, result);
        return result;
    }
}
