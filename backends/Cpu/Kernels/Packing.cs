using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace MindDsl.Backends.Cpu;

/// <summary>Copies of parts of an operand in the order in which a kernel reads them. Elements are taken as bits, <typeparamref name="T"/> being an integer of their size.</summary>
internal static unsafe class Packing<T> where T : unmanaged
{
    private const int Slots = 3;

    [ThreadStatic]
    private static nint[]? t_memory;

    [ThreadStatic]
    private static long[]? t_bytes;

    /// <summary>Memory of this thread, in one of three places, that holds some bytes at least; it lives as long as the thread's process.</summary>
    public static long Memory(int slot, long bytes)
    {
        var (memory, sizes) = (t_memory ??= new nint[Slots], t_bytes ??= new long[Slots]);
        if (sizes[slot] >= bytes) return memory[slot];
        HostMemory.Free(memory[slot]);
        sizes[slot] = bytes * 3 / 2;
        return memory[slot] = HostMemory.Allocate(sizes[slot]);
    }

    /// <summary>
    /// For each depth <paramref name="width"/> elements, one of each line, those of lines that there are not being 0. Offsets are in bytes. With <paramref name="isRun"/> the
    /// lines follow one another in memory.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(long source, long* lines, int count, int width, long* depth, int length, bool isRun, bool depthIsRun, long target)
    {
        T* to = (T*)target;
        int line = 0;
        if (isRun || !depthIsRun)
        {
            // Lines that follow one another are copied together.
            while (line < count)
            {
                int end = line + 1;
                while (end < count && lines[end] - lines[end - 1] == sizeof(T)) end++;
                if (end - line < Vector128<T>.Count && !isRun) break;
                CopyRun(source + lines[line], depth, length, to + line, width, end - line);
                line = end;
            }
        }
        if (line == 0 && depthIsRun && sizeof(T) == 4 && (Sse.IsSupported || AdvSimd.Arm64.IsSupported))
        {
            // The last four may overlap those before.
            for (; line < count && count >= 4; line = Math.Min(line + 4, count))
            {
                int first = Math.Min(line, count - 4);
                Transpose((float*)(source + lines[first] + depth[0]), (float*)(source + lines[first + 1] + depth[0]),
                    (float*)(source + lines[first + 2] + depth[0]), (float*)(source + lines[first + 3] + depth[0]), (float*)to + first, width, length);
            }
        }
        for (; line < count; line++)
        {
            T* from = (T*)(source + lines[line]);
            T* at = to + line;
            for (int k = 0; k < length; k++, at += width) *at = *(T*)((byte*)from + depth[k]);
        }
        for (; line < width; line++)
        {
            T* at = to + line;
            for (int k = 0; k < length; k++, at += width) *at = default;
        }
    }

    /// <summary>For each depth some elements that lie together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRun(long source, long* depth, int length, T* to, int width, int count)
    {
        int lanes = Vector256<T>.Count, half = Vector128<T>.Count;
        if (count >= lanes)
        {
            for (int k = 0; k < length; k++, to += width)
            {
                T* from = (T*)(source + depth[k]);
                int j = 0;
                for (; j + lanes <= count; j += lanes) Vector256.Store(Vector256.Load(from + j), to + j);
                if (j < count) Vector256.Store(Vector256.Load(from + count - lanes), to + count - lanes);
            }
        }
        else if (count >= half)
        {
            for (int k = 0; k < length; k++, to += width)
            {
                T* from = (T*)(source + depth[k]);
                Vector128.Store(Vector128.Load(from), to);
                if (count > half) Vector128.Store(Vector128.Load(from + count - half), to + count - half);
            }
        }
        else
        {
            for (int k = 0; k < length; k++, to += width)
            {
                T* from = (T*)(source + depth[k]);
                for (int j = 0; j < count; j++) to[j] = from[j];
            }
        }
    }

    /// <summary>Four lines that run along the depth become columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* a, float* b, float* c, float* d, float* to, int width, int length)
    {
        int k = 0;
        for (; k + 4 <= length; k += 4, to += 4 * width)
        {
            Vector128<float> p = Vector128.Load(a + k), q = Vector128.Load(b + k), r = Vector128.Load(c + k), s = Vector128.Load(d + k);
            var (pr, qs) = (Low(p, r), Low(q, s));
            Vector128.Store(Low(pr, qs), to);
            Vector128.Store(High(pr, qs), to + width);
            (pr, qs) = (High(p, r), High(q, s));
            Vector128.Store(Low(pr, qs), to + 2 * width);
            Vector128.Store(High(pr, qs), to + 3 * width);
        }
        for (; k < length; k++, to += width) (to[0], to[1], to[2], to[3]) = (a[k], b[k], c[k], d[k]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Low(Vector128<float> x, Vector128<float> y) => Sse.IsSupported ? Sse.UnpackLow(x, y) : AdvSimd.Arm64.ZipLow(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> High(Vector128<float> x, Vector128<float> y) => Sse.IsSupported ? Sse.UnpackHigh(x, y) : AdvSimd.Arm64.ZipHigh(x, y);

    /// <summary>Adds a block that was computed elsewhere to its places, or puts it there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Put(T* block, long target, long* rows, long* columns, int rowCount, int columnCount, int width, bool add)
    {
        if (!add && sizeof(T) == 4 && rowCount >= 4 && columnCount >= 4 && (Sse.IsSupported || AdvSimd.Arm64.IsSupported) && rows[rowCount - 1] - rows[0] == (rowCount - 1) * 4L && IsRun(rows, rowCount))
        {
            // Squares of four by four are transposed; the last ones may overlap those before.
            for (int j = 0; j < columnCount; j = j + 4 < columnCount ? Math.Min(j + 4, columnCount - 4) : columnCount)
                for (int i = 0; i < rowCount; i = i + 4 < rowCount ? Math.Min(i + 4, rowCount - 4) : rowCount)
                {
                    float* from = (float*)block + i * width + j;
                    PutSquare(from, width, target + rows[i], columns + j);
                }
            return;
        }
        for (int i = 0; i < rowCount; i++)
            for (int j = 0; j < columnCount; j++)
            {
                T* at = (T*)(target + rows[i] + columns[j]);
                T value = block[i * width + j];
                if (!add) *at = value;
                else if (typeof(T) == typeof(float)) *(float*)at += *(float*)&value;
                else *(double*)at += *(double*)&value;
            }
    }

    private static bool IsRun(long* places, int count)
    {
        for (int i = 1; i < count; i++) if (places[i] - places[i - 1] != sizeof(T)) return false;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PutSquare(float* from, int width, long target, long* columns)
    {
        Vector128<float> p = Vector128.Load(from), q = Vector128.Load(from + width), r = Vector128.Load(from + 2 * width), s = Vector128.Load(from + 3 * width);
        var (pr, qs) = (Low(p, r), Low(q, s));
        Vector128.Store(Low(pr, qs), (float*)(target + columns[0]));
        Vector128.Store(High(pr, qs), (float*)(target + columns[1]));
        (pr, qs) = (High(p, r), High(q, s));
        Vector128.Store(Low(pr, qs), (float*)(target + columns[2]));
        Vector128.Store(High(pr, qs), (float*)(target + columns[3]));
    }
}
