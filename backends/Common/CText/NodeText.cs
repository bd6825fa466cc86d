using System.Globalization;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.CText;

/// <summary>Writes the values of nodes.</summary>
/// <param name="slot">The pointer or scalar that a slot is.</param>
internal sealed class NodeText(Func<int, string> slot)
{
    private readonly Dictionary<int, string> _indices = [];

    /// <summary>Says what the index of a loop is.</summary>
    public void Bind(int loop, string index) => _indices[loop] = index;

    /// <summary>The value of a node: a variable or a number.</summary>
    public string Value(CScope scope, Node node)
    {
        switch (node.Kind)
        {
            case NodeKind.Constant: return CType.Constant(node.Literal!);
            case NodeKind.Index: return _indices[node.Number];
            case NodeKind.Slot: return slot(node.Number);
            case NodeKind.Affine when node.Operands.Length == 0: return CType.IsNarrow(node) ? CType.Narrow(node.Offset) : CType.Integer(node.Offset);
        }
        if (scope.Find(node) is { } known) return known;
        var place = scope.For(node);
        if (node.Kind == NodeKind.Select) return Choose(place, node);
        string value = Expression(place, node);
        return place.Note(node, place.Define(CType.Of(node), value));
    }

    private string Expression(CScope scope, Node node)
    {
        switch (node.Kind)
        {
            case NodeKind.Affine:
                return Sum(scope, node);
            case NodeKind.Load:
                return CType.Load(node.Type, $"{slot(node.Number)}[{Value(scope, node.Operands[0])}]");
            case NodeKind.Convert:
                return Convert(Value(scope, node.Operands[0]), node.Operands[0].Type, node.Type);
            case NodeKind.Checked:
                return $"{(CType.IsNarrow(node) ? "(i32)" : "")}checked(m, {Value(scope, node.Operands[0])}, {CType.Integer(node.Offset)}, {node.Number.ToString(CultureInfo.InvariantCulture)})";
            case NodeKind.MultiplyAdd:
                return $"{node.Type.Name}_fma({Value(scope, node.Operands[0])}, {Value(scope, node.Operands[1])}, {Value(scope, node.Operands[2])})";
            case NodeKind.Compute when CType.IsNarrow(node):
                return $"{Value(scope, node.Operands[0])} {(node.Intrinsic == Intrinsic.Div ? '/' : '%')} {CType.Narrow(node.Operands[1].Offset)}";
            case NodeKind.Compute:
                return Function(node.Intrinsic, node.Operands[0].Type, Array.ConvertAll(node.Operands, o => Value(scope, o)));
            default:
                throw new MindDslException(Diagnostics.Internal($"a node {node.Kind}"));
        }
    }

    private string Sum(CScope scope, Node node)
    {
        bool narrow = CType.IsNarrow(node);
        var terms = new List<string>();
        for (int k = 0; k < node.Operands.Length; k++)
        {
            string term = Value(scope, node.Operands[k]);
            if (narrow) terms.Add(node.Factors[k] == 1 ? term : $"{term} * {CType.Narrow(node.Factors[k])}");
            else terms.Add(node.Factors[k] == 1 ? $"(u64)(i64)({term})" : $"(u64)(i64)({term}) * (u64){CType.Integer(node.Factors[k])}");
        }
        if (node.Offset != 0) terms.Add(narrow ? CType.Narrow(node.Offset) : "(u64)" + CType.Integer(node.Offset));
        string sum = string.Join(" + ", terms);
        return narrow ? sum : $"(i64)({sum})";
    }

    /// <summary>A choice; where a side must not be computed in vain, as a branch.</summary>
    private string Choose(CScope scope, Node node)
    {
        string condition = Value(scope, node.Operands[0]);
        if (!node.Operands[1].Loads && !node.Operands[2].Loads && !node.Operands[1].MayThrow && !node.Operands[2].MayThrow)
            return scope.Note(node, scope.Define(CType.Of(node), $"{condition} ? {Value(scope, node.Operands[1])} : {Value(scope, node.Operands[2])}"));
        string result = scope.Declare(CType.Of(node));
        // What both sides need is written before the first.
        string otherwise = scope.Define("i32", $"!{condition}");
        scope.Block($"if (!{otherwise})", CScopeKind.Branch, branch => branch.Add($"{result} = {Value(branch, node.Operands[1])};"));
        scope.Block($"if ({otherwise})", CScopeKind.Branch, branch => branch.Add($"{result} = {Value(branch, node.Operands[2])};"));
        return scope.Note(node, result);
    }

    /// <summary>An element converted, as <c>convert</c> says it.</summary>
    public static string Convert(string x, DType from, DType to)
    {
        if (from == to) return x;
        if (to == DType.Bool) return $"({x} != 0)";
        if (from is DType.F16 or DType.BF16) return Convert(x, DType.F32, to);
        if (to is DType.F16 or DType.BF16)
        {
            // 8 bits fit; what has more than an f32 is rounded once.
            return from is DType.Bool or DType.U8 ? $"(f32)({x})" : $"{to.Name}_round({(from == DType.F32 ? x : from == DType.F64 ? $"f32_near_f64({x})" : $"f32_near_i64({x})")})";
        }
        if (to == DType.U8 && !from.IsFloat) return $"(i32)(u8)({x})";
        if (from.IsFloat && to.IsInteger) return $"{to.Name}_of_{from.Name}({x})";
        return $"({CType.Of(to)})({x})";
    }

    /// <summary>The value of an intrinsic.</summary>
    public static string Function(Intrinsic f, DType type, params ReadOnlySpan<string> x)
    {
        string name = type.Name;
        if (type.IsFloat)
        {
            switch (f)
            {
                case Intrinsic.Neg: return $"-{x[0]}";
                case Intrinsic.Add: return $"{x[0]} + {x[1]}";
                case Intrinsic.Sub: return $"{x[0]} - {x[1]}";
                case Intrinsic.Mul: return $"{x[0]} * {x[1]}";
                case Intrinsic.Div: return $"{x[0]} / {x[1]}";
                case Intrinsic.IsNan: return $"({x[0]} != {x[0]})";
            }
        }
        switch (f)
        {
            case Intrinsic.Lt: return $"({x[0]} < {x[1]})";
            case Intrinsic.Le: return $"({x[0]} <= {x[1]})";
            case Intrinsic.Eq: return $"({x[0]} == {x[1]})";
            case Intrinsic.Ne: return $"({x[0]} != {x[1]})";
            case Intrinsic.And when !type.IsFloat: return $"{x[0]} & {x[1]}";
            case Intrinsic.Or when !type.IsFloat: return $"{x[0]} | {x[1]}";
            case Intrinsic.Xor when !type.IsFloat: return $"{x[0]} ^ {x[1]}";
            case Intrinsic.Not: return type == DType.Bool ? $"!{x[0]}" : $"~{x[0]}";
            case Intrinsic.Min when type == DType.Bool: return $"{x[0]} & {x[1]}";
            case Intrinsic.Max when type == DType.Bool: return $"{x[0]} | {x[1]}";
            case Intrinsic.Div or Intrinsic.Rem or Intrinsic.Pow when type.IsInteger: return $"{name}_{Lower(f)}(m, {x[0]}, {x[1]})";
            case Intrinsic.RandomBits: return $"random_bits({x[0]}, {x[1]})";
            case Intrinsic.Abs when type.IsFloat: return $"{name}_fabs({x[0]})";
            case Intrinsic.Round: return $"{name}_rint({x[0]})";
            case Intrinsic.Truncate: return $"{name}_trunc({x[0]})";
            case Intrinsic.Rem: return $"{name}_fmod({x[0]}, {x[1]})";
            default: return x.Length == 1 ? $"{name}_{Lower(f)}({x[0]})" : $"{name}_{Lower(f)}({x[0]}, {x[1]})";
        }
    }

    private static string Lower(Intrinsic f) => f.ToString().ToLowerInvariant();
}
