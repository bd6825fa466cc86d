namespace MindDsl.Ir;

/// <summary>
/// How much may be written while a program is read, differentiated and optimised, in this flow of execution: every let that is bound counts. Programs of strangers end there, whatever
/// transformation makes them large, and whoever waits for a program can cancel its making.
/// </summary>
public sealed class Budget : IDisposable
{
    private static readonly AsyncLocal<Budget?> Ambient = new();
    private readonly Budget? _outer;
    private readonly CancellationToken _token;
    private long _most = long.MaxValue;
    private long _spent;

    private Budget(CancellationToken token) => (_token, _outer) = (token, Ambient.Value);

    /// <summary>Begins the making of a program, which ends when the result is disposed.</summary>
    /// <param name="token">Ends it sooner.</param>
    public static Budget Begin(CancellationToken token) => Ambient.Value = new(token);

    /// <summary>Lets no more be written than so many lets.</summary>
    public static void Limit(long most)
    {
        if (Ambient.Value is { } budget) budget._most = Math.Min(budget._most, most);
    }

    /// <summary>Counts a let.</summary>
    /// <exception cref="MindDslException">MIND0760: there are too many.</exception>
    /// <exception cref="OperationCanceledException">The making was cancelled.</exception>
    public static void Spend() => Ambient.Value?.Take();

    /// <summary>Ends the making of the program if it was cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Check() => Ambient.Value?._token.ThrowIfCancellationRequested();

    /// <inheritdoc/>
    public void Dispose() => Ambient.Value = _outer;

    private void Take()
    {
        if (++_spent > _most) throw new MindDslException(Diagnostics.ProgramTooLarge(_most));
        if ((_spent & 63) == 0) _token.ThrowIfCancellationRequested();
    }
}
