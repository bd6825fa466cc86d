using System.Globalization;

namespace MindDsl.Examples.OptionPricing;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    public const string Usage = """
        Prices options by formulas, with their derivatives.

          dotnet run -c Release --project examples/OptionPricing -- [options]

          --formula TEXT        a formula, such as "max (Spot - Strike) 0"; without it all that come with the program
          --file FILE           a file that holds a formula
          --names               lists what formulas may use, and ends
          --spot N  --strike N  --rate N  --volatility N  --time N
        """;

    public Market Market { get; init; } = Market.Sample;

    public string? Formula { get; init; }

    public string? File { get; init; }

    public bool Names { get; init; }

    public bool Help { get; init; }

    /// <summary>Reads the arguments; a complaint in plain words if they make no sense.</summary>
    public static (Options? Options, string? Complaint) Read(string[] arguments)
    {
        var options = new Options();
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            if (name is "--help" or "-h") return (options with { Help = true }, null);
            if (name is "--names")
            {
                options = options with { Names = true };
                continue;
            }
            if (name is not ("--formula" or "--file" or "--spot" or "--strike" or "--rate" or "--volatility" or "--time")) return (null, $"there is no option {name}");
            if (++i == arguments.Length) return (null, $"{name} needs a value");
            string value = arguments[i];
            bool isNumber = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number);
            var market = options.Market;
            var next = name switch
            {
                "--formula" => options with { Formula = value },
                "--file" => options with { File = value },
                "--rate" when isNumber => options with { Market = market with { Rate = number } },
                _ when !isNumber || !(number > 0) => null,
                "--spot" => options with { Market = market with { Spot = number } },
                "--strike" => options with { Market = market with { Strike = number } },
                "--volatility" => options with { Market = market with { Volatility = number } },
                _ => options with { Market = market with { Time = number } },
            };
            if (next is null) return (null, $"{name} cannot be {value}");
            options = next;
        }
        return options is { Formula: not null, File: not null } ? (null, "give a formula or a file, not both") : (options, null);
    }
}
