using System.Buffers;

namespace MindDsl.Data;

/// <summary>Some images with their labels, as a step takes them.</summary>
/// <param name="Images">f32 [batch, 1, rows, columns], standardised.</param>
/// <param name="Labels">i64 [batch].</param>
/// <param name="Count">How many of them are images; the rest, at the end, repeats the first to fill the batch.</param>
public sealed record DigitBatch(Tensor Images, Tensor Labels, int Count);

/// <summary>Cuts a set of digit images into batches of one size, so that a step is compiled once.</summary>
/// <param name="set">The images.</param>
/// <param name="size">Images per batch.</param>
/// <param name="seed">Determines every order and every shift, on every machine.</param>
/// <param name="shift">Training images are moved by up to so many pixels in each direction, anew in every epoch.</param>
public sealed class Batches(DigitSet set, int size, ulong seed, int shift = 0)
{
    // Mean and standard deviation of MNIST's training images, of pixels between 0 and 1.
    private const float Mean = 0.1307f;
    private const float Deviation = 0.3081f;

    private static readonly float[] Standardised = [.. Enumerable.Range(0, 256).Select(pixel => (pixel / 255f - Mean) / Deviation)];

    /// <summary>Batches of an epoch of training; images left over at the end wait for another epoch.</summary>
    public int PerEpoch => set.Count / size;

    /// <summary>The shuffled batches of an epoch, from the given one on.</summary>
    public IEnumerable<DigitBatch> Shuffled(int epoch, int first = 0)
    {
        int[] order = Shuffle.Permutation(set.Count, seed, epoch);
        var random = CounterRandom.Stream(seed, (ulong)epoch);
        for (int batch = first; batch < PerEpoch; batch++)
        {
            yield return Make(size, i =>
            {
                int image = order[batch * size + i];
                if (shift == 0) return (image, 0, 0);
                ulong bits = random.At((ulong)image);
                ulong span = (ulong)(2 * shift + 1);
                return (image, (int)(bits % span) - shift, (int)(bits / span % span) - shift);
            });
        }
    }

    /// <summary>All images in their order, the last batch filled up.</summary>
    public IEnumerable<DigitBatch> InOrder()
    {
        for (int start = 0; start < set.Count; start += size)
        {
            int from = start;
            yield return Make(Math.Min(size, set.Count - start), i => (from + i, 0, 0));
        }
    }

    private DigitBatch Make(int count, Func<int, (int Image, int Down, int Right)> choose)
    {
        int pixels = set.Rows * set.Columns;
        var labels = new long[size];
        float[] images = ArrayPool<float>.Shared.Rent(size * pixels);
        try
        {
            for (int i = 0; i < size; i++)
            {
                var (image, down, right) = choose(i < count ? i : 0);
                labels[i] = set.Labels[image];
                Standardise(set.Image(image), images.AsSpan(i * pixels, pixels), down, right);
            }
            return new(Tensor.From<float>(images.AsSpan(0, size * pixels), size, 1, set.Rows, set.Columns), Tensor.From<long>(labels, size), count);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(images);
        }
    }

    /// <summary>The pixels of an image that is moved; what comes in at a side is background.</summary>
    private void Standardise(ReadOnlySpan<byte> from, Span<float> to, int down, int right)
    {
        var (rows, columns) = (set.Rows, set.Columns);
        int first = Math.Clamp(right, 0, columns), end = Math.Clamp(columns + right, 0, columns);
        for (int row = 0; row < rows; row++)
        {
            var target = to.Slice(row * columns, columns);
            if (row - down < 0 || row - down >= rows)
            {
                target.Fill(Standardised[0]);
                continue;
            }
            var source = from.Slice((row - down) * columns, columns);
            target[..first].Fill(Standardised[0]);
            for (int column = first; column < end; column++) target[column] = Standardised[source[column - right]];
            target[end..].Fill(Standardised[0]);
        }
    }
}
