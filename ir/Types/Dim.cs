using System.Globalization;

namespace MindDsl.Ir;

/// <summary>An axis length: a number, a named size, or a polynomial in named sizes with integer coefficients.</summary>
/// <remarks>Terms are kept sorted by their names, so equal lengths are equal values.</remarks>
public sealed record Dim
{
    private Dim(long constant, Seq<Monomial> terms) => (Constant, Terms) = (constant, terms);

    /// <summary>One product of named sizes, with its coefficient.</summary>
    public sealed record Monomial(long Coefficient, Seq<string> Symbols);

    /// <summary>The number that is added to the products.</summary>
    public long Constant { get; }

    /// <summary>The products of named sizes.</summary>
    public Seq<Monomial> Terms { get; }

    /// <summary>True if no named size occurs.</summary>
    public bool IsConstant => Terms.Count == 0;

    /// <summary>A length that is known.</summary>
    public static Dim Of(long value) => new(value, []);

    /// <summary>A length known by name.</summary>
    public static Dim Symbol(string name) => new(0, [new(1, [name])]);

    /// <summary>A length that is known.</summary>
    public static implicit operator Dim(long value) => Of(value);

    /// <summary>The sum of two lengths.</summary>
    public static Dim operator +(Dim a, Dim b) => Collect(a.Constant + b.Constant, [.. a.Terms, .. b.Terms]);

    /// <summary>The difference of two lengths.</summary>
    public static Dim operator -(Dim a, Dim b) => a + (b * -1);

    /// <summary>The product of two lengths.</summary>
    public static Dim operator *(Dim a, Dim b)
    {
        var terms = new List<Monomial>();
        foreach (var s in a.Terms)
        {
            if (b.Constant != 0) terms.Add(s with { Coefficient = s.Coefficient * b.Constant });
            foreach (var t in b.Terms)
                terms.Add(new(s.Coefficient * t.Coefficient, [.. s.Symbols.Concat(t.Symbols).Order(StringComparer.Ordinal)]));
        }
        if (a.Constant != 0)
            foreach (var t in b.Terms) terms.Add(t with { Coefficient = t.Coefficient * a.Constant });
        return Collect(a.Constant * b.Constant, terms);
    }

    /// <summary>The length when each named size has a value.</summary>
    public long Evaluate(IReadOnlyDictionary<string, long> sizes)
    {
        long sum = Constant;
        foreach (var term in Terms)
        {
            long product = term.Coefficient;
            foreach (var symbol in term.Symbols) product *= sizes[symbol];
            sum += product;
        }
        return sum;
    }

    /// <summary>This length with some named sizes replaced by numbers.</summary>
    public Dim Bind(IReadOnlyDictionary<string, long> sizes)
    {
        if (IsConstant) return this;
        var sum = Of(Constant);
        foreach (var term in Terms)
        {
            var product = Of(term.Coefficient);
            foreach (var symbol in term.Symbols)
                product *= sizes.TryGetValue(symbol, out long value) ? Of(value) : Symbol(symbol);
            sum += product;
        }
        return sum;
    }

    /// <summary>The number, for a length that is known.</summary>
    /// <exception cref="MindDslException">MIND0001: a named size where a number is needed.</exception>
    public long Value => IsConstant
        ? Constant
        : throw new MindDslException(Diagnostics.Internal($"the size {this} is used as a number before it is bound"));

    /// <inheritdoc/>
    public override string ToString()
    {
        if (IsConstant) return Constant.ToString(CultureInfo.InvariantCulture);
        var parts = Terms.Select(t => t.Coefficient == 1
            ? string.Join('*', t.Symbols.Map(Identifier.Written))
            : t.Coefficient.ToString(CultureInfo.InvariantCulture) + "*" + string.Join('*', t.Symbols.Map(Identifier.Written)));
        string text = string.Join('+', parts);
        return Constant == 0 ? text : text + (Constant > 0 ? "+" : "") + Constant.ToString(CultureInfo.InvariantCulture);
    }

    private static Dim Collect(long constant, List<Monomial> terms) => new(constant, terms
        .GroupBy(t => t.Symbols)
        .Select(g => new Monomial(g.Sum(t => t.Coefficient), g.Key))
        .Where(t => t.Coefficient != 0)
        .OrderBy(t => string.Join('*', t.Symbols), StringComparer.Ordinal)
        .ToSeq());
}
