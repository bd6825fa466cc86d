namespace MindDsl.Ir;

/// <summary>Checks that a module is well-typed, well-scoped and within the grammar of its level (<see cref="LevelGrammar"/>).</summary>
public static class Verifier
{
    /// <summary>Checks a module.</summary>
    /// <exception cref="MindDslException">MIND0001: what the pass named left behind is not a program of the level.</exception>
    public static void Check(Module module, Level level, string after)
    {
        var report = new VerifierReport(after);
        if (!module.Functions.ContainsKey(module.Entry)) throw report.Broken($"the entry {module.Entry} is not a function of the module");
        foreach (var union in module.Unions.Values)
            foreach (var c in union.Cases)
                foreach (var field in c.Fields) CheckType(module, level, field, report, $"the case {c.Name} of {union.Type}");
        var outside = Outside(module);
        var bound = new HashSet<Value>();
        foreach (var (name, function) in module.Functions)
        {
            report.Function = function;
            if (name != function.Name) throw report.Broken($"the function {function.Name} is filed as {name}");
            new BlockVerifier(module, level, report, outside, bound).Check(function);
            if (function.Rule is { } rule) CheckRule(module, function, rule, report);
            if (function.FixedPoint is { } point) CheckFixedPoint(module, function, point, report);
            if (function.LinearSolve is { } system) CheckLinearSolve(module, function, system, report);
        }
        report.Function = module.EntryFunction;
        if (outside[module.Entry].Count > 0) throw report.Broken($"the entry reads {outside[module.Entry][0]}, which is not in scope");
        if (level >= Level.Sized && module.EntryFunction.ParameterTypes.Concat(module.EntryFunction.ResultTypes).FirstOrDefault(t => t is not TensorType) is { } type)
            throw report.Broken($"a parameter or result of the entry is no tensor but {type}");
    }

    /// <summary>Checks that a type is within the grammar, and that its unions are defined.</summary>
    internal static void CheckType(Module module, Level level, IrType type, VerifierReport report, string of)
    {
        if (LevelGrammar.Fault(level, type) is { } fault) throw report.Broken($"{fault}, in the type of {of}");
        switch (type)
        {
            case UnionType union when !module.Unions.ContainsKey(union):
                throw report.Broken($"the union {union} is not defined, in the type of {of}");
            case SequenceType sequence:
                CheckType(module, level, sequence.Element, report, of);
                break;
            case FunctionType function:
                foreach (var part in function.Parameters.Concat(function.Results)) CheckType(module, level, part, report, of);
                break;
        }
    }

    /// <summary>For each function the values that it, or a function that it names, reads and does not bind: a least fixed point.</summary>
    private static Dictionary<FunctionName, Seq<Value>> Outside(Module module)
    {
        var outside = module.Functions.ToDictionary(f => f.Key, f => Scope.FreeValues(f.Value.Body));
        var bound = new Dictionary<FunctionName, HashSet<Value>>();
        foreach (var (name, function) in module.Functions) Bind(function.Body, bound[name] = []);
        for (bool grown = true; grown;)
        {
            grown = false;
            foreach (var (name, function) in module.Functions)
            {
                var more = Scope.Functions(function.Body).Where(outside.ContainsKey).SelectMany(n => outside[n])
                    .Where(v => !bound[name].Contains(v)).Distinct().Except(outside[name]).ToSeq();
                if (more.Count == 0) continue;
                outside[name] = [.. outside[name], .. more];
                grown = true;
            }
        }
        return outside;

        static void Bind(Block block, HashSet<Value> bound)
        {
            bound.UnionWith(block.Parameters);
            foreach (var let in block.Lets)
            {
                bound.UnionWith(let.Targets);
                foreach (var inner in let.Expr.Blocks) Bind(inner, bound);
            }
        }
    }

    /// <summary>The step of a fixed point takes what the function takes, and both result in the last of it.</summary>
    private static void CheckFixedPoint(Module module, Function function, FixedPointRule rule, VerifierReport report)
    {
        if (!module.Functions.TryGetValue(rule.Step, out var step)) throw report.Broken($"the step {rule.Step} is not a function of the module");
        var (parameters, results) = (function.ParameterTypes, function.ResultTypes);
        if (step.ParameterTypes != parameters) throw report.Broken($"the step {rule.Step} takes {step.ParameterTypes} and must take {parameters}");
        if (step.ResultTypes != results || results.Count > parameters.Count || parameters.Slice(parameters.Count - results.Count, results.Count) != results)
            throw report.Broken($"the step {rule.Step} gives {step.ResultTypes}, which is not what it starts from");
    }

    /// <summary>The product of a linear system and the solution of the transposed one take what the function takes, and all result in the last of it.</summary>
    private static void CheckLinearSolve(Module module, Function function, LinearSolveRule rule, VerifierReport report)
    {
        var (parameters, results) = (function.ParameterTypes, function.ResultTypes);
        foreach (var name in new[] { rule.Product, rule.Transposed })
        {
            if (!module.Functions.TryGetValue(name, out var other)) throw report.Broken($"{name} is not a function of the module");
            if (other.ParameterTypes != parameters) throw report.Broken($"{name} takes {other.ParameterTypes} and must take {parameters}");
            if (other.ResultTypes != results || results.Count > parameters.Count || parameters.Slice(parameters.Count - results.Count, results.Count) != results)
                throw report.Broken($"{name} gives {other.ResultTypes}, which is not the right-hand side of the system");
        }
    }

    /// <summary>A user's derivative has the types that follow from its function's, as far as these are tensors.</summary>
    private static void CheckRule(Module module, Function function, CustomRule rule, VerifierReport report)
    {
        if (!module.Functions.TryGetValue(rule.Rule, out var body)) throw report.Broken($"the rule {rule.Rule} is not a function of the module");
        var (parameters, results) = (function.ParameterTypes, function.ResultTypes);
        if (parameters.Concat(results).Any(t => t is not TensorType)) return;
        var (activeIn, activeOut) = (parameters.Where(t => t.IsDifferentiable).ToSeq(), results.Where(t => t.IsDifferentiable).ToSeq());
        bool forward = rule.Kind == DerivativeKind.Forward;
        Seq<IrType> taken = forward ? [.. parameters, .. activeIn] : [.. parameters, .. results, .. activeOut];
        Seq<IrType> given = forward ? [.. results, .. activeOut] : activeIn;
        if (body.ParameterTypes != taken) throw report.Broken($"the rule {rule.Rule} takes {body.ParameterTypes} and must take {taken}");
        if (body.ResultTypes != given) throw report.Broken($"the rule {rule.Rule} gives {body.ResultTypes} and must give {given}");
    }
}

/// <summary>Makes the error of a broken rule, with the place.</summary>
internal sealed class VerifierReport(string after)
{
    /// <summary>The function that is being checked.</summary>
    public Function? Function { get; set; }

    /// <summary>The let that is being checked.</summary>
    public Let? Let { get; set; }

    /// <summary>The error.</summary>
    public MindDslException Broken(string rule) => new(Diagnostics.Internal(
        rule, Function is null ? $"the verifier, after {after}" : $"the verifier, after {after}, in the function {Function.Name}",
        Let is null ? null : Printer.Print(Let).TrimEnd()) with
    {
        At = (Let is { Targets: [{ Span: { } span }, ..] } ? span : Function?.Body.Parameters.Select(p => p.Span).FirstOrDefault(s => s is not null))?.ToString(),
    });
}
