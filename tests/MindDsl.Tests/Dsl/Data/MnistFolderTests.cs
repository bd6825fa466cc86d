using MindDsl.Data;
using Xunit;

namespace MindDsl.Tests.Dsl.Data;

public sealed class MnistFolderTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    private void WriteGood()
    {
        folder.Write("train-images-idx3-ubyte", IdxBytes.Images(3, 2, 2));
        folder.Write("train-labels.idx1-ubyte", IdxBytes.Labels(1, 2, 3));
        folder.Write("t10k-images-idx3-ubyte.gz", IdxBytes.Gzip(IdxBytes.Images(2, 2, 2)));
        folder.Write("t10k-labels.idx1-ubyte.gz", IdxBytes.Gzip(IdxBytes.Labels(0, 9)));
    }

    private MindDslException Fails(string code)
    {
        var exception = Assert.Throws<MindDslException>(() => Mnist.FromFolder(folder.Path));
        Assert.Equal(code, exception.Code);
        return exception;
    }

    [Fact]
    public void All_spellings_of_the_file_names_are_found()
    {
        WriteGood();
        var data = Mnist.FromFolder(folder.Path);
        Assert.Equal((3, 2, 2), (data.Train.Count, data.Train.Rows, data.Train.Columns));
        Assert.Equal([1, 2, 3], data.Train.Labels);
        Assert.Equal([0, 9], data.Test.Labels);
        Assert.Equal([4, 5, 6, 7], data.Test.Image(1).ToArray());
        Assert.Contains(folder.Path, data.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_files_are_all_named()
    {
        WriteGood();
        File.Delete(folder["train-labels.idx1-ubyte"]);
        File.Delete(folder["t10k-images-idx3-ubyte.gz"]);
        var message = Fails("MIND0610").Message;
        Assert.Contains("train-labels-idx1-ubyte", message, StringComparison.Ordinal);
        Assert.Contains("t10k-images-idx3-ubyte", message, StringComparison.Ordinal);
        Assert.DoesNotContain("train-images", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_does_not_exist_lacks_all_files()
    {
        var exception = Assert.Throws<MindDslException>(() => Mnist.FromFolder(folder["none"]));
        Assert.Equal("MIND0610", exception.Code);
    }

    [Fact]
    public void Fewer_labels_than_images_are_refused()
    {
        WriteGood();
        folder.Write("train-labels.idx1-ubyte", IdxBytes.Labels(1, 2));
        Assert.Contains("3 in", Fails("MIND0611").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_is_no_digit_is_refused()
    {
        WriteGood();
        folder.Write("train-labels.idx1-ubyte", IdxBytes.Labels(1, 10, 3));
        Assert.Contains("10 at index 1", Fails("MIND0612").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_in_the_place_of_images_are_refused()
    {
        WriteGood();
        folder.Write("train-images-idx3-ubyte", IdxBytes.Labels(1, 2, 3));
        Assert.Contains("three axes", Fails("MIND0613").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_of_another_element_type_are_refused()
    {
        WriteGood();
        folder.Write("train-images-idx3-ubyte", IdxBytes.Of(0x0D, [1, 1, 1], 0, 0, 0, 0));
        Fails("MIND0607");
    }

    [Fact]
    public void Test_images_of_another_size_are_refused()
    {
        WriteGood();
        folder.Write("t10k-images-idx3-ubyte.gz", IdxBytes.Gzip(IdxBytes.Images(2, 2, 3)));
        Assert.Contains("2 x 3", Fails("MIND0613").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_thousand_real_digits_are_read()
    {
        var real = RealDigits();
        Assert.SkipWhen(real is null, "the folder shared/data/mnist-10k isn't there");
        var data = Mnist.FromFolder(real!);
        Assert.Equal((8000, 28, 28), (data.Train.Count, data.Train.Rows, data.Train.Columns));
        Assert.Equal((2000, 28, 28), (data.Test.Count, data.Test.Rows, data.Test.Columns));
        Assert.Equal(8000 * 28 * 28, data.Train.Pixels.Length);
        for (byte digit = 0; digit < 10; digit++) Assert.InRange(data.Train.Labels.Count(label => label == digit), 600, 1000);
    }

    private static string? RealDigits()
    {
        for (var up = new DirectoryInfo(AppContext.BaseDirectory); up is not null; up = up.Parent)
        {
            var real = Path.Combine(up.FullName, "shared", "data", "mnist-10k");
            if (Directory.Exists(real)) return real;
        }
        return null;
    }
}
