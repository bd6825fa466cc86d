using System.Numerics;

namespace MindDsl.Backends.Cpu;

/// <summary>What kernels on matrices do with rows, by vectors.</summary>
internal static unsafe class Rows<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>y += factor · x.</summary>
    public static void AddScaled(T* y, T* x, T factor, int count)
    {
        int k = 0;
        for (var f = new Vector<T>(factor); k <= count - Vector<T>.Count; k += Vector<T>.Count)
            Vector.Store(Vector.Load(y + k) + f * Vector.Load(x + k), y + k);
        for (; k < count; k++) y[k] += factor * x[k];
    }

    /// <summary>Σ x · y.</summary>
    public static T Dot(T* x, T* y, int count)
    {
        int k = 0;
        var sum = Vector<T>.Zero;
        for (; k <= count - Vector<T>.Count; k += Vector<T>.Count) sum += Vector.Load(x + k) * Vector.Load(y + k);
        T total = Vector.Sum(sum);
        for (; k < count; k++) total += x[k] * y[k];
        return total;
    }

    /// <summary>(x, y) becomes (c x − s y, s x + c y).</summary>
    public static void Rotate(T* x, T* y, T c, T s, int count)
    {
        int k = 0;
        var (vc, vs) = (new Vector<T>(c), new Vector<T>(s));
        for (; k <= count - Vector<T>.Count; k += Vector<T>.Count)
        {
            var (a, b) = (Vector.Load(x + k), Vector.Load(y + k));
            Vector.Store(vc * a - vs * b, x + k);
            Vector.Store(vs * a + vc * b, y + k);
        }
        for (; k < count; k++) (x[k], y[k]) = (c * x[k] - s * y[k], s * x[k] + c * y[k]);
    }

    /// <summary>Exchanges two rows.</summary>
    public static void Swap(T* x, T* y, int count)
    {
        for (int k = 0; k < count; k++) (x[k], y[k]) = (y[k], x[k]);
    }

    /// <summary>Copies a row.</summary>
    public static void Copy(T* from, T* to, long count) => Buffer.MemoryCopy(from, to, count * sizeof(T), count * sizeof(T));

    /// <summary>Fills a row with zeros.</summary>
    public static void Clear(T* x, long count) => new Span<T>(x, checked((int)count)).Clear();
}
