using MindDsl.Autodiff;
using MindDsl.Backends;
using MindDsl.Ir;
using Xunit;

namespace MindDsl.Tests.Golden;

/// <summary>Values and derivatives of the prelude against those computed by another library, case by case.</summary>
public class OperatorGoldenTests
{
    public static TheoryData<string, string> Ids => GoldenBackends.Cases(c => !c.Op.StartsWith("hvp:", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Ids))]
    public void Values_and_gradients_are_those_of_the_file(string id, string backend)
    {
        Assert.SkipWhen(GoldenFiles.Folder is null, "the golden files are not there");
        var given = GoldenFiles.Cases[id];
        Assert.SkipUnless(GoldenOperators.All.TryGetValue(given.Op, out var op), $"operator {given.Op} is not there yet");
        Assert.SkipWhen(given.Convention == "differs", $"another convention: {given.Note}");
        var differences = Compare(given, op, GoldenBackends.All[backend]);
        Assert.SkipWhen(given.Convention == "open" && differences.Count > 0, $"libraries disagree ({given.Note}): {string.Join("; ", differences)}");
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static List<string> Compare(GoldenCase given, GoldenOperators.Operator op, IBackend backend) =>
        Differences(given, backend.Name, [.. Programs(given, op).Select(p => backend.Compile(p.Program).Run(p.Arguments))]);

    /// <summary>The program that computes the results, and, if there are gradients, the one that computes them too; each with its arguments.</summary>
    internal static IEnumerable<(Module Program, TensorBuffer[] Arguments)> Programs(GoldenCase given, GoldenOperators.Operator op)
    {
        var inputs = given.Inputs;
        var parameters = inputs.Select(i => new Value(i.Type)).ToSeq();
        var builder = new BlockBuilder();
        var results = op([.. parameters.Select(p => builder[p])], given.Attributes, inputs);
        var function = new Function(new("operator"), builder.Build(parameters, results.Select(r => r.Atom).ToSeq()));
        var module = new Module(function.Name, new Dictionary<FunctionName, Function> { [function.Name] = function });
        yield return (Pipeline.Run(module, Level.Source), inputs);
        if (given.Gradients is { } gradients) yield return (Reverse(function, gradients, given.Cotangents!), [.. inputs, .. given.Cotangents!.OfType<TensorBuffer>()]);
    }

    /// <summary>What is wrong with the results of the programs of a case.</summary>
    internal static List<string> Differences(GoldenCase given, string backend, TensorBuffer[][] results)
    {
        var differences = new List<string>();
        var (outputs, expected) = (results[0], given.Outputs);
        Assert.Equal(expected.Length, outputs.Length);
        for (int k = 0; k < expected.Length; k++)
            differences.AddRange(GoldenComparison.Differences($"{backend}: output {k}", expected[k], outputs[k], given.Tolerance, given.SignedZero));

        if (given.Gradients is not { } gradients) return differences;
        int next = outputs.Length;
        for (int k = 0; k < gradients.Length; k++)
        {
            if (gradients[k] is not { } gradient) continue;
            var got = results[1][next++];
            if (k == 0 && given.SymmetricGradient) (gradient, got) = (GoldenComparison.Symmetric(gradient), GoldenComparison.Symmetric(got));
            differences.AddRange(GoldenComparison.Differences($"{backend}: gradient {k}", gradient, got, given.Tolerance, signedZero: false));
        }
        return differences;
    }

    /// <summary>The program that computes the results and then the gradients that the case has.</summary>
    private static Module Reverse(Function function, TensorBuffer?[] gradients, TensorBuffer?[] seeds)
    {
        var active = gradients.Select(g => g is not null).ToSeq();
        var wanted = seeds.Select(s => s is not null).ToSeq();
        var arguments = function.ParameterTypes.Map(t => new Value(t));
        var cotangents = function.Body.Results.Where((_, k) => wanted[k]).Select(r => new Value(r.Type)).ToSeq();
        var builder = new BlockBuilder();
        Seq<IrType> types = [.. function.ResultTypes, .. function.ParameterTypes.Where((_, k) => active[k])];
        var results = builder.Emit(new Differentiate(DerivativeKind.Reverse, function.Name, active, wanted, [.. arguments, .. cotangents]), types);
        var entry = new FunctionName("gradient");
        var module = new Module(entry, new Dictionary<FunctionName, Function>
        {
            [function.Name] = function,
            [entry] = new(entry, builder.Build([.. arguments, .. cotangents], results.Map(Atom (r) => r))),
        });
        return Pipeline.Run(module, Level.Source, LiftFunctions.Pass, Simplify.Pass, Inline.Early, Defunctionalize.Pass, RemoveDead.Pass,
            ExpandDerivatives.Pass, Inline.Late, Simplify.Pass, RemoveDead.Pass);
    }
}
