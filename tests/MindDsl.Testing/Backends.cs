using System.Globalization;
using FsCheck;
using MindDsl.Backends;
using static MindDsl.Mind;

namespace MindDsl.Testing;

/// <summary>Checks that backends compute the same: the interpreter, which is the meaning of programs, and another one.</summary>
public static class Backends
{
    /// <summary>Checks that a function and its reverse derivative are the same on the interpreter and on a backend, by default the CPU, at random arguments.</summary>
    /// <exception cref="CheckException">A result differs; the message names the element.</exception>
    public static void Agree<A, R>(Fn<A, R> f, CheckOptions? options = null, IBackend? backend = null) => Agree(f, Generate.Values<A>(), options, backend);

    /// <inheritdoc cref="Agree{A, R}(Fn{A, R}, CheckOptions?, IBackend?)"/>
    public static void Agree<A, B, R>(Fn<A, B, R> f, CheckOptions? options = null, IBackend? backend = null) =>
        Agree(Fn(((A, B) t) => f(t.Item1, t.Item2)), Generate.Values<(A, B)>(), options, backend);

    /// <inheritdoc cref="Agree{A, R}(Fn{A, R}, CheckOptions?, IBackend?)"/>
    public static void Agree<A, B, C, R>(Fn<A, B, C, R> f, CheckOptions? options = null, IBackend? backend = null) =>
        Agree(Fn(((A, B, C) t) => f(t.Item1, t.Item2, t.Item3)), Generate.Values<(A, B, C)>(), options, backend);

    /// <summary>The same at arguments from a generator of one's own.</summary>
    /// <inheritdoc cref="Agree{A, R}(Fn{A, R}, CheckOptions?, IBackend?)"/>
    public static void Agree<A, R>(Fn<A, R> f, Gen<A> arguments, CheckOptions? options = null, IBackend? backend = null)
    {
        options ??= CheckOptions.Default;
        var other = backend ?? new MindDsl.Backends.Cpu.CpuBackend();
        var meaning = new InterpreterBackend();
        foreach (var at in Sampling.Draw(arguments, options))
        {
            var expected = On(meaning, () => f(at));
            Compare(FloatTree.Elements(expected, "the result"), FloatTree.Elements(On(other, () => f(at)), "the result"), other.Name, options);
            if (FloatTree.Elements(expected).Count == 0 || FloatTree.Elements(at).Count == 0) continue;
            var seed = FloatTree.Map(expected, (_, k) => 1 + 0.1 * (k % 7));
            Compare(
                FloatTree.Elements(On(meaning, () => f.Vjp()(at, seed).Cotangent), "the derivative"),
                FloatTree.Elements(On(other, () => f.Vjp()(at, seed).Cotangent), "the derivative"), other.Name, options);
        }
    }

    private static T On<T>(IBackend backend, Func<T> compute)
    {
        using var scope = Use(backend);
        return compute();
    }

    private static void Compare(List<FloatTree.Element> expected, List<FloatTree.Element> found, string backend, CheckOptions options)
    {
        if (expected.Count != found.Count) throw new CheckException($"{backend} gives {found.Count} numbers where the interpreter gives {expected.Count}");
        for (int k = 0; k < expected.Count; k++)
        {
            double x = expected[k].Value, y = found[k].Value;
            double tolerance = expected[k].DType == Ir.DType.F32 ? Math.Max(options.BackendTolerance, 1e-5) : options.BackendTolerance;
            if (x.Equals(y) || Math.Abs(x - y) <= tolerance * Math.Max(1, Math.Abs(x))) continue;
            throw new CheckException(string.Create(CultureInfo.InvariantCulture,
                $"{expected[k]} differs on {backend}\n  expected  {x:R} by the interpreter\n  got       {y:R}"));
        }
    }
}
