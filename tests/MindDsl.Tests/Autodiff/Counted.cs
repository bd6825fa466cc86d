using MindDsl.Backends;
using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl.Tests.Autodiff;

/// <summary>Programs of quoted functions, and what their runs in the interpreter count.</summary>
internal static class Counted
{
    private static Module ProgramOf<A>(QuotedFunction function, A a, Action<CallFrame>? more = null)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<A>.Write(a, frame);
            more?.Invoke(frame);
            return Compilation.Module(function, frame, isOptimised: true);
        }
        finally
        {
            frame.Return();
        }
    }

    /// <summary>The program of a function for an argument, through all passes.</summary>
    public static Module Program<A, R>(Fn<A, R> f, A a) => ProgramOf(QuotedFunction.Of(f), a);

    /// <inheritdoc cref="Program{A, R}"/>
    public static Module Program<A, B, R>(Fn<A, B, R> f, A a, B b) => ProgramOf(QuotedFunction.Of(f), a, frame => Structure<B>.Write(b, frame));

    /// <inheritdoc cref="Program{A, R}"/>
    public static Module Program<A, B, C, R>(Fn<A, B, C, R> f, A a, B b, C c) => ProgramOf(QuotedFunction.Of(f), a, frame =>
    {
        Structure<B>.Write(b, frame);
        Structure<C>.Write(c, frame);
    });

    /// <summary>What a run in the interpreter counts.</summary>
    public static InterpreterStatistics Run(Module module, params TensorBuffer[] arguments)
    {
        var statistics = new InterpreterStatistics();
        Interpreter.Run(module, arguments, statistics);
        return statistics;
    }
}
