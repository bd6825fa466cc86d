using System.Globalization;
using System.Runtime.CompilerServices;
using MindDsl.Tests.Support;
using Xunit;

namespace MindDsl.Tests;

/// <summary>The tests of the language once more where numbers have a decimal comma.</summary>
public class CultureTests
{
    private const string Variable = "MINDDSL_TEST_CULTURE";

    /// <summary>Sets the culture that the environment asks for.</summary>
    [ModuleInitializer]
    internal static void SetCulture()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } name) return;
        var culture = new CultureInfo(name);
        // Without ICU a culture is known by name only.
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        culture.NumberFormat.NegativeSign = "\u2212";
        (CultureInfo.DefaultThreadCurrentCulture, CultureInfo.CurrentCulture) = (culture, culture);
    }

    [Fact]
    public async Task Nothing_depends_on_the_culture()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable(Variable) is null, "this is the run in another culture");
        string tests = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "MindDsl.Tests.exe" : "MindDsl.Tests");
        string[] arguments =
        [
            "--filter-namespace", "MindDsl.Tests.Ir*", "--filter-namespace", "MindDsl.Tests.Dsl*", "--filter-namespace", "MindDsl.Tests.Docs*",
            "--filter-namespace", "MindDsl.Tests.Text*", "--filter-namespace", "MindDsl.Tests.Testing*",
        ];
        string output = await ChildProcess.RunAsync(tests, arguments, Variable, "de-DE");
        Assert.Contains("Passed!", output, StringComparison.Ordinal);
    }
}
