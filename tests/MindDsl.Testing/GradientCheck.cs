using System.Globalization;
using System.Text;
using MindDsl.Ir;
using static MindDsl.Mind;

namespace MindDsl.Testing;

/// <summary>The check of one function, whose arguments are one structure.</summary>
internal sealed class GradientCheck<A, R>(Fn<A, R> f, string[] names, CheckOptions options)
{
    /// <summary>The error of forward mode through a function that has its own reverse rule.</summary>
    private const string ReverseOnly = "MIND0401";

    private readonly Random _random = new(options.Seed);
    private int _checked;
    private int _kinks;

    /// <summary>Checks all derivatives at arguments; arguments where the function is not finite are passed over.</summary>
    public void At(A at)
    {
        var values = FloatTree.Elements(f(at), "the result");
        if (values.Count == 0) throw new CheckException("the result has no float element, so there is nothing to differentiate");
        if (values.Any(v => !double.IsFinite(v.Value))) return;
        var arguments = FloatTree.Elements(at, names);
        var weights = FloatTree.Map(f(at), (_, _) => 0.5 + _random.NextDouble());
        var cotangents = FloatTree.Elements(f.Vjp()(at, weights).Cotangent, names);
        double[] w = [.. FloatTree.Elements(weights).Select(e => e.Value)];
        int before = _checked;
        for (int k = 0; k < arguments.Count; k++)
        {
            if (arguments.Count > options.Elements && _random.Next(arguments.Count) >= options.Elements) continue;
            var (differences, isKink) = Differences(at, k, arguments[k]);
            if (isKink) _kinks++;
            if (isKink || differences is null) continue;
            _checked++;
            if (Tangent(at, k) is { } tangents)
                for (int r = 0; r < tangents.Length; r++)
                    Compare("forward mode", arguments, k, values[r].ToString(), differences[r], tangents[r], 1);
            var sum = differences.Select((d, r) => d * w[r]).Aggregate((a, b) => a + b);
            Compare("reverse mode", arguments, k, w.Length == 1 ? values[0].ToString() : "a weighted sum of the result", sum, cotangents[k].Value, w.Length);
        }
        if (options.SecondOrder && _checked > before) Symmetry(at, weights, arguments);
    }

    /// <summary>Says so if nothing could be checked.</summary>
    public void Conclude()
    {
        if (_checked == 0)
            throw new CheckException(_kinks > 0
                ? "the function has a kink at every element that was tried, so that nothing was checked; give arguments away from kinks"
                : "the function was not finite at any arguments that were tried, so that nothing was checked; give arguments of its domain");
    }

    /// <summary>The tangents of the result for the tangent 1 at an element; null if the function has a reverse rule only.</summary>
    private double[]? Tangent(A at, int k)
    {
        try
        {
            var direction = FloatTree.Map(at, (_, n) => n == k ? 1 : 0);
            return [.. FloatTree.Elements(f.Jvp()(at, direction).Tangent).Select(e => e.Value)];
        }
        catch (MindDslException e) when (e.Code == ReverseOnly)
        {
            return null;
        }
    }

    /// <summary>The differences of all results by an element, each at the step where two steps agree best.</summary>
    private (Difference[]? Best, bool IsKink) Differences(A at, int k, FloatTree.Element element)
    {
        bool isSingle = element.DType == DType.F32;
        double scale = Math.Max(1, Math.Abs(element.Value));
        double[] Moved(double by) => [.. FloatTree.Elements(f(FloatTree.Map(at, (e, n) => n == k ? e.Value + by : e.Value))).Select(e => e.Value)];
        double[] middle = Moved(0);
        var sweep = new List<(double Step, double[] Central, double[] Gap)>();
        for (double step = isSingle ? 0.125 : 1.0 / 64; step >= (isSingle ? 1.0 / 64 : 1.0 / 32768); step /= 4)
        {
            double h = step * scale;
            double[] right = Moved(h), left = Moved(-h), farRight = Moved(2 * h), farLeft = Moved(-2 * h);
            if (new[] { right, left, farRight, farLeft }.Any(m => m.Any(v => !double.IsFinite(v)))) continue;
            sweep.Add((h,
                [.. right.Select((_, r) => (8 * (right[r] - left[r]) - (farRight[r] - farLeft[r])) / (12 * h))],
                [.. right.Select((_, r) => Math.Abs(right[r] - 2 * middle[r] + left[r]) / h)]));
        }
        if (sweep.Count < 2) return (null, false);
        var best = new Difference[middle.Length];
        for (int r = 0; r < best.Length; r++)
        {
            // The slopes to both sides come together as the step falls, but for a kink.
            double wide = sweep[0].Gap[r], narrow = sweep[^1].Gap[r], slope = Math.Abs(sweep[^1].Central[r]);
            if (narrow > 0.3 * wide && narrow > 1e-3 * (1 + slope) / Math.Max(1, 1 / sweep[^1].Step * 1e-3)) return (null, true);
            best[r] = Enumerable.Range(1, sweep.Count - 1)
                .Select(s => new Difference(sweep[s].Central[r], Math.Abs(sweep[s].Central[r] - sweep[s - 1].Central[r]), sweep[s].Step))
                .MinBy(d => d.Error);
        }
        return (best, false);
    }

    /// <summary>A difference, how much it changed from the step before, and the step.</summary>
    private readonly record struct Difference(double Value, double Error, double Step)
    {
        public static Difference operator +(Difference a, Difference b) => new(a.Value + b.Value, a.Error + b.Error, Math.Min(a.Step, b.Step));

        public static Difference operator *(Difference a, double w) => new(a.Value * w, a.Error * Math.Abs(w), a.Step);
    }

    private void Compare(string mode, List<FloatTree.Element> arguments, int k, string result, Difference expected, double got, int summands)
    {
        double tolerance = arguments[k].DType == DType.F32 ? Math.Max(options.Tolerance, 2e-2) : options.Tolerance;
        double allowed = tolerance * summands * Math.Max(1, Math.Abs(expected.Value)) + 2 * Math.Min(expected.Error, 0.01 * Math.Max(1, Math.Abs(expected.Value)));
        if (Math.Abs(got - expected.Value) <= allowed) return;
        throw new CheckException(Text($"the derivative of {result} by {arguments[k]} is wrong in {mode}", arguments,
            ("expected", Number(expected.Value) + " by differences"), ("got", Number(got)), ("step", Number(expected.Step)), ("allowed", Number(allowed))));
    }

    /// <summary>u·(H v) = v·(H u) for the Hessian of the weighted sum of the result, by forward over reverse mode, or by reverse mode twice where there is a reverse rule only.</summary>
    private void Symmetry(A at, R weights, List<FloatTree.Element> arguments)
    {
        var gradient = Fn((A a) => f.Vjp()(a, weights).Cotangent);
        A Random() => FloatTree.Map(at, (_, _) => 2 * _random.NextDouble() - 1);
        var (u, v) = (Random(), Random());
        double one = FloatTree.Dot(u, Curvature(gradient, at, v)), other = FloatTree.Dot(v, Curvature(gradient, at, u));
        double tolerance = Math.Max(options.Tolerance, arguments.Any(a => a.DType == DType.F32) ? 2e-2 : 0) * arguments.Count;
        if (!double.IsFinite(one) || !double.IsFinite(other))
            throw new CheckException(Text("the second derivatives are not finite where the first ones are right", arguments, ("u·(H v)", Number(one)), ("v·(H u)", Number(other))));
        if (Math.Abs(one - other) <= tolerance * (1 + Math.Abs(one))) return;
        throw new CheckException(Text("the second derivatives are not symmetric: u·(H v) differs from v·(H u)", arguments, ("u·(H v)", Number(one)), ("v·(H u)", Number(other))));
    }

    private static A Curvature(Fn<A, A> gradient, A at, A direction)
    {
        try
        {
            return gradient.Jvp()(at, direction).Tangent;
        }
        catch (MindDslException e) when (e.Code == ReverseOnly)
        {
            return gradient.Vjp()(at, direction).Cotangent;
        }
    }

    private static string Text(string what, List<FloatTree.Element> arguments, params ReadOnlySpan<(string Name, string Value)> facts)
    {
        const int most = 40;
        var text = new StringBuilder(what);
        foreach (var (name, value) in facts) text.Append(CultureInfo.InvariantCulture, $"\n  {name,-9} {value}");
        text.Append("\n  at");
        foreach (var argument in arguments.Take(most)) text.Append(CultureInfo.InvariantCulture, $"\n    {argument} = {Number(argument.Value)}");
        if (arguments.Count > most) text.Append(CultureInfo.InvariantCulture, $"\n    and {arguments.Count - most} more");
        return text.ToString();
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
