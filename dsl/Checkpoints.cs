using MindDsl.Ir;
using MindDsl.Quote;

namespace MindDsl;

/// <summary>Quoted functions of which reverse mode keeps little.</summary>
public static class Checkpoints
{
    /// <summary>The same function, of which reverse mode keeps the arguments only: the backward sweep computes the rest again (JAX: checkpoint, remat).</summary>
    public static Fn<A, R> Checkpoint<A, R>(this Fn<A, R> f) => f.Checkpoint(Keep.Nothing);

    /// <summary>The same function, of which reverse mode keeps what the policy says and computes the rest again.</summary>
    public static Fn<A, R> Checkpoint<A, R>(this Fn<A, R> f, CheckpointPolicy policy) =>
        (Fn<A, R>)(new Transformation(TransformationKind.Checkpoint) { Policy = policy }).Of(f, typeof(Fn<A, R>));

    /// <inheritdoc cref="Checkpoint{A, R}(Fn{A, R})"/>
    public static Fn<A, B, R> Checkpoint<A, B, R>(this Fn<A, B, R> f) => f.Checkpoint(Keep.Nothing);

    /// <inheritdoc cref="Checkpoint{A, R}(Fn{A, R}, CheckpointPolicy)"/>
    public static Fn<A, B, R> Checkpoint<A, B, R>(this Fn<A, B, R> f, CheckpointPolicy policy) =>
        (Fn<A, B, R>)(new Transformation(TransformationKind.Checkpoint) { Policy = policy }).Of(f, typeof(Fn<A, B, R>));

    /// <inheritdoc cref="Checkpoint{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, R> Checkpoint<A, B, C, R>(this Fn<A, B, C, R> f) => f.Checkpoint(Keep.Nothing);

    /// <inheritdoc cref="Checkpoint{A, R}(Fn{A, R}, CheckpointPolicy)"/>
    public static Fn<A, B, C, R> Checkpoint<A, B, C, R>(this Fn<A, B, C, R> f, CheckpointPolicy policy) =>
        (Fn<A, B, C, R>)(new Transformation(TransformationKind.Checkpoint) { Policy = policy }).Of(f, typeof(Fn<A, B, C, R>));

    /// <inheritdoc cref="Checkpoint{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, R> Checkpoint<A, B, C, D, R>(this Fn<A, B, C, D, R> f) => f.Checkpoint(Keep.Nothing);

    /// <inheritdoc cref="Checkpoint{A, R}(Fn{A, R}, CheckpointPolicy)"/>
    public static Fn<A, B, C, D, R> Checkpoint<A, B, C, D, R>(this Fn<A, B, C, D, R> f, CheckpointPolicy policy) =>
        (Fn<A, B, C, D, R>)(new Transformation(TransformationKind.Checkpoint) { Policy = policy }).Of(f, typeof(Fn<A, B, C, D, R>));

    /// <inheritdoc cref="Checkpoint{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, E, R> Checkpoint<A, B, C, D, E, R>(this Fn<A, B, C, D, E, R> f) => f.Checkpoint(Keep.Nothing);

    /// <inheritdoc cref="Checkpoint{A, R}(Fn{A, R}, CheckpointPolicy)"/>
    public static Fn<A, B, C, D, E, R> Checkpoint<A, B, C, D, E, R>(this Fn<A, B, C, D, E, R> f, CheckpointPolicy policy) =>
        (Fn<A, B, C, D, E, R>)(new Transformation(TransformationKind.Checkpoint) { Policy = policy }).Of(f, typeof(Fn<A, B, C, D, E, R>));
}
