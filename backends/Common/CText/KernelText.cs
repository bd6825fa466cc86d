using System.Globalization;
using System.Reflection;
using System.Text;
using MindDsl.Backends.Devices;
using MindDsl.Ir;

namespace MindDsl.Backends.CText;

/// <summary>A kernel while it is written: its statements, and the numbers that it is given.</summary>
internal sealed class KernelText
{
    private readonly List<Place> _arguments = [];

    public KernelText() => Body = new(new CNames());

    /// <summary>The statements.</summary>
    public CScope Body { get; }

    /// <summary>What the kernel is given, in order.</summary>
    public IReadOnlyList<Place> Arguments => _arguments;

    /// <summary>The name of an argument (i64).</summary>
    public string Argument(Place number)
    {
        int known = _arguments.IndexOf(number);
        if (known < 0)
        {
            known = _arguments.Count;
            _arguments.Add(number);
        }
        return string.Create(CultureInfo.InvariantCulture, $"a{known}");
    }

    /// <summary>A place in memory as a pointer. Where <paramref name="named"/>, the place is an argument, so that other places have the same text.</summary>
    public string Pointer(DType type, Place place, bool named)
    {
        string at = named ? Argument(place) : place.Offset.ToString(CultureInfo.InvariantCulture);
        if (!named && place.Terms.Count > 0) at += " + " + Argument(place with { Offset = 0, Text = "" });
        return $"((GLOBAL {CType.Stored(type)}*)(m + {at}{place.Text}))";
    }

    /// <summary>The scalar whose bits are in a register of the host.</summary>
    public string Register(DType type, int register)
    {
        string bits = Argument(Place.Of(register));
        return type switch
        {
            DType.I64 => bits,
            DType.F32 => $"bits_f32((i32){bits})",
            DType.F64 => $"bits_f64({bits})",
            DType.F16 or DType.BF16 => CType.Load(type, $"(u16){bits}"),
            _ => $"(i32){bits}",
        };
    }

    /// <summary>The text without the name.</summary>
    public string Write()
    {
        var text = new StringBuilder("(GLOBAL u8* m");
        for (int k = 0; k < _arguments.Count; k++) text.Append(CultureInfo.InvariantCulture, $", i64 a{k}");
        text.Append(")\n{\n");
        Body.Write(text, 1);
        return text.Append("}\n").ToString();
    }
}

/// <summary>The text of a program: kernels of equal texts once, after what they call.</summary>
internal sealed class ProgramText(Dialect dialect)
{
    private static readonly string[] SpecialFunctions = ["_erf(", "_erfc(", "_lgamma(", "_digamma(", "_polygamma("];
    private static readonly string[] StorageFunctions = ["f16(", "f16_of_", "f16_round("];

    private readonly Dictionary<string, string> _names = [];
    private readonly StringBuilder _kernels = new();

    /// <summary>The number of kernels.</summary>
    public int Count => _names.Count;

    /// <summary>The name of a kernel of a text.</summary>
    public string Add(string kernel)
    {
        if (_names.TryGetValue(kernel, out string? name)) return name;
        name = string.Create(CultureInfo.InvariantCulture, $"k{_names.Count}");
        _kernels.Append(CultureInfo.InvariantCulture, $"\nKERNEL({name}){kernel}");
        return _names[kernel] = name;
    }

    /// <summary>The whole text.</summary>
    public string Write()
    {
        string kernels = _kernels.ToString();
        var text = new StringBuilder(dialect.Prelude).Append('\n').Append(Library);
        if (SpecialFunctions.Any(f => kernels.Contains(f, StringComparison.Ordinal))) text.Append('\n').Append(Resource("Tables.c")).Append('\n').Append(Resource("Special.c"));
        if (StorageFunctions.Any(f => kernels.Contains(f, StringComparison.Ordinal))) text.Append('\n').Append(Resource("Storage.c"));
        return text.Append(kernels).ToString();
    }

    /// <summary>What every program may call: for each type its functions, which are the same for all of a kind.</summary>
    private static string Library { get; } = string.Join('\n',
        Resource("Library.c"), Integers("32"), Integers("64"), Floats("f32"), "#ifdef HAS_F64", Floats("f64") + "#define REAL f64\n#define ON_REAL(f) f64_##f\n#else\n#define REAL f32\n#define ON_REAL(f) f32_##f\n#endif\n");

    private static string Integers(string bits) => Resource("Integers.c").Replace("$i", "i" + bits, StringComparison.Ordinal).Replace("$u", "u" + bits, StringComparison.Ordinal)
        .Replace("$n", bits == "32" ? "31" : "63", StringComparison.Ordinal);

    private static string Floats(string name) => Resource("Floats.c").Replace("$f", name, StringComparison.Ordinal);

    private static string Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new MindDslException(Diagnostics.Internal($"no resource {name}"));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
