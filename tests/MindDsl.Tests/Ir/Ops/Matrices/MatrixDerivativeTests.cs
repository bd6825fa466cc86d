using MindDsl.Backends;
using MindDsl.Backends.Cpu;
using MindDsl.Ir;
using MindDsl.Tests.Autodiff;
using Xunit;
using static MindDsl.Ir.Prelude;

namespace MindDsl.Tests.Ir.Ops;

/// <summary>Derivatives of the functions of linear algebra: both modes against differences, and the second order of all compositions of the modes.</summary>
public class MatrixDerivativeTests
{
    private sealed record Case(long[][] Shapes, Func<Seq<Term>, Term> Body, double Shift = 0);

    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["inverse"] = new([[3, 3]], x => Weighed(Inverse(x[0])), 2),
        ["inverse, batched"] = new([[2, 2, 2]], x => Weighed(Inverse(x[0])), 2),
        ["inverse, rows exchanged"] = new([[3, 3]], x => Weighed(Inverse(Flip(x[0], [0]))), 2),
        ["det"] = new([[3, 3]], x => Weighed(Det(x[0]))),
        ["det, batched"] = new([[2, 3, 3]], x => Weighed(Det(x[0]))),
        ["det of a larger matrix"] = new([[5, 5]], x => Det(x[0])),
        ["slogdet"] = new([[2, 3, 3]], x => Weighed(SlogDet(x[0]).LogAbsDet * 2 + SlogDet(x[0]).Sign)),
        ["solve for a matrix"] = new([[3, 3], [3, 2]], x => Weighed(Solve(x[0], x[1])), 2),
        ["solve for a vector"] = new([[3, 3], [3]], x => Weighed(Solve(x[0], x[1])), 2),
        ["solve, one matrix for a batch"] = new([[2, 2], [3, 2, 1]], x => Weighed(Solve(x[0], x[1])), 2),
        ["solve with a lower triangle"] = new([[3, 3], [3, 2]], x => Weighed(Prelude.TriangularSolve(x[0], x[1])), 2),
        ["solve with an upper triangle"] = new([[2, 3, 3], [2, 3]], x => Weighed(Prelude.TriangularSolve(x[0], x[1], upper: true)), 2),
        ["solve with a unit triangle"] = new([[3, 3], [3, 1]], x => Weighed(Prelude.TriangularSolve(x[0], x[1], unit: true))),
        ["solve with an upper unit triangle"] = new([[3, 3], [3, 1]], x => Weighed(Prelude.TriangularSolve(x[0], x[1], true, true))),
        ["cholesky"] = new([[3, 3]], x => Weighed(Prelude.Cholesky(x[0])), 4),
        ["cholesky, batched"] = new([[2, 2, 2]], x => Weighed(Prelude.Cholesky(x[0])), 4),
        ["qr"] = new([[3, 3]], x => Both(Qr(x[0]).Q, Qr(x[0]).R), 1),
        ["qr, tall"] = new([[2, 4, 2]], x => Both(Qr(x[0]).Q, Qr(x[0]).R)),
        ["qr, wide"] = new([[2, 4]], x => Both(Qr(x[0]).Q, Qr(x[0]).R)),
        ["eigh"] = new([[3, 3]], x => Both(Eigh(x[0]).Values, Eigh(x[0]).Vectors)),
        ["eigh, batched, even"] = new([[2, 4, 4]], x => Both(Eigh(x[0]).Values, Eigh(x[0]).Vectors)),
        ["singular values"] = new([[3, 2]], x => Weighed(SingularValues(x[0]))),
        ["svd, tall"] = new([[4, 3]], x => Both(Both(Svd(x[0]).U, Svd(x[0]).S), Svd(x[0]).V)),
        ["svd, wide, batched"] = new([[2, 2, 3]], x => Both(Both(Svd(x[0]).U, Svd(x[0]).S), Svd(x[0]).V)),
        ["symmetric exp"] = new([[3, 3]], x => Weighed(SymmetricExp(x[0]))),
        ["symmetric exp, batched"] = new([[2, 3, 3]], x => Weighed(SymmetricExp(x[0]))),
        ["symmetric log"] = new([[3, 3]], x => Weighed(SymmetricLog(x[0] + 8 * x[0].Unit(3)))),
        ["symmetric square root"] = new([[3, 3]], x => Weighed(SymmetricPower(x[0] + 8 * x[0].Unit(3), 0.5))),
        ["expm"] = new([[2, 2, 2]], x => Weighed(Expm(x[0]))),
        ["expm with squarings"] = new([[3, 3]], x => Weighed(Expm(x[0] * 4 - 3))),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void First_derivatives_are_the_limits_of_differences(string name)
    {
        var (module, arguments) = Program(Cases[name]);
        double expected = Derivatives.Difference(module, 1e-3, arguments);
        foreach (var kind in Enum.GetValues<DerivativeKind>())
            Close(expected, Derivatives.Run(Derivatives.Directional(module, kind), arguments), 1e-7, $"{kind}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Second_derivatives_are_the_limits_of_differences_of_the_first(string name)
    {
        var (module, arguments) = Program(Cases[name]);
        foreach (var inner in Enum.GetValues<DerivativeKind>())
        {
            var first = Derivatives.Directional(module, inner);
            double expected = Derivatives.Difference(first, 1e-3, arguments);
            foreach (var outer in Enum.GetValues<DerivativeKind>())
                Close(expected, Derivatives.Run(Derivatives.Directional(first, outer), arguments), 1e-6, $"{outer} of {inner}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_backends_agree_on_the_gradient(string name)
    {
        var (module, arguments) = Program(Cases[name]);
        var gradient = Derivatives.Directional(module, DerivativeKind.Reverse);
        Close(Derivatives.Run(gradient, arguments), new CpuBackend().Compile(gradient).Run(arguments)[0][0].Number, 1e-10, "cpu");
    }

    private static (Module Module, TensorBuffer[] Arguments) Program(Case c)
    {
        var random = new Random(5);
        var arguments = c.Shapes.Select(lengths =>
        {
            var buffer = TensorBuffer.Allocate(DType.F64, lengths);
            long n = lengths[^1];
            for (int i = 0; i < buffer.Count; i++)
            {
                bool onDiagonal = lengths.Length > 1 && i / n % lengths[^2] == i % n;
                buffer[i] = Literal.Of(DType.F64, random.NextDouble() * 2 - 1 + (onDiagonal ? c.Shift : 0));
            }
            return buffer;
        }).ToArray();
        var module = Derivatives.Program(arguments.Select(a => a.Type).ToSeq(), (_, x) => c.Body(x));
        return (Derivatives.Prepare(module), arguments);
    }

    private static Term Weighed(Term x)
    {
        var number = new Term(x.Builder, x.Builder.Apply(new Iota(new(DType.F64, new([x.Shape.Size])), 0)));
        return Prelude.Sum(Sin(number + 1).Reshape(x.Shape) * x);
    }

    private static Term Both(Term x, Term y) => Weighed(x) + 0.7 * Weighed(y * y);

    private static void Close(double expected, double found, double tolerance, string what) =>
        Assert.True(Math.Abs(expected - found) <= tolerance * (1 + Math.Abs(expected)), $"{what}: {found} instead of {expected}");
}
