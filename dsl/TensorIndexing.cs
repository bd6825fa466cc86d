using System.Runtime.CompilerServices;
using MindDsl.Backends;
using MindDsl.Ir;

namespace MindDsl;

public sealed partial class Tensor
{
    /// <summary>The part at a place of the first axis: an element of a vector, a row of a matrix.</summary>
    /// <exception cref="MindDslException">MIND0302: the place is outside the axis.</exception>
    [IndexerName("At")]
    public Tensor this[long i] => Part([i]);

    /// <summary>The part at places of the first two axes.</summary>
    [IndexerName("At")]
    public Tensor this[long i, long j] => Part([i, j]);

    /// <summary>The part at places of the first three axes.</summary>
    [IndexerName("At")]
    public Tensor this[long i, long j, long k] => Part([i, j, k]);

    /// <summary>The part at places of the first four axes.</summary>
    [IndexerName("At")]
    public Tensor this[long i, long j, long k, long l] => Part([i, j, k, l]);

    private unsafe Tensor Part(ReadOnlySpan<long> places)
    {
        var from = Buffer;
        if (places.Length > Rank) throw new MindDslException(Diagnostics.AxisOutOfRange("an index", places.Length - 1, Type));
        long part = 0;
        for (int k = 0; k < places.Length; k++)
        {
            if (places[k] < 0 || places[k] >= Shape[k]) throw new MindDslException(Diagnostics.IndexOutOfRange(places[k], k, Shape[k]));
            part = part * Shape[k] + places[k];
        }
        var to = TensorBuffer.Allocate(DType, Shape[places.Length..]);
        System.Buffer.MemoryCopy((byte*)from.Address + part * to.ByteCount, (void*)to.Address, to.ByteCount, to.ByteCount);
        GC.KeepAlive(from);
        return new(to);
    }
}
