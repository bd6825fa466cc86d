using MindDsl.Autodiff;
using MindDsl.Backends;
using MindDsl.Backends.Cpu;
using MindDsl.Ir;
using Xunit;
using static MindDsl.Tests.Backends.Cpu.TensorPrograms;

namespace MindDsl.Tests.Backends.Cpu;

/// <summary>Contractions and convolutions of random shapes against the interpreter.</summary>
public class ContractionTests
{
    private const double MostWork = 30_000;
    private static readonly long[] Lengths = [1, 1, 2, 3, 4, 5, 7, 8, 9, 11, 13, 16, 17, 19, 24, 31, 33, 40];

    [Theory]
    [InlineData("ij,jk->ik")]
    [InlineData("ij,kj->ik")]
    [InlineData("ji,jk->ik")]
    [InlineData("ji,kj->ki")]
    [InlineData("nij,njk->nik")]
    [InlineData("tbhd,sbhd->bhts")]
    [InlineData("bhts,sbhd->tbhd")]
    [InlineData("ok,nkp->nop")]
    [InlineData("nop,nkp->ok")]
    [InlineData("ij,j->i")]
    [InlineData("i,ij->j")]
    [InlineData("i,j->ij")]
    [InlineData("ij,ij->i")]
    [InlineData("ij,kl->ijkl")]
    [InlineData("abc,cbd->da")]
    public void Contractions_of_random_lengths_are_what_the_interpreter_says(string notation)
    {
        var (left, right, result) = (notation.Split(',')[0], notation.Split(',', '-')[1], notation.Split('>')[1]);
        for (int seed = 0; seed < 6; seed++)
        {
            var random = new Random(seed);
            var lengths = new Dictionary<char, long>();
            double work = 1;
            foreach (char c in left.Union(right)) work *= lengths[c] = work > MostWork / 40 ? random.Next(1, 3) : Pick(random);
            if (seed == 4) lengths[left[random.Next(left.Length)]] = 0;
            if (seed == 5 && left.Union(right).Count() <= 3) lengths[left[^1]] = 600;
            foreach (var type in new[] { DType.F32, DType.F64 })
            {
                TensorType Of(string letters) => new(type, Shape.Of([.. letters.Select(c => lengths[c])]));
                Agrees([Of(left), Of(right)], x => [Contracted(left, right, result, x[0], x[1])], seed);
            }
        }
    }

    [Theory]
    [InlineData("ij,jk->ik", 7, 300, 21)]
    [InlineData("ij,kj->ki", 13, 19, 40)]
    [InlineData("ji,jk->ik", 600, 5, 33)]
    [InlineData("nij,jk->nik", 3, 17, 9)]
    [InlineData("nij,nkj->ik", 4, 6, 31)]
    public unsafe void Every_way_to_compute_a_contraction_gives_the_same_product(string notation, int first, int second, int third)
    {
        if (VectorWidth.Current is null) return;
        var (left, right, result) = (notation.Split(',')[0], notation.Split(',', '-')[1], notation.Split('>')[1]);
        long[] sizes = [first, second, third, 11];
        var lengths = left.Union(right).Select((c, k) => (c, sizes[k])).ToDictionary(p => p.c, p => p.Item2);
        foreach (var type in new[] { DType.F32, DType.F64 })
        {
            TensorType Of(string letters) => new(type, Shape.Of([.. letters.Select(c => lengths[c])]));
            var contract = new Contract(left, right, result);
            var program = Program([Of(left), Of(right)], x => [Contracted(left, right, result, x[0], x[1])]);
            var random = new Random(1);
            TensorBuffer[] arguments = [Sample(Of(left), random), Sample(Of(right), random)];
            var expected = Interpreter.Run(program, arguments)[0];
            foreach (var way in ContractPlan.Ways(ContractShape.Of(contract, [Of(left), Of(right)], AxisPlaces.Of(Of(left).Shape), AxisPlaces.Of(Of(right).Shape))))
            {
                var found = Sample(Of(result), random);
                new ContractKernel(way).Run(arguments[0].Address, arguments[1].Address, found.Address);
                for (long i = 0; i < expected.Count; i++)
                    Assert.True(Math.Abs(expected[i].Number - found[i].Number) <= (type == DType.F32 ? 1e-4 : 1e-12) * (1 + Math.Abs(expected[i].Number)), $"{way}: expected {expected[i]}, found {found[i]} at {i}");
            }
        }
    }

    [Fact]
    public void Contractions_of_moved_tensors_are_what_the_interpreter_says()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            var (a, b, c) = (Pick(random), Pick(random), 2 * Pick(random));
            Agrees([new(DType.F32, Shape.Of(a, c)), new(DType.F32, Shape.Of(b, c))], x =>
            {
                var (p, q) = (Moved(x[0], random), Moved(x[1], random));
                return [Contracted("ij", "kj", "ik", p, q), Contracted("ij", "kj", "ki", p, q)];
            }, seed);
        }
    }

    [Fact]
    public void Convolutions_and_their_derivatives_are_what_the_interpreter_says()
    {
        for (int seed = 0; seed < 25; seed++)
        {
            var random = new Random(seed);
            int groups = random.Next(4) == 0 ? 2 : 1;
            var (batch, inputs, outputs) = (random.Next(1, 6), groups * random.Next(1, 4), groups * random.Next(1, 8));
            var (kernel, stride, padding, dilation) = (random.Next(1, 5), random.Next(1, 3), random.Next(0, 3), random.Next(1, 3));
            long reach = dilation * (kernel - 1) + 1;
            var (height, width) = (reach + random.Next(0, 12), reach + random.Next(0, 20));
            var images = new TensorType(DType.F32, Shape.Of(batch, inputs, height, width));
            var weights = new TensorType(DType.F32, Shape.Of(outputs, inputs / groups, kernel, kernel));
            Agrees([images, weights], x => [Prelude.Conv2D(x[0], x[1], null, stride, padding, dilation, groups)], seed);
            var program = Program([images, weights], x => [Prelude.Square(Prelude.Conv2D(x[0], x[1], null, stride, padding, dilation, groups)).Sum()]);
            Agrees(Gradient(program, DType.F32), seed);
        }
    }

    private static Term Moved(Term x, Random random)
    {
        var (rows, columns) = (x.Shape[0], x.Shape[1]);
        return random.Next(6) switch
        {
            0 => x.Permute([1, 0]).Reshape(new([columns, rows])).Permute([1, 0]),
            1 => x.Apply(new Flip([0, 1])),
            2 => x.Reshape(new([rows, 2, columns.Value / 2])).Permute([0, 2, 1]).Reshape(new([rows, columns])),
            3 => x.Apply(new Slice([0, 0], [rows, columns.Value / 2], [1, 2])).Apply(new Broadcast(new([rows, columns.Value / 2, 2]), [0, 1])).Reshape(x.Shape),
            4 => (x + x).Apply(new Window([1], [1], [1], [0], [columns], 0)).Reshape(x.Shape),
            _ => x.Apply(new Window([3], [1], [1], [1], [columns], 0)).Sum([1]),
        };
    }

    private static Term Contracted(string left, string right, string result, Term x, Term y) =>
        new(x.Builder, x.Builder.Apply(new Contract(left, right, result), x.Atom, y.Atom));

    private static long Pick(Random random) => Lengths[random.Next(Lengths.Length)];

}
