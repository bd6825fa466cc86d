using MindDsl.Autodiff;
using MindDsl.Backends;
using MindDsl.Ir;
using Xunit;

namespace MindDsl.Tests.Golden;

/// <summary>Values, gradients and Hessian-vector products (forward over reverse, and reverse over reverse) against those computed by another library.</summary>
public class SecondOrderGoldenTests
{
    private const string Prefix = "hvp:";

    public static TheoryData<string, string> Ids => GoldenBackends.Cases(c => c.Op.StartsWith(Prefix, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Ids))]
    public void Values_gradients_and_hessian_products_are_those_of_the_file(string id, string backend)
    {
        Assert.SkipWhen(GoldenFiles.Folder is null, "the golden files are not there");
        var given = GoldenFiles.Cases[id];
        Assert.SkipUnless(GoldenFunctions.All.TryGetValue(given.Op[Prefix.Length..], out var f), $"function {given.Op} needs an operator that is not there yet");
        var differences = new List<string>();
        foreach (var kind in Enum.GetValues<DerivativeKind>())
        {
            var found = GoldenBackends.All[backend].Compile(HessianProduct(f, given.Inputs, kind)).Run(given.Inputs);
            for (int k = 0; k < found.Length; k++)
                differences.AddRange(GoldenComparison.Differences($"{kind}: output {k}", given.Outputs[k], found[k], given.Tolerance, signedZero: false));
        }
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    /// <summary>The program (x, v, constants) → (f, ∇f, ∇²f v): the tangent of the gradient along v, or the gradient of its product with v.</summary>
    private static Module HessianProduct(Func<Term, Term[], Term> f, TensorBuffer[] inputs, DerivativeKind outer)
    {
        var (x, v, constants) = (inputs[0].Type, inputs[1].Type, inputs[2..].Select(i => i.Type).ToSeq());
        Seq<bool> onlyX = [true, .. constants.Map(_ => false)];
        Literal one = Literal.Of(DType.F64, 1.0);

        var function = Define("function", [x, .. constants], (b, p) => [f(p[0], [.. p.Skip(1)]).Atom]);
        var gradient = Define("gradient", [x, .. constants], (b, p) => b.Emit(
            new Differentiate(DerivativeKind.Reverse, function.Name, onlyX, [true], [.. p.Select(t => t.Atom), one]), [TensorType.Scalar(DType.F64), x]).Map(Atom (r) => r));
        var along = Define("along", [x, v, .. constants], (b, p) =>
        {
            var both = b.Emit(new Call(gradient.Name, [p[0].Atom, .. p.Skip(2).Select(t => t.Atom)]), gradient.ResultTypes);
            return [(b[both[1]] * p[1]).Sum().Atom];
        });
        var entry = Define("main", [x, v, .. constants], (b, p) =>
        {
            Seq<Atom> own = [p[0].Atom, .. p.Skip(2).Select(t => t.Atom)];
            if (outer == DerivativeKind.Forward)
                return b.Emit(new Differentiate(outer, gradient.Name, onlyX, [false, true], [.. own, p[1].Atom]), [.. gradient.ResultTypes, x]).Map(Atom (r) => r);
            var both = b.Emit(new Call(gradient.Name, own), gradient.ResultTypes);
            Seq<bool> active = [true, false, .. constants.Map(_ => false)];
            var product = b.Emit(new Differentiate(outer, along.Name, active, [true], [.. p.Select(t => t.Atom), one]), [TensorType.Scalar(DType.F64), x]);
            return [both[0], both[1], product[1]];
        });
        var module = new Module(entry.Name, new[] { function, gradient, along, entry }.ToDictionary(g => g.Name));
        return Pipeline.Run(module, Level.Source, LiftFunctions.Pass, Simplify.Pass, Inline.Early, Defunctionalize.Pass, RemoveDead.Pass,
            ExpandDerivatives.Pass, Inline.Late, Simplify.Pass, RemoveDead.Pass);
    }

    private static Function Define(string name, Seq<TensorType> types, Func<BlockBuilder, Seq<Term>, Seq<Atom>> body)
    {
        var builder = new BlockBuilder();
        var parameters = types.Map(t => new Value(t));
        return new(new(name), builder.Build(parameters, body(builder, parameters.Map(p => builder[p]))));
    }
}
