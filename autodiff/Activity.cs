using MindDsl.Ir;

namespace MindDsl.Autodiff;

/// <summary>Which values depend on what is differentiated. An over-approximation: a value left out certainly has derivative zero.</summary>
internal static class Activity
{
    /// <summary>Adds to a set of active values those in a block that depend on them; true if there was one to add.</summary>
    public static bool Propagate(Block block, HashSet<Value> active)
    {
        bool grown = false;
        foreach (var let in block.Lets)
        {
            switch (let.Expr)
            {
                case Apply apply:
                    if (apply.Op is Elementwise { Slopes.Length: 0 }) continue;
                    grown |= Mark(let.Targets[0], apply.Arguments.Any(a => IsActive(a, active)), active);
                    break;
                case If or Switch:
                    if (let.Expr is Switch choice && IsActive(choice.Subject, active))
                        foreach (var inner in choice.Cases) foreach (var field in inner.Parameters) grown |= Mark(field, true, active);
                    foreach (var inner in let.Expr.Blocks) grown |= Propagate(inner, active);
                    for (int k = 0; k < let.Targets.Count; k++)
                        grown |= Mark(let.Targets[k], let.Expr.Blocks.Any(b => IsActive(b.Results[k], active)), active);
                    break;
                case While loop:
                    grown |= Loop(loop.Body, 0, loop.Initial, [], active);
                    grown |= Results(let, loop.Body, active);
                    break;
                case Scan scan:
                    grown |= Loop(scan.Body, 1, scan.Initial, scan.Inputs, active);
                    grown |= Results(let, scan.Body, active);
                    break;
                case Build build:
                    grown |= Propagate(build.Body, active);
                    grown |= Results(let, build.Body, active);
                    break;
                default:
                    bool any = let.Expr.Operands.Any(a => IsActive(a, active));
                    foreach (var target in let.Targets) grown |= Mark(target, any, active);
                    break;
            }
        }
        return grown;
    }

    /// <summary>True if an operand is active.</summary>
    public static bool IsActive(Atom atom, HashSet<Value> active) => atom is Value value && active.Contains(value);

    /// <summary>The values that some atoms depend on, in a block; blocks inside it count as depending on all that they read.</summary>
    public static HashSet<Value> Sources(Block block, IEnumerable<Atom> atoms)
    {
        var sources = new HashSet<Value>(atoms.OfType<Value>());
        for (int i = block.Lets.Count - 1; i >= 0; i--)
            if (block.Lets[i].Targets.Any(sources.Contains)) Scope.Reads(block.Lets[i], v => sources.Add(v));
        return sources;
    }

    private static bool Loop(Block body, int first, Seq<Atom> initial, Seq<Atom> inputs, HashSet<Value> active)
    {
        bool grown = false;
        for (int k = 0; k < initial.Count; k++) grown |= Mark(body.Parameters[first + k], IsActive(initial[k], active), active);
        for (int k = 0; k < inputs.Count; k++) grown |= Mark(body.Parameters[first + initial.Count + k], IsActive(inputs[k], active), active);
        while (true)
        {
            grown |= Propagate(body, active);
            bool carried = false;
            for (int k = 0; k < initial.Count; k++)
                carried |= Mark(body.Parameters[first + k], IsActive(body.Results[k], active), active);
            if (!carried) return grown;
            grown = true;
        }
    }

    private static bool Results(Let let, Block body, HashSet<Value> active)
    {
        bool grown = false;
        for (int k = 0; k < let.Targets.Count; k++)
        {
            bool initial = let.Expr is While loop && k < loop.Initial.Count && IsActive(loop.Initial[k], active)
                || let.Expr is Scan scan && k < scan.Initial.Count && IsActive(scan.Initial[k], active);
            grown |= Mark(let.Targets[k], initial || IsActive(body.Results[k], active), active);
        }
        return grown;
    }

    private static bool Mark(Value value, bool isActive, HashSet<Value> active) =>
        isActive && value.Type.IsDifferentiable && active.Add(value);
}
