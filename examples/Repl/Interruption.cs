namespace MindDsl.Examples.Repl;

/// <summary>What Ctrl-C does: the first press ends the evaluation that runs, a press when nothing runs, or a second one, ends the program.</summary>
internal sealed class Interruption
{
    private Action? _cancel;

    /// <summary>Notes a press; true if the program goes on.</summary>
    public bool Press()
    {
        if (Interlocked.Exchange(ref _cancel, null) is not { } cancel) return false;
        cancel();
        return true;
    }

    /// <summary>Runs something that a press ends.</summary>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public T Run<T>(Func<T> work)
    {
        using var source = new CancellationTokenSource();
        _cancel = source.Cancel;
        try
        {
            using (MindLanguage.Cancelling(source.Token)) return work();
        }
        finally
        {
            _cancel = null;
        }
    }
}
