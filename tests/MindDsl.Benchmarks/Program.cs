using MindDsl.Benchmarks;
using MindDsl.Benchmarks.Derivatives;

string Option(string name, string otherwise)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : otherwise;
}

switch (args)
{
    case ["compile", var name, ..]:
        return CompileTimes.Only(name);
    case ["compile"]:
        return CompileTimes.Run();
    case ["text", ..]:
        return TextTimes.Run();
    case ["kernels", ..]:
        return KernelBenchmarks.Run(Option("--only", ""));
    case ["soak", ..]:
        return Soak.Run(Option("--only", "mlp_16"), long.Parse(Option("--steps", "1000000"), CultureInfo.InvariantCulture));
    case ["limits", ..]:
        return Limits.Run();
    case ["derivatives", .. var names]:
        return DerivativeBenchmark.Run(names);
    case ["peer" or "own", ..]:
        // The backend reads the variable when it starts its threads, at the first call.
        Environment.SetEnvironmentVariable("MINDDSL_THREADS", Option("--threads", "1"));
        var bench = new Bench(
            int.Parse(Option("--threads", "1"), CultureInfo.InvariantCulture),
            double.Parse(Option("--seconds", "1.5"), CultureInfo.InvariantCulture),
            Option("--only", ""), args.Contains("--list"), args.Contains("--profile"), Option("--trace", ""));
        if (args[0] == "peer") PeerWorkloads.Run(bench);
        else OwnWorkloads.Run(bench);
        return 0;
    default:
        Console.Error.WriteLine("dotnet run -c Release --project tests/MindDsl.Benchmarks -- peer|own|kernels|soak|limits|compile|text|derivatives [name] [--steps N] [--threads N] [--only SUBSTRING] [--seconds S] [--list] [--profile [--trace FILE]]");
        return 2;
}
