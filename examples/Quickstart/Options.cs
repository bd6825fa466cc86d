using System.Globalization;

namespace MindDsl.Examples.Quickstart;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    public const string Usage = """
        Trains a classifier of digit images.

          dotnet run -c Release --project examples/Quickstart -- [options]

          --data DIR            IDX files, .gz or not; without it MNIST from the cache or the web, else drawn digits
          --model lenet|mlp     default lenet
          --epochs N            default 10
          --seed N              default 1
          --device NAME         cpu, opencl or cuda, or one of several: cuda:1; default cpu
          --resume FILE         goes on from a checkpoint
          --output DIR          where checkpoints go; default the current folder
          --validate N          holds the last N training images out and reports on them instead of the test images
        """;

    public string? Data { get; init; }

    public string Model { get; init; } = "lenet";

    public int Epochs { get; init; } = 10;

    public ulong Seed { get; init; } = 1;

    /// <summary>The name of the device; null for what calls use anyway.</summary>
    public string? Device { get; init; }

    public string? Resume { get; init; }

    public string Output { get; init; } = ".";

    public int Validate { get; init; }

    public bool Help { get; init; }

    /// <summary>Reads the arguments; a complaint in plain words if they make no sense.</summary>
    public static (Options? Options, string? Complaint) Read(string[] arguments)
    {
        var options = new Options();
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            if (name is "--help" or "-h") return (options with { Help = true }, null);
            if (name is not ("--data" or "--model" or "--epochs" or "--seed" or "--device" or "--resume" or "--output" or "--validate"))
                return (null, $"there is no option {name}");
            if (++i == arguments.Length) return (null, $"{name} needs a value");
            string value = arguments[i];
            var next = name switch
            {
                "--data" => options with { Data = value },
                "--model" when value is "lenet" or "mlp" => options with { Model = value },
                "--epochs" when Number(value) is { } n and > 0 => options with { Epochs = n },
                "--seed" when ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed) => options with { Seed = seed },
                "--device" => options with { Device = value },
                "--resume" => options with { Resume = value },
                "--output" => options with { Output = value },
                "--validate" when Number(value) is { } n => options with { Validate = n },
                _ => null,
            };
            if (next is null) return (null, $"{name} cannot be {value}");
            options = next;
        }
        return (options, null);
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
