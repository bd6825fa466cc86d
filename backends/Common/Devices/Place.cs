using MindDsl.Ir;

namespace MindDsl.Backends.Devices;

/// <summary>A multiple of a number in a register of the host.</summary>
internal readonly record struct PlaceTerm(int Register, long Factor);

/// <summary>A number that is known when a step runs: a byte offset into the memory of the program that may move with loops, or bits in a register.</summary>
/// <param name="Offset">The constant part.</param>
/// <param name="Terms">Multiples of registers.</param>
/// <param name="Text">Inside a kernel, what it adds itself: <c> + v1 * 8</c>.</param>
internal sealed record Place(long Offset, Seq<PlaceTerm> Terms, string Text = "")
{
    /// <summary>A fixed offset.</summary>
    public static Place At(long offset) => new(offset, []);

    /// <summary>The number in a register.</summary>
    public static Place Of(int register) => new(0, [new(register, 1)]);

    /// <summary>A place moved by a multiple of a register.</summary>
    public Place Plus(int register, long factor) => this with { Terms = [.. Terms, new(register, factor)] };

    /// <summary>The number.</summary>
    public long Evaluate(long[] registers)
    {
        long sum = Offset;
        foreach (var term in Terms.Span) sum += registers[term.Register] * term.Factor;
        return sum;
    }
}
