using MindDsl.Data;
using Xunit;

namespace MindDsl.Tests.Dsl.Data;

public class DataCacheTests
{
    private static string Resolve(params (string Name, string Value)[] variables) =>
        DataCache.Resolve(variables.ToDictionary(v => v.Name, v => v.Value).GetValueOrDefault, isWindows: false);

    [Fact]
    public void The_variable_comes_first() =>
        Assert.Equal(Path.GetFullPath("chosen"), Resolve((DataCache.Variable, "chosen"), ("XDG_CACHE_HOME", "/cache"), ("HOME", "/home")));

    [Fact]
    public void The_cache_of_the_user_comes_next()
    {
        Assert.Equal(Path.Combine("/cache", "minddsl"), Resolve((DataCache.Variable, ""), ("XDG_CACHE_HOME", "/cache"), ("HOME", "/home")));
        Assert.Equal(Path.Combine("/home", ".cache", "minddsl"), Resolve(("XDG_CACHE_HOME", "relative"), ("HOME", "/home")));
    }

    [Fact]
    public void Without_a_home_there_is_the_folder_for_temporary_files() =>
        Assert.Equal(Path.Combine(Path.GetTempPath(), "minddsl"), Resolve());
}
