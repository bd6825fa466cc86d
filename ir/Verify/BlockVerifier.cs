namespace MindDsl.Ir;

/// <summary>Checks the blocks of a function: each value is bound once in the module, and read only where it is in scope.</summary>
internal sealed class BlockVerifier(
    Module module, Level level, VerifierReport report, IReadOnlyDictionary<FunctionName, Seq<Value>> outside, HashSet<Value> bound)
{
    private readonly HashSet<Value> _inScope = [];
    private readonly ExprVerifier _types = new(module, report);

    public void Check(Function function)
    {
        report.Let = null;
        if (LevelGrammar.IsOpen(level)) _inScope.UnionWith(outside[function.Name]);
        Check(function.Body);
    }

    private void Check(Block block)
    {
        var around = report.Let;
        foreach (var parameter in block.Parameters) Bind(parameter);
        foreach (var let in block.Lets)
        {
            report.Let = let;
            if (LevelGrammar.Fault(level, let.Expr) is { } fault) throw report.Broken(fault);
            foreach (var operand in let.Expr.Operands) Read(operand);
            if (Scope.Named(let.Expr) is { } name) CheckNamed(name);
            if (let.Expr is Undefined undefined) Verifier.CheckType(module, level, undefined.Type, report, "an undefined value");
            _types.Check(let);
            foreach (var inner in let.Expr.Blocks) Check(inner);
            report.Let = let;
            foreach (var target in let.Targets) Bind(target);
        }
        report.Let = around;
        foreach (var result in block.Results) Read(result);
        _inScope.ExceptWith(block.Parameters);
        foreach (var let in block.Lets) _inScope.ExceptWith(let.Targets);
    }

    private void Bind(Value value)
    {
        if (!bound.Add(value)) throw report.Broken($"the value {value} is bound twice");
        Verifier.CheckType(module, level, value.Type, report, value.ToString());
        _inScope.Add(value);
    }

    private void Read(Atom atom)
    {
        if (atom is Value value && !_inScope.Contains(value)) throw report.Broken($"the value {value} is read where it is not in scope");
    }

    /// <summary>A function that is named exists, and what it reads from outside is in scope where it is named.</summary>
    private void CheckNamed(FunctionName name)
    {
        if (!outside.TryGetValue(name, out var values)) throw report.Broken($"{name} is not a function of the module");
        foreach (var value in values)
            if (!_inScope.Contains(value)) throw report.Broken($"{name} is named where {value}, which it reads, is not in scope");
    }
}
