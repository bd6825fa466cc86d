using MindDsl.Ir;

namespace MindDsl;

/// <summary>What reverse mode keeps of a function under <see cref="Checkpoints.Checkpoint{A, R}(Fn{A, R})"/>; everything else is computed again.</summary>
public static class Keep
{
    /// <summary>Nothing but the arguments.</summary>
    public static CheckpointPolicy Nothing { get; } = new();

    /// <summary>The results of matrix products and other contractions.</summary>
    public static CheckpointPolicy Dots { get; } = new(Products: true);

    /// <summary>The values that were named with <see cref="Mind.Tag{T}(T, string)"/>.</summary>
    public static CheckpointPolicy Named(params string[] names) => new(Names: Seq.Create<string>(names));

    /// <summary>Up to so many bytes, those values first that are dearest to compute again for their size.</summary>
    public static CheckpointPolicy Bytes(long bytes) => new(Bytes: bytes);
}
