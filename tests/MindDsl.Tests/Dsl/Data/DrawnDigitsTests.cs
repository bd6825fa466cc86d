using System.Security.Cryptography;
using MindDsl.Data;
using Xunit;

namespace MindDsl.Tests.Dsl.Data;

public class DrawnDigitsTests
{
    [Fact]
    public void They_have_the_size_of_the_digits_of_mnist()
    {
        var data = DrawnDigits.Create(30, 20, 5);
        Assert.Equal((30, 28, 28), (data.Train.Count, data.Train.Rows, data.Train.Columns));
        Assert.Equal((20, 28, 28), (data.Test.Count, data.Test.Rows, data.Test.Columns));
        Assert.Equal(30 * 28 * 28, data.Train.Pixels.Length);
        Assert.Contains("not MNIST", data.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void All_digits_are_equally_frequent_and_mixed()
    {
        var labels = DrawnDigits.Create(200, 100, 5).Train.Labels;
        for (byte digit = 0; digit < 10; digit++) Assert.Equal(20, labels.Count(label => label == digit));
        Assert.NotEqual(labels[..10], labels[10..20]);
    }

    [Fact]
    public void They_are_the_same_on_every_platform()
    {
        var data = DrawnDigits.Create(50, 20, 7);
        var hash = Convert.ToHexStringLower(SHA256.HashData([.. data.Train.Pixels, .. data.Test.Pixels]));
        Assert.Equal("88fae2482cb8058c65ef5414a5a37794a651715a0999f72f0980450c856dab4e", hash);
    }

    [Fact]
    public void More_digits_begin_with_the_same_ones()
    {
        var (few, many) = (DrawnDigits.Create(15, 3, 9), DrawnDigits.Create(40, 5, 9));
        Assert.Equal(few.Train.Pixels, many.Train.Pixels[..few.Train.Pixels.Length]);
        Assert.Equal(few.Train.Labels, many.Train.Labels[..15]);
        Assert.Equal(few.Test.Pixels, many.Test.Pixels[..few.Test.Pixels.Length]);
    }

    [Fact]
    public void Seeds_draw_different_digits_and_so_do_both_halves()
    {
        var (one, two) = (DrawnDigits.Create(20, 20, 1), DrawnDigits.Create(20, 20, 2));
        Assert.NotEqual(one.Train.Pixels, two.Train.Pixels);
        Assert.NotEqual(one.Train.Pixels, one.Test.Pixels);
    }

    [Fact]
    public void Every_image_has_ink_on_mostly_empty_paper_away_from_the_border()
    {
        var set = DrawnDigits.Create(1000, 0, 3).Train;
        for (var i = 0; i < set.Count; i++)
        {
            var image = set.Image(i).ToArray();
            var inked = Enumerable.Range(0, image.Length).Where(p => image[p] > 100).ToList();
            Assert.InRange(inked.Count, 12, image.Length / 2);
            var inner = inked.Count(p => p / 28 is > 2 and < 25 && p % 28 is > 2 and < 25);
            Assert.True(inner > 0.7 * inked.Count, $"image {i} lies at the border");
        }
    }

    [Fact]
    public void The_nearest_average_image_tells_most_digits_but_far_from_all()
    {
        var data = DrawnDigits.Create(2000, 500, 11);
        var averages = new double[10, 28 * 28];
        for (var i = 0; i < data.Train.Count; i++)
            for (var p = 0; p < 28 * 28; p++) averages[data.Train.Labels[i], p] += data.Train.Image(i)[p] / 200.0;
        var right = Enumerable.Range(0, data.Test.Count).Count(i => Nearest(averages, data.Test.Image(i)) == data.Test.Labels[i]);
        Assert.InRange(right / 500.0, 0.6, 0.95);
    }

    [Fact]
    public void Negative_and_huge_counts_are_refused()
    {
        Assert.Equal("MIND0630", Assert.Throws<MindDslException>(() => DrawnDigits.Create(-1, 0, 0)).Code);
        Assert.Equal("MIND0630", Assert.Throws<MindDslException>(() => DrawnDigits.Create(0, int.MaxValue, 0)).Code);
    }

    private static int Nearest(double[,] averages, ReadOnlySpan<byte> image)
    {
        var (nearest, least) = (0, double.MaxValue);
        for (var digit = 0; digit < 10; digit++)
        {
            var distance = 0.0;
            for (var p = 0; p < image.Length; p++) distance += (averages[digit, p] - image[p]) * (averages[digit, p] - image[p]);
            if (distance < least) (nearest, least) = (digit, distance);
        }
        return nearest;
    }
}
