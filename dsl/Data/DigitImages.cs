namespace MindDsl.Data;

/// <summary>Images of digits with their labels: one byte for each pixel, 0 for paper and 255 for ink, rows one after the other.</summary>
/// <param name="Count">The number of images.</param>
/// <param name="Rows">The height of an image.</param>
/// <param name="Columns">The width of an image.</param>
/// <param name="Pixels">The images one after the other: <c>Count * Rows * Columns</c> bytes.</param>
/// <param name="Labels">The digit that each image shows, 0 to 9: <c>Count</c> bytes.</param>
public sealed record DigitSet(int Count, int Rows, int Columns, byte[] Pixels, byte[] Labels)
{
    /// <summary>The pixels of one image.</summary>
    /// <param name="index">Which image, from 0.</param>
    public ReadOnlySpan<byte> Image(int index) => Pixels.AsSpan(checked(index * Rows * Columns), Rows * Columns);
}

/// <summary>Digits to learn from and digits to test with.</summary>
/// <param name="Train">The digits to learn from.</param>
/// <param name="Test">The digits to test with, which learning doesn't see.</param>
/// <param name="Source">Where they are from, in words: shown to the user, so that drawn digits aren't taken for MNIST.</param>
public sealed record DigitData(DigitSet Train, DigitSet Test, string Source);
