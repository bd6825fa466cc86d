using System.Text;

namespace MindDsl.Ir;

/// <summary>Prints functions and what is in them; the grammar stands above <see cref="Printer"/>.</summary>
internal sealed class BlockPrinter(Names names, StringBuilder text, IReadOnlyDictionary<UnionType, Seq<string>>? cases)
{
    private const string Step = "  ";

    public void Function(string keyword, Function function)
    {
        text.Append(keyword).Append(' ').Append(names.Of(function.Name)).Append(' ').Append(Parameters(function.Body.Parameters)).Append(" : ");
        text.Append(function.ResultTypes.Count == 0 ? "unit" : string.Join(" * ", function.ResultTypes));
        if (function.Rule is { } rule) text.Append(" with ").Append(Kind(rule.Kind)).Append(' ').Append(names.Of(rule.Rule));
        if (function.FixedPoint is { } point) text.Append(" with fixed_point<").Append(Literal.Of(DType.F64, point.Tolerance)).Append(", ").Append(Dim.Of(point.MostSteps)).Append("> ").Append(names.Of(point.Step));
        if (function.LinearSolve is { } system) text.Append(" with product ").Append(names.Of(system.Product)).Append(" with transposed ").Append(names.Of(system.Transposed));
        if (function.Checkpoint is { } policy) text.Append(" with checkpoint").Append(Settings(policy));
        text.Append(" =\n");
        Body(function.Body, Step);
    }

    /// <summary>The lets and the results of a block, a line each.</summary>
    public void Body(Block block, string indent)
    {
        foreach (var let in block.Lets) Let(let, indent);
        text.Append(indent).Append(Atoms(block.Results)).Append('\n');
    }

    /// <summary>A block with its parameters; the text goes on at the end of a line.</summary>
    public void Lambda(Block block, string indent)
    {
        text.Append("fun ").Append(Parameters(block.Parameters)).Append(" ->\n");
        Body(block, indent);
    }

    public void Let(Let let, string indent)
    {
        // The operands are named before the targets, so that numbers grow in the order of reading.
        string head = Head(let.Expr);
        var targets = let.Targets.Map(t => $"{names.Of(t)}: {t.Type}");
        text.Append(indent).Append("let ").Append(targets.Count == 1 ? targets[0] : $"({string.Join(", ", targets)})").Append(" =");
        if (let.Expr.Blocks.Count == 0)
        {
            text.Append(' ').Append(head).Append(" in\n");
            return;
        }
        string inner = indent + Step;
        text.Append('\n').Append(inner).Append(head);
        Blocks(let.Expr, inner);
        text.Append(indent).Append("in\n");
    }

    private string Head(Expr expr) => expr switch
    {
        Apply apply => $"{apply.Op} {Arguments(apply.Arguments)}",
        Call call => $"{names.Of(call.Function)} {Arguments(call.Arguments)}",
        MakeClosure make => $"closure {names.Of(make.Function)} {Arguments(make.Captured)}",
        Invoke invoke => $"invoke {names.Of(invoke.Closure)} {Arguments(invoke.Arguments)}",
        If choice => $"if {names.Of(choice.Condition)} then\n",
        While loop => $"while {Atoms(loop.Initial)}\n",
        Scan scan => $"scan {names.Of(scan.Length)}{(scan.StackedLength is { } length ? $" stacked<{length}>" : "")}{(scan.Reverse ? " reverse" : "")}"
            + $" from {Atoms(scan.Initial)} over {Atoms(scan.Inputs)}\n",
        Build build => $"build<{string.Join(", ", build.Extents)}> ",
        Inject inject => $"inject {inject.Union}.{CaseName(inject.Union, inject.Case)} {Arguments(inject.Fields)}",
        Switch choice => $"match {names.Of(choice.Subject)} with\n",
        SequenceLength length => $"length {names.Of(length.Sequence)}",
        Undefined undefined => $"undefined<{undefined.Type}>",
        Differentiate d => $"derivative<{Kind(d.Kind)}, {Bools(d.Active)}, {Bools(d.Wanted)}{More(d)}> {names.Of(d.Function)} {Arguments(d.Arguments)}",
        _ => throw new MindDslException(Diagnostics.Internal($"{expr.GetType().Name} has no text")),
    };

    private void Blocks(Expr expr, string indent)
    {
        switch (expr)
        {
            case If choice:
                Body(choice.Then, indent + Step);
                text.Append(indent).Append("else\n");
                Body(choice.Else, indent + Step);
                break;
            case While loop:
                text.Append(indent).Append("when ");
                Lambda(loop.Condition, indent + Step);
                text.Append(indent).Append("do ");
                Lambda(loop.Body, indent + Step);
                break;
            case Scan scan:
                text.Append(indent).Append("do ");
                Lambda(scan.Body, indent + Step);
                break;
            case Build build:
                Lambda(build.Body, indent + Step);
                break;
            case Switch choice:
                for (int n = 0; n < choice.Cases.Count; n++)
                {
                    string name = choice.Subject.Type is UnionType union ? CaseName(union, n) : Names.OfCase(n);
                    text.Append(indent).Append("| ").Append(name).Append(' ').Append(Parameters(choice.Cases[n].Parameters)).Append(" ->\n");
                    Body(choice.Cases[n], indent + Step);
                }
                break;
        }
    }

    /// <summary>The name of a case, or its number where the union is not known.</summary>
    private string CaseName(UnionType union, int number) =>
        cases is not null && cases.TryGetValue(union, out var names) && number >= 0 && number < names.Count ? names[number] : Names.OfCase(number);

    private string Parameters(Seq<Value> parameters) =>
        parameters.Count == 0 ? "()" : string.Join(' ', parameters.Map(p => $"({names.Of(p)}: {p.Type})"));

    private string Arguments(Seq<Atom> atoms) => atoms.Count == 0 ? "()" : string.Join(' ', atoms.Map(names.Of));

    private string Atoms(Seq<Atom> atoms) => atoms.Count == 1 ? names.Of(atoms[0]) : $"({string.Join(", ", atoms.Map(names.Of))})";

    private static string Settings(CheckpointPolicy policy) => policy == new CheckpointPolicy()
        ? ""
        : $"<{(policy.Products ? "true" : "false")}, [{string.Join(", ", policy.Names.Map(Identifier.Quoted))}], {Dim.Of(policy.Bytes)}>";

    private static string Kind(DerivativeKind kind) => kind == DerivativeKind.Forward ? "forward" : "reverse";

    private static string More(Differentiate d) => (d.Order > 1 ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $", {d.Order}") : "") + d.Part switch
    {
        DerivativePart.Primal => $", primal, {d.Residuals}",
        DerivativePart.Linear => $", linear, {d.Residuals}",
        _ => "",
    };

    private static string Bools(Seq<bool> bools) => $"[{string.Join(", ", bools.Map(b => b ? "true" : "false"))}]";
}
