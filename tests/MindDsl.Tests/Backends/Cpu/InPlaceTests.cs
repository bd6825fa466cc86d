using MindDsl.Backends;
using MindDsl.Backends.Cpu;
using MindDsl.Ir;
using Xunit;

namespace MindDsl.Tests.Backends.Cpu;

/// <summary>
/// Branches, calls and loops that change a tensor where it is give what they would give with a copy: random programs that change, keep, exchange and read two tensors, in which what was changed is read
/// before and after.
/// </summary>
public class InPlaceTests
{
    private const int Length = 5;
    private static readonly TensorType Vector = new(DType.F64, Shape.Of(Length)), Number = TensorType.Scalar(DType.F64), Index = TensorType.Scalar(DType.I64);

    [Fact]
    public void Tensors_changed_in_branches_calls_and_loops_are_what_the_interpreter_says()
    {
        for (int seed = 0; seed < 400; seed++)
        {
            var module = new Changes(seed).Make();
            var random = new Random(seed);
            TensorBuffer[] arguments = [Sample(Length), Sample(Length), Sample()];
            var before = Array.ConvertAll(arguments, Numbers);
            var (expected, found) = (Interpreter.Run(module, arguments), new CpuBackend().Compile(module).Run(arguments));
            for (int k = 0; k < expected.Length; k++)
                Assert.True(Numbers(expected[k]).SequenceEqual(Numbers(found[k])), $"seed {seed}, result {k}: expected {string.Join(", ", Numbers(expected[k]))}, found {string.Join(", ", Numbers(found[k]))}\n{Printer.Print(module)}");
            Assert.Equal(before, Array.ConvertAll(arguments, Numbers));

            TensorBuffer Sample(params long[] lengths)
            {
                var buffer = TensorBuffer.Allocate(DType.F64, lengths);
                for (long i = 0; i < buffer.Count; i++) buffer[i] = Literal.Of(DType.F64, Math.Round(random.NextDouble() * 16 - 8) / 8);
                return buffer;
            }
        }
    }

    private static double[] Numbers(TensorBuffer buffer) => [.. Enumerable.Range(0, (int)buffer.Count).Select(i => buffer[i].Number)];

    /// <summary>A random program: a loop that carries two tensors and a number. Numbers stay small multiples of powers of two, so that results are exact.</summary>
    private sealed class Changes(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly Dictionary<FunctionName, Function> _functions = [];
        private readonly FunctionName[] _changes = [new("change"), new("alter")];
        private readonly FunctionName _repeat = new("repeat");

        public Module Make()
        {
            var main = new FunctionName("main");
            foreach (var change in _changes) Function(change);
            Recursion(_repeat);
            Value a = new(Vector), b = new(Vector), s = new(Number), i = new(Index), p = new(Vector), q = new(Vector), r = new(Number);
            var builder = new BlockBuilder();
            var inner = builder.Nested();
            var (tensors, numbers) = Steps(inner, [p, q], [r], 2 + _random.Next(4), calls: true);
            var body = inner.Build([i, p, q, r], [Pick(tensors), Pick(tensors), Smaller(inner, numbers[^1])]);
            Atom[] initial = _random.Next(2) == 0 ? [Copy(builder, a), Copy(builder, b), s] : [a, b, s];
            var results = builder.Emit(new Scan(Literal.Of(DType.I64, 4L), null, _random.Next(2) == 0, [.. initial], [], body), [Vector, Vector, Number]);
            _functions[main] = new(main, builder.Build([a, b, s], [.. results.Map(v => (Atom)v), a]));
            return new(main, _functions);
        }

        /// <summary>t, u, x → what some steps make of t.</summary>
        private void Function(FunctionName name)
        {
            Value t = new(Vector), u = new(Vector), x = new(Number);
            var builder = new BlockBuilder();
            var (tensors, numbers) = Steps(builder, [t, u], [x], 1 + _random.Next(2), calls: false);
            _functions[name] = new(name, builder.Build([t, u, x], [_random.Next(3) == 0 ? Pick(tensors) : tensors[^1], numbers[^1]]));
        }

        /// <summary>t, x → t after some changes, by a function that calls itself while x is above −1.</summary>
        private void Recursion(FunctionName name)
        {
            Value t = new(Vector), x = new(Number);
            var builder = new BlockBuilder();
            var (then, otherwise) = (builder.Nested(), builder.Nested());
            var changed = Changed(then, t, x);
            var less = (then[x] - 1).Atom;
            var again = then.Emit(new Call(name, [_random.Next(3) == 0 ? t : changed, less]), [Vector]);
            Atom result = _random.Next(3) == 0 ? Changed(then, again[0], Read(then, changed)) : again[0];
            var choice = builder.Emit(new If((builder[x].Literal(-1) < builder[x]).Atom, then.Build([], [result]), otherwise.Build([], [t])), [Vector]);
            _functions[name] = new(name, builder.Build([t, x], [choice[0]]));
        }

        private (List<Atom> Tensors, List<Atom> Numbers) Steps(BlockBuilder b, Seq<Atom> tensors, Seq<Atom> numbers, int count, bool calls, int depth = 0)
        {
            var (t, x) = (tensors.ToList(), numbers.ToList());
            for (int k = 0; k < count; k++)
            {
                switch (_random.Next(calls ? 8 : 6))
                {
                    case 0:
                        t.Add(Changed(b, Pick(t), Pick(x)));
                        break;
                    case 1:
                        x.Add((b[Pick(x)] * 0.5 + b[Read(b, Pick(t))]).Atom);
                        break;
                    case 2:
                        t.Add((b[Pick(t)] * 0.5).Atom);
                        break;
                    case 6:
                        var given = b.Emit(new Call(_changes[_random.Next(_changes.Length)], [Pick(t), Pick(t), Pick(x)]), [Vector, Number]);
                        t.Add(given[0]);
                        x.Add(given[1]);
                        break;
                    case 7:
                        t.Add(b.Emit(new Call(_repeat, [Pick(t), Smaller(b, Pick(x))]), [Vector])[0]);
                        break;
                    default:
                        var condition = (b[Pick(x)].Literal(_random.Next(-2, 3) / 4.0) < b[Pick(x)]).Atom;
                        var results = b.Emit(new If(condition, Inside(), Inside()), [Vector, Vector, Number]);
                        t.Add(results[0]);
                        t.Add(results[1]);
                        x.Add(results[2]);
                        break;
                }
            }
            return (t, x);

            Block Inside()
            {
                var inner = b.Nested();
                var (u, y) = Steps(inner, [.. t], [.. x], depth < 2 ? _random.Next(3) : 0, calls, depth + 1);
                return inner.Build([], [Pick(u), Pick(u), Pick(y)]);
            }
        }

        private Atom Changed(BlockBuilder b, Atom tensor, Atom number) =>
            b.Apply(new Scatter(Gather.At(1, 1), _random.Next(2) == 0), tensor, Literal.Of(DType.I64, (long)_random.Next(Length)), number);

        private Atom Read(BlockBuilder b, Atom tensor) => b.Apply(Gather.At(1, 1), tensor, Literal.Of(DType.I64, (long)_random.Next(Length)));

        private static Atom Copy(BlockBuilder b, Atom tensor) => (b[tensor] * 0.5).Atom;

        /// <summary>A number between −2 and 2.</summary>
        private static Atom Smaller(BlockBuilder b, Atom number)
        {
            var x = b[number];
            return (x < x.Literal(2)).Select((x.Literal(-2) < x).Select(x, x.Literal(-2)), x.Literal(2)).Atom;
        }

        private Atom Pick(IReadOnlyList<Atom> from) => from[_random.Next(from.Count)];
    }
}
