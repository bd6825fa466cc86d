using MindDsl.Ir;

namespace MindDsl.Text.Elaboration;

/// <summary>Finds values that no pattern of a match fits.</summary>
internal static class Coverage
{
    /// <summary>Patterns of many columns can take exponentially many.</summary>
    private const int MostSteps = 100_000;

    /// <summary>What no row fits, as a text for each column; null if every value fits a row.</summary>
    public static string[]? Missing(Seq<Seq<CorePattern>> rows, int columns)
    {
        int steps = 0;
        return Missing(rows, columns, ref steps);
    }

    private static string[]? Missing(Seq<Seq<CorePattern>> rows, int columns, ref int steps)
    {
        if (++steps > MostSteps) throw new MindDslException(Diagnostics.ProgramTooLarge(MostSteps));
        if (columns == 0) return rows.Count > 0 ? null : [];
        var first = rows.Map(r => Plain(r[0]));
        switch (first.FirstOrDefault(p => p is not (AnyPattern or BindPattern)))
        {
            case null:
                return Missing(rows.Map(r => r.Slice(1, columns - 1)), columns - 1, ref steps) is { } rest ? ["_", .. rest] : null;
            case TuplePattern tuple:
                return Structure(rows, columns, tuple.Items.Count, p => ((TuplePattern)p).Items, parts => $"({string.Join(", ", parts)})", ref steps);
            case RecordPattern:
                var names = first.OfType<RecordPattern>().SelectMany(r => r.Names).Distinct().ToSeq();
                return Structure(rows, columns, names.Count, p => names.Map(n => ((RecordPattern)p).Names.IndexOf(n) is var k and >= 0 ? ((RecordPattern)p).Fields[k] : new AnyPattern(p.Span)),
                    parts => "{ " + string.Join("; ", names.Zip(parts, (n, p) => $"{n} = {p}")) + " }", ref steps);
            case CasePattern found:
                foreach (var declared in found.Case.Union.Cases)
                {
                    var fitting = rows.Where((_, k) => first[k] is not CasePattern other || other.Case == declared).ToSeq();
                    if (Structure(fitting, columns, declared.Fields.Count, p => ((CasePattern)p).Fields, parts => string.Join(' ', [declared.Name, .. parts]), ref steps) is { } missing) return missing;
                }
                return null;
            case ConstantPattern:
                var values = first.OfType<ConstantPattern>().Select(c => c.Value).Distinct().ToArray();
                foreach (var value in values)
                {
                    var fitting = rows.Where((_, k) => first[k] is not ConstantPattern other || other.Value.Equals(value)).Select(r => r.Slice(1, columns - 1)).ToSeq();
                    if (Missing(fitting, columns - 1, ref steps) is { } missing) return [value.ToString(), .. missing];
                }
                if (values is [{ DType: DType.Bool }, { DType: DType.Bool }]) return null;
                var others = rows.Where((_, k) => first[k] is not ConstantPattern).Select(r => r.Slice(1, columns - 1)).ToSeq();
                return Missing(others, columns - 1, ref steps) is { } left ? [values is [{ DType: DType.Bool } one] ? one.Integer != 0 ? "false" : "true" : "_", .. left] : null;
            default:
                return null;
        }
    }

    private static string[]? Structure(Seq<Seq<CorePattern>> rows, int columns, int parts, Func<CorePattern, Seq<CorePattern>> open, Func<IEnumerable<string>, string> close, ref int steps)
    {
        var opened = rows.Map(r => (Seq<CorePattern>)[
            .. Plain(r[0]) is AnyPattern or BindPattern ? Seq.Repeat<CorePattern>(new AnyPattern(r[0].Span), parts) : open(Plain(r[0])), .. r.Slice(1, columns - 1)]);
        return Missing(opened, parts + columns - 1, ref steps) is { } missing ? [close(missing.Take(parts)), .. missing.Skip(parts)] : null;
    }

    private static CorePattern Plain(CorePattern pattern) => pattern is CheckedPattern annotated ? Plain(annotated.Pattern) : pattern;
}
