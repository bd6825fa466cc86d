using MindDsl.Ir;

namespace MindDsl.Autodiff;

/// <summary>
/// Derivatives of fixed points x = f(θ, x) by the implicit function theorem. The tangent solves v = ∂f/∂x·v + ∂f/∂θ·θ̇ and the cotangent w = c + (∂f/∂x)ᵀ·w, both linear and
/// of the same rate of convergence; both are fixed points again, so that derivatives of any order exist. The step is linearised once, at the solution.
/// </summary>
public static class FixedPoints
{
    private static readonly TensorType Real = TensorType.Scalar(DType.F64);
    private static readonly TensorType Whole = TensorType.Scalar(DType.I64);

    /// <summary>The body of the function of a fixed point: steps from the last parameters until they change no more.</summary>
    public static Block Iteration(FixedPointRule rule, Seq<Value> parameters, int states)
    {
        var builder = new BlockBuilder();
        int fixedOnes = parameters.Count - states;
        var start = parameters.Slice(fixedOnes, states);
        var (test, body) = (builder.Nested(), builder.Nested());
        Seq<Value> tested = [.. start.Map(s => new Value(s.Type)), new Value(Real), new Value(Whole)];
        var goesOn = (test[tested[states]] > test[Literal.Of(DType.F64, rule.Tolerance * rule.Tolerance)]) & (test[tested[states + 1]] < test[Literal.Index(rule.MostSteps)]);
        Seq<Value> state = [.. start.Map(s => new Value(s.Type)), new Value(Real), new Value(Whole)];
        var next = body.Emit(new Call(rule.Step, [.. parameters.Slice(0, fixedOnes), .. state.Slice(0, states)]), start.Map(s => s.Type));
        var (change, size) = (body[Literal.Of(DType.F64, 0.0)], body[Literal.Of(DType.F64, 1.0)]);
        for (int k = 0; k < states; k++)
        {
            if (next[k].Type is not TensorType { DType.IsFloat: true }) continue;
            var (x, difference) = (body[next[k]], body[next[k]] - body[state[k]]);
            change += (difference * difference).Sum().To(DType.F64);
            size += (x * x).Sum().To(DType.F64);
        }
        var loop = new While(
            [.. start, Literal.Of(DType.F64, double.PositiveInfinity), Literal.Index(0)],
            test.Build(tested, [goesOn.Atom]),
            body.Build(state, [.. next, (change / size).Atom, (body[state[states + 1]] + body[Literal.Index(1)]).Atom]));
        var results = builder.Emit(loop, [.. start.Map(s => s.Type), Real, Whole]);
        return builder.Build(parameters, results.Slice(0, states).Map(Atom (r) => r));
    }

    /// <summary>(arguments, tangents of the active parameters) → (results, tangents of the wanted results).</summary>
    internal static Block Forward(DerivativeContext context, Function function, FixedPointRule rule, Seq<bool> active, Seq<bool> wanted)
    {
        var (types, states) = (function.ParameterTypes, function.ResultTypes.Count);
        int fixedOnes = types.Count - states;
        var varied = types.Map((_, k) => k >= fixedOnes || active[k]);
        var halves = context.Halves(DerivativeKind.Forward, rule.Step, varied, Seq.Repeat(true, states));
        var builder = new BlockBuilder();
        var parameters = types.Map(t => new Value(t));
        var tangents = Seq.Range(types.Count).Where(k => active[k]).ToDictionary(k => k, k => new Value(context.Tangent(types[k])!));
        var solution = builder.Emit(new Call(function.Name, parameters.Map(Atom (p) => p)), function.ResultTypes).Map(Atom (r) => r);
        var saved = Saved(builder, halves, parameters, fixedOnes, solution);
        var directions = Seq.Range(fixedOnes).Where(active.ElementAt).Select(k => tangents[k]).ToSeq();
        var step = new BlockBuilder();
        Seq<Value> given = [.. halves.Saved.Map(t => new Value(t)), .. directions.Map(d => new Value(d.Type)), .. solution.Map(s => new Value(context.Tangent(s.Type)!))];
        var moved = step.Emit(new Call(halves.Linear, given.Map(Atom (g) => g)), function.ResultTypes.Map(t => context.Tangent(t)!));
        var solver = Solver(context, rule, "jvp_" + function.Name.Text, step.Build(given, moved.Map(Atom (m) => m)), states);
        var zeros = solution.Map(s => context.Zero(builder, s));
        var solved = builder.Emit(new Call(solver, [.. saved, .. directions, .. zeros]), zeros.Map(z => z.Type));
        return builder.Build(
            [.. parameters, .. Seq.Range(types.Count).Where(k => active[k]).Select(k => tangents[k])],
            [.. solution, .. Seq.Range(states).Where(k => wanted[k]).Select(k => solved[k])]);
    }

    /// <summary>(arguments, results, a cotangent for each result) → cotangents of the active parameters; where the iteration starts has none.</summary>
    internal static Block Reverse(DerivativeContext context, Function function, FixedPointRule rule, Seq<bool> active)
    {
        var (types, states) = (function.ParameterTypes, function.ResultTypes.Count);
        int fixedOnes = types.Count - states;
        var varied = types.Map((_, k) => k >= fixedOnes || active[k]);
        var halves = context.Halves(DerivativeKind.Reverse, rule.Step, varied, Seq.Repeat(true, states));
        var directions = Seq.Range(fixedOnes).Where(k => active[k]).ToSeq();
        Seq<IrType> outputs = [.. directions.Map(k => context.Tangent(types[k])!), .. function.ResultTypes.Map(t => context.Tangent(t)!)];
        var builder = new BlockBuilder();
        var parameters = types.Map(t => new Value(t));
        var solution = function.ResultTypes.Map(t => new Value(t));
        var cotangents = function.ResultTypes.Map(t => new Value(context.Tangent(t)!));
        var saved = Saved(builder, halves, parameters, fixedOnes, solution.Map(Atom (s) => s));

        var step = new BlockBuilder();
        var (kept, seeds, state) = (halves.Saved.Map(t => new Value(t)), cotangents.Map(c => new Value(c.Type)), cotangents.Map(c => new Value(c.Type)));
        var pulled = step.Emit(new Call(halves.Linear, [.. kept, .. state]), outputs);
        var next = seeds.Map((c, k) => context.Plus(step, c, pulled[directions.Count + k]));
        var solver = Solver(context, rule, "vjp_" + function.Name.Text, step.Build([.. kept, .. seeds, .. state], next), states);
        var solved = builder.Emit(new Call(solver, [.. saved, .. cotangents, .. cotangents]), cotangents.Map(c => c.Type));
        var all = builder.Emit(new Call(halves.Linear, [.. saved, .. solved]), outputs);
        int at = 0;
        var results = Seq.Range(types.Count).Where(k => active[k]).Select(k => k < fixedOnes ? all[at++] : context.Zero(builder, parameters[k])).ToSeq();
        return builder.Build([.. parameters, .. solution, .. cotangents], results);
    }

    /// <summary>What the step keeps of its run at the solution.</summary>
    private static Seq<Atom> Saved(BlockBuilder builder, Linearization halves, Seq<Value> parameters, int fixedOnes, Seq<Atom> solution)
    {
        var types = solution.Map(s => s.Type);
        var all = builder.Emit(new Call(halves.Primal, [.. parameters.Slice(0, fixedOnes), .. solution]), [.. types, .. halves.Saved]);
        return all.Slice(types.Count, halves.Saved.Count).Map(Atom (v) => v);
    }

    private static FunctionName Solver(DerivativeContext context, FixedPointRule rule, string name, Block step, int states)
    {
        var (stepName, solver) = (new FunctionName("step_" + name), new FunctionName(name));
        context.Define(stepName, step);
        var own = rule with { Step = stepName };
        var parameters = context.Functions[stepName].ParameterTypes.Map(t => new Value(t));
        context.Functions[solver] = new(solver, Iteration(own, parameters, states)) { FixedPoint = own };
        return solver;
    }
}
