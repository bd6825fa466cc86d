namespace MindDsl;

/// <summary>A quoted function: it is called like any delegate, and used in other quotes; extension methods transform it.</summary>
/// <remarks>Made by <see cref="Mind"/>.Fn. A delegate of this type that was made in another way cannot be transformed or used in a quote.</remarks>
public delegate R Fn<R>();

/// <inheritdoc cref="Fn{R}"/>
public delegate R Fn<A, R>(A a);

/// <inheritdoc cref="Fn{R}"/>
public delegate R Fn<A, B, R>(A a, B b);

/// <inheritdoc cref="Fn{R}"/>
public delegate R Fn<A, B, C, R>(A a, B b, C c);

/// <inheritdoc cref="Fn{R}"/>
public delegate R Fn<A, B, C, D, R>(A a, B b, C c, D d);

/// <inheritdoc cref="Fn{R}"/>
public delegate R Fn<A, B, C, D, E, R>(A a, B b, C c, D d, E e);

/// <inheritdoc cref="Fn{R}"/>
public delegate R Fn<A, B, C, D, E, F, R>(A a, B b, C c, D d, E e, F f);

/// <inheritdoc cref="Fn{R}"/>
public delegate R Fn<A, B, C, D, E, F, G, R>(A a, B b, C c, D d, E e, F f, G g);

/// <inheritdoc cref="Fn{R}"/>
public delegate R Fn<A, B, C, D, E, F, G, H, R>(A a, B b, C c, D d, E e, F f, G g, H h);

/// <summary>Names an argument: <c>f.Grad(Wrt.Arg2)</c>.</summary>
public static class Wrt
{
    /// <summary>The first argument.</summary>
    public static WrtArg1 Arg1 => default;

    /// <summary>The second argument.</summary>
    public static WrtArg2 Arg2 => default;

    /// <summary>The third argument.</summary>
    public static WrtArg3 Arg3 => default;

    /// <summary>The fourth argument.</summary>
    public static WrtArg4 Arg4 => default;

    /// <summary>The fifth argument.</summary>
    public static WrtArg5 Arg5 => default;

    /// <summary>The sixth argument.</summary>
    public static WrtArg6 Arg6 => default;

    /// <summary>The seventh argument.</summary>
    public static WrtArg7 Arg7 => default;

    /// <summary>The eighth argument.</summary>
    public static WrtArg8 Arg8 => default;
}

/// <summary>The first argument, as a type.</summary>
public readonly record struct WrtArg1;

/// <summary>The second argument, as a type.</summary>
public readonly record struct WrtArg2;

/// <summary>The third argument, as a type.</summary>
public readonly record struct WrtArg3;

/// <summary>The fourth argument, as a type.</summary>
public readonly record struct WrtArg4;

/// <summary>The fifth argument, as a type.</summary>
public readonly record struct WrtArg5;

/// <summary>The sixth argument, as a type.</summary>
public readonly record struct WrtArg6;

/// <summary>The seventh argument, as a type.</summary>
public readonly record struct WrtArg7;

/// <summary>The eighth argument, as a type.</summary>
public readonly record struct WrtArg8;
