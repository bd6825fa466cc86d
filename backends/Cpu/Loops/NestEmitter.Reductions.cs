using System.Linq.Expressions;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <content>Reductions. The order of a sum depends on the shape and the vector width alone.</content>
internal sealed partial class NestEmitter
{
    /// <summary>Up to here floats count without gaps.</summary>
    private const long LargestWhole = 1 << 24;

    private void EmitReduce(NestScope root, Expression? begin, Expression? end)
    {
        var width = _width;
        int kept = nest.Space.Length > 0 ? nest.Space[^1] : -1;
        int inner = nest.Reduced[^1];
        bool arg = nest.Monoid is Monoid.ArgMax or Monoid.ArgMin;
        bool vectors = width is not null && !arg && nest.TargetType.IsFloat && nest.Body.Type == nest.TargetType;
        int lanes = vectors ? width!.Lanes(nest.TargetType) : 1;

        if (vectors && kept >= 0 && nest.Extent(kept) >= lanes && nest.Target.FactorOf(kept) == 1 && FindSplit([nest.Body], kept) is not null)
            Kept(root, begin, end, (scope, from, to) => AccumulateRows(scope, kept, from, to));
        else if (vectors && kept >= 0 && nest.Extent(kept) >= lanes && nest.Target.FactorOf(kept) == 1 && CanVectorise(nest.Body, kept)
            && !(nest.Extent(inner) >= lanes && IsFar(nest.Body, kept) && CanVectorise(nest.Body, inner)))
            Kept(root, begin, end, (scope, from, to) => AcrossKept(scope, kept, lanes, from, to));
        // Short runs are summed one by one, as fast, and in the same order wherever they are.
        else if (vectors && nest.Extent(inner) >= VectorWidth.Current!.Lanes(nest.TargetType) && CanVectorise(nest.Body, inner))
            All(root, begin, end, scope => AlongReduced(scope, inner, lanes));
        else if (width is not null && arg && kept >= 0 && nest.Body.Type.IsFloat && nest.Extent(kept) >= width.Lanes(nest.Body.Type) && nest.Extent(inner) < LargestWhole
            && nest.Target.FactorOf(kept) == 1 && CanVectorise(nest.Body, kept))
            Kept(root, begin, end, (scope, from, to) => PlacesAcross(scope, kept, width.Lanes(nest.Body.Type), from, to));
        else
            All(root, begin, end, arg ? Places : OneByOne);
    }

    /// <summary>Loops over the result's indices but the last, whose range the rest takes over.</summary>
    private void Kept(NestScope scope, Expression? begin, Expression? end, Action<NestScope, Expression, Expression> rest, int depth = 0)
    {
        int loop = nest.Space[depth];
        var (from, to) = (begin ?? Clr.Constant(0), end ?? Clr.Constant(nest.Extent(loop)));
        if (depth == nest.Space.Length - 1) rest(scope, from, to);
        else For(scope, loop, from, to, 1, inner => Kept(inner, null, null, rest, depth + 1));
    }

    private void All(NestScope scope, Expression? begin, Expression? end, Action<NestScope> rest)
    {
        if (nest.Space.Length == 0) rest(scope);
        else Kept(scope, begin, end, (inner, from, to) => For(inner, nest.Space[^1], from, to, 1, rest));
    }

    private void ReducedLoops(NestScope scope, int depth, int count, Action<NestScope> body)
    {
        if (depth == count) body(scope);
        else For(scope, nest.Reduced[depth], Clr.Constant(0), Clr.Constant(nest.Extent(nest.Reduced[depth])), 1, inner => ReducedLoops(inner, depth + 1, count, body));
    }

    /// <summary>The row of results is in memory and each reduced index adds a row to it, so that conditions on the row's index split runs.</summary>
    private void AccumulateRows(NestScope scope, int kept, Expression from, Expression to)
    {
        var identity = _graph.Constant(Identity());
        Row(scope, kept, from, to, [identity], MostSplits);
        ReducedLoops(scope, 0, nest.Reduced.Length, inner =>
        {
            var combined = new NestEmitter(Accumulating(), slot);
            foreach (var (loop, index) in _indices) combined._indices[loop] = index;
            combined.Row(inner, kept, from, to, [combined.Combined(nest.Body)], 0);
        });
    }

    private Nest Accumulating() => new()
    {
        Graph = nest.Graph,
        Space = nest.Space,
        Body = nest.Body,
        Target = nest.Target,
        TargetSlot = nest.TargetSlot,
        TargetType = nest.TargetType,
        MayRepeat = nest.Reduced.Length == 0 && nest.MayRepeat,
        Slots = nest.Slots,
        Monoid = nest.Monoid,
    };

    /// <summary>What is at the target, combined with an element.</summary>
    private Node Combined(Node element) => CombineNodes(_graph.Load(nest.TargetSlot, nest.Target, nest.TargetType), element);

    private Node CombineNodes(Node a, Node b) => nest.Monoid switch
    {
        Monoid.Sum => _graph.Compute(Intrinsic.Add, nest.TargetType, a, b),
        Monoid.Product => _graph.Compute(Intrinsic.Mul, nest.TargetType, a, b),
        Monoid.Max => _graph.Compute(Intrinsic.Max, nest.TargetType, a, b),
        _ => _graph.Compute(Intrinsic.Min, nest.TargetType, a, b),
    };

    /// <summary>Vectors over the result's last index, each summed in a register over the reduced indices; several vectors go together, since one waits for its own last sum.</summary>
    private void AcrossKept(NestScope scope, int kept, int lanes, Expression from, Expression to)
    {
        var width = _width!;
        int together = Chains(nest.Extent(kept) / lanes);
        if (together > 1)
        {
            var index = scope.Variable(typeof(long));
            scope.Statements.Add(Expression.Assign(index, from));
            var block = new NestScope(scope, ScopeKind.Branch, kept);
            _vectorLoop = kept;
            var starts = Starts(block, index, lanes, together);
            var sums = starts.Select(_ => block.Variable(width.Of(nest.TargetType))).ToArray();
            foreach (var sum in sums) block.Statements.Add(Expression.Assign(sum, width.Broadcast(Clr.Constant(Identity()))));
            ReducedLoops(block, 0, nest.Reduced.Length, inner => EachOf(inner, kept, starts, (part, k) => AddVector(part, sums[k])));
            EachOf(block, kept, starts, (part, k) => part.Statements.Add(width.Store(nest.TargetType, TargetAddress(part), sums[k])));
            _vectorLoop = -1;
            block.Statements.Add(Expression.AddAssign(index, Clr.Constant(together * lanes)));
            scope.Statements.Add(While(Expression.LessThanOrEqual(index, Expression.Subtract(to, Clr.Constant(together * lanes))), block.Close()));
            from = index;
        }
        VectorLoop(scope, kept, from, to, lanes, chunk =>
        {
            var sum = chunk.Variable(width.Of(nest.TargetType));
            chunk.Statements.Add(Expression.Assign(sum, width.Broadcast(Clr.Constant(Identity()))));
            ReducedLoops(chunk, 0, nest.Reduced.Length, inner => AddVector(inner, sum));
            chunk.Statements.Add(width.Store(nest.TargetType, TargetAddress(chunk), sum));
        }, index => For(scope, kept, index, to, 1, OneByOne, index));
    }

    /// <summary>How many vectors are summed side by side: as many as there is work and registers for.</summary>
    private int Chains(long vectors)
    {
        int operations = nest.Operations;
        return vectors >= 4 && operations <= MostInFour ? 4 : vectors >= 2 && operations <= MostInTwo ? 2 : 1;
    }

    private const int MostInFour = 30, MostInTwo = 80;

    /// <summary>The indices at which vectors side by side begin.</summary>
    private static ParameterExpression[] Starts(NestScope scope, Expression index, int lanes, int count)
    {
        var starts = new ParameterExpression[count];
        for (int k = 0; k < count; k++)
        {
            starts[k] = scope.Variable(typeof(long));
            scope.Statements.Add(Expression.Assign(starts[k], k == 0 ? index : Expression.Add(index, Clr.Constant(k * lanes))));
        }
        return starts;
    }

    /// <summary>Writes a body for each of several indices of a loop.</summary>
    private void EachOf(NestScope scope, int loop, ParameterExpression[] starts, Action<NestScope, int> body)
    {
        for (int k = 0; k < starts.Length; k++)
        {
            _indices[loop] = starts[k];
            var part = new NestScope(scope, ScopeKind.Loop, loop);
            body(part, k);
            scope.Statements.Add(part.Close());
        }
    }

    /// <summary>Vectors over the result's last index, each with the best element so far and its place, counted in floats.</summary>
    private void PlacesAcross(NestScope scope, int kept, int lanes, Expression from, Expression to)
    {
        var width = _width!;
        var type = nest.Body.Type;
        int loop = nest.Reduced[0];
        Expression Same(Expression x) => width.Function(Intrinsic.Eq, type, x, x)!;
        VectorLoop(scope, kept, from, to, lanes, chunk =>
        {
            var (best, place, better) = (chunk.Variable(width.Of(type)), chunk.Variable(width.Of(type)), chunk.Variable(width.Of(type)));
            chunk.Statements.Add(Expression.Assign(best, width.Broadcast(Clr.Constant(Identity(type)))));
            chunk.Statements.Add(Expression.Assign(place, width.Broadcast(Clr.Constant(Literal.Of(type, 0)))));
            ReducedLoops(chunk, 0, 1, inner =>
            {
                var element = Vector(inner, nest.Body);
                var beyond = nest.Monoid == Monoid.ArgMax ? width.Function(Intrinsic.Lt, type, best, element)! : width.Function(Intrinsic.Lt, type, element, best)!;
                // A NaN is taken unless there is one already.
                inner.Statements.Add(Expression.Assign(better, Expression.Or(beyond, Expression.And(Expression.Not(Same(element)), Same(best)))));
                inner.Statements.Add(Expression.Assign(best, width.Select(better, element, best)));
                inner.Statements.Add(Expression.Assign(place, width.Select(better, width.Broadcast(Expression.Convert(_indices[loop], Clr.Type(type))), place)));
            });
            chunk.Statements.Add(width.StoreWhole(type, TargetAddress(chunk), place));
        }, index => For(scope, kept, index, to, 1, Places, index));
    }

    /// <summary>
    /// Vectors along the last reduced index, several side by side; these are combined in order at the end, then the lanes from first to last, then what is left.
    /// </summary>
    private void AlongReduced(NestScope scope, int loop, int lanes)
    {
        var width = _width!;
        int together = Chains(nest.Extent(loop) / lanes);
        var sums = Enumerable.Range(0, together).Select(_ => scope.Variable(width.Of(nest.TargetType))).ToArray();
        var total = scope.Variable(Clr.Type(nest.TargetType));
        var rest = scope.Variable(Clr.Type(nest.TargetType));
        foreach (var sum in sums) scope.Statements.Add(Expression.Assign(sum, width.Broadcast(Clr.Constant(Identity()))));
        scope.Statements.Add(Expression.Assign(rest, Clr.Constant(Identity())));
        long blocks = nest.Extent(loop) / (lanes * together) * (lanes * together), whole = nest.Extent(loop) / lanes * lanes;
        ReducedLoops(scope, 0, nest.Reduced.Length - 1, inner =>
        {
            _vectorLoop = loop;
            For(inner, loop, Clr.Constant(0), Clr.Constant(blocks), lanes * together, deepest =>
            {
                if (together == 1) AddVector(deepest, sums[0]);
                else EachOf(deepest, loop, Starts(deepest, _indices[loop], lanes, together), (part, k) => AddVector(part, sums[k]));
            });
            for (long k = blocks; k < whole; k += lanes)
                For(inner, loop, Clr.Constant(k), Clr.Constant(k + lanes), lanes, deepest => AddVector(deepest, sums[(k - blocks) / lanes]));
            _vectorLoop = -1;
            if (whole < nest.Extent(loop))
                For(inner, loop, Clr.Constant(whole), Clr.Constant(nest.Extent(loop)), 1,
                    deepest => deepest.Statements.Add(Expression.Assign(rest, Combine(rest, Scalar(deepest, nest.Body)))));
        });
        for (int k = 1; k < together; k++) scope.Statements.Add(Expression.Assign(sums[0], width.Function(Combination, nest.TargetType, sums[0], sums[k])!));
        scope.Statements.Add(Expression.Assign(total, width.Lane(sums[0], 0)));
        for (int lane = 1; lane < lanes; lane++) scope.Statements.Add(Expression.Assign(total, Combine(total, width.Lane(sums[0], lane))));
        scope.Statements.Add(Clr.Store(nest.TargetType, TargetAddress(scope), Combine(total, rest)));
    }

    private void AddVector(NestScope scope, ParameterExpression sum)
    {
        var width = _width!;
        if (nest.Monoid == Monoid.Sum && nest.Body.Kind == NodeKind.MultiplyAdd)
        {
            scope.Statements.Add(Expression.Assign(sum, width.MultiplyAdd(Vector(scope, nest.Body.Operands[0]), Vector(scope, nest.Body.Operands[1]), sum)));
            return;
        }
        var element = Vector(scope, nest.Body);
        scope.Statements.Add(Expression.Assign(sum, width.Function(Combination, nest.TargetType, sum, element)!));
    }

    private Intrinsic Combination => nest.Monoid switch
    {
        Monoid.Sum => Intrinsic.Add,
        Monoid.Product => Intrinsic.Mul,
        Monoid.Max or Monoid.ArgMax => Intrinsic.Max,
        Monoid.Min or Monoid.ArgMin => Intrinsic.Min,
    };

    private Expression Combine(Expression a, Expression b) => nest.TargetType == DType.Bool
        ? nest.Monoid == Monoid.Max ? Expression.Or(a, b) : Expression.And(a, b)
        : Clr.Function(Combination, nest.TargetType, a, b);

    private Literal Identity() => Identity(nest.TargetType);

    private Literal Identity(DType type) => nest.Identity(type);

    private void OneByOne(NestScope scope)
    {
        var sum = scope.Variable(Clr.Type(nest.TargetType));
        scope.Statements.Add(Expression.Assign(sum, Clr.Constant(Identity())));
        ReducedLoops(scope, 0, nest.Reduced.Length, inner => inner.Statements.Add(Expression.Assign(sum, Combine(sum, Scalar(inner, nest.Body)))));
        scope.Statements.Add(Clr.Store(nest.TargetType, TargetAddress(scope), sum));
    }

    /// <summary>The first place of the largest or smallest element; NaN counts as both.</summary>
    private void Places(NestScope scope)
    {
        int loop = nest.Reduced[0];
        var (best, place) = (scope.Variable(Clr.Type(nest.Body.Type)), scope.Variable(typeof(long)));
        scope.Statements.Add(Expression.Assign(place, Clr.Constant(-1)));
        ReducedLoops(scope, 0, 1, inner =>
        {
            var element = Scalar(inner, nest.Body);
            Expression better = nest.Body.Type == DType.Bool
                ? Expression.NotEqual(element, best)
                : nest.Monoid == Monoid.ArgMax ? Expression.GreaterThan(element, best) : Expression.LessThan(element, best);
            if (nest.Body.Type == DType.Bool) better = Expression.AndAlso(better, nest.Monoid == Monoid.ArgMax ? element : best);
            // A NaN is taken unless there is one already.
            if (nest.Body.Type.IsFloat) better = Expression.OrElse(better, Expression.AndAlso(Expression.NotEqual(element, element), Expression.Equal(best, best)));
            inner.Statements.Add(Expression.IfThen(
                Expression.OrElse(Expression.LessThan(place, Clr.Constant(0)), better),
                Expression.Block(Expression.Assign(best, element), Expression.Assign(place, _indices[loop]))));
        });
        scope.Statements.Add(Clr.Store(DType.I64, TargetAddress(scope), place));
    }
}
