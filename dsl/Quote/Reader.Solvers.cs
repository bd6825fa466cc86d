using MindDsl.Autodiff;
using MindDsl.Ir;

namespace MindDsl.Quote;

/// <content>Fixed points, and functions that keep little for the backward sweep.</content>
internal sealed partial class Reader
{
    /// <summary><c>FixedPoint(x, step)</c>: what the step reads from around it are the parameters of the equation.</summary>
    private AbstractValue ReadEquation(Seq<AbstractValue> operands)
    {
        var start = Settle(operands[0]);
        double tolerance = (double)AttributeOf(operands[2], typeof(double))!;
        long most = (long)AttributeOf(operands[3], typeof(long))!;
        var (step, next, given) = AsModuleFunction(AsFunction(operands[1]), [start]);
        var adapted = Adapt(start, next);
        if (Signature(adapted) != Signature(start)) (step, next, given) = AsModuleFunction(AsFunction(operands[1]), [start = adapted]);
        var (old, now) = (Flatten(start), Flatten(next));
        for (int k = 0; k < Math.Max(old.Count, now.Count); k++)
            if (old.Count != now.Count || !old[k].Type.Equals(now[k].Type))
                throw new MindDslException(Diagnostics.LoopStateChanges(old.Count == now.Count ? LeafName(start, k) : "the state", Types(start), Types(next)));
        if (old.Any(a => a.Type is not TensorType { DType.IsFloat: true })) throw new MindDslException(Diagnostics.FixedPointOfIntegers(Types(start)));
        var name = new FunctionName("fixed_point");
        var rule = new FixedPointRule(step, tolerance, most);
        _functions[name] = new(name, FixedPoints.Iteration(rule, old.Select(a => new Value(a.Type)).ToSeq(), old.Count)) { FixedPoint = rule };
        return Rebuild(start, [.. _builder.Emit(new Call(name, old.ToSeq()), old.Select(a => a.Type).ToSeq())]);
    }

    /// <summary><c>Root(x, residual)</c>: the fixed point of Newton's step.</summary>
    private AbstractValue ReadRoot(Seq<AbstractValue> operands)
    {
        var residual = AsFunction(operands[1]);
        return ReadEquation([operands[0], new WrittenValue("newton", given =>
        {
            var x = (Leaf)given[0];
            var r = AsLeaf(Apply(residual, x));
            if (!r.Type.Equals(x.Type)) throw new MindDslException(Diagnostics.TangentDiffers("residual", x.Type.ToString(), r.Type.ToString()));
            var slope = _builder[MatrixOf(residual, x)];
            var step = x.Type.Rank == 0 ? _builder[r.Atom] / slope : Prelude.Solve(slope, _builder[r.Atom]);
            return new Leaf((_builder[x.Atom] - step).Atom, x.Clr);
        }), operands[2], operands[3]]);
    }

    /// <summary><c>LinearSolve(matvec, b)</c>: the matrix is found by the function's derivative, and factored; its factors solve the transposed system, too.</summary>
    private AbstractValue ReadLinearSolve(FunctionValue product, AbstractValue right)
    {
        var b = AsLeaf(right);
        WrittenValue Solver(bool transposed) => new("linear_solve", given =>
        {
            // A linear function has the same derivative everywhere, and one matrix serves both systems.
            var (matrix, r) = (_builder[MatrixOf(product, new Leaf(Zeros(b.Type), b.Clr))], _builder[AsLeaf(given[0]).Atom]);
            if (b.Type.Rank == 0) return new Leaf((r / matrix).Atom, b.Clr);
            var column = new FactoredSolve(transposed).On(matrix, r.Reshape(new([.. r.Shape.Dims, 1])), new Lu().On(matrix));
            return new Leaf(column.Reshape(r.Shape).Atom, b.Clr);
        });
        return ReadLinearSolve(product, b, Solver(false), Solver(true));
    }

    /// <summary><c>LinearSolve(matvec, b, solver)</c>: what the solver finds, for the product and, for derivatives, for the transposed product.</summary>
    private AbstractValue ReadLinearSolve(FunctionValue product, AbstractValue right, FunctionValue solver)
    {
        var b = Settle(right);
        return ReadLinearSolve(product, b, Solver(product), Solver(Transposed(product, b)));
        WrittenValue Solver(FunctionValue matrix) => new("linear_solve", given => Adapt(Settle(Apply(solver, matrix, given[0])), given[0]));
    }

    /// <summary>The transposed function of a linear one: its reverse derivative, at any place.</summary>
    private WrittenValue Transposed(FunctionValue product, AbstractValue like) => new("transposed", given =>
    {
        var zeros = Rebuild(like, Flatten(like).Select(a => Zeros(a.Tensor)).ToList());
        return ((Product)ReadReverse(new TransformedValue(Transformation.Reverse, product, typeof(ValueTuple<object, object>)), [zeros, given[0]])).Members[1];
    });

    private AbstractValue ReadLinearSolve(FunctionValue product, AbstractValue b, FunctionValue solver, FunctionValue transposedSolver)
    {
        FunctionName Function(FunctionValue function, string what)
        {
            var (name, result, _) = AsModuleFunction(function, [b]);
            RequireSystem(b, result, what);
            return name;
        }
        var (direct, transposed) = (Function(product, "product"), Function(Transposed(product, b), "product"));
        var (solve, other) = (Function(solver, "solution"), Function(transposedSolver, "solution"));
        _functions[solve] = _functions[solve] with { LinearSolve = new(direct, other) };
        _functions[other] = _functions[other] with { LinearSolve = new(transposed, solve) };
        var leaves = Flatten(b);
        return Rebuild(b, [.. _builder.Emit(new Call(solve, leaves.ToSeq()), leaves.Select(a => a.Type).ToSeq())]);
    }

    private static void RequireSystem(AbstractValue right, AbstractValue found, string what)
    {
        var (b, x) = (Flatten(right), Flatten(found));
        if (b.Any(a => a.Type is not TensorType { DType.IsFloat: true })) throw new MindDslException(Diagnostics.FixedPointOfIntegers(Types(right)));
        if (!b.Select(a => a.Type).SequenceEqual(x.Select(a => a.Type))) throw new MindDslException(Diagnostics.TangentDiffers(what, Types(right), Types(found)));
    }

    /// <summary>The derivative of a function of a number or a vector as a number or a matrix.</summary>
    private Atom MatrixOf(FunctionValue function, Leaf at)
    {
        if (at.Type.Rank > 1) throw new MindDslException(Diagnostics.EquationOfMatrices(at.Type));
        var type = at.Type.Rank == 0 ? at.Clr : typeof(Tensor);
        return ((Leaf)ReadJacobian(new TransformedValue(Transformation.Of(TransformationKind.JacobianForward), function, type), [at])).Atom;
    }

    /// <summary><c>f.Checkpoint(policy)</c>: the function itself, and what reverse mode may keep of it.</summary>
    private AbstractValue ReadCheckpoint(TransformedValue function, Seq<AbstractValue> arguments) =>
        Checkpointed(function.Inner, arguments, function.Transformation.Policy ?? new());

    private AbstractValue Checkpointed(FunctionValue function, Seq<AbstractValue> arguments, CheckpointPolicy policy)
    {
        var (name, result, given) = AsModuleFunction(function, arguments);
        _functions[name] = _functions[name] with { Checkpoint = policy };
        var types = Flatten(result).Select(a => a.Type).ToSeq();
        return Rebuild(result, [.. _builder.Emit(new Call(name, given.SelectMany(a => Flatten(a)).ToSeq()), types)]);
    }

    /// <summary>A value with a name that a checkpoint's policy can name.</summary>
    private AbstractValue Tagged(AbstractValue value, string name)
    {
        var settled = Settle(value);
        return Rebuild(settled, Flatten(settled).Select(a => a.Type is TensorType ? _builder.Apply(new Tag(name), a) : a).ToList());
    }

    /// <summary>
    /// A loop in segments of which reverse mode keeps only where they start: with segments of √n steps it keeps √n states and computes each step twice.
    /// </summary>
    private (AbstractValue State, AbstractValue? Outputs) ReadSegments(
        long every, Atom length, AbstractValue initial, Seq<Atom> inputs, Func<AbstractValue, Atom, Seq<Atom>, AbstractValue> body, bool emits)
    {
        (AbstractValue State, AbstractValue? Outputs) Segment(AbstractValue state, Atom first, Atom count)
        {
            var run = Checkpointed(new WrittenValue("segment", given =>
            {
                var start = ((Leaf)given[1]).Atom;
                var (end, outputs) = ReadLoop(count is Literal ? count : ((Leaf)given[2]).Atom, given[0], [], (s, i, _) =>
                {
                    var at = (_builder[start] + _builder[i]).Atom;
                    return body(s, at, inputs.Map(x => ElementOf(x, at)));
                }, emits);
                return new Product(typeof(object[]), emits ? [end, outputs!] : [end]);
            }), [state, new Leaf(first, typeof(long)), new Leaf(count, typeof(long))], new());
            return (((Product)run).Members[0], emits ? ((Product)run).Members[1] : null);
        }

        if (KnownCount(length) is not { } n)
        {
            if (emits) throw new MindDslException(Diagnostics.AttributeNotKnown("the number of outputs"));
            var total = _builder[length];
            var size = every > 0 ? _builder[Literal.Index(every)] : Prelude.Sqrt(total.To(DType.F64)).Apply(ElementwiseOps.Ceil).To(DType.I64);
            size = ElementwiseOps.Max.On(size, size.Literal(1));
            var segments = (total + size - 1) / size;
            return (ReadLoop(segments.Atom, initial, [], (state, i, _) =>
            {
                var (step, first) = (_builder[size.Atom], _builder[i] * _builder[size.Atom]);
                return Segment(state, first.Atom, ElementwiseOps.Min.On(step, _builder[length] - first).Atom).State;
            }, emits: false).State, null);
        }
        long step = Math.Max(1, every > 0 ? every : (long)Math.Ceiling(Math.Sqrt(n)));
        var (whole, rest) = Math.DivRem(n, step);
        var (middle, stacks) = ReadLoop(Literal.Index(whole), initial, [], (state, i, _) =>
        {
            var (next, outputs) = Segment(state, (_builder[i] * _builder[Literal.Index(step)]).Atom, Literal.Index(step));
            return emits ? new Product(typeof(object[]), [next, outputs!]) : next;
        }, emits);
        var head = emits ? Map(stacks!, t => t.Reshape(new([whole * step, .. t.Shape.Dims.Slice(2, t.Rank - 2)]))) : null;
        if (rest == 0) return (middle, head);
        var (last, tail) = Segment(middle, Literal.Index(whole * step), Literal.Index(rest));
        if (!emits || whole == 0) return (last, tail);
        var (x, y) = (Flatten(head!), Flatten(tail!));
        return (last, Rebuild(head!, x.Select((a, k) => _builder.Apply(new Concat(0), a, y[k])).ToList()));
    }

    private static long? KnownCount(Atom length) => length is Literal literal ? literal.Integer : null;

    private AbstractValue Map(AbstractValue value, Func<Term, Term> f) => Rebuild(value, Flatten(value).Select(a => f(_builder[a]).Atom).ToList());

    /// <summary>A loop on a condition in segments. Without a size given, the k-th segment has k steps, so that n steps make about √(2n) segments.</summary>
    private AbstractValue ReadSegments(long every, AbstractValue initial, FunctionValue condition, FunctionValue body)
    {
        var type = typeof(object[]);
        Leaf Number(Atom atom) => new(atom, typeof(long));
        var outer = new Product(type, [Settle(initial), Number(Literal.Index(every > 0 ? every : 1))]);
        var segment = new WrittenValue("segment", given =>
        {
            var limit = ((Leaf)given[1]).Atom;
            var start = new Product(type, [given[0], Number(Literal.Index(0))]);
            var end = (Product)ReadWhile(start,
                new WrittenValue("condition", s => Conditional(AsCondition(Apply(condition, ((Product)s[0]).Members[0])),
                    () => new Leaf((_builder[((Leaf)((Product)s[0]).Members[1]).Atom] < _builder[limit]).Atom, typeof(bool)), () => new Leaf(Literal.Of(false), typeof(bool)))),
                new WrittenValue("body", s => new Product(type,
                    [Apply(body, ((Product)s[0]).Members[0]), Number((_builder[((Leaf)((Product)s[0]).Members[1]).Atom] + _builder[Literal.Index(1)]).Atom)])));
            return end.Members[0];
        });
        var last = (Product)ReadWhile(outer,
            new WrittenValue("condition", s => Apply(condition, ((Product)s[0]).Members[0])),
            new WrittenValue("body", s =>
            {
                var (state, size) = (((Product)s[0]).Members[0], ((Product)s[0]).Members[1]);
                var next = Checkpointed(segment, [state, size], new());
                return new Product(type, [next, every > 0 ? size : Number((_builder[((Leaf)size).Atom] + _builder[Literal.Index(1)]).Atom)]);
            }));
        return last.Members[0];
    }
}
