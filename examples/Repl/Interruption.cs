namespace MindDsl.Examples.Repl;

/// <summary>What Ctrl-C does: the first press ends the evaluation that runs, a press when nothing runs, or a second one, ends the program.</summary>
internal sealed class Interruption
{
    private CancellationTokenSource? _running;

    /// <summary>Notes a press; true if the program goes on.</summary>
    public bool Press()
    {
        if (_running is not { IsCancellationRequested: false } running) return false;
        running.Cancel();
        return true;
    }

    /// <summary>Runs something that a press ends.</summary>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public T Run<T>(Func<T> work)
    {
        using var source = _running = new();
        try
        {
            using (MindLanguage.Cancelling(source.Token)) return work();
        }
        finally
        {
            _running = null;
        }
    }
}
