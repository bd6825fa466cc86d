using MindDsl.Autodiff;
using MindDsl.Backends;
using MindDsl.Ir;

namespace MindDsl.Tests.Autodiff;

/// <summary>Programs with one scalar result, their directional derivatives as programs, and central differences to compare with.</summary>
internal static class Derivatives
{
    public static readonly TensorType Real = TensorType.Scalar(DType.F64);
    public static readonly TensorType Whole = TensorType.Scalar(DType.I64);

    public static TensorType Vector(params long[] lengths) => new(DType.F64, Shape.Of(lengths));

    /// <summary>A program of one function.</summary>
    public static Module Program(Seq<TensorType> parameters, Func<BlockBuilder, Seq<Term>, Term> body) => Program(parameters, body, []);

    public static Module Program(Seq<TensorType> parameters, Func<BlockBuilder, Seq<Term>, Term> body, Seq<Function> others)
    {
        var builder = new BlockBuilder();
        var values = parameters.Map(t => new Value(t));
        var result = body(builder, values.Map(v => builder[v]));
        var entry = new FunctionName("main");
        var functions = others.ToDictionary(f => f.Name);
        functions[entry] = new(entry, builder.Build(values, [result.Atom]));
        return new(entry, functions);
    }

    public static Module Prepare(Module module) => Pipeline.Run(
        module, Level.Source, LiftFunctions.Pass, Simplify.Pass, ShareFunctions.Pass, Inline.Early, Defunctionalize.Pass, RemoveDead.Pass);

    /// <summary>The program for Σ w·∂f/∂x over all float parameters, by reverse or forward mode, with fixed weights.</summary>
    public static Module Directional(Module module, DerivativeKind kind)
    {
        var function = module.EntryFunction;
        var builder = new BlockBuilder();
        var parameters = function.Body.Parameters.Map(p => new Value(p.Type));
        var active = parameters.Map(p => p.Type.IsDifferentiable);
        var weights = parameters.Where(p => p.Type.IsDifferentiable).Select((p, k) => Weight(builder, (TensorType)p.Type, k)).ToSeq();
        Term result;
        if (kind == DerivativeKind.Reverse)
        {
            Seq<IrType> types = [Real, .. weights.Map(w => (IrType)w.Type)];
            var all = builder.Emit(new Differentiate(kind, function.Name, active, [true], [.. parameters, Literal.Of(DType.F64, 1.0)]), types);
            result = builder[Literal.Of(DType.F64, 0.0)];
            for (int k = 0; k < weights.Count; k++) result += (builder[all[k + 1]] * weights[k]).Sum();
        }
        else
        {
            var all = builder.Emit(new Differentiate(kind, function.Name, active, [true], [.. parameters, .. weights.Map(w => w.Atom)]), [Real, Real]);
            result = builder[all[1]];
        }
        var entry = new FunctionName("directional");
        var functions = new Dictionary<FunctionName, Function>(module.Functions)
        {
            [entry] = new(entry, builder.Build(parameters, [result.Atom])),
        };
        var raw = new Module(entry, functions, module.Unions);
        return Pipeline.Run(raw, Level.FirstOrder, ExpandDerivatives.Pass, Inline.Late, Simplify.Pass, RemoveDead.Pass);
    }

    public static double Run(Module module, params TensorBuffer[] arguments) => Interpreter.Run(module, arguments)[0][0].Number;

    /// <summary>The same directional derivative by a four-point central difference.</summary>
    public static double Difference(Module module, double step, params TensorBuffer[] arguments)
    {
        double At(double t)
        {
            int k = 0;
            return Run(module, [.. arguments.Select(a => a.DType.IsFloat ? Moved(a, k++, t) : a)]);
        }
        return (8 * (At(step) - At(-step)) - (At(2 * step) - At(-2 * step))) / (12 * step);
    }

    public static TensorBuffer Scalar(double value) => TensorBuffer.Of<double>(DType.F64, [value]);

    public static TensorBuffer Of(double[] values, params long[] lengths) => TensorBuffer.Of<double>(DType.F64, values, lengths);

    public static Term Weight(BlockBuilder builder, TensorType type, int number)
    {
        var flat = new Term(builder, builder.Apply(new Iota(new(DType.F64, new([type.Shape.Size])), 0)));
        return ElementwiseOps.Cos.On(flat + (number + 0.5)).Reshape(type.Shape);
    }

    private static TensorBuffer Moved(TensorBuffer buffer, int number, double step)
    {
        var moved = TensorBuffer.Allocate(buffer.DType, buffer.Lengths);
        for (int i = 0; i < buffer.Count; i++)
            moved[i] = Literal.Of(DType.F64, buffer[i].Number + step * Math.Cos(i + number + 0.5));
        return moved;
    }
}
