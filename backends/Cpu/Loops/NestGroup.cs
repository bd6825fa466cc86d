using System.Linq.Expressions;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>
/// Nests that follow one another and go together through units of their outermost loops: what one nest makes of a unit is still in the cache when the next reads it, and
/// threads part once. A nest belongs if, of what the group writes, it reads in a unit only what was written in that unit.
/// </summary>
/// <param name="mostOperations">Vector operations that the nests may have together.</param>
internal sealed class NestGroup(int mostOperations)
{
    /// <summary>With fewer units there is nothing to divide.</summary>
    private const long FewestUnits = 4;

    /// <summary>What the nests touch in a run of units is to stay in the second-level cache beside what else is there; <c>MINDDSL_CACHE_BYTES</c> says how much that is.</summary>
    private static readonly long CacheBytes = long.TryParse(Environment.GetEnvironmentVariable("MINDDSL_CACHE_BYTES"), out long asked) && asked > 0 ? asked : 256 << 10;

    /// <summary>Runs of units are multiples of this where they can be: whole vectors of all types.</summary>
    private const long Whole = 32;

    private readonly List<Member> _members = [];

    /// <summary>The nests, in order.</summary>
    public IReadOnlyList<Member> Members => _members;

    /// <summary>The number of units.</summary>
    public long Units { get; private set; }

    /// <summary>Roughly how many element operations there are.</summary>
    public double Work => _members.Sum(m => m.Nest.Work);

    /// <summary>Roughly how many vector operations the code has.</summary>
    public int Operations => _members.Sum(m => m.Nest.Operations);

    /// <summary>Iterations of the outermost loop of a nest in one unit.</summary>
    public long Steps(Member member) => member.Nest.Extent(member.Nest.Space[0]) / Units;

    /// <summary>Units that go through all nests before the next do.</summary>
    public long Run
    {
        get
        {
            if (_members.Count == 1) return Units;
            long run = CacheBytes / Math.Max(BytesOfUnit(), 1);
            long aligned = run / Whole * Whole;
            return Math.Clamp(aligned > 0 ? aligned : run, 1, Units);
        }
    }

    /// <summary>Targets that are read in the group alone: each thread needs memory for a run of units only.</summary>
    public IReadOnlyList<Expression> Local { get; private set; } = [];

    /// <summary>Bytes of a unit of what a nest writes to some memory.</summary>
    public long BytesPerUnit(Member member, Expression memory) => Stretch(member, memory) * Steps(member) * member.Nest.TargetType.Size;

    /// <summary>Says that what is written to some memory is not read outside of the group.</summary>
    public void KeepLocal(Func<Expression, bool> isRead) => Local = [.. _members.SelectMany(m => m.Memory).Where(t => !isRead(t))];

    /// <summary>A nest alone, whatever it is.</summary>
    public static NestGroup Of(Nest nest, Expression[] slots)
    {
        var group = new NestGroup(0) { Units = nest.Space.Length == 0 ? 1 : nest.Extent(nest.Space[0]) };
        group._members.Add(new(nest, slots));
        return group;
    }

    /// <summary>Adds a nest if it can go with those that are there.</summary>
    /// <param name="nest">The nest.</param>
    /// <param name="slots">The address or scalar of each slot; the same memory is the same object.</param>
    public bool TryAdd(Nest nest, Expression[] slots)
    {
        var member = new Member(nest, slots);
        if (!IsDivisible(nest)) return false;
        if (_members.Count == 0)
        {
            _members.Add(member);
            Units = nest.Extent(nest.Space[0]);
            return true;
        }
        long units = GreatestCommonDivisor(Units, nest.Extent(nest.Space[0]));
        if (units < FewestUnits || Operations + nest.Operations > mostOperations) return false;
        foreach (var memory in member.Memory)
            if (_members.Any(m => m.Memory.Contains(memory) || Reads(m, memory))) return false;
        foreach (var writer in _members)
            foreach (var memory in writer.Memory)
                if (Reads(member, memory) && !ReadsInStep(member, writer, memory, units)) return false;
        _members.Add(member);
        Units = units;
        return true;
    }

    /// <summary>True if the iterations of the outermost loop are independent, fail in no case, and each writes a stretch of its own.</summary>
    private static bool IsDivisible(Nest nest) =>
        nest is { Space.Length: > 0, IsParallel: true, Store: StoreKind.Set } && nest.Space.All(l => nest.Extent(l) > 0)
        && nest.Targets.All(t => t.Target.FactorOf(nest.Space[0]) is > 0 and { } stretch && StaysBelow(nest.Graph, t.Target, nest.Space[0], stretch)) && !nest.Reachable().Any(n => n.MayThrow);

    /// <summary>True if a place is a multiple of a loop's index and less than one multiple more.</summary>
    private static bool StaysBelow(NodeGraph graph, Node place, int loop, long stretch)
    {
        var rest = graph.Add(place, graph.Scale(graph.Index(loop), -stretch));
        return (rest.Loops >> loop & 1) == 0 && rest.Range.Low >= 0 && rest.Range.High < stretch;
    }

    private static bool Reads(Member member, Expression memory) => Loads(member, memory).Any();

    private static IEnumerable<Node> Loads(Member member, Expression memory) =>
        member.Nest.Reachable().Where(n => n.Kind == NodeKind.Load && member.Slots[n.Number] == memory);

    /// <summary>True if each unit of a reader reads what the same unit of the writer wrote.</summary>
    private static bool ReadsInStep(Member reader, Member writer, Expression memory, long units)
    {
        int loop = reader.Nest.Space[0];
        long perUnit = Stretch(writer, memory) * (writer.Nest.Extent(writer.Nest.Space[0]) / units);
        long steps = reader.Nest.Extent(loop) / units;
        return perUnit % steps == 0 && Loads(reader, memory).All(load => StaysBelow(reader.Nest.Graph, load.Operands[0], loop, perUnit / steps));
    }

    private static long Stretch(Member member, Expression memory) =>
        member.Nest.Targets.First(t => member.Slots[t.Slot] == memory).Target.FactorOf(member.Nest.Space[0])!.Value;

    private long BytesOfUnit()
    {
        var seen = new HashSet<Expression>();
        long bytes = 0;
        foreach (var member in _members)
        {
            foreach (var memory in member.Memory) if (seen.Add(memory)) bytes += BytesPerUnit(member, memory);
            foreach (var load in member.Nest.Reachable().Where(n => n.Kind == NodeKind.Load))
                if (load.Operands[0].FactorOf(member.Nest.Space[0]) is > 0 and { } stretch && seen.Add(member.Slots[load.Number])) bytes += stretch * Steps(member) * load.Type.Size;
        }
        return bytes;
    }

    private static long GreatestCommonDivisor(long a, long b)
    {
        while (b != 0) (a, b) = (b, a % b);
        return a;
    }

    /// <summary>A nest and what its slots hold.</summary>
    internal sealed record Member(Nest Nest, Expression[] Slots)
    {
        /// <summary>What the nest writes where.</summary>
        public IEnumerable<NestTarget> Targets => Nest.Targets;

        /// <summary>The memory that the nest writes to.</summary>
        public IEnumerable<Expression> Memory => Nest.Targets.Select(t => Slots[t.Slot]).Distinct();
    }
}
