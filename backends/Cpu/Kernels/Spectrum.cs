using System.Numerics;

namespace MindDsl.Backends.Cpu;

/// <summary>Eigenvectors of symmetric matrices and singular vectors.</summary>
internal static unsafe class Spectrum<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int MostSteps = 60;
    private static readonly T Two = T.One + T.One;

    /// <summary>A component counts as the largest if it is that large in terms of the largest.</summary>
    private static readonly T NearlyLargest = T.CreateChecked(Ir.Spectra.NearlyLargest);

    /// <summary>How much memory <see cref="Eigenvectors"/> works in.</summary>
    public static long ScratchOfEigenvectors(int n) => 2L * n * n + 4L * n;

    /// <summary>How much memory <see cref="SingularVectors"/> works in.</summary>
    public static long ScratchOfSingularVectors(int m, int n) => 2L * m * n + (long)n * n + n + Reflections<T>.ScratchOf(m, n);

    /// <summary>
    /// Eigenvectors as columns, by ascending eigenvalues: Householder's reflections make the matrix tridiagonal, then QL steps with implicit shifts make it diagonal (G. Golub
    /// and C. Van Loan, "Matrix Computations", chapter 8).
    /// </summary>
    public static void Eigenvectors(T* a, T* v, int n, T* scratch)
    {
        T* work = scratch, rows = work + (long)n * n, diagonal = rows + (long)n * n, beside = diagonal + n, sums = beside + n;
        Rows<T>.Copy(a, work, (long)n * n);
        Tridiagonal(work, v, diagonal, beside, sums, n);
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) rows[(long)j * n + i] = v[(long)i * n + j];
        for (int l = 0; l < n; l++)
            for (int step = 0; step < MostSteps && Block(diagonal, beside, l, n) is var end && end > l; step++) Step(rows, diagonal, beside, l, end, n);
        Put(rows, v, diagonal, n, n, ascending: true, null, 0);
    }

    /// <summary>
    /// Left singular vectors as columns, and below them the right ones, by descending singular values: rotations make the columns orthogonal pair by pair (one-sided Jacobi).
    /// </summary>
    public static void SingularVectors(T* a, T* both, int m, int n, T* scratch)
    {
        T* columns = scratch, rows = columns + (long)m * n, sorted = rows + (long)n * n, squares = sorted + (long)m * n, rest = squares + n;
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++) columns[(long)j * m + i] = a[(long)i * n + j];
        Rows<T>.Clear(rows, (long)n * n);
        for (int j = 0; j < n; j++) rows[(long)j * n + j] = T.One;
        T allowed = (typeof(T) == typeof(float) ? T.CreateChecked(Math.ScaleB(1, -23)) : T.CreateChecked(Math.ScaleB(1, -52))) * T.Sqrt(T.CreateChecked(m));
        bool rotated = true;
        for (int sweep = 0; sweep < MostSteps && rotated; sweep++)
        {
            rotated = false;
            for (int p = 0; p < n - 1; p++)
                for (int q = p + 1; q < n; q++) rotated |= Orthogonalise(columns + (long)p * m, columns + (long)q * m, rows + (long)p * n, rows + (long)q * n, m, n, allowed);
        }
        for (int j = 0; j < n; j++) squares[j] = Rows<T>.Dot(columns + (long)j * m, columns + (long)j * m, m);
        Put(rows, both + (long)m * n, squares, n, n, ascending: false, columns, m, sorted);
        Reflections<T>.Orthonormal(sorted, both, m, n, rest);
    }

    private static bool Orthogonalise(T* x, T* y, T* u, T* w, int m, int n, T allowed)
    {
        T between = Rows<T>.Dot(x, y, m), a = Rows<T>.Dot(x, x, m), b = Rows<T>.Dot(y, y, m);
        if (!(T.Abs(between) > allowed * T.Sqrt(a * b))) return false;
        T ratio = (b - a) / (Two * between);
        T tangent = (ratio < T.Zero ? -T.One : T.One) / (T.Abs(ratio) + T.Sqrt(ratio * ratio + T.One));
        T cosine = T.One / T.Sqrt(tangent * tangent + T.One), sine = tangent * cosine;
        Rows<T>.Rotate(x, y, cosine, sine, m);
        Rows<T>.Rotate(u, w, cosine, sine, n);
        return true;
    }

    /// <summary>Writes A = Q T Qᵀ: the diagonal of T, what is beside it, and Q.</summary>
    private static void Tridiagonal(T* a, T* q, T* diagonal, T* beside, T* sums, int n)
    {
        for (int k = 0; k < n - 2; k++)
        {
            T* v = a + (long)k * n + k + 1;
            T* rest = a + (long)(k + 1) * n + k + 1;
            int count = n - k - 1;
            diagonal[k] = v[-1];
            beside[k] = Reflections<T>.Make(v, count);
            for (int i = 0; i < count; i++) sums[i] = Two * Rows<T>.Dot(rest + (long)i * n, v, count);
            Rows<T>.AddScaled(sums, v, -Rows<T>.Dot(sums, v, count), count);
            for (int i = 0; i < count; i++)
            {
                Rows<T>.AddScaled(rest + (long)i * n, sums, -v[i], count);
                Rows<T>.AddScaled(rest + (long)i * n, v, -sums[i], count);
            }
        }
        for (int k = Math.Max(n - 2, 0); k < n; k++) diagonal[k] = a[(long)k * n + k];
        if (n > 1) beside[n - 2] = a[(long)(n - 2) * n + n - 1];
        if (n > 0) beside[n - 1] = T.Zero;
        Rows<T>.Clear(q, (long)n * n);
        for (int i = 0; i < n; i++) q[(long)i * n + i] = T.One;
        for (int k = n - 3; k >= 0; k--)
            Reflections<T>.Apply(a + (long)k * n + k + 1, q + (long)(k + 1) * n, n - k - 1, n, k + 1, n, sums);
    }

    /// <summary>The last row of the block that starts at l: what is beside the diagonal there is 0 to within rounding.</summary>
    private static int Block(T* diagonal, T* beside, int l, int n)
    {
        int end = l;
        for (; end < n - 1; end++)
        {
            T size = T.Abs(diagonal[end]) + T.Abs(diagonal[end + 1]);
            if (size + T.Abs(beside[end]) == size) break;
        }
        return end;
    }

    /// <summary>One QL step on the block from l to end; the rotations turn the rows of the vectors.</summary>
    private static void Step(T* rows, T* diagonal, T* beside, int l, int end, int n)
    {
        T half = (diagonal[l + 1] - diagonal[l]) / (Two * beside[l]);
        T shift = beside[l] / (half + T.CopySign(T.Hypot(half, T.One), half));
        T bulge = diagonal[end] - diagonal[l] + shift, sine = T.One, cosine = T.One, moved = T.Zero;
        for (int i = end - 1; i >= l; i--)
        {
            T outside = sine * beside[i], inside = cosine * beside[i];
            T length = T.Hypot(outside, bulge);
            beside[i + 1] = length;
            if (length == T.Zero)
            {
                diagonal[i + 1] -= moved;
                beside[end] = T.Zero;
                return;
            }
            (sine, cosine) = (outside / length, bulge / length);
            T corner = diagonal[i + 1] - moved;
            T turn = (diagonal[i] - corner) * sine + Two * cosine * inside;
            moved = sine * turn;
            diagonal[i + 1] = corner + moved;
            bulge = cosine * turn - inside;
            Rows<T>.Rotate(rows + (long)i * n, rows + (long)(i + 1) * n, cosine, sine, n);
        }
        diagonal[l] -= moved;
        beside[l] = bulge;
        beside[end] = T.Zero;
    }

    /// <summary>Writes rows as columns in the order of values, with signs; what belongs to them (rows of another matrix) as columns in the same order and with the same signs.</summary>
    private static void Put(T* rows, T* to, T* values, int n, int length, bool ascending, T* others, int otherLength, T* otherTo = null)
    {
        for (int j = 0; j < n; j++)
        {
            int rank = 0;
            for (int k = 0; k < n; k++)
                if ((ascending ? values[k] < values[j] : values[k] > values[j]) || (k < j && !(ascending ? values[j] < values[k] : values[j] > values[k]))) rank++;
            T* row = rows + (long)j * length;
            bool negative = IsNegative(row, length);
            for (int i = 0; i < length; i++) to[(long)i * n + rank] = negative ? -row[i] : row[i];
            if (others is null) continue;
            T* other = others + (long)j * otherLength;
            for (int i = 0; i < otherLength; i++) otherTo[(long)i * n + rank] = negative ? -other[i] : other[i];
        }
    }

    private static bool IsNegative(T* row, int length)
    {
        T largest = T.Zero;
        for (int i = 0; i < length; i++) largest = T.Max(largest, T.Abs(row[i]));
        for (int i = 0; i < length; i++)
            if (T.Abs(row[i]) >= largest * NearlyLargest) return row[i] < T.Zero;
        return false;
    }
}
