using MindDsl.Ir;

namespace MindDsl.Tests.Dsl.Text;

/// <summary>Equality of modules but for the names of functions, values and cases: what stands at one place in one stands there in the other.</summary>
internal sealed class ModuleEquality
{
    private readonly Dictionary<object, object> _same = new(ReferenceEqualityComparer.Instance);
    private readonly Module _a;
    private readonly Module _b;

    private ModuleEquality(Module a, Module b) => (_a, _b) = (a, b);

    /// <summary>The first difference, or null.</summary>
    public static string? Difference(Module a, Module b)
    {
        try
        {
            new ModuleEquality(a, b).Compare();
            return null;
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }

    private void Compare()
    {
        Must(_a.Functions.Count == _b.Functions.Count, "numbers of functions");
        Must(_a.Unions.Count == _b.Unions.Count, "numbers of unions");
        foreach (var (type, union) in _a.Unions)
        {
            Must(_b.Unions.TryGetValue(type, out var other) && union.Cases.Count == other.Cases.Count, $"the union {type}");
            for (int n = 0; n < union.Cases.Count; n++) Must(union.Cases[n].Fields == other!.Cases[n].Fields, $"the case {union.Cases[n]}");
        }
        var waiting = new Queue<FunctionName>();
        Names(_a.Entry, _b.Entry, waiting);
        var seen = new HashSet<FunctionName>();
        while (waiting.TryDequeue(out var name))
        {
            if (!seen.Add(name)) continue;
            var (f, g) = (_a.Functions[name], _b.Functions[(FunctionName)_same[name]]);
            Must(f.Rule?.Kind == g.Rule?.Kind, $"the kind of rule of {name}");
            Must(f.Checkpoint == g.Checkpoint, $"the checkpoint of {name}");
            Must((f.FixedPoint?.Tolerance, f.FixedPoint?.MostSteps) == (g.FixedPoint?.Tolerance, g.FixedPoint?.MostSteps), $"the fixed point of {name}");
            if (f.FixedPoint is { } point) Names(point.Step, g.FixedPoint!.Step, waiting);
            if (f.LinearSolve is { } system)
            {
                Names(system.Product, g.LinearSolve!.Product, waiting);
                Names(system.Transposed, g.LinearSolve.Transposed, waiting);
            }
            if (f.Rule is { } rule) Names(rule.Rule, g.Rule!.Rule, waiting);
            Blocks(f.Body, g.Body, waiting);
        }
    }

    private void Blocks(Block a, Block b, Queue<FunctionName> waiting)
    {
        Values(a.Parameters, b.Parameters);
        Must(a.Lets.Count == b.Lets.Count, "numbers of lets");
        for (int n = 0; n < a.Lets.Count; n++)
        {
            var (x, y) = (a.Lets[n].Expr, b.Lets[n].Expr);
            Must(x.GetType() == y.GetType(), $"{x.GetType().Name} and {y.GetType().Name}");
            Atoms(x.Operands, y.Operands);
            if (Scope.Named(x) is { } name) Names(name, Scope.Named(y)!, waiting);
            Must(Own(x).Equals(Own(y)), $"{x} and {y}");
            Must(x.Blocks.Count == y.Blocks.Count, "numbers of blocks");
            for (int i = 0; i < x.Blocks.Count; i++) Blocks(x.Blocks[i], y.Blocks[i], waiting);
            Values(a.Lets[n].Targets, b.Lets[n].Targets);
        }
        Atoms(a.Results, b.Results);
    }

    /// <summary>What an expression says besides its operands, blocks and functions.</summary>
    private static object Own(Expr expr) => expr switch
    {
        Apply apply => apply.Op,
        Scan scan => (scan.StackedLength, scan.Reverse, scan.Initial.Count, scan.Inputs.Count),
        Build build => build.Extents,
        Inject inject => (inject.Union, inject.Case),
        Undefined undefined => undefined.Type,
        Differentiate d => (d.Kind, d.Active, d.Wanted, d.Order, d.Part, d.Residuals),
        _ => true,
    };

    private void Values(Seq<Value> a, Seq<Value> b)
    {
        Must(a.Count == b.Count, "numbers of values");
        for (int n = 0; n < a.Count; n++)
        {
            Must(a[n].Type == b[n].Type, $"the types of {a[n]} and {b[n]}: {a[n].Type}, {b[n].Type}");
            Must(!_same.TryGetValue(a[n], out var known) || known == b[n], $"{a[n]} is bound to two values");
            _same[a[n]] = b[n];
        }
    }

    private void Atoms(Seq<Atom> a, Seq<Atom> b)
    {
        Must(a.Count == b.Count, "numbers of operands");
        for (int n = 0; n < a.Count; n++)
        {
            if (a[n] is Literal) Must(a[n].Equals(b[n]), $"{a[n]} and {b[n]}");
            else if (_same.TryGetValue(a[n], out var known)) Must(known == b[n], $"{a[n]} is bound to another value than {b[n]}");
            else _same[a[n]] = b[n];
        }
    }

    private void Names(FunctionName a, FunctionName b, Queue<FunctionName> waiting)
    {
        Must(!_same.TryGetValue(a, out var known) || known == b, $"{a} is another function than {b}");
        _same[a] = b;
        waiting.Enqueue(a);
    }

    private static void Must(bool holds, string what)
    {
        if (!holds) throw new InvalidOperationException(what);
    }
}
