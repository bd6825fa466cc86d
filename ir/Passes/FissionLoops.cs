namespace MindDsl.Ir;

/// <summary>
/// Products of matrices that a loop only adds up leave it: the factors of all iterations are kept, and one contraction sums over them and the iterations. So the gradient of a recurrent net with respect to its weights is one large
/// product in place of a small one for each step (loop fission).
/// </summary>
public static class FissionLoops
{
    /// <summary>Bytes of factors that are kept for that of one loop at most.</summary>
    private const long MostBytes = 64 << 20;

    /// <summary>The pass.</summary>
    public static readonly Pass Pass = new("fission-loops", "no loop adds up products whose factors are smaller than the sum", module => module.MapBodies(f => new BlockCopy(Replace).Block(null, f.Body)));

    private static Seq<Atom>? Replace(BlockCopy copy, BlockBuilder builder, Let let) =>
        let.Expr is Scan { StackedLength.IsConstant: true } scan && !Repeats(scan.Body) && new Loop(scan).Split() is { } split ? split.Bind(copy, builder, let) : null;

    /// <summary>True of iterations that compute something again so that it need not be kept.</summary>
    private static bool Repeats(Block block) => block.Lets.Any(l => l.Expr is Apply { Op: Tag { Label: Tag.Again } } || l.Expr.Blocks.Any(Repeats));

    /// <summary>A summand of a carry: moved elements of the sum of something that is kept for all iterations.</summary>
    /// <param name="Carry">The number of the carry.</param>
    /// <param name="Core">A contraction, or a sum over axes.</param>
    /// <param name="Moves">Movements of its result, the first one first.</param>
    private sealed record Summand(int Carry, Apply Core, Seq<Op> Moves);

    /// <summary>A loop while it is looked at.</summary>
    private sealed class Loop
    {
        private readonly Scan _scan;
        private readonly Dictionary<Value, Let> _definitions = [];
        private readonly Dictionary<Value, int> _reads = [];
        private readonly List<Value> _kept = [];

        public Loop(Scan scan)
        {
            _scan = scan;
            foreach (var let in scan.Body.Lets)
            {
                foreach (var target in let.Targets) _definitions[target] = let;
                Scope.Reads(let, Count);
            }
            foreach (var result in scan.Body.Results) if (result is Value value) Count(value);
            void Count(Value value) => _reads[value] = _reads.GetValueOrDefault(value) + 1;
        }

        private int Carries => _scan.Initial.Count;

        /// <summary>The loop without what leaves it; null if nothing does.</summary>
        public Fission? Split()
        {
            var summands = new List<Summand>();
            var rests = Enumerable.Range(0, Carries).Select(k => (Carry: k, Addends: Addends(k))).Where(c => c.Addends is not null).ToDictionary(c => c.Carry, c => c.Addends!);
            // Sums over axes come second: they leave where products had their operands kept.
            foreach (bool areSums in new[] { false, true })
                foreach (var (carry, addends) in rests)
                    foreach (var addend in addends.ToArray())
                    {
                        if (Leaving(carry, addend) is not { } summand || summand.Core.Op is Reduce != areSums) continue;
                        _kept.AddRange(Fresh(summand.Core));
                        summands.Add(summand);
                        addends.Remove(addend);
                    }
            return summands.Count == 0 ? null : new(_scan, summands, rests.Where(r => summands.Any(s => s.Carry == r.Key)).ToDictionary(), _kept);
        }

        /// <summary>What a carry that is not read otherwise is added in an iteration; null if it is not just added to.</summary>
        private List<Value>? Addends(int carry)
        {
            var parameter = _scan.Body.Parameters[1 + carry];
            if (parameter.Type is not TensorType { Rank: > 0 } || _scan.Body.Results[carry] is not Value sum || _reads.GetValueOrDefault(parameter) != 1) return null;
            var (addends, waiting, found) = (new List<Value>(), new Stack<Value>([sum]), false);
            while (waiting.TryPop(out var value))
            {
                if (value == parameter) found = true;
                else if (_reads[value] == 1 && _definitions.TryGetValue(value, out var let) && let.Expr is Apply { Op: var op, Arguments: [Value a, Value b] } && op == ElementwiseOps.Add)
                {
                    waiting.Push(a);
                    waiting.Push(b);
                }
                else addends.Add(value);
            }
            return found ? addends : null;
        }

        private Summand? Leaving(int carry, Value addend)
        {
            var moves = new List<Op>();
            if (!addend.Type.Equals(_scan.Body.Parameters[1 + carry].Type)) return null;
            while (_reads[addend] == 1 && _definitions.TryGetValue(addend, out var let))
            {
                switch (let.Expr)
                {
                    case Apply { Op: Reshape or Permute, Arguments: [Value source] } movement:
                        moves.Insert(0, movement.Op);
                        addend = source;
                        continue;
                    case Apply { Op: Contract or Reduce { Monoid: Monoid.Sum } } core when IsWorthKeeping(core, _scan.Body.Parameters[1 + carry].Tensor):
                        return new(carry, core, moves.ToSeq());
                }
                break;
            }
            return null;
        }

        /// <summary>True if all factors are made in the loop or are elements of its inputs, and what is to be kept of them is no more than the sum. Sums over axes leave where what they sum is kept anyway.</summary>
        private bool IsWorthKeeping(Apply core, TensorType sum)
        {
            if (core.Arguments.Any(a => a is not Value value || (!_definitions.ContainsKey(value) && _scan.Body.Parameters.IndexOf(value) < 1))) return false;
            var fresh = Fresh(core).ToArray();
            double elements = fresh.Sum(v => (double)v.Tensor.Shape.Size.Value);
            return core.Op is Reduce ? fresh.Length == 0
                : elements <= sum.Shape.Size.Value && (elements + _kept.Sum(v => (double)v.Tensor.Shape.Size.Value)) * sum.DType.Size * _scan.StackedLength!.Value <= MostBytes;
        }

        /// <summary>The operands that are not kept yet.</summary>
        private IEnumerable<Value> Fresh(Apply core) => core.Arguments.Cast<Value>().Distinct().Where(v => Fission.Place(_scan, _kept, v) is null);
    }

    /// <summary>A loop and what leaves it.</summary>
    /// <param name="Scan">The loop as it was.</param>
    /// <param name="Summands">What leaves it.</param>
    /// <param name="Rests">For carries that it leaves, what is still added to them.</param>
    /// <param name="Kept">Values that are kept in addition.</param>
    private sealed record Fission(Scan Scan, List<Summand> Summands, Dictionary<int, List<Value>> Rests, List<Value> Kept)
    {
        private int Carries => Scan.Initial.Count;

        /// <summary>Where the values of all iterations are: an input if it is not negative, else ~ the number of a result of the loop. Null if they are nowhere.</summary>
        public static int? Place(Scan scan, List<Value> kept, Value value)
        {
            int input = scan.Body.Parameters.IndexOf(value) - 1 - scan.Initial.Count;
            if (input >= 0 && scan.Inputs[input].Type is TensorType stack && stack.Shape[0] == scan.StackedLength) return input;
            for (int k = scan.Initial.Count; k < scan.Body.Results.Count; k++) if (scan.Body.Results[k].Equals(value)) return ~k;
            return kept.IndexOf(value) is var at and >= 0 ? ~(scan.Body.Results.Count + at) : null;
        }

        public Seq<Atom> Bind(BlockCopy copy, BlockBuilder builder, Let let)
        {
            var lets = Scan.Body.Lets.ToList();
            var results = Scan.Body.Results.ToList();
            foreach (var (carry, addends) in Rests)
            {
                var sum = Scan.Body.Parameters[1 + carry];
                foreach (var addend in addends)
                {
                    var next = new Value(sum.Type);
                    lets.Add(new([next], new Apply(ElementwiseOps.Add, [sum, addend])));
                    sum = next;
                }
                results[carry] = sum;
            }
            results.AddRange(Kept);
            var length = Scan.StackedLength!;
            var stacks = Kept.Select(v => new Value(v.Tensor with { Shape = new([length, .. v.Tensor.Shape.Dims]) }));
            var loop = Scan with { Body = RemoveDead.Clean(new(Scan.Body.Parameters, lets.ToSeq(), results.ToSeq())) };
            var bound = copy.Copy(builder, new([.. let.Targets, .. stacks], loop));

            var final = bound.Slice(0, let.Targets.Count).Span.ToArray();
            foreach (var (carry, core, moves) in Summands)
            {
                var operands = core.Arguments.Map(a =>
                {
                    int place = Place(Scan, Kept, (Value)a)!.Value;
                    return place >= 0 ? copy[Scan.Inputs[place]] : bound[~place];
                });
                var sum = builder[builder.Apply(OverIterations(core.Op), operands.Span)];
                foreach (var move in moves) sum = sum.Apply(move);
                bool isZero = final[carry] is Value start && builder.Definition(start) is { Op: Broadcast, Arguments: [Literal literal] } && literal.Is(0);
                final[carry] = isZero ? sum.Atom : (builder[final[carry]] + sum).Atom;
            }
            return Seq.Create(final);
        }

        /// <summary>The operation summed over a first axis of its operands.</summary>
        private static Op OverIterations(Op op)
        {
            if (op is Reduce reduce) return reduce with { Axes = [0, .. reduce.Axes.Map(a => a + 1)] };
            var contract = (Contract)op;
            char letter = Enumerable.Range('A', 58).Select(c => (char)c).First(c => char.IsAsciiLetter(c) && !contract.Left.Contains(c) && !contract.Right.Contains(c));
            return contract with { Left = letter + contract.Left, Right = letter + contract.Right };
        }
    }
}
