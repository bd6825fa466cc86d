using System.Text.RegularExpressions;
using MindDsl.Ir;
using MindDsl.Tests.Autodiff;
using Xunit;

namespace MindDsl.Tests.Properties;

/// <summary>Laws of the verifier, the interpreter and the printer on random programs.</summary>
public partial class ProgramLaws
{
    [Fact]
    public void Random_programs_are_well_typed_and_run_to_a_number() => DerivativeLaws.Check(DerivativeLaws.Programs(15), p =>
    {
        var program = new ProgramGenerator(p.Seed, smooth: false).Make(p.Size);
        Verifier.Check(program, Level.Source, "the generator");
        Assert.True(double.IsFinite(Derivatives.Run(program, DerivativeLaws.Arguments(p.Seed))));
    }, 200);

    [Fact]
    public void Passes_leave_programs_of_their_level() => DerivativeLaws.Check(DerivativeLaws.Programs(15), p =>
    {
        var module = new ProgramGenerator(p.Seed, smooth: false).Make(p.Size);
        var level = Level.Source;
        Pass[] passes = [LiftFunctions.Pass, Simplify.Pass, Inline.Early, Defunctionalize.Pass, Simplify.Pass, RemoveDead.Pass, Inline.Late];
        foreach (var pass in passes)
        {
            module = pass.Run(module);
            level = pass.Result ?? level;
            Verifier.Check(module, level, pass.Name);
        }
    }, 100);

    [Fact]
    public void Equal_programs_print_equally_and_names_are_bound_once_in_a_function() => DerivativeLaws.Check(DerivativeLaws.Programs(15), p =>
    {
        string text = Printer.Print(new ProgramGenerator(p.Seed, smooth: false).Make(p.Size));
        Assert.Equal(text, Printer.Print(new ProgramGenerator(p.Seed, smooth: false).Make(p.Size)));
        foreach (string function in text.Split("\nand "))
            Assert.Distinct(Binding().Matches(function).Select(m => m.Groups[1].Value));
    }, 100);

    /// <summary>A name with its type follows a word or an opening parenthesis, or a comma in a list of targets.</summary>
    [GeneratedRegex(@"(?:let |\(|, )([A-Za-z_][A-Za-z0-9_]*): ")]
    private static partial Regex Binding();
}
