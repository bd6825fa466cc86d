using MindDsl.Autodiff;
using MindDsl.Backends;
using MindDsl.Ir;
using MindDsl.Testing;
using MindDsl.Tests.Autodiff;
using Xunit;

namespace MindDsl.Tests.Properties;

/// <summary>Laws of the parts and orders of derivatives on random programs.</summary>
public class CalculusLaws
{
    /// <summary>A program that computes something of derivatives of another one.</summary>
    private static Module Around(Module module, Func<BlockBuilder, Function, Seq<Value>, Seq<Atom>> write)
    {
        var function = module.EntryFunction;
        var builder = new BlockBuilder();
        var parameters = function.Body.Parameters.Map(p => new Value(p.Type));
        var results = write(builder, function, parameters);
        var entry = new FunctionName("around");
        var functions = new Dictionary<FunctionName, Function>(module.Functions) { [entry] = new(entry, builder.Build(parameters, results)) };
        var unions = new Dictionary<UnionType, UnionDefinition>(module.Unions) { [Kept] = new(Kept, []) };
        return Pipeline.Run(new Module(entry, functions, unions), Level.FirstOrder, ExpandDerivatives.Pass, Inline.Late, Simplify.Pass, RemoveDead.Pass);
    }

    private static readonly UnionType Kept = new("kept");

    private static double[] Numbers(TensorBuffer buffer) => [.. Enumerable.Range(0, (int)buffer.Count).Select(i => buffer[i].Number)];

    private static double[] Run(Module module, TensorBuffer[] arguments) => [.. Interpreter.Run(module, arguments).SelectMany(Numbers)];

    private static void Close(double[] expected, double[] found, double tolerance)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - found[i]) <= tolerance * (1 + Math.Abs(expected[i])), $"{i}: expected {expected[i]:R}, found {found[i]:R}");
    }

    /// <summary>Derivatives for several seeds, in one go for each seed or with a common primal part, in a comprehension over the seeds.</summary>
    private static Module Seeded(Module module, DerivativeKind kind, bool inParts) => Around(module, (b, f, x) =>
    {
        bool forward = kind == DerivativeKind.Forward;
        var active = x.Map(p => p.Type.IsDifferentiable);
        var floats = x.Where(p => p.Type.IsDifferentiable).ToSeq();
        var made = forward ? [Derivatives.Real] : floats.Map(p => p.Type);
        var derivative = new Differentiate(kind, f.Name, active, [true], []);
        Atom? token = inParts ? b.Emit(derivative with { Part = DerivativePart.Primal, Residuals = Kept, Arguments = x.Map(Atom (p) => p) }, [Derivatives.Real, Kept])[1] : null;
        var index = new Value(Derivatives.Whole);
        var inner = b.Nested();
        var scale = inner[index].To(DType.F64) + 0.5;
        var seeds = forward ? floats.Map(p => (ElementwiseOps.Cos.On(inner[p]) * scale).Atom) : [scale.Atom];
        var outputs = token is null
            ? inner.Emit(derivative with { Arguments = [.. x, .. seeds] }, [Derivatives.Real, .. made]).Skip(1).Select(Atom (v) => v).ToSeq()
            : inner.Emit(derivative with { Part = DerivativePart.Linear, Residuals = Kept, Arguments = [token, .. seeds] }, made).Map(Atom (v) => v);
        var types = made.Map(IrType (t) => (TensorType)t with { Shape = new([3, .. ((TensorType)t).Shape.Dims]) });
        return b.Emit(new Build([3], inner.Build([index], outputs)), types).Map(Atom (v) => v);
    });

    [Theory]
    [InlineData(DerivativeKind.Forward)]
    [InlineData(DerivativeKind.Reverse)]
    public void A_derivative_in_parts_is_the_derivative(DerivativeKind kind) => DerivativeLaws.Check(DerivativeLaws.Programs(10), p =>
    {
        var module = Derivatives.Prepare(new ProgramGenerator(p.Seed, smooth: false).Make(p.Size));
        var arguments = DerivativeLaws.Arguments(p.Seed);
        Close(Run(Seeded(module, kind, inParts: false), arguments), Run(Seeded(module, kind, inParts: true), arguments), 1e-10);
    }, 80);

    [Fact]
    public void A_derivative_in_parts_has_derivatives() => DerivativeLaws.Check(DerivativeLaws.Programs(7), p =>
    {
        var module = Derivatives.Prepare(new ProgramGenerator(p.Seed, smooth: true).Make(p.Size));
        var arguments = DerivativeLaws.Arguments(p.Seed);
        var kind = p.Seed % 2 == 0 ? DerivativeKind.Forward : DerivativeKind.Reverse;
        Module Total(bool inParts)
        {
            var seeded = Seeded(module, kind, inParts);
            return Around(seeded, (b, f, x) =>
            {
                var all = b.Emit(new Call(f.Name, x.Map(Atom (v) => v)), f.ResultTypes);
                return [all.Aggregate(b[Literal.Of(DType.F64, 0.0)], (sum, v) => sum + b[v].Sum()).Atom];
            });
        }
        foreach (var outer in Enum.GetValues<DerivativeKind>())
            Close(Run(Derivatives.Directional(Total(false), outer), arguments), Run(Derivatives.Directional(Total(true), outer), arguments), 1e-9);
    }, 40);

    [Fact]
    public void Taylor_coefficients_are_those_of_nested_forward_mode() => DerivativeLaws.Check(DerivativeLaws.Programs(8), p =>
    {
        var module = Derivatives.Prepare(new ProgramGenerator(p.Seed, smooth: true).Make(p.Size));
        var arguments = DerivativeLaws.Arguments(p.Seed);
        var first = Derivatives.Directional(module, DerivativeKind.Forward);
        var second = Derivatives.Directional(first, DerivativeKind.Forward);
        var third = Derivatives.Directional(second, DerivativeKind.Forward);
        double[] expected = [Derivatives.Run(first, arguments), Derivatives.Run(second, arguments) / 2, Derivatives.Run(third, arguments) / 6];
        var jet = Around(module, (b, f, x) =>
        {
            var floats = x.Where(v => v.Type.IsDifferentiable).ToSeq();
            var series = floats.Map((v, k) => Derivatives.Weight(b, v.Tensor, k).Atom).SelectMany((w, k) => new[] { w, b[w].Filled(0).Atom, b[w].Filled(0).Atom });
            var all = b.Emit(new Differentiate(DerivativeKind.Forward, f.Name, x.Map(v => v.Type.IsDifferentiable), [true], [.. x, .. series]) { Order = 3 }, Seq.Repeat<IrType>(Derivatives.Real, 4));
            return all.Slice(1, 3).Map(Atom (v) => v);
        });
        Close(expected, Run(jet, arguments), 1e-8);
    }, 60);

    [Fact]
    public void Second_derivatives_agree_in_all_combinations_of_modes() => DerivativeLaws.Check(DerivativeLaws.Programs(8), p =>
    {
        var module = Derivatives.Prepare(new ProgramGenerator(p.Seed, smooth: true).Make(p.Size));
        var arguments = DerivativeLaws.Arguments(p.Seed);
        var kinds = Enum.GetValues<DerivativeKind>();
        double[] found = [.. kinds.SelectMany(inner => kinds.Select(outer => Derivatives.Run(Derivatives.Directional(Derivatives.Directional(module, inner), outer), arguments)))];
        foreach (double value in found) Close([found[0]], [value], 1e-9);
    }, 60);

    [Fact]
    public void A_checkpoint_changes_no_derivative_in_any_modes() => DerivativeLaws.Check(DerivativeLaws.Programs(8), p =>
    {
        var module = Derivatives.Prepare(new ProgramGenerator(p.Seed, smooth: true).Make(p.Size));
        var arguments = DerivativeLaws.Arguments(p.Seed);
        CheckpointPolicy[] policies = [new(), new(Products: true), new(Bytes: 40)];
        var policy = policies[p.Seed % 3];
        // The program calls itself as a checkpoint, and uses its result in one more operation.
        Module Wrapped(bool checkpoint)
        {
            var inner = new FunctionName("inner");
            var entry = new FunctionName("outer");
            var builder = new BlockBuilder();
            var parameters = module.EntryFunction.Body.Parameters.Map(v => new Value(v.Type));
            var result = builder[builder.Emit(new Call(inner, parameters.Map(Atom (v) => v)), [Derivatives.Real])[0]];
            var functions = new Dictionary<FunctionName, Function>(module.Functions)
            {
                [inner] = new(inner, new BlockCopy().Block(null, module.EntryFunction.Body)) { Checkpoint = checkpoint ? policy : null },
                [entry] = new(entry, builder.Build(parameters, [(ElementwiseOps.Sin.On(result) * result).Atom])),
            };
            return new(entry, functions, module.Unions);
        }
        var (plain, kept) = (Wrapped(false), Wrapped(true));
        // Third derivatives of small programs only, since they are large.
        for (int order = 0; order < (p.Size <= 3 ? 3 : 2); order++)
        {
            var kind = (p.Seed >> order & 1) != 0 ? DerivativeKind.Reverse : DerivativeKind.Forward;
            (plain, kept) = (Derivatives.Directional(plain, kind), Derivatives.Directional(kept, kind));
            Close(Run(plain, arguments), Run(kept, arguments), 1e-8);
        }
    }, 60);
}
