using System.Globalization;
using MindDsl.Ir;

namespace MindDsl.Text.CSharp;

/// <summary>An expression in C#, and how tightly it binds: 0 for a choice up to 20 for what needs no parentheses.</summary>
internal readonly record struct CSharpText(string Text, int Level = 20)
{
    /// <summary>The text, in parentheses where something binds tighter.</summary>
    public string At(int level) => Level < level ? $"({Text})" : Text;
}

/// <summary>Primitive operations as C#: operators and Math for numbers, operators and methods for tensors. What has no counterpart reads <c>Primitive("name", …)</c>.</summary>
internal static class CSharpOperations
{
    private static readonly Dictionary<string, (string Symbol, int Level)> Operators = new()
    {
        ["mul"] = ("*", 12),
        ["div"] = ("/", 12),
        ["rem"] = ("%", 12),
        ["add"] = ("+", 11),
        ["sub"] = ("-", 11),
        ["shift_left"] = ("<<", 10),
        ["shift_right"] = (">>", 10),
        ["lt"] = ("<", 9),
        ["le"] = ("<=", 9),
        ["eq"] = ("==", 8),
        ["ne"] = ("!=", 8),
        ["and"] = ("&", 7),
        ["xor"] = ("^", 6),
        ["or"] = ("|", 5),
    };

    private static readonly Dictionary<string, string> MathNames = new()
    {
        ["exp"] = "Exp",
        ["log"] = "Log",
        ["sqrt"] = "Sqrt",
        ["sin"] = "Sin",
        ["cos"] = "Cos",
        ["tan"] = "Tan",
        ["asin"] = "Asin",
        ["acos"] = "Acos",
        ["atan"] = "Atan",
        ["sinh"] = "Sinh",
        ["cosh"] = "Cosh",
        ["tanh"] = "Tanh",
        ["asinh"] = "Asinh",
        ["acosh"] = "Acosh",
        ["atanh"] = "Atanh",
        ["pow"] = "Pow",
        ["atan2"] = "Atan2",
        ["max"] = "Max",
        ["min"] = "Min",
        ["abs"] = "Abs",
        ["floor"] = "Floor",
        ["ceil"] = "Ceiling",
        ["round"] = "Round",
        ["trunc"] = "Truncate",
        ["clamp"] = "Clamp",
    };

    private static readonly Dictionary<string, string> TensorNames = new()
    {
        ["expm1"] = "Expm1",
        ["log1p"] = "Log1p",
        ["max"] = "Maximum",
        ["min"] = "Minimum",
        ["eq"] = "EqualTo",
        ["ne"] = "NotEqualTo",
        ["not"] = "LogicalNot",
        ["erf"] = "Erf",
        ["erfc"] = "Erfc",
        ["lgamma"] = "Lgamma",
        ["digamma"] = "Digamma",
        ["sigmoid"] = "Sigmoid",
        ["sign"] = "Sign",
        ["is_nan"] = "IsNaN",
        ["is_finite"] = "IsFinite",
        ["stop_gradient"] = "StopGradient",
    };

    /// <summary>The .NET type of a value.</summary>
    public static string Type(IrType type) => type switch
    {
        TensorType { Rank: 0 } scalar => Type(scalar.DType),
        TensorType => "Tensor",
        SequenceType sequence => $"List<{Type(sequence.Element)}>",
        UnionType union => CSharpNames.Of(union),
        FunctionType f => $"Func<{string.Join(", ", [.. f.Parameters.Select(Type), Result(f.Results)])}>",
        _ => "object",
    };

    /// <summary>The type of several results: a tuple.</summary>
    public static string Result(Seq<IrType> types) => types.Count switch { 0 => "ValueTuple", 1 => Type(types[0]), _ => $"({string.Join(", ", types.Map(Type))})" };

    /// <summary>A literal.</summary>
    public static CSharpText Of(Literal literal)
    {
        if (literal.DType.IsStorage) return new($"({Type(literal.DType)}){Of(Literal.Of(DType.F32, literal.DType.IsFloat ? literal.Number : literal.Integer)).At(15)}", 14);
        string name = literal.DType == DType.F32 ? "float." : "double.";
        string text = literal.DType switch
        {
            _ when double.IsNaN(literal.Number) => name + "NaN",
            _ when double.IsInfinity(literal.Number) => name + (literal.Number > 0 ? "PositiveInfinity" : "NegativeInfinity"),
            _ => literal.ToString(),
        };
        return new(text, text[0] == '-' ? 14 : 20);
    }

    /// <summary>An operation on operands.</summary>
    public static CSharpText Of(Op op, Seq<Atom> operands, Seq<CSharpText> x, TensorType result)
    {
        if (op is Elementwise or Ir.Convert && result.Rank == 0) return Scalar(op, operands[0].Tensor.DType, x);
        var text = Tensor(op, operands, x, result);
        return result.Rank > 0 ? text : new($"({Type(result.DType)}){text.At(15)}", 14);
    }

    /// <summary>The name of an element type.</summary>
    public static string Type(DType type) => type switch { DType.Bool => "bool", DType.I32 => "int", DType.I64 => "long", DType.F32 => "float", DType.F64 => "double", DType.U8 => "byte", DType.F16 => "Half", DType.BF16 => "BFloat16" };

    private static CSharpText Scalar(Op op, DType type, Seq<CSharpText> x)
    {
        string math = type == DType.F32 ? "MathF" : "Math", number = Type(type);
        if (Binary(op, x) is { } binary) return binary;
        return op.Name switch
        {
            "neg" => new("-" + x[0].At(15), 14),
            "not" => new((type == DType.Bool ? "!" : "~") + x[0].At(15), 14),
            "select" => new($"{x[0].At(1)} ? {x[1].At(1)} : {x[2].At(0)}", 0),
            "stop_gradient" => x[0],
            "sign" => new($"({number}){math}.Sign({x[0].Text})", 14),
            "expm1" => new($"{number}.ExpM1({x[0].Text})"),
            "log1p" => new($"{number}.LogP1({x[0].Text})"),
            "is_nan" => new($"{number}.IsNaN({x[0].Text})"),
            "is_finite" => new($"{number}.IsFinite({x[0].Text})"),
            "sigmoid" => new($"1 / (1 + {math}.Exp(-{x[0].At(15)}))", 12),
            "convert" => Converted(((Ir.Convert)op).To, type, x[0]),
            var name when MathNames.TryGetValue(name, out var method) => new($"{(type.IsFloat ? math : "Math")}.{method}({Arguments(x)})"),
            var name when TensorNames.TryGetValue(name, out var method) => new($"({number})Tensor.Of({x[0].Text}).{method}()", 14),
            _ => Primitive(op, x),
        };
    }

    private static CSharpText Converted(DType to, DType from, CSharpText x) => (to, from) switch
    {
        (DType.Bool, DType.Bool) => x,
        (DType.Bool, _) => new($"{x.At(9)} != 0", 8),
        (_, DType.Bool) => new($"{x.At(1)} ? {Of(Literal.Of(to, 1L)).Text} : {Of(Literal.Of(to, 0L)).Text}", 0),
        _ => new($"({Type(to)}){x.At(15)}", 14),
    };

    private static CSharpText? Binary(Op op, Seq<CSharpText> x) => Operators.TryGetValue(op.Name, out var o) && x.Count == 2
        ? new($"{x[0].At(o.Level)} {o.Symbol} {x[1].At(o.Level + 1)}", o.Level)
        : null;

    private static CSharpText Tensor(Op op, Seq<Atom> operands, Seq<CSharpText> x, TensorType result)
    {
        bool isScalar = operands.Count > 0 && operands[0].Tensor.Rank == 0;
        switch (op)
        {
            case Elementwise { Name: "select" }: return new($"Where({Arguments(x)})");
            case Elementwise { Name: "neg" }: return new("-" + x[0].At(15), 14);
            case Elementwise { Name: not ("eq" or "ne") } when Binary(op, x) is { } binary: return binary;
            case Elementwise { Name: var name } when !isScalar && (TensorNames.GetValueOrDefault(name) ?? MathNames.GetValueOrDefault(name)) is { } method:
                return Method(x, method, Arguments(x.Slice(1, x.Count - 1)));
            case Ir.Convert convert when !isScalar: return Method(x, "To", "DType." + convert.To);
            case Reshape reshape: return isScalar ? new($"Tensor.Of({x[0].Text}).Reshape({List(reshape.To.Dims)})") : Method(x, "Reshape", List(reshape.To.Dims));
            case Permute permute: return Method(x, "Permute", List(permute.Axes));
            case Broadcast broadcast when isScalar: return new($"Tensor.Full({x[0].Text}, DType.{result.DType}, {List(broadcast.To.Dims)})");
            case Broadcast broadcast:
                var (to, axes, from) = (broadcast.To, broadcast.Axes, operands[0].Tensor.Shape);
                bool isAligned = axes.Select((axis, k) => axis == to.Rank - axes.Count + k).All(a => a);
                var stretched = isAligned ? x[0] : Method(x, "Reshape", List(Seq.Range(to.Rank).Map(k => axes.IndexOf(k) is >= 0 and var n ? from[n] : Dim.Of(1))));
                return new($"{stretched.At(20)}.BroadcastTo({List(to.Dims)})");
            case Slice slice:
                var stops = slice.Starts.Map((start, k) => start + (slice.Lengths[k] - 1) * slice.Steps[k] + 1);
                return Method(x, "Slice", $"[{List(slice.Starts)}], [{List(stops)}]" + (slice.Steps.All(s => s == 1) ? "" : $", [{List(slice.Steps)}]"));
            case Pad pad when pad.Interior.All(i => i == 0) && pad.Low.Concat(pad.High).All(d => d.IsConstant && d.Constant >= 0):
                return Method(x, "Pad", $"[{List(pad.Low)}], [{List(pad.High)}], {Of(Literal.Of(DType.F64, pad.Fill)).Text}");
            case Flip flip: return Method(x, "Flip", $"[{List(flip.Axes)}]");
            case Concat concat: return new($"Concat([{Arguments(x)}], {concat.Axis.ToString(CultureInfo.InvariantCulture)})");
            case Iota { Type.Rank: 1 } iota: return new($"Tensor.Arange({iota.Type.Shape[0]}, DType.{iota.Type.DType})");
            case Reduce reduce when reduce.Monoid is Monoid.Sum or Monoid.Product or Monoid.Max or Monoid.Min:
                string reduction = reduce.Monoid == Monoid.Product ? "Prod" : reduce.Monoid.ToString();
                return Method(x, reduction, reduce.Axes.Count == operands[0].Tensor.Rank ? "" : $"[{List(reduce.Axes)}]");
            case ArgReduce arg: return Method(x, arg.Monoid.ToString(), arg.Axis.ToString(CultureInfo.InvariantCulture));
            case Contract contract: return new($"Einsum(\"{contract.Notation}\", {Arguments(x)})");
            case Gather gather when IsElement(gather): return new($"{x[0].At(20)}[{Arguments(x.Slice(1, x.Count - 1))}]");
            default: return Primitive(op, x);
        }
    }

    /// <summary>True if the first axes are read at numbers, and the others whole.</summary>
    private static bool IsElement(Gather gather)
    {
        int indexed = gather.Axes.TakeWhile(a => a.Indexed && a.Axes.Count == 0).Count();
        return indexed is > 0 and <= 4 && gather == Gather.At(gather.Axes.Count, indexed);
    }

    private static CSharpText Method(Seq<CSharpText> x, string name, string arguments) => new($"{x[0].At(20)}.{name}({arguments})");

    private static CSharpText Primitive(Op op, Seq<CSharpText> x) =>
        new($"Primitive(\"{op.ToString().Replace("\"", "\\\"", StringComparison.Ordinal)}\"{string.Concat(x.Select(a => ", " + a.Text))})");

    private static string Arguments(Seq<CSharpText> x) => string.Join(", ", x.Map(a => a.Text));

    private static string List<T>(Seq<T> items) => string.Join(", ", items.Select(i => string.Create(CultureInfo.InvariantCulture, $"{i}")));
}
