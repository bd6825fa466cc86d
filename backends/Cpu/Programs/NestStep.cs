namespace MindDsl.Backends.Cpu;

/// <summary>Where a slot of a nest finds its address.</summary>
internal enum SlotSource
{
    /// <summary>Some bytes from the start of the arena.</summary>
    Arena,

    /// <summary>In the table of arguments.</summary>
    Argument,

    /// <summary>In the table of results.</summary>
    Result,

    /// <summary>In the frame already: generated code has put it there.</summary>
    Given,
}

/// <summary>
/// A call of the method of nests. What it is to be given is a table here and not code, so that the function around it stays small: a network of many layers is thousands of such calls.
/// </summary>
/// <param name="code">The method.</param>
/// <param name="frame">Where in the arena its frame begins.</param>
/// <param name="slots">What goes into the frame.</param>
/// <param name="units">The units of work.</param>
/// <param name="isDivided">True if threads divide them.</param>
internal sealed unsafe class NestStep(NestCode code, long frame, (SlotSource Source, long Number)[] slots, long units, bool isDivided)
{
    /// <summary>Fills the frame and runs the method.</summary>
    public void Run(CallContext context, long arena)
    {
        long* at = (long*)(arena + frame);
        for (int k = 0; k < slots.Length; k++)
        {
            var (source, number) = slots[k];
            switch (source)
            {
                case SlotSource.Arena: at[k] = arena + number; break;
                case SlotSource.Argument: at[k] = ((long*)context.Arguments)[number]; break;
                case SlotSource.Result: at[k] = ((long*)context.Results)[number]; break;
            }
        }
        if (isDivided) WorkSplitter.Run(code.Method, (long)at, units);
        else code.Method((long)at, 0, units);
    }
}
