using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using static MindDsl.Mind;

namespace MindDsl.Testing;

/// <summary>
/// Checks of derivatives, at random arguments: forward mode against differences with a sweep of steps, reverse mode against the same differences, and the symmetry of second
/// derivatives. Elements where the function has a kink are left out.
/// </summary>
public static class Gradients
{
    /// <summary>Checks the derivatives of a function at random arguments; arrays and tensors are vectors of three.</summary>
    /// <exception cref="CheckException">A derivative is wrong; the message names the argument, the element, what was expected and found, and the step.</exception>
    public static void Check<A, R>(Fn<A, R> f, CheckOptions? options = null) => Check(f, Generate.Values<A>(), options);

    /// <inheritdoc cref="Check{A, R}(Fn{A, R}, CheckOptions?)"/>
    public static void Check<A, B, R>(Fn<A, B, R> f, CheckOptions? options = null) => Check(f, Generate.Values<(A, B)>(), options);

    /// <inheritdoc cref="Check{A, R}(Fn{A, R}, CheckOptions?)"/>
    public static void Check<A, B, C, R>(Fn<A, B, C, R> f, CheckOptions? options = null) => Check(f, Generate.Values<(A, B, C)>(), options);

    /// <inheritdoc cref="Check{A, R}(Fn{A, R}, CheckOptions?)"/>
    public static void Check<A, B, C, D, R>(Fn<A, B, C, D, R> f, CheckOptions? options = null) => Check(f, Generate.Values<(A, B, C, D)>(), options);

    /// <summary>Checks the derivatives of a function at a sample of its arguments and at random ones of the same structure and shapes.</summary>
    /// <inheritdoc cref="Check{A, R}(Fn{A, R}, CheckOptions?)"/>
    public static void CheckAt<A, R>(Fn<A, R> f, A a, CheckOptions? options = null) => Check(f, WithSample(a, options), options);

    /// <inheritdoc cref="CheckAt{A, R}(Fn{A, R}, A, CheckOptions?)"/>
    public static void CheckAt<A, B, R>(Fn<A, B, R> f, A a, B b, CheckOptions? options = null) => Check(f, WithSample((a, b), options), options);

    /// <inheritdoc cref="CheckAt{A, R}(Fn{A, R}, A, CheckOptions?)"/>
    public static void CheckAt<A, B, C, R>(Fn<A, B, C, R> f, A a, B b, C c, CheckOptions? options = null) => Check(f, WithSample((a, b, c), options), options);

    /// <inheritdoc cref="CheckAt{A, R}(Fn{A, R}, A, CheckOptions?)"/>
    public static void CheckAt<A, B, C, D, R>(Fn<A, B, C, D, R> f, A a, B b, C c, D d, CheckOptions? options = null) => Check(f, WithSample((a, b, c, d), options), options);

    /// <summary>Checks the derivatives of a function at arguments from a generator of one's own.</summary>
    /// <inheritdoc cref="Check{A, R}(Fn{A, R}, CheckOptions?)"/>
    public static void Check<A, R>(Fn<A, R> f, Gen<A> arguments, CheckOptions? options = null) => Run(f, Names(f), Drawn(arguments, options), options);

    /// <inheritdoc cref="Check{A, R}(Fn{A, R}, Gen{A}, CheckOptions?)"/>
    public static void Check<A, B, R>(Fn<A, B, R> f, Gen<(A, B)> arguments, CheckOptions? options = null) =>
        Run(Fn(((A, B) t) => f(t.Item1, t.Item2)), Names(f), Drawn(arguments, options), options);

    /// <inheritdoc cref="Check{A, R}(Fn{A, R}, Gen{A}, CheckOptions?)"/>
    public static void Check<A, B, C, R>(Fn<A, B, C, R> f, Gen<(A, B, C)> arguments, CheckOptions? options = null) =>
        Run(Fn(((A, B, C) t) => f(t.Item1, t.Item2, t.Item3)), Names(f), Drawn(arguments, options), options);

    /// <inheritdoc cref="Check{A, R}(Fn{A, R}, Gen{A}, CheckOptions?)"/>
    public static void Check<A, B, C, D, R>(Fn<A, B, C, D, R> f, Gen<(A, B, C, D)> arguments, CheckOptions? options = null) =>
        Run(Fn(((A, B, C, D) t) => f(t.Item1, t.Item2, t.Item3, t.Item4)), Names(f), Drawn(arguments, options), options);

    private static void Check<A, R>(Fn<A, R> f, IEnumerable<A> arguments, CheckOptions? options) => Run(f, Names(f), arguments, options);

    private static void Check<A, B, R>(Fn<A, B, R> f, IEnumerable<(A, B)> arguments, CheckOptions? options) =>
        Run(Fn(((A, B) t) => f(t.Item1, t.Item2)), Names(f), arguments, options);

    private static void Check<A, B, C, R>(Fn<A, B, C, R> f, IEnumerable<(A, B, C)> arguments, CheckOptions? options) =>
        Run(Fn(((A, B, C) t) => f(t.Item1, t.Item2, t.Item3)), Names(f), arguments, options);

    private static void Check<A, B, C, D, R>(Fn<A, B, C, D, R> f, IEnumerable<(A, B, C, D)> arguments, CheckOptions? options) =>
        Run(Fn(((A, B, C, D) t) => f(t.Item1, t.Item2, t.Item3, t.Item4)), Names(f), arguments, options);

    private static string[] Names(Delegate f) => QuotedFunction.Of(f).Code.ParameterNames;

    private static T[] Drawn<T>(Gen<T> arguments, CheckOptions? options) => Sampling.Draw(arguments, options ?? CheckOptions.Default);

    private static IEnumerable<T> WithSample<T>(T sample, CheckOptions? options) => [sample, .. Drawn(Generate.Trees(sample), options)];

    private static void Run<A, R>(Fn<A, R> f, string[] names, IEnumerable<A> arguments, CheckOptions? options)
    {
        var check = new GradientCheck<A, R>(f, names, options ?? CheckOptions.Default);
        foreach (var at in arguments) check.At(at);
        check.Conclude();
    }
}
