using MindDsl.Tests.Architecture;
using Xunit;

namespace MindDsl.Tests.Golden;

/// <summary>
/// Every file of tests/Golden holds programs, what passes make of them, values and errors; the format stands above <see cref="MindFile"/>. Run the tests with MINDDSL_UPDATE=1 to
/// write what comes out into the files, and read the difference before it is committed.
/// </summary>
public class MindFileTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Golden");

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.mind").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Files_say_what_comes_out(string file)
    {
        string path = Path.Combine(Folder, file);
        string text = File.ReadAllText(path).ReplaceLineEndings("\n");
        string actual = new MindFile(text).Actual();
        if (MindFile.IsUpdating && actual != text) File.WriteAllText(path, actual);
        else Assert.Equal(text, actual);
    }
}
