using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl;

/// <summary>The text of the programs of quoted functions.</summary>
internal static class ProgramText
{
    /// <summary>The function as C#.</summary>
    public static string CSharp(Delegate function)
    {
        var code = QuotedFunction.Of(function).Code;
        if (code is Quote.LambdaCode lambda) return Quote.ExpressionText.Whole(lambda.Lambda);
        if (code.Programs is [{ } last, ..]) return Text.CSharp.CSharpPrinter.Print(last.Module);
        var frame = CallFrame.Rent();
        try
        {
            WriteNumbers(function, frame);
            return Text.CSharp.CSharpPrinter.Print(Compilation.Module(QuotedFunction.Of(function), frame, isOptimised: true));
        }
        finally
        {
            frame.Return();
        }
    }

    /// <summary>The program for the arguments that are written to a frame.</summary>
    public static string Of(Delegate function, Action<CallFrame> write, bool isOptimised)
    {
        var frame = CallFrame.Rent();
        try
        {
            write(frame);
            return Printer.Print(Compilation.Module(QuotedFunction.Of(function), frame, isOptimised));
        }
        finally
        {
            frame.Return();
        }
    }

    /// <summary>The program that was compiled last, or that for numbers.</summary>
    public static string Latest(Delegate function) => QuotedFunction.Of(function).Code.Programs is [{ } last, ..]
        ? Printer.Print(last.Module)
        : Of(function, frame => WriteNumbers(function, frame), isOptimised: true);

    /// <summary>What was read for the program that was compiled last, or for numbers.</summary>
    public static string Source(Delegate function) => QuotedFunction.Of(function).Code.Programs is [{ } last, ..]
        ? Printer.Print(last.Source)
        : Of(function, frame => WriteNumbers(function, frame), isOptimised: false);

    /// <summary>Writes a zero for each parameter.</summary>
    /// <exception cref="MindDslException">MIND0118: one is not made of numbers.</exception>
    public static void WriteNumbers(Delegate function, CallFrame frame)
    {
        if (!TryWriteNumbers(QuotedFunction.Of(function), frame)) throw new MindDslException(Diagnostics.ShapesNotKnown());
    }

    /// <summary>Writes a zero for each parameter; false if one is not made of numbers.</summary>
    public static bool TryWriteNumbers(QuotedFunction function, CallFrame frame) => function.Code.ParameterTypes.All(type => TryWriteNumber(type, frame));

    private static bool TryWriteNumber(Type type, CallFrame frame)
    {
        switch (Layout.Of(type))
        {
            case Layout.Number { DType: DType.F64 }: frame.Add(0.0); break;
            case Layout.Number { DType: DType.F32 }: frame.Add(0f); break;
            case Layout.Number { DType: DType.I32 }: frame.Add(0); break;
            case Layout.Number { DType: DType.I64 }: frame.Add(0L); break;
            case Layout.Number { DType: DType.U8 }: frame.Add((byte)0); break;
            case Layout.Number { DType: DType.F16 }: frame.Add(default(Half)); break;
            case Layout.Number { DType: DType.BF16 }: frame.Add(default(BFloat16)); break;
            case Layout.Number: frame.Add(false); break;
            case Layout.Product product:
                return product.Members.All(member => TryWriteNumber(member.Type, frame));
            default:
                return false;
        }
        return true;
    }
}
