using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using MindDsl.Ir;

namespace MindDsl.Backends.Interpretation;

/// <summary>One run of a program: what each kind of expression means.</summary>
internal sealed class Evaluation(Program program, IReadOnlyDictionary<string, long> sizes, InterpreterStatistics? statistics, Meter? meter = null)
{
    private const int StackBytes = 256 << 20;

    /// <summary>Recursion deeper than this is taken for endless.</summary>
    private const int DeepestRecursion = 200_000;

    private int _depth;

    /// <summary>Runs a function: <paramref name="environment"/> holds the values around it that it reads.</summary>
    public RuntimeValue[] Call(FunctionName name, RuntimeValue[] arguments, Scope? environment)
    {
        meter?.Spend(1);
        if (_depth > DeepestRecursion) throw new MindDslException(Diagnostics.RecursionTooDeep(name.Text, DeepestRecursion));
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) return OnNewStack(() => Call(name, arguments, environment));
        _depth++;
        var results = Run(program.Module.Functions[name].Body, new Scope(environment), arguments);
        _depth--;
        return results;
    }

    private static RuntimeValue[] OnNewStack(Func<RuntimeValue[]> run)
    {
        RuntimeValue[] results = [];
        ExceptionDispatchInfo? error = null;
        var thread = new Thread(
            () =>
            {
                try { results = run(); }
                catch (Exception e) { error = ExceptionDispatchInfo.Capture(e); }
            },
            StackBytes);
        thread.Start();
        thread.Join();
        error?.Throw();
        return results;
    }

    private RuntimeValue[] Run(Block block, Scope scope, params ReadOnlySpan<RuntimeValue> arguments)
    {
        long live = statistics?.Live ?? 0;
        for (int k = 0; k < block.Parameters.Count; k++) scope.Bind(block.Parameters[k], arguments[k]);
        foreach (var let in block.Lets.Span)
        {
            try
            {
                Bind(let, scope);
            }
            catch (MindDslException error) when (error.Diagnostics is [{ At: null, Code: not ("MIND0761" or "MIND0762") } only] && let.Targets is [{ Span: { } span }, ..])
            {
                throw new MindDslException(only with { At = span.ToString() }, error);
            }
        }
        var results = Read(block.Results, scope);
        statistics?.Leave(live, results);
        return results;
    }

    private void Bind(Let let, Scope scope)
    {
        if (let.Expr is Apply apply)
        {
            scope.Bind(let.Targets[0], Apply(apply, scope));
            return;
        }
        var values = Evaluate(let, scope);
        for (int k = 0; k < let.Targets.Count; k++) scope.Bind(let.Targets[k], values[k]);
    }

    private TensorValue Apply(Apply apply, Scope scope)
    {
        var operands = new TensorValue[apply.Arguments.Count];
        for (int k = 0; k < operands.Length; k++) operands[k] = Tensor(apply.Arguments[k], scope);
        return program.KernelOf(apply).Run(operands, sizes, statistics);
    }

    private RuntimeValue[] Evaluate(Let let, Scope scope)
    {
        switch (let.Expr)
        {
            case Call call:
                return Call(call.Function, Read(call.Arguments, scope), Environment(call.Function, scope));
            case MakeClosure make:
                return [new ClosureValue(make.Function, Read(make.Captured, scope), Environment(make.Function, scope))];
            case Invoke invoke:
                var closure = (ClosureValue)Read(invoke.Closure, scope);
                return Call(closure.Function, [.. closure.Captured, .. Read(invoke.Arguments, scope)], closure.Environment);
            case If choice:
                return Run(Holds(Read(choice.Condition, scope)) ? choice.Then : choice.Else, new Scope(scope));
            case While loop:
                return Evaluate(loop, scope);
            case Scan scan:
                return Evaluate(scan, let.Targets, scope);
            case Build build:
                return Evaluate(build, let.Targets, scope);
            case Inject inject:
                return [new UnionValue(inject.Case, Read(inject.Fields, scope))];
            case Switch choice:
                var subject = (UnionValue)Read(choice.Subject, scope);
                if (subject.Case == UnionValue.Nothing) throw Broken("an undefined union value is read");
                return Run(choice.Cases[subject.Case], new Scope(scope), subject.Fields);
            case SequenceLength length:
                return [TensorValue.Index(((SequenceValue)Read(length.Sequence, scope)).Items.Count)];
            case Undefined undefined:
                return [RuntimeValue.Undefined(undefined.Type, sizes)];
            default:
                throw Broken($"the interpreter cannot run {let.Expr.GetType().Name}");
        }
    }

    private RuntimeValue[] Evaluate(While loop, Scope scope)
    {
        int carries = loop.Initial.Count;
        var state = Read(loop.Initial, scope);
        var emitted = NewLists(loop.Emissions);
        while (Holds(Run(loop.Condition, new Scope(scope), state)[0]))
        {
            meter?.Spend(1);
            var results = Run(loop.Body, new Scope(scope), state);
            state = results[..carries];
            for (int k = 0; k < emitted.Length; k++)
            {
                emitted[k].Add(results[carries + k]);
                statistics?.Keep(results[carries + k]);
            }
        }
        return [.. state, .. emitted.Select(e => new SequenceValue(e))];
    }

    private RuntimeValue[] Evaluate(Scan scan, Seq<Value> targets, Scope scope)
    {
        int carries = scan.Initial.Count;
        long length = Math.Max(Tensor(scan.Length, scope).Integers[0], 0);
        if (scan.StackedLength is { } stated && stated.Evaluate(sizes) != length) throw Broken($"a scan of length {length} says that it has length {stated}");
        var state = Read(scan.Initial, scope);
        var inputs = Read(scan.Inputs, scope);
        // An emission is stacked into a tensor or listed as a sequence, as its target says.
        var emissions = targets.Skip(carries).Select(t => t.Type is TensorType
            ? (Stack: NewTensors([t], 0)[0], List: null)
            : (Stack: (TensorValue?)null, List: new RuntimeValue[length])).ToArray();
        for (long n = 0; n < length; n++)
        {
            meter?.Spend(1);
            long index = scan.Reverse ? length - 1 - n : n;
            var results = Run(scan.Body, new Scope(scope), [TensorValue.Index(index), .. state, .. inputs.Select(i => Element(i, index))]);
            state = results[..carries];
            for (int k = 0; k < emissions.Length; k++)
            {
                statistics?.Keep(results[carries + k]);
                if (emissions[k].Stack is { } stack) stack.Put(index, (TensorValue)results[carries + k]);
                else emissions[k].List![index] = results[carries + k];
            }
        }
        return [.. state, .. emissions.Select(e => e.Stack ?? (RuntimeValue)new SequenceValue(e.List!))];
    }

    private RuntimeValue[] Evaluate(Build build, Seq<Value> targets, Scope scope)
    {
        var results = NewTensors(targets, 0);
        long[] extents = TensorValue.LengthsOf(build.Extents, sizes);
        long[] index = new long[extents.Length];
        long count = 1;
        foreach (long extent in extents) count *= extent;
        for (long n = 0; n < count; n++)
        {
            meter?.Spend(1);
            long rest = n;
            for (int k = extents.Length - 1; k >= 0; k--) (rest, index[k]) = Math.DivRem(rest, extents[k]);
            var parts = Run(build.Body, new Scope(scope), [.. index.Select(TensorValue.Index)]);
            for (int k = 0; k < results.Length; k++) results[k].Put(n, (TensorValue)parts[k]);
        }
        return results;
    }

    private static RuntimeValue Element(RuntimeValue input, long index)
    {
        if (input is TensorValue tensor) return tensor.Slice(index);
        var items = ((SequenceValue)input).Items;
        return index < items.Count ? items[(int)index] : throw new MindDslException(Diagnostics.IndexOutOfRange(index, 0, items.Count));
    }

    /// <summary>New tensors of the types of the targets from <paramref name="first"/> on.</summary>
    private TensorValue[] NewTensors(Seq<Value> targets, int first) =>
        [.. targets.Skip(first).Select(t => TensorValue.Create(t.Tensor.DType, TensorValue.LengthsOf(t.Tensor.Shape.Dims, sizes)))];

    private static List<RuntimeValue>[] NewLists(int count) => [.. Enumerable.Range(0, count).Select(_ => new List<RuntimeValue>())];

    /// <summary>
    /// The values around a function that it reads, as they are now. Values have one binding per activation, so that taking them here is the same as
    /// looking them up in the scopes around the function's definition.
    /// </summary>
    private Scope? Environment(FunctionName function, Scope scope)
    {
        var free = program.Free[function];
        if (free.Count == 0) return null;
        var environment = new Scope(null);
        foreach (var value in free)
            if (scope.TryFind(value, out var found)) environment.Bind(value, found);
        return environment;
    }

    private static bool Holds(RuntimeValue condition) => ((TensorValue)condition).Integers[0] != 0;

    private static TensorValue Tensor(Atom atom, Scope scope) => (TensorValue)Read(atom, scope);

    private static RuntimeValue[] Read(Seq<Atom> atoms, Scope scope)
    {
        var values = new RuntimeValue[atoms.Count];
        for (int k = 0; k < values.Length; k++) values[k] = Read(atoms[k], scope);
        return values;
    }

    private static RuntimeValue Read(Atom atom, Scope scope) => atom switch
    {
        Literal literal => TensorValue.Of(literal),
        Value name when scope.TryFind(name, out var value) => value,
        _ => throw Broken($"the value {atom} is read before it is bound"),
    };

    private static MindDslException Broken(string what) => new(Diagnostics.Internal(what, "interpreter"));
}
