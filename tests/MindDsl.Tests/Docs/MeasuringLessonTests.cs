using MindDsl.Examples.Lessons;
using Xunit;

namespace MindDsl.Tests.Docs;

/// <summary>The lessons on measuring do what docs/measuring.md says.</summary>
public class MeasuringLessonTests
{
    [Fact]
    public void Explain()
    {
        var plan = MeasuringLessons.Explain();
        Assert.Equal(["contract ij,jk->ik", "map(add, tanh)"], plan.Kernels.Select(k => k.Name[0] == 'c' ? "contract ij,jk->ik" : k.Name));
        Assert.Equal(2.0 * 64 * 100 * 50, plan.Kernels[0].Operations);
    }

    [Fact]
    public void Profile()
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var report = MeasuringLessons.Profile(file);
            Assert.Equal(10, report.Runs);
            Assert.All(report.Kernels, k => Assert.Equal(10, k.Calls));
            Assert.StartsWith("{", File.ReadAllText(file), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
