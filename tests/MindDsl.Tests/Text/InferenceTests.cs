using System.Globalization;
using Xunit;

namespace MindDsl.Tests.Text;

/// <summary>Inferred types against an inference of its own (Algorithm W) on random terms of the lambda calculus with lets and pairs.</summary>
public class InferenceTests
{
    private abstract record Term;

    private sealed record Name(string Text) : Term;

    private sealed record Lambda(string Parameter, Term Body) : Term;

    private sealed record Application(Term Function, Term Argument) : Term;

    private sealed record LetIn(string Target, Term Value, Term Body) : Term;

    private sealed record Pair(Term First, Term Second) : Term;

    private sealed record Truth : Term;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Inferred_types_are_the_most_general_ones(int seed)
    {
        var random = new Random(seed);
        int typed = 0;
        for (int n = 0; n < 400; n++)
        {
            var term = Random(random, 5, []);
            string text = $"let t = true in {Text(term)}";
            string? expected = Principal(term);
            string? found;
            try
            {
                found = MindLanguage.Plain.TypeOf(text);
            }
            catch (MindDslException error) when (error.Code is "MIND0731" or "MIND0734" or "MIND0735")
            {
                found = null;
            }
            Assert.True(expected == found, $"{text}\n  has the type {expected ?? "none"}, and {found ?? "none"} was inferred");
            if (expected is not null) typed++;
        }
        Assert.True(typed > 50, $"only {typed} terms have a type");
    }

    [Theory]
    [InlineData("fun f g x -> g (f x)", "('a -> 'b) -> ('b -> 'c) -> 'a -> 'c")]
    [InlineData("let id = fun x -> x in (id true, id ())", "bool * unit")]
    [InlineData("fun x -> { A = x; B = true }", "'a -> { A: 'a; B: bool }")]
    [InlineData("fun (x: f32[n, 3]) -> 2 * x", "f32[n, 3] -> f32[n, 3]")]
    [InlineData("fun (x: f64[3, 1]) (y: f64[4]) -> x + y", "f64[3, 1] -> f64[4] -> f64[3, 4]")]
    [InlineData("fun (x: f64[n]) (k: f64) -> sum (k * x)", "f64[n] -> f64 -> f64")]
    [InlineData("fun (x: f64[n]) -> [for i in n -> x[i] > 0]", "f64[n] -> bool[_]")]
    [InlineData("fun (x: f64[n, m]) -> x[0, 1..2]", "f64[n, m] -> f64[_]")]
    [InlineData("map (fun (x: f64) -> (x, true)) [1.0; 2.0]", "f64[2] * bool[2]")]
    [InlineData("type T<'a> = | A | B of 'a let main x = B (x, x)", "'a -> T<'a * 'a>")]
    [InlineData("grad (fun (x: f64) (y: f32) -> x * f64 y)", "f64 -> f32 -> f64")]
    [InlineData("vmap (fun (x: f64) -> x * x)", "f64[_] -> f64[_]")]
    [InlineData("let rec f x = if x > 1.0 then f (x - 1) else x", "f64 -> f64")]
    [InlineData("1 / 2", "i32")]
    [InlineData("1 / 2.0", "f64")]
    public void Types_of_texts(string text, string type) => Assert.Equal(type, MindLanguage.Plain.TypeOf(text));

    private static Term Random(Random random, int depth, string[] scope)
    {
        if (depth == 0) return scope.Length > 0 && random.Next(5) > 0 ? new Name(scope[random.Next(scope.Length)]) : new Truth();
        string fresh = "x" + scope.Length.ToString(CultureInfo.InvariantCulture);
        Term Next(params string[] more) => Random(random, random.Next(depth), [.. scope, .. more]);
        return random.Next(7) switch
        {
            0 or 1 => new Lambda(fresh, Next(fresh)),
            2 or 3 => new Application(Next(), Next()),
            4 or 5 => new LetIn(fresh, Next(), Next(fresh)),
            _ => new Pair(Next(), Next()),
        };
    }

    private static string Text(Term term) => term switch
    {
        Name name => name.Text,
        Lambda lambda => $"(fun {lambda.Parameter} -> {Text(lambda.Body)})",
        Application application => $"({Text(application.Function)} {Text(application.Argument)})",
        LetIn let => $"(let {let.Target} = {Text(let.Value)} in {Text(let.Body)})",
        Pair pair => $"({Text(pair.First)}, {Text(pair.Second)})",
        _ => "t",
    };

    // The oracle: types are variables with substitutions, functions, pairs and bool.
    private sealed class Type(string kind, params Type[] parts)
    {
        public string Kind { get; } = kind;

        public Type[] Parts { get; } = parts;

        public Type? Bound { get; set; }

        public Type Find() => Bound is null ? this : Bound.Find();
    }

    private static readonly Type Bool = new("bool");

    private static string? Principal(Term term)
    {
        var type = Infer(term, []);
        if (type is null) return null;
        var names = new Dictionary<Type, string>();
        string Show(Type t, int around)
        {
            t = t.Find();
            string text = t.Kind switch
            {
                "var" => names.TryGetValue(t, out string? known) ? known : names[t] = "'" + (char)('a' + names.Count),
                "bool" => "bool",
                "->" => Show(t.Parts[0], 1) + " -> " + Show(t.Parts[1], 0),
                _ => Show(t.Parts[0], 2) + " * " + Show(t.Parts[1], 2),
            };
            return (t.Kind == "->" && around > 0) || (t.Kind == "*" && around > 1) ? $"({text})" : text;
        }
        return Show(type, 0);
    }

    private static Type? Infer(Term term, (string Name, Type Type, HashSet<Type> General)[] scope)
    {
        switch (term)
        {
            case Name name:
                var entry = scope.Last(s => s.Name == name.Text);
                var copies = new Dictionary<Type, Type>();
                Type Copy(Type t)
                {
                    t = t.Find();
                    if (t.Kind == "var") return entry.General.Contains(t) ? copies.TryGetValue(t, out var copy) ? copy : copies[t] = new("var") : t;
                    return t.Parts.Length == 0 ? t : new(t.Kind, [.. t.Parts.Select(Copy)]);
                }
                return Copy(entry.Type);
            case Lambda lambda:
                var parameter = new Type("var");
                return Infer(lambda.Body, [.. scope, (lambda.Parameter, parameter, [])]) is { } body ? new("->", parameter, body) : null;
            case Application application:
                if (Infer(application.Function, scope) is not { } function || Infer(application.Argument, scope) is not { } argument) return null;
                var result = new Type("var");
                return Unify(function, new("->", argument, result)) ? result : null;
            case LetIn let:
                if (Infer(let.Value, scope) is not { } value) return null;
                // As in ML, the value of an application is not generalised.
                var general = let.Value is Lambda or Name ? Free(value).Except(scope.SelectMany(s => Free(s.Type).Except(s.General))).ToHashSet() : [];
                return Infer(let.Body, [.. scope, (let.Target, value, general)]);
            case Pair pair:
                return Infer(pair.First, scope) is { } first && Infer(pair.Second, scope) is { } second ? new("*", first, second) : null;
            default:
                return Bool;
        }
    }

    private static IEnumerable<Type> Free(Type type) => type.Find() is { Kind: "var" } variable ? [variable] : type.Find().Parts.SelectMany(Free);

    private static bool Unify(Type a, Type b)
    {
        (a, b) = (a.Find(), b.Find());
        if (a == b) return true;
        if (a.Kind == "var") return Bind(a, b);
        if (b.Kind == "var") return Bind(b, a);
        return a.Kind == b.Kind && a.Parts.Zip(b.Parts).All(p => Unify(p.First, p.Second));
    }

    private static bool Bind(Type variable, Type type)
    {
        if (Free(type).Contains(variable)) return false;
        variable.Bound = type;
        return true;
    }
}
