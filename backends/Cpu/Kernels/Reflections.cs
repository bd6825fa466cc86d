using System.Numerics;

namespace MindDsl.Backends.Cpu;

/// <summary>Householder's reflections I − 2 v vᵀ with vectors v of length 1, or 0.</summary>
internal static unsafe class Reflections<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly T Two = T.One + T.One;

    /// <summary>How much memory <see cref="Orthonormal"/> works in.</summary>
    public static long ScratchOf(int rows, int columns) => 2L * rows * columns + 2L * columns;

    /// <summary>The orthonormal factor of an m × n matrix, m ≥ n, that goes with a triangle whose diagonal is not negative.</summary>
    public static void Orthonormal(T* a, T* q, int m, int n, T* scratch)
    {
        T* work = scratch, vectors = work + (long)m * n, diagonal = vectors + (long)m * n, sums = diagonal + n;
        Rows<T>.Copy(a, work, (long)m * n);
        for (int j = 0; j < n; j++)
        {
            T* v = vectors + (long)j * m;
            for (int i = 0; i < m; i++) v[i] = i < j ? T.Zero : work[(long)i * n + j];
            diagonal[j] = Make(v + j, m - j);
            Apply(v + j, work + (long)j * n, m - j, n, j, n, sums);
        }
        Rows<T>.Clear(q, (long)m * n);
        for (int j = 0; j < n; j++) q[(long)j * n + j] = T.One;
        for (int j = n - 1; j >= 0; j--) Apply(vectors + (long)j * m + j, q + (long)j * n, m - j, n, j, n, sums);
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++)
                if (diagonal[j] < T.Zero) q[(long)i * n + j] = -q[(long)i * n + j];
    }

    /// <summary>Turns x into the vector of the reflection that takes x to a multiple of the first unit vector; gives the multiple.</summary>
    public static T Make(T* x, int count)
    {
        T scale = T.Zero;
        for (int i = 0; i < count; i++) scale = T.Max(scale, T.Abs(x[i]));
        if (scale == T.Zero) return T.Zero;
        for (int i = 0; i < count; i++) x[i] /= scale;
        T length = T.Sqrt(Rows<T>.Dot(x, x, count));
        T target = x[0] <= T.Zero ? length : -length;
        x[0] -= target;
        T norm = T.Sqrt(Rows<T>.Dot(x, x, count));
        for (int i = 0; i < count; i++) x[i] /= norm;
        return target * scale;
    }

    /// <summary>Reflects the columns <paramref name="from"/> to <paramref name="to"/> of rows.</summary>
    public static void Apply(T* v, T* rows, int count, int stride, int from, int to, T* sums)
    {
        int width = to - from;
        Rows<T>.Clear(sums, width);
        for (int i = 0; i < count; i++) Rows<T>.AddScaled(sums, rows + (long)i * stride + from, v[i], width);
        for (int i = 0; i < count; i++) Rows<T>.AddScaled(rows + (long)i * stride + from, sums, -Two * v[i], width);
    }
}
