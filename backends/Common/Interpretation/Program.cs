using System.Collections.Concurrent;
using MindDsl.Ir;

namespace MindDsl.Backends.Interpretation;

/// <summary>A module with what the interpreter has found out about it.</summary>
internal sealed class Program(Module module, Func<Meter>? meter = null)
{
    private readonly ConcurrentDictionary<Apply, Kernel> _kernels = new(ReferenceEqualityComparer.Instance);

    public Module Module { get; } = module;

    /// <summary>For each function the values around it that it reads.</summary>
    public IReadOnlyDictionary<FunctionName, IReadOnlyList<Value>> Free { get; } = FreeValues.Of(module);

    public Kernel KernelOf(Apply apply) => _kernels.GetOrAdd(apply, a => new(a.Op, a.Arguments.Map(x => x.Tensor)));

    /// <summary>Runs the entry.</summary>
    public TensorValue[] Run(TensorValue[] arguments, InterpreterStatistics? statistics)
    {
        var evaluation = new Evaluation(this, BindSizes(arguments), statistics, meter?.Invoke());
        return [.. evaluation.Call(Module.Entry, arguments, null).Cast<TensorValue>()];
    }

    /// <summary>The value of each named size, read off the arguments.</summary>
    private Dictionary<string, long> BindSizes(TensorValue[] arguments)
    {
        var parameters = Module.EntryFunction.Body.Parameters;
        if (parameters.Count != arguments.Length) throw Misfit($"{parameters.Count} parameters and {arguments.Length} arguments");
        var sizes = new Dictionary<string, long>();
        for (int n = 0; n < arguments.Length; n++)
        {
            var type = parameters[n].Tensor;
            if (type.DType != arguments[n].DType || type.Rank != arguments[n].Lengths.Length) throw Misfit($"an argument does not fit the parameter {type}");
            for (int k = 0; k < type.Rank; k++)
                if (type.Shape[k] is { Constant: 0, Terms: [{ Coefficient: 1, Symbols: [var symbol] }] }) sizes.TryAdd(symbol, arguments[n].Lengths[k]);
        }
        for (int n = 0; n < arguments.Length; n++)
            if (!TensorValue.LengthsOf(parameters[n].Tensor.Shape.Dims, sizes).SequenceEqual(arguments[n].Lengths))
                throw Misfit($"an argument of lengths {string.Join(", ", arguments[n].Lengths)} does not fit the parameter {parameters[n].Type}");
        return sizes;
    }

    private static MindDslException Misfit(string what) => new(Diagnostics.Internal(what, "interpreter"));
}
