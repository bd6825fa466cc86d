using System.Globalization;
using MindDsl.Ir;

namespace MindDsl.Text.CSharp;

/// <summary>Branches and loops as statements.</summary>
internal sealed partial class CSharpPrinter
{
    private void If(Seq<Value> targets, If choice)
    {
        if (targets.Count == 1 && choice.Then.Lets.Count == 0 && choice.Else.Lets.Count == 0)
        {
            Bind(targets[0], new($"{Read(choice.Condition).At(1)} ? {Read(choice.Then.Results[0]).At(1)} : {Read(choice.Else.Results[0]).At(0)}", 0));
            return;
        }
        Declare(targets);
        Line($"if ({Read(choice.Condition).Text})");
        Braces(() => Branch(targets, choice.Then));
        Line("else");
        Braces(() => Branch(targets, choice.Else));
    }

    private void Branch(Seq<Value> targets, Block block)
    {
        Lets(block);
        Assign(targets, block.Results);
    }

    private void While(Seq<Value> targets, While loop)
    {
        int carries = loop.Initial.Count;
        var state = Carry(targets.Slice(0, carries), loop.Initial, loop.Condition.Parameters, loop.Body.Parameters);
        foreach (var target in targets.Skip(carries)) Line($"var {_names.Of(target)} = new {CSharpOperations.Type(target.Type)}();");
        // A condition of one expression stands at the head of the loop.
        int mark = _text.Length;
        _indent++;
        Lets(loop.Condition);
        _indent--;
        bool isSimple = _text.Length == mark;
        if (!isSimple) _text.Length = mark;
        Line($"while ({(isSimple ? Read(loop.Condition.Results[0]).Text : "true")})");
        Braces(() =>
        {
            if (!isSimple)
            {
                Lets(loop.Condition);
                Line($"if (!{Read(loop.Condition.Results[0]).At(15)}) break;");
            }
            Lets(loop.Body);
            for (int n = carries; n < targets.Count; n++) Line($"{_names.Of(targets[n])}.Add({Read(loop.Body.Results[n]).Text});");
            Assign(state, loop.Body.Results.Slice(0, carries));
        });
    }

    /// <summary>Declares the state of a loop, which the parameters of its blocks name, too.</summary>
    private Seq<Value> Carry(Seq<Value> targets, Seq<Atom> initial, params Seq<Value>[] parameters)
    {
        for (int n = 0; n < targets.Count; n++)
        {
            Line($"{CSharpOperations.Type(targets[n].Type)} {_names.Of(targets[n])} = {Read(initial[n]).Text};");
            foreach (var list in parameters) _names.Same(list[n], targets[n]);
        }
        return targets;
    }

    private void Scan(Seq<Value> targets, Scan scan)
    {
        int carries = scan.Initial.Count;
        var body = scan.Body.Parameters;
        var state = Carry(targets.Slice(0, carries), scan.Initial, body.Slice(1, carries));
        string length = Read(scan.Length).At(10), index = _names.Of(body[0]);
        var emitted = targets.Skip(carries).Select(t => (Target: t, Items: t.Type is SequenceType ? _names.Of(t) : _names.Fresh((t.Name ?? "v") + "Items"))).ToList();
        for (int n = 0; n < emitted.Count; n++) Line($"var {emitted[n].Items} = new {CSharpOperations.Type(scan.Body.Results[carries + n].Type)}[{length}];");
        Line(scan.Reverse ? $"for (long {index} = {length} - 1; {index} >= 0; {index}--)" : $"for (long {index} = 0; {index} < {length}; {index}++)");
        Braces(() =>
        {
            for (int n = 0; n < scan.Inputs.Count; n++)
            {
                var element = body[1 + carries + n];
                string cast = scan.Inputs[n].Type is TensorType { Rank: 1 } tensor ? $"({CSharpOperations.Type(tensor.DType)})" : "";
                Line($"{CSharpOperations.Type(element.Type)} {_names.Of(element)} = {cast}{Read(scan.Inputs[n]).At(20)}[{(scan.Inputs[n].Type is SequenceType ? "(int)" : "")}{index}];");
            }
            Lets(scan.Body);
            for (int n = 0; n < emitted.Count; n++) Line($"{emitted[n].Items}[{index}] = {Read(scan.Body.Results[carries + n]).Text};");
            Assign(state, scan.Body.Results.Slice(0, carries));
        });
        foreach (var (target, items) in emitted)
            if (target.Type is TensorType tensor) Line($"Tensor {_names.Of(target)} = {(tensor.Rank == 1 ? "Tensor.Of" : "Stack")}({items});");
    }

    private void Build(Seq<Value> targets, Build build)
    {
        var shapes = targets.Map(t => ((TensorType)t.Type).Shape);
        string size = string.Join(" * ", build.Extents);
        var items = targets.Map(t => _names.Fresh((t.Name ?? "v") + "Items"));
        string place = _names.Fresh("at");
        for (int n = 0; n < targets.Count; n++) Line($"var {items[n]} = new {CSharpOperations.Type(build.Body.Results[n].Type)}[{size}];");
        Line($"int {place} = 0;");
        for (int k = 0; k < build.Extents.Count; k++)
        {
            string index = _names.Of(build.Body.Parameters[k]);
            Line($"for (long {index} = 0; {index} < {build.Extents[k]}; {index}++)");
        }
        Braces(() =>
        {
            Lets(build.Body);
            for (int n = 0; n < targets.Count; n++)
                Line($"{items[n]}[{place}{(n == targets.Count - 1 ? "++" : "")}] = {Read(build.Body.Results[n]).Text};");
        });
        for (int n = 0; n < targets.Count; n++)
        {
            string lengths = string.Join(", ", shapes[n].Dims.Select(d => string.Create(CultureInfo.InvariantCulture, $"{d}")));
            Line(build.Body.Results[n].Tensor.Rank == 0
                ? $"Tensor {_names.Of(targets[n])} = Tensor.Of({items[n]}, {lengths});"
                : $"Tensor {_names.Of(targets[n])} = Stack({items[n]}).Reshape({lengths});");
        }
    }

    private void Switch(Seq<Value> targets, Switch choice)
    {
        Declare(targets);
        var union = (UnionType)choice.Subject.Type;
        Line($"switch ({Read(choice.Subject).Text})");
        Braces(() =>
        {
            for (int n = 0; n < choice.Cases.Count; n++)
            {
                var block = choice.Cases[n];
                string fields = block.Parameters.Count switch
                {
                    0 => "",
                    1 => $" {{ Item1: var {_names.Of(block.Parameters[0])} }}",
                    _ => $"({string.Join(", ", block.Parameters.Map(p => "var " + _names.Of(p)))})",
                };
                Line($"case {CSharpNames.Of(union)}.{_cases[union][n]}{fields}:");
                _indent++;
                Braces(() =>
                {
                    Branch(targets, block);
                    Line("break;");
                });
                _indent--;
            }
            // Every value has a case, which the compiler does not know.
            Line("default: throw new InvalidOperationException();");
        });
    }
}
