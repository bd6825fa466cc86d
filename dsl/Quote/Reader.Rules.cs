using System.Collections.Concurrent;
using MindDsl.Backends;
using MindDsl.Ir;

namespace MindDsl.Quote;

/// <content>Forward rules that users gave are checked before they are used: at a sampled point they are linear, and have the value of the function.</content>
internal sealed partial class Reader
{
    private const double Tolerance = 1e-6, SingleTolerance = 1e-3;
    private const long LargestSample = 4096;
    private static readonly ConcurrentDictionary<(FunctionCode, FunctionCode, string), bool> CheckedRules = new();
    private static readonly Seq<Pass> SamplePasses =
    [
        LiftFunctions.Pass, Simplify.Pass, Defunctionalize.Pass, MindDsl.Autodiff.ExpandDerivatives.Pass, Inline.Late, Simplify.Pass, RemoveDead.Pass,
    ];

    private void CheckRule(TransformedValue function, FunctionName name, FunctionName rule, Seq<AbstractValue> given, AbstractValue result)
    {
        if (function.Transformation.Rule == DerivativeKind.Reverse) return;
        if (function.Inner is not InstanceValue { Instance.Function.Code: var own } || function.Rule is not InstanceValue { Instance.Function.Code: var ruleCode })
        {
            // A text is read once for each program that is made of it.
            if (function.Inner is TextFunctionValue) Sample(name, rule, given.SelectMany(a => Flatten(a)).ToSeq(), Flatten(result).ToSeq());
            return;
        }
        var key = (own, ruleCode, Signature(new Product(typeof(object[]), given)));
        if (!CheckedRules.TryAdd(key, true)) return;
        try
        {
            Sample(name, rule, given.SelectMany(a => Flatten(a)).ToSeq(), Flatten(result).ToSeq());
        }
        catch (MindDslException)
        {
            CheckedRules.TryRemove(key, out _);
            throw;
        }
    }

    private void Sample(FunctionName name, FunctionName rule, Seq<Atom> arguments, Seq<Atom> results)
    {
        if (arguments.Concat(results).Any(a => a.Type is not TensorType { Shape: { IsConstant: true } shape } || shape.Size.Value > LargestSample)) return;
        var free = new HashSet<Value>();
        if (IsLong([name, rule], free)) return;
        var builder = new BlockBuilder();
        var inputs = new List<Value>(free);
        Seq<Atom> New(IEnumerable<IrType> types) => types.Select(Atom (t) => new Value(t)).ToSeq();
        var x = New(arguments.Select(a => a.Type));
        var differentiable = arguments.Where(a => a.Type.IsDifferentiable).Select(a => a.Type).ToSeq();
        var (u, v) = (New(differentiable), New(differentiable));
        inputs.AddRange([.. x.Concat(u).Concat(v).Cast<Value>()]);
        if (inputs.Any(i => i.Type is not TensorType { Shape: { IsConstant: true } shape } || shape.Size.Value > LargestSample)) return;
        const double a = 0.75, b = -1.5;
        var types = _functions[rule].ResultTypes;
        var mixed = u.Map((s, k) => (builder[s] * a + builder[v[k]] * b).Atom);
        Seq<Atom> Of(Seq<Atom> seeds) => builder.Emit(new Call(rule, [.. x, .. seeds]), types).Map(Atom (o) => o);
        var (first, second, both) = (Of(u), Of(v), Of(mixed));
        var outputs = new List<Atom>();
        for (int k = results.Count; k < types.Count; k++) outputs.AddRange([both[k], (builder[first[k]] * a + builder[second[k]] * b).Atom]);
        int pairs = outputs.Count / 2;
        var values = builder.Emit(new Call(name, x), results.Map(r => r.Type));
        for (int k = 0; k < results.Count; k++) if (results[k].Type.IsDifferentiable) outputs.AddRange([first[k], values[k]]);
        var entry = new FunctionName("sample");
        _functions[entry] = new(entry, builder.Build(inputs.ToSeq(), outputs.ToSeq()));
        var module = Reachable(entry);
        _functions.Remove(entry);
        TensorBuffer[] found;
        try
        {
            found = Interpreter.Run(Pipeline.Run(module, Level.Source, SamplePasses.Span), [.. inputs.Select((value, n) => Drawn((TensorType)value.Type, n))]);
        }
        catch (MindDslException)
        {
            // The sampled point is none of those that the rule is for.
            return;
        }
        for (int k = 0; k < found.Length; k += 2)
        {
            if (Differ(found[k], found[k + 1]) is not { } difference) continue;
            throw new MindDslException(k / 2 < pairs
                ? Diagnostics.RuleIsNotLinear(name.Text, difference.Expected, difference.Found)
                : Diagnostics.RuleHasAnotherValue(name.Text, difference.Expected, difference.Found));
        }
    }

    /// <summary>True if functions loop as long as data say, or read what cannot be sampled; collects what they read from around them.</summary>
    private bool IsLong(IEnumerable<FunctionName> names, HashSet<Value> free)
    {
        var (seen, waiting) = (new HashSet<FunctionName>(), new Stack<FunctionName>(names));
        while (waiting.TryPop(out var name))
        {
            if (!seen.Add(name)) continue;
            var function = _functions[name];
            if (Loops(function.Body)) return true;
            free.UnionWith(Ir.Scope.FreeValues(function.Body));
            foreach (var callee in Ir.Scope.Functions(function.Body))
            {
                if (callee == name) return true;
                waiting.Push(callee);
            }
        }
        return free.Any(v => v.Type is not TensorType);
    }

    private static bool Loops(Block block) => block.Lets.Any(l => l.Expr is While or Scan { Length: not Literal { Integer: <= 1000 } } || l.Expr.Blocks.Any(Loops));

    private static TensorBuffer Drawn(TensorType type, int number)
    {
        var random = new Random(number + 1);
        var buffer = TensorBuffer.Allocate(type.DType, type.Shape.ToArray());
        for (int i = 0; i < buffer.Count; i++) buffer[i] = type.DType.IsFloat ? Literal.Of(type.DType, 0.2 + 0.7 * random.NextDouble()) : Literal.Of(type.DType, 1L);
        return buffer;
    }

    private static (string Expected, string Found)? Differ(TensorBuffer found, TensorBuffer expected)
    {
        double tolerance = found.DType == DType.F32 ? SingleTolerance : Tolerance;
        for (int i = 0; i < found.Count; i++)
        {
            double f = found[i].Number, e = expected[i].Number;
            if (double.IsFinite(f) && double.IsFinite(e) && Math.Abs(f - e) > tolerance * (1 + Math.Abs(f) + Math.Abs(e))) return (expected[i].ToString(), found[i].ToString());
        }
        return null;
    }
}
