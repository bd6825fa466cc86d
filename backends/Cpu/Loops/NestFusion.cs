using System.Linq.Expressions;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>
/// Nests that follow one another and have the same loops become one nest with several targets: what they have in common is computed once, and what one makes for the next stays in a register.
/// What only nests read that became one with the nest that makes it is not stored.
/// </summary>
internal static class NestFusion
{
    /// <summary>Vector operations that a nest of several targets may have, and where conditions on the innermost index are, which repeat its code.</summary>
    private const int MostOperations = 250, MostWithConditions = 60;

    /// <summary>Targets that a nest may have.</summary>
    private const int MostTargets = 40;

    /// <summary>The nests, as few as may be.</summary>
    /// <param name="members">The nests, in order; of what they write, each reads in an iteration of its outermost loop only what was written there.</param>
    /// <param name="local">Memory that nobody else reads.</param>
    public static IReadOnlyList<NestGroup.Member> Fuse(IReadOnlyList<NestGroup.Member> members, IReadOnlyCollection<Expression> local)
    {
        if (members.Count < 2) return members;
        var fused = new List<NestGroup.Member>();
        Cluster? open = null;
        for (int k = 0; k < members.Count; k++)
        {
            if (open is not null && open.TryAdd(members[k])) continue;
            Close(k);
            open = Cluster.Of(members[k]);
            if (open is null) fused.Add(members[k]);
        }
        Close(members.Count);
        return fused;

        void Close(int next)
        {
            if (open is null) return;
            fused.Add(open.Finish(memory => local.Contains(memory) && !members.Skip(next).Any(m => m.Slots.Contains(memory))));
            open = null;
        }
    }

    /// <summary>Nests none of which reads what another one writes, as few as may be; they may write parts of the same memory.</summary>
    public static IReadOnlyList<NestGroup.Member> Join(IReadOnlyList<NestGroup.Member> parts)
    {
        var joined = new List<NestGroup.Member>();
        Cluster? open = null;
        foreach (var part in parts)
        {
            if (open is not null && open.TryAdd(part, areParts: true)) continue;
            if (open is not null) joined.Add(open.Finish(_ => false));
            open = Cluster.Of(part);
            if (open is null) joined.Add(part);
        }
        if (open is not null) joined.Add(open.Finish(_ => false));
        return joined;
    }

    private sealed class Cluster
    {
        private readonly Nest _first;
        private readonly List<NestGroup.Member> _members = [];
        private readonly NodeGraph _graph = new();
        private readonly List<Expression> _slots = [];
        private readonly List<Value?> _values = [];
        private readonly List<NestTarget> _targets = [];
        private bool _hasConditions;

        private Cluster(Nest first)
        {
            _first = first;
            foreach (long extent in first.Graph.Extents) _graph.Loop(extent);
        }

        public static Cluster? Of(NestGroup.Member member)
        {
            if (!IsMap(member.Nest)) return null;
            var cluster = new Cluster(member.Nest);
            return cluster.TryAdd(member, areParts: true) ? cluster : null;
        }

        public bool TryAdd(NestGroup.Member member, bool areParts = false)
        {
            var nest = member.Nest;
            if (!IsMap(nest) || nest.TargetType != _first.TargetType || !nest.Graph.Extents.SequenceEqual(_first.Graph.Extents) || !nest.Space.SequenceEqual(_first.Space)) return false;
            if (!areParts && _targets.Any(t => member.Targets.Any(u => member.Slots[u.Slot] == _slots[t.Slot]))) return false;
            if (_targets.Count + 1 + nest.More.Count > MostTargets) return false;
            var known = new Dictionary<Node, Node>();
            var added = new List<NestTarget>();
            int slots = _slots.Count;
            bool Refuse()
            {
                _slots.RemoveRange(slots, _slots.Count - slots);
                _values.RemoveRange(slots, _values.Count - slots);
                return false;
            }
            foreach (var target in member.Targets)
            {
                var place = Import(member, target.Target, known);
                var body = place is null ? null : Import(member, target.Body, known);
                if (place is null || body is null) return Refuse();
                added.Add(new(body, place, SlotOf(member.Slots[target.Slot], null)));
            }
            bool conditions = _hasConditions || NestEmitter.HasConditions(nest);
            // What the nests have in common counts once.
            if (_members.Count > 0 && Made([.. _targets, .. added]).Operations > (conditions ? MostWithConditions : MostOperations)) return Refuse();
            _targets.AddRange(added);
            _members.Add(member);
            _hasConditions = conditions;
            return true;
        }

        /// <summary>The nest; targets that nobody else reads are left out, as all reads of them were replaced.</summary>
        public NestGroup.Member Finish(Func<Expression, bool> isUnread)
        {
            if (_members.Count == 1) return _members[0];
            NestTarget[] kept = [.. _targets.Where(t => !isUnread(_slots[t.Slot]))];
            if (kept.Length == 0) kept = [_targets[^1]];
            return new(Made(kept), [.. _slots]);
        }

        private Nest Made(NestTarget[] targets) => new()
        {
            Graph = _graph,
            Space = _first.Space,
            Body = targets[0].Body,
            Target = targets[0].Target,
            TargetSlot = targets[0].Slot,
            TargetType = _first.TargetType,
            More = targets[1..],
            Slots = _values,
            MayRepeat = _members.All(m => m.Nest.MayRepeat),
        };

        private static bool IsMap(Nest nest) => nest is { Space.Length: > 0, Reduced.Length: 0, IsParallel: true, Store: StoreKind.Set, Monoid: not (Monoid.ArgMax or Monoid.ArgMin) }
            && nest.TargetType.IsFloat && nest.Body.Type == nest.TargetType && nest.Graph.Extents.Count == nest.Space.Length && !nest.Reachable().Any(n => n.MayThrow);

        private int SlotOf(Expression held, Value? value)
        {
            int known = _slots.IndexOf(held);
            if (known >= 0) return known;
            _slots.Add(held);
            _values.Add(value);
            return _slots.Count - 1;
        }

        /// <summary>A node of a member in the graph of all; null if it reads what another member makes in other iterations.</summary>
        private Node? Import(NestGroup.Member member, Node node, Dictionary<Node, Node> known)
        {
            if (known.TryGetValue(node, out var found)) return found;
            var operands = new Node[node.Operands.Length];
            for (int k = 0; k < operands.Length; k++)
            {
                if (Import(member, node.Operands[k], known) is not { } operand) return null;
                operands[k] = operand;
            }
            Node? made;
            if (node.Kind == NodeKind.Load)
            {
                var memory = member.Slots[node.Number];
                var writers = _targets.Where(t => _slots[t.Slot] == memory).ToArray();
                made = writers.Length == 0
                    ? _graph.Load(SlotOf(memory, member.Nest.Slots[node.Number]), operands[0], node.Type)
                    : Array.Find(writers, w => w.Target == operands[0]).Body;
            }
            else if (node.Kind == NodeKind.Slot) made = _graph.Slot(SlotOf(member.Slots[node.Number], member.Nest.Slots[node.Number]), node.Type);
            else made = _graph.Remade(node, operands);
            if (made is not null) known[node] = made;
            return made;
        }
    }
}
