using MindDsl.Structures;

namespace MindDsl;

/// <summary>Prints quoted functions in the textual language.</summary>
public static class Printing
{
    /// <summary>The program that runs for arguments of these types: after derivatives were taken and it was optimised.</summary>
    /// <param name="function">The function.</param>
    /// <param name="a">An argument; only its type and shape are read.</param>
    public static string Show<A, R>(this Fn<A, R> function, A a) => ProgramText.Of(function, frame =>
    {
        Structure<A>.Write(a, frame);
    }, isOptimised: true);

    /// <inheritdoc cref="Show{A, R}(Fn{A, R}, A)"/>
    public static string Show<A, B, R>(this Fn<A, B, R> function, A a, B b) => ProgramText.Of(function, frame =>
    {
        Structure<A>.Write(a, frame);
        Structure<B>.Write(b, frame);
    }, isOptimised: true);

    /// <inheritdoc cref="Show{A, R}(Fn{A, R}, A)"/>
    public static string Show<A, B, C, R>(this Fn<A, B, C, R> function, A a, B b, C c) => ProgramText.Of(function, frame =>
    {
        Structure<A>.Write(a, frame);
        Structure<B>.Write(b, frame);
        Structure<C>.Write(c, frame);
    }, isOptimised: true);

    /// <inheritdoc cref="Show{A, R}(Fn{A, R}, A)"/>
    public static string Show<A, B, C, D, R>(this Fn<A, B, C, D, R> function, A a, B b, C c, D d) => ProgramText.Of(function, frame =>
    {
        Structure<A>.Write(a, frame);
        Structure<B>.Write(b, frame);
        Structure<C>.Write(c, frame);
        Structure<D>.Write(d, frame);
    }, isOptimised: true);

    /// <inheritdoc cref="Show{A, R}(Fn{A, R}, A)"/>
    public static string Show<A, B, C, D, E, R>(this Fn<A, B, C, D, E, R> function, A a, B b, C c, D d, E e) => ProgramText.Of(function, frame =>
    {
        Structure<A>.Write(a, frame);
        Structure<B>.Write(b, frame);
        Structure<C>.Write(c, frame);
        Structure<D>.Write(d, frame);
        Structure<E>.Write(e, frame);
    }, isOptimised: true);

    /// <inheritdoc cref="Show{A, R}(Fn{A, R}, A)"/>
    public static string Show<A, B, C, D, E, F, R>(this Fn<A, B, C, D, E, F, R> function, A a, B b, C c, D d, E e, F f) => ProgramText.Of(function, frame =>
    {
        Structure<A>.Write(a, frame);
        Structure<B>.Write(b, frame);
        Structure<C>.Write(c, frame);
        Structure<D>.Write(d, frame);
        Structure<E>.Write(e, frame);
        Structure<F>.Write(f, frame);
    }, isOptimised: true);

    /// <inheritdoc cref="Show{A, R}(Fn{A, R}, A)"/>
    public static string Show<A, B, C, D, E, F, G, R>(this Fn<A, B, C, D, E, F, G, R> function, A a, B b, C c, D d, E e, F f, G g) => ProgramText.Of(function, frame =>
    {
        Structure<A>.Write(a, frame);
        Structure<B>.Write(b, frame);
        Structure<C>.Write(c, frame);
        Structure<D>.Write(d, frame);
        Structure<E>.Write(e, frame);
        Structure<F>.Write(f, frame);
        Structure<G>.Write(g, frame);
    }, isOptimised: true);

    /// <inheritdoc cref="Show{A, R}(Fn{A, R}, A)"/>
    public static string Show<A, B, C, D, E, F, G, H, R>(this Fn<A, B, C, D, E, F, G, H, R> function, A a, B b, C c, D d, E e, F f, G g, H h) => ProgramText.Of(function, frame =>
    {
        Structure<A>.Write(a, frame);
        Structure<B>.Write(b, frame);
        Structure<C>.Write(c, frame);
        Structure<D>.Write(d, frame);
        Structure<E>.Write(e, frame);
        Structure<F>.Write(f, frame);
        Structure<G>.Write(g, frame);
        Structure<H>.Write(h, frame);
    }, isOptimised: true);

    /// <summary>The program that runs for arguments that are numbers, or else the one that was compiled last.</summary>
    /// <exception cref="MindDslException">MIND0118: the function was not called yet, and its types do not tell the shapes of its arguments.</exception>
    public static string Show(this Delegate function) => ProgramText.Latest(function);

    /// <summary>The function as C#: a quoted lambda as it was written, anything else (a derivative, a batched function) as the methods that its program amounts to.</summary>
    /// <remarks>Operations that tensors have no method for read <c>Primitive("name", …)</c>.</remarks>
    /// <exception cref="MindDslException">MIND0118: the function was not called yet, and its types do not tell the shapes of its arguments.</exception>
    public static string ShowCSharp(this Delegate function) => ProgramText.CSharp(function);

    /// <summary>The program as it was read, before any transformation.</summary>
    /// <exception cref="MindDslException">MIND0118: the function was not called yet, and its types do not tell the shapes of its arguments.</exception>
    public static string ShowSource(this Delegate function) => ProgramText.Source(function);
}
