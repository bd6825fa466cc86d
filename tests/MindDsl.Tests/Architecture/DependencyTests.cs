using System.Xml.Linq;
using Xunit;

namespace MindDsl.Tests.Architecture;

public class DependencyTests
{
    /// <summary>What each project may reference; the picture is in docs/architecture.md.</summary>
    private static readonly Dictionary<string, (string[] Projects, string[] Packages)> Allowed = new()
    {
        ["MindDsl.Ir"] = ([], []),
        ["MindDsl.Autodiff"] = (["MindDsl.Ir"], []),
        ["MindDsl.Backends"] = (["MindDsl.Ir"], []),
        ["MindDsl.Backends.Cpu"] = (["MindDsl.Ir", "MindDsl.Backends"], ["FastExpressionCompiler"]),
        ["MindDsl.Backends.Cuda"] = (["MindDsl.Ir", "MindDsl.Backends"], []),
        ["MindDsl.Backends.OpenCl"] = (["MindDsl.Ir", "MindDsl.Backends"], ["Silk.NET.OpenCL", "Microsoft.Extensions.DependencyModel"]),
        ["MindDsl"] = (["MindDsl.Ir", "MindDsl.Autodiff", "MindDsl.Backends", "MindDsl.Backends.Cpu"], ["Sprache"]),
        ["MindDsl.Testing"] = (["MindDsl.Ir", "MindDsl.Backends", "MindDsl.Backends.Cpu", "MindDsl"], ["FsCheck"]),
    };

    [Fact]
    public void Projects_reference_only_what_the_layering_allows() => Assert.Empty(
        from file in Repository.Files("*.csproj")
        let project = Path.GetFileNameWithoutExtension(file)
        where Allowed.ContainsKey(project)
        from reference in XDocument.Load(file).Descendants()
        let target = ((string?)reference.Attribute("Include") ?? "").Replace('\\', '/')
        let refused = reference.Name.LocalName switch
        {
            "ProjectReference" => !Allowed[project].Projects.Contains(Path.GetFileNameWithoutExtension(target)),
            "PackageReference" => !Allowed[project].Packages.Contains(target),
            _ => false,
        }
        where refused
        select $"{project} must not reference {target}; see docs/architecture.md");

    [Fact]
    public void Every_library_of_the_table_exists() => Assert.Empty(
        Allowed.Keys.Except(Repository.Files("*.csproj").Select(f => Path.GetFileNameWithoutExtension(f))));

    [Fact]
    public void Package_versions_stand_in_one_file() => Assert.Empty(
        from file in Repository.Files("*.csproj")
        from reference in XDocument.Load(file).Descendants("PackageReference")
        where reference.Attribute("Version") is not null
        select $"{Repository.Relative(file)} gives a version for {(string?)reference.Attribute("Include")}");

    [Fact]
    public void Source_files_stay_short() => Assert.Empty(
        from file in Repository.Files("*.cs")
        let lines = File.ReadLines(file).Count()
        where lines > 500
        select $"{Repository.Relative(file)} has {lines} lines; 500 at most, under 300 as a habit");

    [Fact]
    public void Only_the_cpu_backend_compiles_expression_trees() => Assert.Empty(
        from file in Repository.Files("*.cs")
        let path = Repository.Relative(file)
        where path.StartsWith("ir/", StringComparison.Ordinal) || path.StartsWith("autodiff/", StringComparison.Ordinal)
        where File.ReadAllText(file).Contains("System.Linq.Expressions", StringComparison.Ordinal)
        select path);

    [Fact]
    public void Every_top_folder_and_each_backend_has_its_page()
    {
        string[] folders = ["dsl", "ir", "autodiff", "backends", "backends/Common", "backends/Cpu", "backends/OpenCl", "backends/Cuda", "parallel", "tests", "examples", "docs"];
        Assert.All(folders, f => Assert.True(File.Exists(Path.Combine(Repository.Root, f, "README.md")), f));
    }
}
