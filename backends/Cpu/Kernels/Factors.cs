using System.Numerics;

namespace MindDsl.Backends.Cpu;

/// <summary>Triangular factors of a matrix, and solutions with them.</summary>
internal static unsafe class Factors<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>L row by row; the upper triangle is 0.</summary>
    public static void Cholesky(T* a, T* l, int n)
    {
        Rows<T>.Clear(l, (long)n * n);
        for (int i = 0; i < n; i++)
        {
            T* row = l + (long)i * n;
            for (int j = 0; j <= i; j++)
            {
                T* other = l + (long)j * n;
                T rest = a[(long)i * n + j] - Rows<T>.Dot(row, other, j);
                row[j] = j < i ? rest / other[j] : rest > T.Zero ? T.Sqrt(rest) : T.NaN;
            }
        }
    }

    /// <summary>Gaussian elimination with the largest element of the column as the pivot; rows have one more element, their number.</summary>
    public static void Lu(T* a, T* m, int n)
    {
        int stride = n + 1;
        for (int i = 0; i < n; i++)
        {
            Rows<T>.Copy(a + (long)i * n, m + (long)i * stride, n);
            m[(long)i * stride + n] = T.CreateChecked(i);
        }
        for (int k = 0; k < n; k++)
        {
            T* top = m + (long)k * stride;
            int pivot = Pivot(m, k, n);
            if (pivot != k) Rows<T>.Swap(top, m + (long)pivot * stride, stride);
            T head = top[k];
            if (head == T.Zero) continue;
            for (int i = k + 1; i < n; i++)
            {
                T* row = m + (long)i * stride;
                T factor = row[k] / head;
                row[k] = factor;
                Rows<T>.AddScaled(row + k + 1, top + k + 1, -factor, n - k - 1);
            }
        }
    }

    /// <summary>X with A X = B for a triangle of A.</summary>
    public static void Solve(T* a, T* b, T* x, int n, int width, bool upper, bool unit)
    {
        Rows<T>.Copy(b, x, (long)n * width);
        for (int step = 0; step < n; step++)
        {
            int i = upper ? n - 1 - step : step;
            T* coefficients = a + (long)i * n;
            T* row = x + (long)i * width;
            int from = upper ? i + 1 : 0, to = upper ? n : i;
            if (width == 1) row[0] -= Rows<T>.Dot(coefficients + from, x + from, to - from);
            else for (int j = from; j < to; j++) Rows<T>.AddScaled(row, x + (long)j * width, -coefficients[j], width);
            if (unit) continue;
            for (int c = 0; c < width; c++) row[c] /= coefficients[i];
        }
    }

    /// <summary>The first row with the largest element left in column k; NaN counts as the largest.</summary>
    private static int Pivot(T* m, int k, int n)
    {
        int pivot = k;
        T best = T.Abs(m[(long)k * (n + 1) + k]);
        for (int i = k + 1; i < n && !T.IsNaN(best); i++)
        {
            T size = T.Abs(m[(long)i * (n + 1) + k]);
            if (size > best || T.IsNaN(size)) (pivot, best) = (i, size);
        }
        return pivot;
    }
}
