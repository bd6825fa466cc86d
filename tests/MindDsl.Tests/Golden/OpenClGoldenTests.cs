using MindDsl.Backends;
using MindDsl.Ir;
using MindDsl.Tests.Support;
using Xunit;

namespace MindDsl.Tests.Golden;

/// <summary>The cases of operators on a device of OpenCL, many in one program, since a program takes long to compile there.</summary>
public class OpenClGoldenTests
{
    private const int CasesPerProgram = 24;

    private static readonly string[][] Groups =
    [
        .. GoldenFiles.Cases.Values
            .Where(c => GoldenOperators.All.ContainsKey(c.Op) && c.Convention is not ("differs" or "open"))
            .Select(c => c.Id).Chunk(CasesPerProgram),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Math.Max(Groups.Length, 1))];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Values_and_gradients_are_those_of_the_file(int number)
    {
        Assert.SkipWhen(GoldenFiles.Folder is null, "the golden files are not there");
        var backend = OpenCl.Backend();
        var programs = new List<(GoldenCase Case, List<(int First, int Count)> Results)>();
        var builder = new BlockBuilder();
        var (parameters, arguments, results) = (new List<Value>(), new List<TensorBuffer>(), new List<Atom>());
        foreach (var given in Groups[number].Select(id => GoldenFiles.Cases[id]))
        {
            var places = new List<(int, int)>();
            foreach (var (program, inputs) in OperatorGoldenTests.Programs(given, GoldenOperators.All[given.Op]))
            {
                var mine = inputs.Select(i => new Value(i.Type)).ToArray();
                parameters.AddRange(mine);
                arguments.AddRange(inputs);
                var body = Inline.Late.Run(ExpandComposites.Pass.Run(program)).EntryFunction.Body;
                places.Add((results.Count, body.Results.Count));
                results.AddRange(new BlockCopy().Inline(builder, body, mine.Select(Atom (v) => v).ToSeq()));
            }
            programs.Add((given, places));
        }
        var entry = new FunctionName("cases");
        var module = new Module(entry, new Dictionary<FunctionName, Function> { [entry] = new(entry, builder.Build(parameters.ToSeq(), results.ToSeq())) });
        var found = backend.Compile(module).Run([.. arguments]);
        var differences = programs.SelectMany(p =>
            OperatorGoldenTests.Differences(p.Case, p.Case.Id, [.. p.Results.Select(r => found[r.First..(r.First + r.Count)])])).ToList();
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }
}
