using MindDsl.Backends;
using MindDsl.Backends.Devices;
using MindDsl.Ir;
using MindDsl.Tests.Autodiff;
using MindDsl.Tests.Support;
using Xunit;

namespace MindDsl.Tests.Backends.OpenClDevices;

/// <summary>What goes wrong on a device ends in the errors of the interpreter, or says what the device cannot do.</summary>
public class OpenClErrorTests
{
    [Theory]
    [InlineData(512)]
    [InlineData(0)]
    public void An_index_outside_of_its_axis_is_the_error_of_the_interpreter(double serialWork)
    {
        var backend = OpenCl.Backend(serialWork);
        var module = Program([new(DType.F32, Shape.Of(4, 7)), new(DType.I64, Shape.Of(5))], (b, x) => new(b, b.Apply(Gather.Take(2, 1, 1), x[0].Atom, x[1].Atom)));
        TensorBuffer[] arguments = [TensorBuffer.Of<float>(DType.F32, new float[28], 4, 7), TensorBuffer.Of<long>(DType.I64, [0, 6, 7, 1, 2], 5)];
        SameError(backend, module, arguments);
        arguments[1][2] = Literal.Index(3);
        Assert.Equal(20, backend.Compile(module).Run(arguments)[0].Count);
    }

    [Theory]
    [InlineData(512)]
    [InlineData(0)]
    public void A_place_of_an_update_outside_of_its_axis_is_the_error_of_the_interpreter(double serialWork)
    {
        var backend = OpenCl.Backend(serialWork);
        var module = Program([new(DType.F32, Shape.Of(4)), new(DType.I64, Shape.Of(3)), new(DType.F32, Shape.Of(3))],
            (b, x) => new(b, b.Apply(new Scatter(Gather.Take(1, 0, 1), false), x[0].Atom, x[1].Atom, x[2].Atom)));
        SameError(backend, module, [TensorBuffer.Of<float>(DType.F32, new float[4], 4), TensorBuffer.Of<long>(DType.I64, [0, -1, 3], 3), TensorBuffer.Of<float>(DType.F32, new float[3], 3)]);
    }

    [Theory]
    [InlineData(512)]
    [InlineData(0)]
    public void A_division_of_integers_by_zero_is_the_error_of_the_interpreter(double serialWork)
    {
        var backend = OpenCl.Backend(serialWork);
        var module = Program([new(DType.I32, Shape.Of(3)), new(DType.I32, Shape.Of(3))], (b, x) => x[0] / x[1]);
        SameError(backend, module, [TensorBuffer.Of<int>(DType.I32, [1, 2, 3], 3), TensorBuffer.Of<int>(DType.I32, [1, 0, 3], 3)]);
    }

    [Fact]
    public void An_error_of_a_quoted_function_names_its_place_in_the_source()
    {
        var pick = Mind.Fn((Tensor x, long i) => x[i] * 2f);
        using var scope = Mind.Use(OpenCl.Backend());
        var error = Assert.Throws<MindDslException>(() => pick(Tensor.Ones(3), 5));
        Assert.Equal("MIND0302", error.Diagnostics[0].Code);
        Assert.Contains("OpenClErrorTests.cs", error.Diagnostics[0].At, StringComparison.Ordinal);
    }

    [Fact]
    public void Recursion_is_refused_with_the_name_of_the_function()
    {
        var backend = OpenCl.Backend();
        var (module, _) = SamplePrograms.All["recursion"]();
        var error = Assert.Throws<MindDslException>(() => backend.Compile(Derivatives.Prepare(module)));
        Assert.Equal("MIND0552", error.Diagnostics[0].Code);
        Assert.Contains("a function that calls itself", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_that_does_not_compile_is_shown_with_its_line()
    {
        var facts = BuildLog.Facts("/tmp/x/tempfile_ab.cl:3:5: error: use of undeclared identifier 'y'\n1 error generated.", "a\nb\n    z = y;\nc");
        Assert.Equal([("error", "use of undeclared identifier 'y'"), ("in", "z = y;")], facts);
        Assert.Equal([("log", "it is broken")], BuildLog.Facts("it is broken", "a"));
    }

    [Fact]
    public void A_device_without_a_number_is_refused_with_the_reason()
    {
        OpenCl.Backend();
        var error = Assert.Throws<MindDslException>(() => Device.OpenCl(1000).Backend);
        Assert.Equal("MIND0541", error.Diagnostics[0].Code);
    }

    [Fact]
    public void A_program_that_needs_more_than_the_device_has_is_refused_and_the_device_stays_usable()
    {
        var backend = OpenCl.Backend();
        var huge = new TensorType(DType.F32, Shape.Of(1L << 40));
        var module = Program([TensorType.Scalar(DType.F32)], (b, x) => new(b, b.Apply(new Slice([0], [4], [1]), b.Apply(new Broadcast(huge.Shape, []), x[0].Atom))));
        Assert.Equal(4, backend.Compile(module).Run(TensorBuffer.Of<float>(DType.F32, [2f]))[0].Count);
        var large = Program([TensorType.Scalar(DType.F32)], (b, x) =>
        {
            var whole = b[b.Apply(new Iota(huge, 0))] * x[0].Apply(new Broadcast(huge.Shape, []));
            return whole.Apply(new Reduce(Monoid.Sum, [0])) + whole.Apply(new Reduce(Monoid.Max, [0]));
        });
        var error = Assert.Throws<MindDslException>(() => backend.Compile(large).Run(TensorBuffer.Of<float>(DType.F32, [2f])));
        Assert.Equal("MIND0550", error.Diagnostics[0].Code);
        Assert.Equal(4, backend.Compile(module).Run(TensorBuffer.Of<float>(DType.F32, [2f]))[0].Count);
    }

    private static Module Program(Seq<TensorType> types, Func<BlockBuilder, Term[], Term> body)
    {
        var builder = new BlockBuilder();
        var parameters = types.Map(t => new Value(t));
        var result = body(builder, [.. parameters.Select(p => builder[p])]);
        var entry = new FunctionName("main");
        return new(entry, new Dictionary<FunctionName, Function> { [entry] = new(entry, builder.Build(parameters, [result.Atom])) });
    }

    private static void SameError(IBackend backend, Module module, TensorBuffer[] arguments)
    {
        var expected = Assert.Throws<MindDslException>(() => Interpreter.Run(module, arguments));
        var executable = backend.Compile(module);
        for (int k = 0; k < 2; k++) Assert.Equal(expected.Message, Assert.Throws<MindDslException>(() => executable.Run(arguments)).Message);
    }
}
