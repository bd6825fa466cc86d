using System.Linq.Expressions;
using MindDsl.Ir;
using MindDsl.Quote;
using MindDsl.Text.Elaboration;

namespace MindDsl.Text;

/// <summary>A function that was written as text.</summary>
/// <param name="program">The program.</param>
/// <param name="environment">What the host offers; its objects are what functions of this code capture.</param>
/// <param name="name">The name, for printing.</param>
/// <param name="delegateType">The type of the delegate.</param>
internal sealed class TextCode(TextProgram program, TextEnvironment environment, string name, Type delegateType) : FunctionCode(
    name,
    [.. delegateType.GetMethod("Invoke")!.GetParameters().Select(p => p.ParameterType)],
    delegateType.GetMethod("Invoke")!.ReturnType,
    QuotedFunction.MakerFor(delegateType))
{
    private readonly Dictionary<int, Capture> _captures = [];

    /// <summary>The program.</summary>
    public TextProgram Program { get; } = program;

    /// <summary>What the host offers.</summary>
    public TextEnvironment Environment { get; } = environment;

    /// <inheritdoc/>
    public override string[] ParameterNames { get; } = NamesOf(program.Root, delegateType.GetMethod("Invoke")!.GetParameters().Length);

    /// <summary>An object of the host, read at each call.</summary>
    public Capture CaptureOf(int root, Type type)
    {
        lock (_captures)
        {
            if (_captures.TryGetValue(root, out var known)) return known;
            var constant = Expression.Constant(Environment.Roots[root], type);
            return _captures[root] = new(constant, new() { [constant] = root });
        }
    }

    private static string[] NamesOf(Core root, int count)
    {
        while (root is BlockCore block) root = block.Result;
        var patterns = root is LambdaCore lambda ? lambda.Parameters : [];
        return [.. Enumerable.Range(0, count).Select(k => k < patterns.Count && Reader.NameOf(patterns[k]) is { } name ? name : "x" + k.ToString(System.Globalization.CultureInfo.InvariantCulture))];
    }
}
