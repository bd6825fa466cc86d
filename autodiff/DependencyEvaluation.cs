using MindDsl.Ir;

namespace MindDsl.Autodiff;

/// <summary>Evaluates a program on what is known of its values.</summary>
internal sealed class DependencyEvaluation(Module module, int count)
{
    /// <summary>Loops whose conditions are known are followed for so many iterations.</summary>
    private const int MostIterations = 100_000;

    private readonly Dictionary<Value, Dependencies> _values = [];
    private readonly HashSet<FunctionName> _recursive = CallGraph.Recursive(module);

    /// <summary>The results of a block for values of its parameters.</summary>
    public Seq<Dependencies> Run(Block block, Seq<Dependencies> arguments)
    {
        for (int k = 0; k < arguments.Count; k++) _values[block.Parameters[k]] = arguments[k];
        foreach (var let in block.Lets)
        {
            var results = Evaluate(let);
            for (int k = 0; k < results.Count; k++) _values[let.Targets[k]] = results[k];
        }
        return block.Results.Map(Of);
    }

    private Dependencies Of(Atom atom) => atom switch
    {
        Value value => _values[value],
        Literal { DType.IsFloat: true } literal => new([new(null, literal.Number)]),
        _ => new([new(null, ((Literal)atom).Integer)]),
    };

    private static Dependencies Index(long index) => new([new(null, index)]);

    private Seq<Dependencies> Evaluate(Let let)
    {
        switch (let.Expr)
        {
            case Apply { Op: not Composite } apply:
                return [new ElementEvaluation(apply.Arguments.Map(Of), apply.Arguments.Map(a => a.Tensor)).Run(apply.Op.Law(apply.Arguments.Map(a => a.Tensor)), let.Targets[0].Tensor)];
            case If choice:
                return Of(choice.Condition).Elements[0] is { IsKnown: true } known
                    ? Run(known.Value != 0 ? choice.Then : choice.Else, [])
                    : Either(Run(choice.Then, []), Run(choice.Else, []));
            case Build build:
                return Comprehension(build, let);
            case Scan scan when (scan.Stacked || scan.Emissions == 0) && Of(scan.Length).Elements[0] is { IsKnown: true } length && scan.Inputs.All(i => i.Type is TensorType) && Tensors(let):
                return Loop(scan, (long)length.Value, let);
            case While loop when Tensors(let):
                return Loop(loop);
            case Call call when !_recursive.Contains(call.Function):
                return Run(module.Functions[call.Function].Body, call.Arguments.Map(Of));
            default:
                ulong[]? all = null;
                Scope.Reads(let, v =>
                {
                    if (_values.TryGetValue(v, out var read)) all = BitSet.Union(all, read.All);
                });
                return let.Targets.Map(t => Dependencies.Of(t.Type, all));
        }
    }

    private static bool Tensors(Let let) => let.Targets.All(t => t.Type is TensorType);

    private static Seq<Dependencies> Either(Seq<Dependencies> a, Seq<Dependencies> b) => a.Map((x, k) => x.Or(b[k]));

    private Seq<Dependencies> Comprehension(Build build, Let let)
    {
        long places = 1;
        foreach (var extent in build.Extents) places *= extent.Value;
        var stacks = let.Targets.Map(_ => new List<Dependency>());
        for (long place = 0; place < places; place++)
        {
            var indices = new Dependencies[build.Extents.Count];
            long rest = place;
            for (int k = indices.Length - 1; k >= 0; k--) (rest, indices[k]) = (rest / build.Extents[k].Value, Index(rest % build.Extents[k].Value));
            Stack(stacks, Run(build.Body, Seq.Create<Dependencies>(indices)));
        }
        return stacks.Map(s => new Dependencies([.. s]));
    }

    private static void Stack(Seq<List<Dependency>> stacks, Seq<Dependencies> results)
    {
        for (int k = 0; k < stacks.Count; k++) stacks[k].AddRange(results[k].Elements);
    }

    private Seq<Dependencies> Loop(Scan scan, long length, Let let)
    {
        int carries = scan.Initial.Count;
        var state = scan.Initial.Map(Of);
        var inputs = scan.Inputs.Map(Of);
        var emitted = new Seq<Dependencies>[length];
        for (long step = 0; step < length; step++)
        {
            long i = scan.Reverse ? length - 1 - step : step;
            var elements = inputs.Map(x => new Dependencies(x.Elements.AsSpan((int)(i * (x.Elements.Length / length)), (int)(x.Elements.Length / length)).ToArray()));
            var results = Run(scan.Body, [Index(i), .. state, .. elements]);
            state = results.Slice(0, carries);
            emitted[i] = results.Slice(carries, results.Count - carries);
        }
        var stacks = Seq.Range(scan.Emissions).Map(_ => new List<Dependency>());
        foreach (var results in emitted) Stack(stacks, results);
        return [.. state, .. stacks.Map(s => new Dependencies([.. s]))];
    }

    /// <summary>A loop is followed as long as its condition is known; from there on, what may be after any number of iterations is a fixed point.</summary>
    private Seq<Dependencies> Loop(While loop)
    {
        var state = loop.Initial.Map(Of);
        for (int n = 0; n < MostIterations && Run(loop.Condition, state)[0].Elements[0] is { IsKnown: true } goesOn; n++)
        {
            if (goesOn.Value == 0) return state;
            state = Run(loop.Body, state);
        }
        for (int n = 0; n <= count + 1; n++)
        {
            var next = Either(state, Run(loop.Body, state));
            bool changed = Seq.Range(state.Count).Any(k => !state[k].Same(next[k]));
            state = next;
            if (!changed) return state;
        }
        ulong[]? all = null;
        foreach (var value in state) all = BitSet.Union(all, value.All);
        Scope.Reads(new Let([], loop), v =>
        {
            if (_values.TryGetValue(v, out var read)) all = BitSet.Union(all, read.All);
        });
        return state.Map((s, k) => Dependencies.Of(loop.Initial[k].Type, all));
    }
}
