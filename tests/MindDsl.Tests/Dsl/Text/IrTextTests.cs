using MindDsl.Ir;
using Xunit;

namespace MindDsl.Tests.Dsl.Text;

public class IrTextTests
{
    private static void Fails(string code, string text) => Assert.Equal(code, Assert.Throws<MindDslException>(() => IrText.Read(text)).Code);

    [Fact]
    public void A_program_written_by_hand_is_read_and_runs()
    {
        var module = IrText.Read("""
            // x², and its sum with what was given
            let rec main (x: f64[3]) : f64 =
              let y: f64[3] = square x in
              let s: f64 = sum<[0]> y in
              s

            and square (x: f64[3]) : f64[3] =
              let y: f64[3] = mul x x in
              y
            """);
        Assert.Equal(14, MindDsl.Backends.Interpreter.Run(module, [MindDsl.Backends.TensorBuffer.Of<double>(DType.F64, [1, 2, 3], 3)])[0][0].Number);
    }

    [Fact]
    public void Names_that_are_no_identifiers_are_quoted()
    {
        var union = new UnionType("the rest of x");
        var (f, x, y) = (new FunctionName("f"), new Value(new TensorType(DType.F32, new([Dim.Symbol("my size") * 2 - 1]))), new Value(union));
        var module = new Module(f, new Dictionary<FunctionName, Function> { [f] = new(f, new([x], [new([y], new Inject(union, 1, [x]))], [y])) },
            new Dictionary<UnionType, UnionDefinition> { [union] = new(union, [new("let", []), new("let", [x.Type])]) });
        string text = Printer.Print(module);
        Assert.Contains("``the rest of x``", text, StringComparison.Ordinal);
        Assert.Null(ModuleEquality.Difference(module, IrText.Read(text)));
    }

    [Theory]
    [InlineData("MIND0701", "let f (x: f64) : f64 = ")]
    [InlineData("MIND0711", "let f (x: f64) : f64 = x + x")]
    [InlineData("MIND0711", "let f (x: f64) : f64 = let g y = y in x")]
    [InlineData("MIND0711", "let f x : f64 = x")]
    [InlineData("MIND0711", "open A let f (x: f64) : f64 = x")]
    [InlineData("MIND0711", "type A = f64")]
    [InlineData("MIND0712", "let f (x: f64) : f64 = y")]
    [InlineData("MIND0712", "let f (x: Tree) : Tree = x")]
    [InlineData("MIND0712", "let f (x: f64) : f64 = let y: f64 = g x in y")]
    [InlineData("MIND0713", "let f (x: f64) (x: f64) : f64 = x")]
    [InlineData("MIND0713", "let f (x: f64) : f64 = x let f (x: f64) : f64 = x")]
    [InlineData("MIND0714", "let f (x: f64[2]) : f64 = let y: f64 = sum<0> x in y")]
    [InlineData("MIND0714", "let f (x: f64[2]) : f64 = let y: f64 = sum<[0], 1> x in y")]
    [InlineData("MIND0715", "let f (x: f64) : f32 = x")]
    [InlineData("MIND0716", "let f (x: f64) : f64 = let y: f32 = mul x x in x")]
    [InlineData("MIND0716", "let f (x: f64) : f64 = let y: f64 = mul z x in let z: f64 = mul x x in y")]
    [InlineData("MIND0716", "let f (x: f64[2]) : f64 = let y: f64 = sum<[1]> x in y")]
    public void What_is_no_program_of_the_ir_has_an_error_of_its_own(string code, string text) => Fails(code, text);

    [Fact]
    public void A_program_is_checked_at_its_level()
    {
        const string text = "let f (x: f64[n]) : f64[n] = x";
        Assert.Equal("f", IrText.Read(text).Entry.Text);
        Assert.Equal("MIND0716", Assert.Throws<MindDslException>(() => IrText.Read(text, level: Level.Sized)).Code);
    }

    [Fact]
    public void Values_know_their_lines() =>
        Assert.Equal(2, IrText.Read("let f (x: f64) : f64 =\n  let y: f64 = mul x x in\n  y", "a.mind").EntryFunction.Body.Lets[0].Targets[0].Span!.Line);
}
