using System.Globalization;
using System.Text;
using MindDsl.Ir;
using MindDsl.Tests.Architecture;
using Xunit;

namespace MindDsl.Tests.Docs;

/// <summary>docs/derivatives.md holds a table made from the declarations of the operations; MINDDSL_UPDATE=1 writes it anew.</summary>
public class OperatorTableTests
{
    private const string Begin = "<!-- table: elementwise -->\n";
    private const string End = "<!-- end of table -->\n";

    [Fact]
    public void The_table_of_derivatives_is_what_the_declarations_say()
    {
        string file = Path.Combine(Repository.Root, "docs", "derivatives.md");
        string text = File.ReadAllText(file).ReplaceLineEndings("\n");
        int from = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, to = text.IndexOf(End, StringComparison.Ordinal);
        string expected = Table();
        if (Environment.GetEnvironmentVariable("MINDDSL_UPDATE") == "1") File.WriteAllText(file, text[..from] + expected + text[to..]);
        else Assert.Equal(expected, text[from..to]);
    }

    private static string Table()
    {
        var table = new StringBuilder("| operation | elements | cotangent of x, y, … for the result's cotangent g | sampled in |\n|---|---|---|---|\n");
        foreach (var op in ElementwiseOps.All)
        {
            string[] names = ["x", "y", "z"];
            var builder = new BlockBuilder();
            var type = op.Signature is Signature.Logic ? DType.Bool : op.Signature == Signature.Integer ? DType.I64 : DType.F64;
            var operands = Seq.Range(op.Arity).Map(Atom (k) =>
                new Value(TensorType.Scalar(op.Signature == Signature.Select && k == 0 ? DType.Bool : type), names[k]));
            var result = builder.Bind(new Apply(op, operands), "r");
            var seed = new Value(result.Type, "g");
            var derivatives = Enumerable.Range(0, op.Slopes.Length)
                .Select(k => op.Pull(new(builder, operands, result), k, builder[seed]) is { } c ? Formula(builder, c.Value.Atom, result) : "–");
            string domain = string.Join(", ", Enumerable.Range(0, op.Arity).Select(op.Domain).Distinct()
                .Select(d => FormattableString.Invariant($"[{d.Low}, {d.High}]")));
            table.Append(CultureInfo.InvariantCulture, $"| `{op.Name} {string.Join(' ', names.Take(op.Arity))}` | {op.Signature.ToString().ToLowerInvariant()} | ");
            table.Append(op.Slopes.Length == 0 ? "none" : string.Join("; ", derivatives.Select(d => $"`{d}`"))).Append(CultureInfo.InvariantCulture, $" | {domain} |\n");
        }
        return table.ToString();
    }

    /// <summary>A term as a formula; the result of the operation prints as r.</summary>
    private static string Formula(BlockBuilder builder, Atom atom, Value result)
    {
        if (ReferenceEquals(atom, result)) return "r";
        if (builder.Definition(atom) is not { } apply) return atom is Literal literal ? literal.Number.ToString("G6", CultureInfo.InvariantCulture) : atom.ToString()!;
        return apply.Op.Name + string.Concat(apply.Arguments.Select(a =>
            Formula(builder, a, result) is var f && f.Contains(' ', StringComparison.Ordinal) ? $" ({f})" : " " + f));
    }
}
