using System.Globalization;
using MindDsl;
using MindDsl.Examples.OptionPricing;

var (options, complaint) = Options.Read(args);
if (options is null)
{
    Console.Error.WriteLine(complaint);
    Console.Error.WriteLine(Options.Usage);
    return 2;
}
if (options.Help)
{
    Console.WriteLine(Options.Usage);
    return 0;
}
if (options.Names)
{
    foreach (var member in typeof(Market).GetConstructors().Single(c => c.GetParameters().Length > 1).GetParameters()) Console.WriteLine($"{member.Name} : f64");
    foreach (var name in Desk.Language.Describe()) Console.WriteLine(name.Summary.Length == 0 ? $"{name.Name} : {name.Type}" : $"{name.Name} : {name.Type}   {name.Summary}");
    return 0;
}

try
{
    var formulas = options switch
    {
        { Formula: { } text } => new Dictionary<string, string> { ["formula"] = text },
        { File: { } file } => new Dictionary<string, string> { [Path.GetFileName(file)] = File.ReadAllText(file) },
        _ => Desk.Formulas,
    };
    var rows = new List<string> { Row("", "price", "delta", "gamma", "vega", "theta", "rho") };
    foreach (var (name, formula) in formulas)
    {
        var g = Desk.Price(formula, options.Market);
        rows.Add(Row(name, Number(g.Price), Number(g.Delta), Number(g.Gamma), Number(g.Vega), Number(g.Theta), Number(g.Rho)));
    }
    foreach (string row in rows) Console.WriteLine(row);
    return 0;
}
catch (MindDslException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static string Number(double value) => value.ToString("0.000000", CultureInfo.InvariantCulture);

static string Row(params string[] cells) => string.Concat(cells.Select((cell, k) => k == 0 ? cell.PadRight(12) : cell.PadLeft(14))).TrimEnd();
