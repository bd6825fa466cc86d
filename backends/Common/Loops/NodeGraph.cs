using System.Globalization;
using System.Text;
using MindDsl.Ir;

namespace MindDsl.Backends.Loops;

/// <summary>Makes nodes: equal ones once, places in affine form, quotients and remainders resolved where ranges allow it.</summary>
internal sealed class NodeGraph
{
    private readonly Dictionary<NodeKey, Node> _nodes = [];
    private readonly List<long> _extents = [];

    /// <summary>The lengths of the loops.</summary>
    public IReadOnlyList<long> Extents => _extents;

    /// <summary>The number of nodes.</summary>
    public int Count => _nodes.Count;

    /// <summary>A new loop's index; a loop of length 1 needs none.</summary>
    public Node Loop(long extent)
    {
        _extents.Add(extent);
        return extent == 1 ? Integer(0) : Index(_extents.Count - 1);
    }

    /// <summary>A loop's index.</summary>
    public Node Index(int loop) => Intern(NodeKind.Index, DType.I64, [], loop, range: (0, Math.Max(_extents[loop] - 1, 0)), loops: 1UL << loop);

    public Node Slot(int slot, DType type) => Intern(NodeKind.Slot, type, [], slot);

    public Node Integer(long value) => Intern(NodeKind.Affine, DType.I64, [], offset: value, range: (value, value));

    public Node Constant(Literal literal) => literal.DType == DType.I64
        ? Integer(literal.Integer)
        : Intern(NodeKind.Constant, literal.DType, [], literal: literal);

    public Node Bool(bool value) => Constant(Literal.Of(value));

    public Node Load(int slot, Node place, DType type) => Intern(NodeKind.Load, type, [place], slot);

    public Node Checked(Node index, long length, int axis) => index.Range.Low >= 0 && index.Range.High < length
        ? index
        : Intern(NodeKind.Checked, DType.I64, [index], axis, length, range: (0, Math.Max(length - 1, 0)), throws: true);

    public Node MultiplyAdd(Node a, Node b, Node c) => Intern(NodeKind.MultiplyAdd, a.Type, [a, b, c]);

    public Node Select(Node condition, Node then, Node otherwise)
    {
        if (condition.Literal is { } known) return known.Integer != 0 ? then : otherwise;
        return then == otherwise ? then : Intern(NodeKind.Select, then.Type, [condition, then, otherwise],
            range: (Math.Min(then.Range.Low, otherwise.Range.Low), Math.Max(then.Range.High, otherwise.Range.High)));
    }

    public Node Convert(Node x, DType to)
    {
        if (x.Type == to) return x;
        if (x.Type == DType.Bool && to.IsFloat) return Select(x, Constant(Literal.Of(to, 1.0)), Constant(Literal.Of(to, 0.0)));
        if (x.Literal is { } literal) return Constant(literal.DType.IsFloat ? Literal.Of(to, literal.Number) : Literal.Of(to, literal.Integer));
        return x.IsInteger ? Constant(Literal.Of(to, x.Offset)) : Intern(NodeKind.Convert, to, [x]);
    }

    public Node Compute(Intrinsic f, DType type, params ReadOnlySpan<Node> operands)
    {
        if (operands[0].Type == DType.I64)
        {
            var (a, b) = (operands[0], operands.Length > 1 ? operands[1] : operands[0]);
            switch (f)
            {
                case Intrinsic.Add: return Add(a, b);
                case Intrinsic.Sub: return Add(a, Scale(b, -1));
                case Intrinsic.Neg: return Scale(a, -1);
                case Intrinsic.Mul when b.IsInteger: return Scale(a, b.Offset);
                case Intrinsic.Mul when a.IsInteger: return Scale(b, a.Offset);
                case Intrinsic.Div when b.IsInteger && b.Offset > 0 && a.Range.Low >= 0: return Quotient(a, b.Offset);
                case Intrinsic.Rem when b.IsInteger && b.Offset > 0 && a.Range.Low >= 0: return Remainder(a, b.Offset);
                case Intrinsic.Lt when Compare(a, b, strict: true) is { } known: return Bool(known);
                case Intrinsic.Le when Compare(a, b, strict: false) is { } known: return Bool(known);
                case Intrinsic.Eq when a.IsInteger && b.IsInteger: return Bool(a.Offset == b.Offset);
            }
        }
        if (type == DType.Bool && f is Intrinsic.And or Intrinsic.Or)
        {
            for (int k = 0; k < 2; k++)
                if (operands[k].Literal is { } known) return (known.Integer != 0) == (f == Intrinsic.And) ? operands[1 - k] : operands[k];
        }
        bool throws = operands[0].Type.IsInteger && f is Intrinsic.Div or Intrinsic.Rem or Intrinsic.Pow
            && !(operands[1].Literal is { Integer: not 0 } || (operands[1].IsInteger && operands[1].Offset != 0));
        return Intern(NodeKind.Compute, type, operands, (int)f, throws: throws);
    }

    /// <summary>The sum of two i64 values.</summary>
    public Node Add(Node a, Node b)
    {
        var terms = new SortedDictionary<int, (Node Node, long Factor)>();
        long offset = Collect(terms, a, 1) + Collect(terms, b, 1);
        return Affine(offset, terms);
    }

    /// <summary>A multiple of an i64 value.</summary>
    public Node Scale(Node a, long factor)
    {
        var terms = new SortedDictionary<int, (Node Node, long Factor)>();
        long offset = Collect(terms, a, factor);
        return Affine(offset, terms);
    }

    /// <summary>⌊a / divisor⌋ of an a that is never negative.</summary>
    public Node Quotient(Node a, long divisor)
    {
        if (divisor <= 1) return a;
        if (a.Kind == NodeKind.Compute && a.Intrinsic == Intrinsic.Div) return Quotient(a.Operands[0], divisor * a.Operands[1].Offset);
        var (whole, rest) = Split(a, divisor);
        if (rest.Range.Low >= 0 && rest.Range.High < divisor) return whole;
        if (rest.Range.Low >= 0 && !whole.IsConstant(0)) return Add(whole, Quotient(rest, divisor));
        return Intern(NodeKind.Compute, DType.I64, [a, Integer(divisor)], (int)Intrinsic.Div, range: (a.Range.Low / divisor, a.Range.High / divisor));
    }

    /// <summary>a mod divisor of an a that is never negative.</summary>
    public Node Remainder(Node a, long divisor)
    {
        if (divisor <= 1) return Integer(0);
        var (whole, rest) = Split(a, divisor);
        if (rest.Range.Low >= 0 && rest.Range.High < divisor) return rest;
        if (rest.Range.Low >= 0 && !whole.IsConstant(0)) return Remainder(rest, divisor);
        return Intern(NodeKind.Compute, DType.I64, [a, Integer(divisor)], (int)Intrinsic.Rem, range: (0, divisor - 1));
    }

    /// <summary>The node with some nodes replaced; every node on the way is made anew, and so simplified.</summary>
    public Node Replace(Node node, Dictionary<Node, Node> replaced)
    {
        if (replaced.TryGetValue(node, out var known)) return known;
        if (node.Operands.Length == 0) return node;
        var operands = Array.ConvertAll(node.Operands, o => Replace(o, replaced));
        Node result;
        if (operands.AsSpan().SequenceEqual(node.Operands)) result = node;
        else result = Remade(node, operands);
        replaced[node] = result;
        return result;
    }

    /// <summary>A node of this or another graph, whose loops have the same numbers, made in this one of operands that are in this one.</summary>
    public Node Remade(Node node, Node[] operands) => node.Kind switch
    {
        NodeKind.Constant => Constant(node.Literal!),
        NodeKind.Index => Index(node.Number),
        NodeKind.Slot => Slot(node.Number, node.Type),
        NodeKind.Affine => Sum(node, operands),
        NodeKind.Load => Load(node.Number, operands[0], node.Type),
        NodeKind.Compute => Compute(node.Intrinsic, node.Type, operands),
        NodeKind.Select => Select(operands[0], operands[1], operands[2]),
        NodeKind.Convert => Convert(operands[0], node.Type),
        NodeKind.Checked => Checked(operands[0], node.Offset, node.Number),
        NodeKind.MultiplyAdd => MultiplyAdd(operands[0], operands[1], operands[2]),
    };

    /// <summary>A text that is the same for nodes of the same structure, in any graph.</summary>
    public static string Signature(ReadOnlySpan<Node> roots)
    {
        var text = new StringBuilder();
        var numbers = new Dictionary<Node, int>();
        foreach (var root in roots) text.Append('=').Append(Write(root, numbers, text)).Append(';');
        return text.ToString();
    }

    private static int Write(Node node, Dictionary<Node, int> numbers, StringBuilder text)
    {
        if (numbers.TryGetValue(node, out int known)) return known;
        int[] operands = Array.ConvertAll(node.Operands, o => Write(o, numbers, text));
        text.Append(CultureInfo.InvariantCulture, $"{(int)node.Kind},{(int)node.Type},{node.Number},{node.Offset},{node.Literal}");
        for (int k = 0; k < operands.Length; k++)
            text.Append(CultureInfo.InvariantCulture, $",{(node.Factors.Length > 0 ? node.Factors[k] : 1)}*{operands[k]}");
        text.Append(';');
        return numbers[node] = numbers.Count;
    }

    private Node Sum(Node affine, Node[] operands)
    {
        var terms = new SortedDictionary<int, (Node Node, long Factor)>();
        long offset = affine.Offset;
        for (int k = 0; k < operands.Length; k++) offset += Collect(terms, operands[k], affine.Factors[k]);
        return Affine(offset, terms);
    }

    private static long Collect(SortedDictionary<int, (Node Node, long Factor)> terms, Node node, long factor)
    {
        if (node.Kind != NodeKind.Affine)
        {
            AddTerm(terms, node, factor);
            return 0;
        }
        for (int k = 0; k < node.Operands.Length; k++) AddTerm(terms, node.Operands[k], node.Factors[k] * factor);
        return node.Offset * factor;
    }

    private static void AddTerm(SortedDictionary<int, (Node Node, long Factor)> terms, Node node, long factor)
    {
        factor += terms.TryGetValue(node.Id, out var known) ? known.Factor : 0;
        if (factor == 0) terms.Remove(node.Id);
        else terms[node.Id] = (node, factor);
    }

    private Node Affine(long offset, SortedDictionary<int, (Node Node, long Factor)> terms)
    {
        Recombine(ref offset, terms);
        if (terms.Count == 1 && offset == 0 && terms.First().Value is { Factor: 1 } only) return only.Node;
        Int128 low = offset, high = offset;
        bool known = true;
        foreach (var (node, factor) in terms.Values)
        {
            if (node.Range is (long.MinValue, _) or (_, long.MaxValue)) known = false;
            low += (Int128)factor * (factor > 0 ? node.Range.Low : node.Range.High);
            high += (Int128)factor * (factor > 0 ? node.Range.High : node.Range.Low);
        }
        known &= low > long.MinValue && high < long.MaxValue;
        return Intern(NodeKind.Affine, DType.I64, [.. terms.Values.Select(t => t.Node)], offset: offset,
            factors: [.. terms.Values.Select(t => t.Factor)], range: known ? ((long)low, (long)high) : (long.MinValue, long.MaxValue));
    }

    /// <summary>f·c·⌊x/c⌋ + f·(x mod c) = f·x.</summary>
    private void Recombine(ref long offset, SortedDictionary<int, (Node Node, long Factor)> terms)
    {
        bool again = true;
        while (again)
        {
            again = false;
            foreach (var (node, factor) in terms.Values)
            {
                if (node.Kind != NodeKind.Compute || node.Intrinsic != Intrinsic.Rem || node.Operands[0].Range.Low < 0) continue;
                long divisor = node.Operands[1].Offset;
                if (!node.Operands[1].IsInteger) continue;
                var quotient = Quotient(node.Operands[0], divisor);
                if (!terms.TryGetValue(quotient.Id, out var whole) || whole.Factor != factor * divisor) continue;
                terms.Remove(node.Id);
                terms.Remove(quotient.Id);
                offset += Collect(terms, node.Operands[0], factor);
                again = true;
                break;
            }
        }
    }

    /// <summary>a = divisor·whole + rest, where the rest has the terms that the divisor doesn't divide.</summary>
    private (Node Whole, Node Remaining) Split(Node a, long divisor)
    {
        if (a.Kind != NodeKind.Affine) return (Integer(0), a);
        var (whole, rest) = (new SortedDictionary<int, (Node Node, long Factor)>(), new SortedDictionary<int, (Node Node, long Factor)>());
        for (int k = 0; k < a.Operands.Length; k++)
        {
            if (a.Factors[k] % divisor == 0) whole[a.Operands[k].Id] = (a.Operands[k], a.Factors[k] / divisor);
            else rest[a.Operands[k].Id] = (a.Operands[k], a.Factors[k]);
        }
        long below = ((a.Offset % divisor) + divisor) % divisor;
        return (Affine((a.Offset - below) / divisor, whole), Affine(below, rest));
    }

    private static bool? Compare(Node a, Node b, bool strict)
    {
        if (a.Range.High < b.Range.Low || (!strict && a.Range.High == b.Range.Low && a.Range.High != long.MaxValue)) return true;
        if (a.Range.Low > b.Range.High || (strict && a.Range.Low == b.Range.High && a.Range.Low != long.MinValue)) return false;
        return null;
    }

    private Node Intern(NodeKind kind, DType type, ReadOnlySpan<Node> operands, int number = 0, long offset = 0, long[]? factors = null,
        Literal? literal = null, (long, long)? range = null, ulong loops = 0, bool throws = false)
    {
        bool loads = kind == NodeKind.Load;
        foreach (var operand in operands)
        {
            loops |= operand.Loops;
            throws |= operand.MayThrow;
            loads |= operand.Loads;
        }
        var parts = operands.ToArray();
        var key = new NodeKey(kind, type, number, offset, literal is null ? 0 : BitConverter.DoubleToInt64Bits(literal.Number), literal?.Integer ?? 0, parts, factors);
        if (_nodes.TryGetValue(key, out var known)) return known;
        return _nodes[key] = new Node
        {
            Id = _nodes.Count,
            Kind = kind,
            Type = type,
            Operands = parts,
            Number = number,
            Offset = offset,
            Factors = factors ?? [],
            Literal = literal,
            Range = range ?? (long.MinValue, long.MaxValue),
            Loops = loops,
            MayThrow = throws,
            Loads = loads,
        };
    }
}

/// <summary>What makes a node: two of the same kind with the same parts are one.</summary>
internal readonly struct NodeKey(NodeKind kind, DType type, int number, long offset, long bits, long integer, Node[] operands, long[]? factors) : IEquatable<NodeKey>
{
    private readonly NodeKind _kind = kind;
    private readonly DType _type = type;
    private readonly int _number = number;
    private readonly long _offset = offset, _bits = bits, _integer = integer;
    private readonly Node[] _operands = operands;
    private readonly long[]? _factors = factors;

    public bool Equals(NodeKey other) => _kind == other._kind && _type == other._type && _number == other._number && _offset == other._offset && _bits == other._bits
        && _integer == other._integer && _operands.AsSpan().SequenceEqual(other._operands) && _factors.AsSpan().SequenceEqual(other._factors);

    public override bool Equals(object? obj) => obj is NodeKey other && Equals(other);

    public override int GetHashCode()
    {
        int hash = HashCode.Combine((int)_kind, (int)_type, _number, _offset, _bits, _integer);
        foreach (var operand in _operands) hash = hash * 31 + operand.Id;
        foreach (long factor in _factors ?? []) hash = hash * 31 + (int)factor;
        return hash;
    }
}
