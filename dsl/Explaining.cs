using MindDsl.Backends;
using MindDsl.Structures;

namespace MindDsl;

/// <summary>What quoted functions are compiled to: kernels, memory and counts, known before a run.</summary>
public static class Explaining
{
    /// <summary>What the function is compiled to for arguments of these types, on the backend of this flow of execution. It is compiled if it was not, but not run.</summary>
    /// <param name="function">The function.</param>
    /// <param name="a">An argument; only its type and shape are read.</param>
    public static Explanation Explain<A, R>(this Fn<A, R> function, A a) => ProgramExplanation.Of(function, frame =>
    {
        Structure<A>.Write(a, frame);
    });

    /// <inheritdoc cref="Explain{A, R}(Fn{A, R}, A)"/>
    public static Explanation Explain<A, B, R>(this Fn<A, B, R> function, A a, B b) => ProgramExplanation.Of(function, frame =>
    {
        Structure<A>.Write(a, frame);
        Structure<B>.Write(b, frame);
    });

    /// <inheritdoc cref="Explain{A, R}(Fn{A, R}, A)"/>
    public static Explanation Explain<A, B, C, R>(this Fn<A, B, C, R> function, A a, B b, C c) => ProgramExplanation.Of(function, frame =>
    {
        Structure<A>.Write(a, frame);
        Structure<B>.Write(b, frame);
        Structure<C>.Write(c, frame);
    });

    /// <inheritdoc cref="Explain{A, R}(Fn{A, R}, A)"/>
    public static Explanation Explain<A, B, C, D, R>(this Fn<A, B, C, D, R> function, A a, B b, C c, D d) => ProgramExplanation.Of(function, frame =>
    {
        Structure<A>.Write(a, frame);
        Structure<B>.Write(b, frame);
        Structure<C>.Write(c, frame);
        Structure<D>.Write(d, frame);
    });

    /// <inheritdoc cref="Explain{A, R}(Fn{A, R}, A)"/>
    public static Explanation Explain<A, B, C, D, E, R>(this Fn<A, B, C, D, E, R> function, A a, B b, C c, D d, E e) => ProgramExplanation.Of(function, frame =>
    {
        Structure<A>.Write(a, frame);
        Structure<B>.Write(b, frame);
        Structure<C>.Write(c, frame);
        Structure<D>.Write(d, frame);
        Structure<E>.Write(e, frame);
    });

    /// <inheritdoc cref="Explain{A, R}(Fn{A, R}, A)"/>
    public static Explanation Explain<A, B, C, D, E, F, R>(this Fn<A, B, C, D, E, F, R> function, A a, B b, C c, D d, E e, F f) => ProgramExplanation.Of(function, frame =>
    {
        Structure<A>.Write(a, frame);
        Structure<B>.Write(b, frame);
        Structure<C>.Write(c, frame);
        Structure<D>.Write(d, frame);
        Structure<E>.Write(e, frame);
        Structure<F>.Write(f, frame);
    });

    /// <inheritdoc cref="Explain{A, R}(Fn{A, R}, A)"/>
    public static Explanation Explain<A, B, C, D, E, F, G, R>(this Fn<A, B, C, D, E, F, G, R> function, A a, B b, C c, D d, E e, F f, G g) => ProgramExplanation.Of(function, frame =>
    {
        Structure<A>.Write(a, frame);
        Structure<B>.Write(b, frame);
        Structure<C>.Write(c, frame);
        Structure<D>.Write(d, frame);
        Structure<E>.Write(e, frame);
        Structure<F>.Write(f, frame);
        Structure<G>.Write(g, frame);
    });

    /// <inheritdoc cref="Explain{A, R}(Fn{A, R}, A)"/>
    public static Explanation Explain<A, B, C, D, E, F, G, H, R>(this Fn<A, B, C, D, E, F, G, H, R> function, A a, B b, C c, D d, E e, F f, G g, H h) => ProgramExplanation.Of(function, frame =>
    {
        Structure<A>.Write(a, frame);
        Structure<B>.Write(b, frame);
        Structure<C>.Write(c, frame);
        Structure<D>.Write(d, frame);
        Structure<E>.Write(e, frame);
        Structure<F>.Write(f, frame);
        Structure<G>.Write(g, frame);
        Structure<H>.Write(h, frame);
    });

    /// <summary>
    /// What the function is compiled to for arguments that are numbers, or else what it was compiled to last: after <c>step.Update(ref state, …)</c> the step that changes the state where it is.
    /// </summary>
    /// <exception cref="MindDslException">MIND0118: the function was not called yet, and its types do not tell the shapes of its arguments.</exception>
    public static Explanation Explain(this Delegate function) => ProgramExplanation.Latest(function);
}
