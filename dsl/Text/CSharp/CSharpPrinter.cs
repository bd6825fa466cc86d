using System.Text;
using MindDsl.Ir;

namespace MindDsl.Text.CSharp;

/// <summary>Prints a module of the IR as C#: a static method for each function, a record for each union; loops and branches are statements.</summary>
/// <remarks>Numbers are the numbers of .NET, tensors are <see cref="MindDsl.Tensor"/>. A value that is read once, by an operation of its own block, stands where it is read.</remarks>
internal sealed partial class CSharpPrinter
{
    private const int LongestInline = 100;
    private readonly StringBuilder _text = new();
    private readonly Module _module;
    private readonly Dictionary<UnionType, Seq<string>> _cases;
    private readonly Dictionary<Value, CSharpText> _inline = [];
    private readonly Dictionary<Value, int> _reads = [];
    private CSharpNames _names = new();
    private int _indent;

    private CSharpPrinter(Module module) => (_module, _cases) = (module, module.Unions.ToDictionary(u => u.Key, u => CSharpNames.Of(u.Value)));

    /// <summary>The module as C#.</summary>
    public static string Print(Module module)
    {
        var printer = new CSharpPrinter(module);
        var order = new List<FunctionName> { module.Entry };
        for (int n = 0; n < order.Count; n++)
            foreach (var name in Scope.Functions(module.Functions[order[n]].Body))
                if (!order.Contains(name) && module.Functions.ContainsKey(name)) order.Add(name);
        var names = printer._names;
        foreach (var name in order) names.Of(name);
        foreach (var union in module.Unions.Values.OrderBy(u => u.Type.Name, StringComparer.Ordinal)) printer.Union(union);
        foreach (var name in order)
        {
            if (printer._text.Length > 0) printer._text.Append('\n');
            printer._names = new(names);
            printer.Function(module.Functions[name]);
        }
        return printer._text.ToString();
    }

    private void Line(string line) => _text.Append(line.Length > 0 ? new string(' ', 4 * _indent) : "").Append(line).Append('\n');

    private void Braces(Action inner)
    {
        Line("{");
        _indent++;
        inner();
        _indent--;
        Line("}");
    }

    private void Union(UnionDefinition union)
    {
        string name = CSharpNames.Of(union.Type);
        Line($"abstract record {name}");
        Braces(() =>
        {
            for (int n = 0; n < union.Cases.Count; n++)
                Line(FormattableString.Invariant($"public sealed record {_cases[union.Type][n]}({string.Join(", ", union.Cases[n].Fields.Map((f, k) => FormattableString.Invariant($"{CSharpOperations.Type(f)} Item{k + 1}")))}) : {name};"));
        });
    }

    private void Function(Function function)
    {
        CountReads(function.Body);
        string parameters = string.Join(", ", function.Body.Parameters.Map(p => $"{CSharpOperations.Type(p.Type)} {_names.Of(p)}"));
        Line($"static {CSharpOperations.Result(function.ResultTypes)} {_names.Of(function.Name)}({parameters})");
        Braces(() =>
        {
            Lets(function.Body);
            Line($"return {Results(function.Body.Results)};");
        });
    }

    private void CountReads(Block block)
    {
        foreach (var let in block.Lets)
        {
            foreach (var operand in let.Expr.Operands) if (operand is Value value) _reads[value] = _reads.GetValueOrDefault(value) + 1;
            foreach (var inner in let.Expr.Blocks)
            {
                // What a block reads from outside is kept in a variable.
                foreach (var free in Scope.FreeValues(inner)) _reads[free] = _reads.GetValueOrDefault(free) + 2;
                CountReads(inner);
            }
        }
        foreach (var result in block.Results) if (result is Value value) _reads[value] = _reads.GetValueOrDefault(value) + 1;
    }

    private CSharpText Read(Atom atom) => atom switch
    {
        Literal literal => CSharpOperations.Of(literal),
        Value value when _inline.TryGetValue(value, out var text) => text,
        Value value => new(_names.Of(value)),
        _ => throw new MindDslException(Diagnostics.Internal($"{atom.GetType().Name} has no text")),
    };

    private string Results(Seq<Atom> atoms) => atoms.Count switch { 0 => "default", 1 => Read(atoms[0]).Text, _ => $"({string.Join(", ", atoms.Map(a => Read(a).Text))})" };

    private void Lets(Block block)
    {
        foreach (var let in block.Lets) Let(let);
    }

    private void Let(Let let)
    {
        switch (let.Expr)
        {
            case Apply apply:
                Bind(let.Targets[0], CSharpOperations.Of(apply.Op, apply.Arguments, apply.Arguments.Map(Read), let.Targets[0].Tensor));
                break;
            case Call call:
                Bind(let.Targets, new($"{_names.Of(call.Function)}({Arguments(call.Arguments)})"));
                break;
            case MakeClosure make:
                var rest = _module.Functions[make.Function].Body.Parameters.Skip(make.Captured.Count).Select(p => _names.Fresh(p.Name ?? "x")).ToList();
                Bind(let.Targets, new($"({string.Join(", ", rest)}) => {_names.Of(make.Function)}({string.Join(", ", [.. make.Captured.Select(c => Read(c).Text), .. rest])})", 0));
                break;
            case Invoke invoke:
                Bind(let.Targets, new($"{Read(invoke.Closure).At(20)}({Arguments(invoke.Arguments)})"));
                break;
            case Inject inject:
                Bind(let.Targets, new($"new {CSharpNames.Of(inject.Union)}.{_cases[inject.Union][inject.Case]}({Arguments(inject.Fields)})"));
                break;
            case SequenceLength length:
                Bind(let.Targets[0], new($"{Read(length.Sequence).At(20)}.Count"));
                break;
            case Undefined:
                Line($"{CSharpOperations.Type(let.Targets[0].Type)} {_names.Of(let.Targets[0])} = default!;");
                break;
            case Differentiate d:
                Bind(let.Targets, new($"Derivative(\"{d.Kind}\", {_names.Of(d.Function)}{string.Concat(d.Arguments.Select(a => ", " + Read(a).Text))})"));
                break;
            case If choice:
                If(let.Targets, choice);
                break;
            case While loop:
                While(let.Targets, loop);
                break;
            case Scan scan:
                Scan(let.Targets, scan);
                break;
            case Build build:
                Build(let.Targets, build);
                break;
            case Switch choice:
                Switch(let.Targets, choice);
                break;
        }
    }

    private string Arguments(Seq<Atom> atoms) => string.Join(", ", atoms.Map(a => Read(a).Text));

    /// <summary>Keeps the text of what is read once, and declares a variable otherwise.</summary>
    private void Bind(Value target, CSharpText text)
    {
        if (_reads.GetValueOrDefault(target) == 1 && text.Text.Length <= LongestInline) _inline[target] = text;
        else Line($"{CSharpOperations.Type(target.Type)} {_names.Of(target)} = {text.Text};");
    }

    private void Bind(Seq<Value> targets, CSharpText text)
    {
        if (targets.Count == 1) Line($"{CSharpOperations.Type(targets[0].Type)} {_names.Of(targets[0])} = {text.Text};");
        else Line($"var ({string.Join(", ", targets.Map(_names.Of))}) = {text.Text};");
    }

    private void Assign(Seq<Value> targets, Seq<Atom> values)
    {
        var changed = Seq.Range(targets.Count).Where(n => Read(values[n]).Text != _names.Of(targets[n])).ToSeq();
        if (changed.Count == 0) return;
        var (left, right) = (changed.Map(n => _names.Of(targets[n])), changed.Map(n => Read(values[n]).Text));
        Line(changed.Count == 1 ? $"{left[0]} = {right[0]};" : $"({string.Join(", ", left)}) = ({string.Join(", ", right)});");
    }

    private void Declare(Seq<Value> targets)
    {
        foreach (var target in targets) Line($"{CSharpOperations.Type(target.Type)} {_names.Of(target)};");
    }
}
