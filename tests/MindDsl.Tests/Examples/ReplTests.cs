using System.Diagnostics;
using System.Globalization;
using MindDsl.Examples.Repl;
using Xunit;

namespace MindDsl.Tests.Examples;

/// <summary>The read-eval-print loop, driven through a pipe as a program drives it, and with a script.</summary>
public sealed class ReplTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("minddsl-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Repl.dll"), .. arguments])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static async Task<(int Status, string Output, string Errors)> Run(string input, params string[] arguments)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var process = Start(arguments);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, (await output).ReplaceLineEndings("\n"), (await errors).ReplaceLineEndings("\n"));
    }

    private Task<(int Status, string Output, string Errors)> Script(string text)
    {
        string file = Path.Combine(_folder, "script.mind");
        File.WriteAllText(file, text);
        return Run("", "--file", file);
    }

    [Fact]
    public async Task Entries_from_a_pipe_are_answered_without_colours_or_prompts()
    {
        var (status, output, errors) = await Run("""
            let cube (x: f64) =
              let s = x * x in
              s * x
            cube 2.0
            grad cube 2.0
            [for i in 3 -> f64 i * 0.5]
            (1, true)
            type Point = { X: f64; Y: f64 }
            { X = 1.0; Y = cube 3.0 }
            :type cube
            """);
        Assert.Equal("", errors);
        Assert.Equal(0, status);
        Assert.Equal("""
            cube : f64 -> f64
            8.0 : f64
            12.0 : f64
            [  0, 0.5,   1] : f64[3]
            (1, true) : i32 * bool
            type Point
            { X = 1.0; Y = 27.0 } : Point
            f64 -> f64

            """.ReplaceLineEndings("\n"), output);
    }

    [Fact]
    public async Task Programs_are_shown_before_and_after_differentiation()
    {
        var (status, output, _) = await Run("""
            let square (x: f64) = x * x
            :ir square
            :grad square
            :csharp square
            :kernels sum [for i in 100 -> square (f64 i)]
            :explain sum [for i in 100 -> square (f64 i)]
            :time square 3.0
            """);
        Assert.Equal(0, status);
        Assert.Contains("mul x0 x0", output, StringComparison.Ordinal);
        Assert.Contains("static double", output, StringComparison.Ordinal);
        Assert.Contains("loop nests", output, StringComparison.Ordinal);
        Assert.Contains("total: ", output, StringComparison.Ordinal);
        Assert.Contains("with compilation", output, StringComparison.Ordinal);
        // What was shown is printed IR: it is read back.
        string[] lines = output.Split('\n');
        int start = Array.FindIndex(lines, l => l.StartsWith("let ", StringComparison.Ordinal));
        int end = Array.FindIndex(lines, start + 1, l => l.StartsWith("let ", StringComparison.Ordinal));
        Assert.Single(IrText.Read(string.Join('\n', lines[start..end])).Functions);
    }

    [Fact]
    public async Task An_entry_that_fails_does_not_end_a_pipe_but_sets_the_status()
    {
        var (status, output, errors) = await Run("1 + 1\nlet bad = nobody + 1\n2 * * 3\n:nonsense\n2 + 2\n");
        Assert.Equal(1, status);
        Assert.Equal("2 : i32\n4 : i32\n", output);
        Assert.Contains("MIND0701", errors, StringComparison.Ordinal);
        Assert.Contains("nobody", errors, StringComparison.Ordinal);
        Assert.Contains(":nonsense", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Definitions_may_be_polymorphic_and_take_structures_apart()
    {
        var (status, output, errors) = await Run("""
            let pair = fun x -> (x, x)
            pair 1.0
            pair (pair true)
            :type pair
            let (a, (b, _)) = (1, (2.5, true))
            let { X = q } = { X = a; Y = b }
            q + 1
            let get r = r.Field + 1
            get { Field = 2 }
            get { Field = 2.5; Other = true }
            type Point = { X: f64; Y: f64 }
            let norm p = p.X * p.X + p.Y
            norm { X = 3.0; Y = 4.0 }
            grad norm { X = 3.0; Y = 4.0 }
            :ir pair
            [1; 2; 3][0..1]
            [1..3]
            let one () = 1
            one () / 2
            :names pair
            """);
        Assert.Equal("", errors);
        Assert.Equal(0, status);
        Assert.Equal("""
            pair : 'a -> 'a * 'a
            (1.0, 1.0) : f64 * f64
            ((true, true), (true, true)) : (bool * bool) * (bool * bool)
            'a -> 'a * 'a
            a : i32
            b : f64
            q : i32
            2 : i32
            get : a function of records, whose type is known where it is used
            3 : i32
            3.5 : f64
            type Point
            norm : Point -> f64
            13.0 : f64
            { X = 6.0; Y = 1.0 } : Point
            let main (x0: f64) : f64 * f64 =
              (x0, x0)
            [1, 2] : i32[2]
            [1, 2, 3] : i64[3]
            one : unit -> 'a
            0 : i32
            pair                 'a -> 'a * 'a

            """.ReplaceLineEndings("\n"), output);
    }

    [Fact]
    public async Task Errors_of_runs_name_the_line_of_the_entry()
    {
        var (status, _, errors) = await Run("let v = [1.0; 2.0]\nlet at i = v[i]\nat 1\n1.0 +\n  v[7]\n");
        Assert.Equal(1, status);
        Assert.Contains("MIND0302", errors, StringComparison.Ordinal);
        Assert.Contains("line 2, column 3\n           v[7]\n           ^^^^", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_name_the_line_of_the_entry_and_not_of_the_session()
    {
        var (_, _, errors) = await Run("let a = 1\nlet b = 2\na +\n  nobody\n");
        Assert.Contains("line 2, column 3", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_ends_at_its_first_error()
    {
        var (status, output, errors) = await Script("// a comment\nlet f x =\n  x + 1.0\nf 2.0\nf nobody\nf 3.0\n");
        Assert.Equal(1, status);
        Assert.EndsWith("3.0 : f64\n", output, StringComparison.Ordinal);
        Assert.Contains("nobody", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_status_tells_wrong_usage_from_errors()
    {
        Assert.Equal(2, (await Run("", "--nonsense")).Status);
        Assert.Equal(2, (await Run("", "--file")).Status);
        Assert.Equal(1, (await Run("", "--file", Path.Combine(_folder, "absent.mind"))).Status);
        Assert.Equal(0, (await Run("", "--help")).Status);
        Assert.Equal(0, (await Run("1\n:quit\nnobody\n")).Status);
    }

    [Fact]
    public async Task Ctrl_c_ends_a_loop_that_never_ends()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the signal is sent as on Linux");
        // A process that is started in the background by some shells is deaf to the signal, and so are its children.
        string ignored = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn", StringComparison.Ordinal)).Split('\t')[1];
        Assert.SkipUnless((System.Convert.ToUInt64(ignored, 16) & 0b10) == 0, "this process ignores Ctrl-C, and so would its children");
        var cancellation = TestContext.Current.CancellationToken;
        using var process = Start();
        await process.StandardInput.WriteAsync("1;;\nwhile 0.0 when fun x -> x < 1.0 do fun x -> x * 0.5;;\n");
        await process.StandardInput.FlushAsync(cancellation);
        Assert.Equal("1 : i32", await process.StandardOutput.ReadLineAsync(cancellation));
        await Task.Delay(1000, cancellation);
        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)])!) await kill.WaitForExitAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        Assert.Equal(130, process.ExitCode);
    }

    [Fact]
    public void Scripts_are_cut_into_entries_at_lines_that_are_not_indented()
    {
        using var reader = new StringReader("let a =\n  1\n\n  + 2\n:type a\ntype S =\n| A\n| B\n// comment\nlet f x = x\nand g x = f x\n1;;\n2\n");
        Assert.Equal(["let a =\n  1\n\n  + 2", ":type a", "type S =\n| A\n| B", "let f x = x\nand g x = f x", "1", "2"], Entries.Of(reader));
    }
}
