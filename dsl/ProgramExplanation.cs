using MindDsl.Backends;
using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl;

/// <summary>What the programs of quoted functions were compiled to.</summary>
internal static class ProgramExplanation
{
    /// <summary>The program for the arguments that are written to a frame.</summary>
    public static Explanation Of(Delegate function, Action<CallFrame> write)
    {
        var frame = CallFrame.Rent();
        try
        {
            write(frame);
            var program = Compilation.Find(QuotedFunction.Of(function), frame);
            return Of(program, program.Executable);
        }
        finally
        {
            frame.Return();
        }
    }

    /// <summary>The program that was compiled last, or that for numbers.</summary>
    public static Explanation Latest(Delegate function) => QuotedFunction.Of(function).Code.Programs is [{ } last, ..]
        ? Of(last, last.Latest)
        : Of(function, frame => ProgramText.WriteNumbers(function, frame));

    private static Explanation Of(CompiledProgram program, IExecutable executable)
    {
        var explanation = Explanations.Of(program.Backend.Name, executable, program.Module);
        return explanation with { Counts = explanation.Counts with { SourceNodes = ProgramCounts.NodesOf(program.Source) } };
    }
}
