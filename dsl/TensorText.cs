using System.Globalization;
using System.Text;
using MindDsl.Ir;

namespace MindDsl;

public sealed partial class Tensor
{
    private const long MostPrinted = 1000;
    private const long EdgeItems = 3;

    /// <summary>The type and the elements, one row per line; of long axes the first and the last ones. Floats in the shortest form that round-trips.</summary>
    public override string ToString()
    {
        if (IsDonated) return $"{Type} (donated)";
        if (Rank == 0) return Text(0);
        var cells = new Dictionary<long, string>();
        Visit(0, 0, index => cells[index] = Text(index));
        int width = cells.Count == 0 ? 0 : cells.Values.Max(c => c.Length);
        var text = new StringBuilder(Type.ToString()).Append(Rank > 1 ? '\n' : ' ');
        Write(text, 0, 0, index => cells[index].PadLeft(width));
        GC.KeepAlive(this);
        return text.ToString();
    }

    private bool Shown(int axis, long i) => Count <= MostPrinted || Shape[axis] <= 2 * EdgeItems || i < EdgeItems || i >= Shape[axis] - EdgeItems;

    private void Visit(int axis, long start, Action<long> element)
    {
        if (axis == Rank)
        {
            element(start);
            return;
        }
        for (long i = 0; i < Shape[axis]; i++)
            if (Shown(axis, i)) Visit(axis + 1, (start + i) * (axis + 1 < Rank ? Shape[axis + 1] : 1), element);
    }

    private void Write(StringBuilder text, int axis, long start, Func<long, string> cell)
    {
        if (axis == Rank)
        {
            text.Append(cell(start));
            return;
        }
        bool innermost = axis == Rank - 1;
        string separator = innermost ? ", " : "," + new string('\n', Rank - 1 - axis) + new string(' ', axis + 1);
        text.Append('[');
        bool first = true, gap = false;
        for (long i = 0; i < Shape[axis]; i++)
        {
            bool shown = Shown(axis, i);
            if (!shown && gap) continue;
            if (!first) text.Append(separator);
            first = false;
            gap = !shown;
            if (shown) Write(text, axis + 1, (start + i) * (innermost ? 1 : Shape[axis + 1]), cell);
            else text.Append('…');
        }
        text.Append(']');
    }

    private string Text(long index)
    {
        var literal = Buffer[index];
        return literal.DType switch
        {
            DType.Bool => literal.Integer != 0 ? "true" : "false",
            DType.I32 or DType.I64 or DType.U8 => literal.Integer.ToString(CultureInfo.InvariantCulture),
            DType.F16 => ((Half)literal.Number).ToString("R", CultureInfo.InvariantCulture),
            DType.BF16 => ((BFloat16)literal.Number).ToString(),
            DType.F32 => ((float)literal.Number).ToString("R", CultureInfo.InvariantCulture),
            DType.F64 => literal.Number.ToString("R", CultureInfo.InvariantCulture),
        };
    }
}
