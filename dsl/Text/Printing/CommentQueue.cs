namespace MindDsl.Text.Printing;

/// <summary>The comments of a text, which the abstract syntax does not hold, in order: each is printed before the definition, let, case or result that follows it.</summary>
/// <remarks>A comment behind something on its line goes above that line.</remarks>
internal sealed class CommentQueue
{
    private readonly Queue<(int Place, string Text)> _comments = [];

    /// <summary>No comments.</summary>
    public static CommentQueue Empty => new(new(""), []);

    /// <summary>The comments of a text.</summary>
    public CommentQueue(SourceText source, IReadOnlyList<TextSpan> comments)
    {
        foreach (var span in comments) _comments.Enqueue((Place(source, span), source[span].ToString().ReplaceLineEndings("\n").TrimEnd()));
    }

    /// <summary>Takes the comments that stand before a place.</summary>
    public IEnumerable<string> Before(int place)
    {
        while (_comments.TryPeek(out var next) && next.Place <= place) yield return _comments.Dequeue().Text;
    }

    /// <summary>Where a comment stands: at the first character of its line that is no space.</summary>
    private static int Place(SourceText source, TextSpan span)
    {
        int start = span.Start;
        while (start > 0 && source.Text[start - 1] is not ('\n' or '\r')) start--;
        while (start < span.Start && char.IsWhiteSpace(source.Text[start])) start++;
        return start;
    }
}
