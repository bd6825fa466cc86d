using MindDsl.Backends;
using MindDsl.Backends.Cpu;
using MindDsl.Ir;
using Xunit;

namespace MindDsl.Tests.Backends.Cpu;

/// <summary>Functions of vectors against the functions of the base library in f64.</summary>
public class VectorMathTests
{
    public static TheoryData<string, DType, double, double, double> Functions => new()
    {
        { "exp", DType.F32, -104, 90, 2 }, { "exp", DType.F64, -746, 710, 3 },
        { "log", DType.F32, 1e-42, 10, 2 }, { "log", DType.F64, 1e-310, 10, 3 },
        { "tanh", DType.F32, -12, 12, 2 }, { "tanh", DType.F64, -22, 22, 3 },
        { "erf", DType.F32, -5, 5, 2 }, { "erfc", DType.F32, -5, 10, 4 },
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void Errors_are_a_few_units_in_the_last_place(string name, DType type, double low, double high, double most)
    {
        const int count = 40_000;
        var random = new Random(1);
        var x = new double[count];
        for (int i = 0; i < count; i++)
        {
            double t = random.NextDouble();
            // Half of them even over the interval, half over the orders of magnitude.
            x[i] = i % 2 == 0 ? low + t * (high - low) : Math.Exp(Math.Log(Math.Max(low, 1e-7)) + t * (Math.Log(high) - Math.Log(Math.Max(low, 1e-7)))) * (low < 0 && i % 4 == 1 ? -1 : 1);
            if (x[i] < low) x[i] = low;
            if (type == DType.F32) x[i] = (float)x[i];
        }
        var (worst, at) = (0.0, 0.0);
        var y = Apply(name, type, x);
        for (int i = 0; i < count; i++)
        {
            double expected = Reference(name, x[i]);
            if (y[i].Equals(type == DType.F32 ? (float)expected : expected)) continue;
            double error = Math.Abs(y[i] - expected) / UnitInTheLastPlace(type, expected);
            if (!(error <= worst)) (worst, at) = (error, x[i]);
        }
        // The reference itself is off by up to one unit in f64.
        Assert.True(worst <= most, $"{name} of {at:R}: {worst:F2} units");
    }

    [Theory]
    [InlineData(DType.F32)]
    [InlineData(DType.F64)]
    public void Limits_are_reached(DType type)
    {
        double[] ends = [0, double.PositiveInfinity, double.NegativeInfinity, double.NaN, 1000, -1000, -1, -0.0];
        Assert.Equal([1, double.PositiveInfinity, 0, double.NaN, double.PositiveInfinity, 0], Apply("exp", type, ends)[..6]);
        Assert.Equal([double.NegativeInfinity, double.PositiveInfinity, double.NaN, double.NaN], Apply("log", type, ends)[..4]);
        Assert.True(double.IsNaN(Apply("log", type, ends)[6]));
        Assert.Equal([0, 1, -1, double.NaN, 1, -1], Apply("tanh", type, ends)[..6]);
        Assert.Equal([0, 1, -1, double.NaN, 1, -1], Apply("erf", type, ends)[..6]);
        Assert.Equal([1, 0, 2, double.NaN, 0, 2], Apply("erfc", type, ends)[..6]);
    }

    private static double Reference(string name, double x) => name switch
    {
        "exp" => Math.Exp(x),
        "log" => Math.Log(x),
        "tanh" => Math.Tanh(x),
        "erf" => SpecialFunctions.Erf(x),
        _ => SpecialFunctions.Erfc(x),
    };

    private static double UnitInTheLastPlace(DType type, double x) => type == DType.F32
        ? Math.Max(MathF.BitIncrement(Math.Abs((float)x)) - (double)Math.Abs((float)x), float.Epsilon)
        : Math.BitIncrement(Math.Abs(x)) - Math.Abs(x);

    private static double[] Apply(string name, DType type, double[] x)
    {
        // As many elements more as fill the vectors.
        var tensor = new TensorType(type, Shape.Of(x.Length + 64));
        var (parameter, builder, main) = (new Value(tensor), new BlockBuilder(), new FunctionName("main"));
        var result = builder.Apply(ElementwiseOps.All.Single(o => o.Name == name), parameter);
        var module = new Module(main, new Dictionary<FunctionName, Function> { [main] = new(main, builder.Build([parameter], [result])) });
        var argument = TensorBuffer.Allocate(tensor);
        for (int i = 0; i < x.Length + 64; i++) argument[i] = Literal.Of(type, i < x.Length ? x[i] : 0.5);
        var found = new CpuBackend().Compile(module).Run(argument)[0];
        return [.. Enumerable.Range(0, x.Length).Select(i => found[i].Number)];
    }
}
