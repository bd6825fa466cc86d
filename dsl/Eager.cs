using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MindDsl.Backends;
using MindDsl.Ir;

namespace MindDsl;

/// <summary>Runs functions of the prelude at once on concrete tensors: what a tensor method does outside a quote.</summary>
/// <remarks>
/// The one-operation program is compiled for the types of the operands and kept, by function, attributes and types. A static lambda is one object,
/// so the delegate itself stands for the function.
/// </remarks>
internal static class Eager
{
    private static readonly ConcurrentDictionary<Key, Compiled> Cache = new();
    private static IBackend s_backend = new Backends.Cpu.CpuBackend();

    /// <summary>Compiles and runs the programs; programs that were compiled for another backend are forgotten.</summary>
    public static IBackend Backend
    {
        get => s_backend;
        set
        {
            if (ReferenceEquals(s_backend, value)) return;
            s_backend = value;
            Cache.Clear();
        }
    }

    /// <summary>A function of one tensor.</summary>
    public static Tensor Call(Func<Term, Term> f, Tensor x) => One(Run(f, null, [x], static (f, _, t) => [((Func<Term, Term>)f)(t[0])]));

    /// <summary>A function of two tensors.</summary>
    public static Tensor Call(Func<Term, Term, Term> f, Tensor x, Tensor y) =>
        One(Run(f, null, [x, y], static (f, _, t) => [((Func<Term, Term, Term>)f)(t[0], t[1])]));

    /// <summary>A function of three tensors.</summary>
    public static Tensor Call(Func<Term, Term, Term, Term> f, Tensor x, Tensor y, Tensor z) =>
        One(Run(f, null, [x, y, z], static (f, _, t) => [((Func<Term, Term, Term, Term>)f)(t[0], t[1], t[2])]));

    /// <summary>A function of tensors and attributes, which may be a tuple.</summary>
    public static Tensor Call<A>(Func<Term[], A, Term> f, A attributes, params ReadOnlySpan<Tensor> tensors) =>
        One(Run(f, attributes, tensors, static (f, a, t) => [((Func<Term[], A, Term>)f)(t, (A)a!)]));

    /// <summary>A function of tensors and attributes with several results.</summary>
    public static Tensor[] CallMany<A>(Func<Term[], A, Term[]> f, A attributes, params ReadOnlySpan<Tensor> tensors) =>
        Run(f, attributes, tensors, static (f, a, t) => ((Func<Term[], A, Term[]>)f)(t, (A)a!));

    /// <summary>Two operands and a third one, if it is there.</summary>
    public static Tensor[] Operands(Tensor x, Tensor y, Tensor? z) => z is null ? [x, y] : [x, y, z];

    /// <summary>The third operand, if it is there.</summary>
    public static Term? Third(Term[] operands) => operands.Length > 2 ? operands[2] : null;

    private static Tensor One(Tensor[] results) => results[0];

    private static Tensor[] Run(Delegate f, object? attributes, ReadOnlySpan<Tensor> tensors, Func<Delegate, object?, Term[], Term[]> trace)
    {
        var buffers = new TensorBuffer[tensors.Length];
        var types = new TensorType[tensors.Length];
        for (int i = 0; i < buffers.Length; i++)
        {
            var tensor = tensors[i] ?? throw new MindDslException(Diagnostics.ArgumentIsNull("a tensor"));
            (buffers[i], types[i]) = (tensor.Buffer, tensor.Type);
            tensor.IsOffered = false;
        }
        var key = new Key(f, Comparable(attributes), Seq.Create<TensorType>(types));
        if (!Cache.TryGetValue(key, out var compiled))
            Cache[key] = compiled = Compile(key.Types, f.Method.Name, terms => trace(f, attributes, terms));

        var computed = compiled.Executable is null ? [] : compiled.Executable.Run(buffers);
        var results = new Tensor[compiled.Results.Count];
        for (int i = 0; i < results.Length; i++)
            results[i] = compiled.Results[i] is { IsParameter: true } r ? tensors[r.Index] : new Tensor(computed[compiled.Results[i].Index]);
        return results;
    }

    private static Compiled Compile(Seq<TensorType> types, string name, Func<Term[], Term[]> trace)
    {
        var builder = new BlockBuilder();
        var parameters = types.Map(t => new Value(t));
        var terms = trace([.. parameters.Select(p => builder[p])]);
        var outputs = new List<Atom>();
        var results = new List<Result>();
        foreach (var term in terms)
        {
            // Tensors are immutable, so a result that is an argument as it is needs no copy.
            int parameter = term.Atom is Value value ? parameters.IndexOf(value) : -1;
            results.Add(parameter >= 0 ? new(true, parameter) : new(false, outputs.Count));
            if (parameter < 0) outputs.Add(term.Atom);
        }
        if (outputs.Count == 0) return new(null, results.ToSeq());
        var entry = new FunctionName(name);
        var function = new Function(entry, builder.Build(parameters, outputs.ToSeq()));
        var module = new Module(entry, new Dictionary<FunctionName, Function> { [entry] = function });
        return new(Backend.Compile(module), results.ToSeq());
    }

    /// <summary>Attributes in a form that compares by content: tuples and arrays as lists.</summary>
    private static object? Comparable(object? attributes) => attributes switch
    {
        ITuple tuple => Enumerable.Range(0, tuple.Length).Select(i => Comparable(tuple[i])).ToSeq(),
        int[] numbers => numbers.ToSeq(),
        long[] numbers => numbers.ToSeq(),
        double number => BitConverter.DoubleToInt64Bits(number),
        _ => attributes,
    };

    private readonly record struct Key(Delegate Function, object? Attributes, Seq<TensorType> Types);

    private readonly record struct Result(bool IsParameter, int Index);

    private sealed record Compiled(IExecutable? Executable, Seq<Result> Results);
}
