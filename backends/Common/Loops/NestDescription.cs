using System.Globalization;
using System.Text;
using MindDsl.Ir;

namespace MindDsl.Backends.Loops;

/// <summary>What a nest does, for people: a name, a formula and what it costs.</summary>
internal static class NestDescription
{
    private const int MostNamed = 4, LongestText = 600;

    /// <summary>What is combined or stored, and the first functions of an element.</summary>
    public static string Name(Nest nest)
    {
        bool reduces = nest.Reduced.Length > 0 || nest.Monoid is Monoid.ArgMax or Monoid.ArgMin;
        string kind = nest.Store == StoreKind.Add ? "add" : reduces ? Lower(nest.Monoid.ToString()) : "map";
        string[] functions = [.. Floats(nest).Select(n => n.Kind == NodeKind.Compute ? Lower(n.Intrinsic.ToString()) : n.Kind == NodeKind.Select ? "select" : "fma").Distinct()];
        bool gathers = nest.Body.Loads && nest.Reachable().Any(n => n.Kind == NodeKind.Load && n.Operands[0].Loads);
        if (gathers) functions = ["gather", .. functions];
        if (functions.Length == 0) return reduces || nest.Store == StoreKind.Add ? kind : nest.Body.Loads ? "copy" : "fill";
        return $"{kind}({string.Join(", ", functions.Take(MostNamed))}{(functions.Length > MostNamed ? ", …" : "")})";
    }

    /// <summary>The formula of an element.</summary>
    public static string Text(Nest nest)
    {
        var writer = new Writer(nest);
        string text = writer.Write();
        return text.Length <= LongestText ? text : text[..LongestText] + " …";
    }

    /// <summary>Operations on floats, each as often as the loops that it depends on run.</summary>
    public static double Operations(Nest nest)
    {
        double operations = nest.Reachable().Where(n => n.Type.IsFloat || (n.Kind == NodeKind.Compute && n.Operands[0].Type.IsFloat)).Sum(n => Times(nest, n) * n.Kind switch
        {
            NodeKind.Compute => InterpreterStatistics.Weight(n.Intrinsic),
            NodeKind.MultiplyAdd => 2,
            _ => 0.0,
        });
        if (nest.TargetType.IsFloat && (nest.Reduced.Length > 0 || nest.Store == StoreKind.Add)) operations += Iterations(nest, nest.Space) * Iterations(nest, nest.Reduced);
        return operations;
    }

    /// <summary>Bytes that are read through each slot that holds a tensor.</summary>
    public static IEnumerable<(int Slot, long Bytes)> Reads(Nest nest)
    {
        foreach (var loads in nest.Reachable().Where(n => n.Kind == NodeKind.Load).GroupBy(n => n.Number))
        {
            double places = loads.Sum(l => Times(nest, l));
            double all = nest.Slots[loads.Key] is { Type: TensorType type } ? type.Shape.Size.Value : places;
            yield return (loads.Key, (long)Math.Min(places, all) * loads.First().Type.Size);
        }
    }

    /// <summary>Bytes that are written.</summary>
    public static long Written(Nest nest) => nest.Targets.Sum(t => (long)Times(nest, t.Target)) * nest.TargetType.Size;

    private static double Times(Nest nest, Node node) =>
        nest.Space.Concat(nest.Reduced).Where(l => (node.Loops >> l & 1) != 0).Aggregate(1.0, (n, l) => n * nest.Extent(l));

    private static double Iterations(Nest nest, int[] loops) => loops.Aggregate(1.0, (n, l) => n * nest.Extent(l));

    private static IEnumerable<Node> Floats(Nest nest) =>
        nest.Reachable().Where(n => (n.Kind is NodeKind.Compute or NodeKind.Select or NodeKind.MultiplyAdd) && n.Type.IsFloat).OrderBy(n => n.Id);

    private static string Lower(string name) => name.ToLowerInvariant();

    /// <summary>Writes nodes as a formula; what is used more than once gets a name.</summary>
    private sealed class Writer
    {
        private const string Letters = "ijklmnpq";
        private readonly Nest _nest;
        private readonly string[] _slots;
        private readonly Dictionary<int, string> _loops = [];
        private readonly Dictionary<Node, int> _uses = [];
        private readonly Dictionary<Node, string> _names = [];
        private readonly StringBuilder _text = new();

        public Writer(Nest nest)
        {
            _nest = nest;
            foreach (int loop in nest.Space.Concat(nest.Reduced))
                _loops[loop] = _loops.Count < Letters.Length ? Letters[_loops.Count].ToString() : string.Create(CultureInfo.InvariantCulture, $"i{_loops.Count}");
            var taken = new HashSet<string> { "out" };
            _slots = new string[nest.Slots.Count];
            for (int k = 0; k < _slots.Length; k++)
            {
                string name = nest.Slots[k] is { } value ? value.Name ?? "x" : "out";
                while (nest.Slots[k] is not null && !taken.Add(name)) name = string.Create(CultureInfo.InvariantCulture, $"{nest.Slots[k]!.Name ?? "x"}{taken.Count}");
                _slots[k] = name;
            }
        }

        public string Write()
        {
            foreach (var target in _nest.Targets) Count(target.Body);
            string over = _nest.Reduced.Length == 0 ? "" : $"{Lower(_nest.Monoid.ToString())} over {string.Join(", ", _nest.Reduced.Select(l => _loops[l]))} of ";
            string sign = _nest.Store == StoreKind.Add ? "+=" : "=";
            string[] targets = [.. _nest.Targets.Select(t => (Place: Value(t.Target, 0), Body: Value(t.Body, 0), t.Slot)).Select(t => $"{_slots[t.Slot]}[{t.Place}] {sign} {over}{t.Body}")];
            return _text + string.Join("; ", targets);
        }

        private void Count(Node node)
        {
            _uses[node] = _uses.GetValueOrDefault(node) + 1;
            if (_uses[node] == 1) foreach (var operand in node.Operands) Count(operand);
        }

        private string Value(Node node, int precedence)
        {
            if (_names.TryGetValue(node, out string? name)) return name;
            bool isNamed = _uses.GetValueOrDefault(node) > 1 && node.Kind is NodeKind.Compute or NodeKind.Select or NodeKind.MultiplyAdd;
            var (text, own) = Form(node);
            if (!isNamed) return own < precedence ? $"({text})" : text;
            name = string.Create(CultureInfo.InvariantCulture, $"t{_names.Count}");
            _text.Append(CultureInfo.InvariantCulture, $"{name} = {text}; ");
            return _names[node] = name;
        }

        private (string Text, int Precedence) Form(Node node)
        {
            string Part(int k, int precedence) => Value(node.Operands[k], precedence);
            switch (node.Kind)
            {
                case NodeKind.Constant: return (node.Literal!.ToString()!, 3);
                case NodeKind.Index: return (_loops.GetValueOrDefault(node.Number, "0"), 3);
                case NodeKind.Slot: return (_slots[node.Number], 3);
                case NodeKind.Load: return ($"{_slots[node.Number]}[{Part(0, 0)}]", 3);
                case NodeKind.Convert: return ($"{node.Type.Name}({Part(0, 0)})", 3);
                case NodeKind.Checked: return (Part(0, 3), 3);
                case NodeKind.Select: return ($"{Part(0, 1)} ? {Part(1, 1)} : {Part(2, 1)}", 0);
                case NodeKind.MultiplyAdd: return ($"{Part(0, 2)} * {Part(1, 2)} + {Part(2, 1)}", 1);
                case NodeKind.Affine: return Sum(node);
            }
            return node.Intrinsic switch
            {
                Intrinsic.Add => ($"{Part(0, 1)} + {Part(1, 2)}", 1),
                Intrinsic.Sub => ($"{Part(0, 1)} - {Part(1, 2)}", 1),
                Intrinsic.Mul => ($"{Part(0, 2)} * {Part(1, 3)}", 2),
                Intrinsic.Div => ($"{Part(0, 2)} / {Part(1, 3)}", 2),
                Intrinsic.Rem => ($"{Part(0, 2)} % {Part(1, 3)}", 2),
                Intrinsic.Lt => ($"{Part(0, 1)} < {Part(1, 1)}", 0),
                Intrinsic.Le => ($"{Part(0, 1)} <= {Part(1, 1)}", 0),
                Intrinsic.Eq => ($"{Part(0, 1)} = {Part(1, 1)}", 0),
                Intrinsic.Neg => ($"-{Part(0, 3)}", 2),
                _ => ($"{Lower(node.Intrinsic.ToString())}({string.Join(", ", node.Operands.Select(o => Value(o, 0)))})", 3),
            };
        }

        private (string Text, int Precedence) Sum(Node node)
        {
            var terms = new List<string>();
            for (int k = 0; k < node.Operands.Length; k++)
                terms.Add(node.Factors[k] == 1 ? Value(node.Operands[k], 1) : string.Create(CultureInfo.InvariantCulture, $"{node.Factors[k]}*{Value(node.Operands[k], 3)}"));
            if (node.Offset != 0 || terms.Count == 0) terms.Add(node.Offset.ToString(CultureInfo.InvariantCulture));
            return (string.Join(" + ", terms).Replace("+ -", "- ", StringComparison.Ordinal), terms.Count > 1 ? 1 : 3);
        }
    }
}
