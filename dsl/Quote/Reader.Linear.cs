using MindDsl.Ir;

namespace MindDsl.Quote;

/// <content>Derivatives in two parts: the primal one runs once, the linear one any number of times.</content>
internal sealed partial class Reader
{
    private readonly Dictionary<UnionType, UnionDefinition> _unions = [];

    /// <summary><c>f.Linearize(x…)</c> and <c>f.Vjp(x…)</c>: the value and the derivative at the point.</summary>
    private Product ReadLinearization(System.Reflection.MethodInfo method, Seq<AbstractValue> operands) => ReadLinearization(
        method.Name == nameof(Linearizations.Linearize) ? DerivativeKind.Forward : DerivativeKind.Reverse,
        AsFunction(operands[0]), operands.Slice(1, operands.Count - 1), method.ReturnType.GetGenericArguments()[1], method.ReturnType);

    /// <summary>The value and the derivative at a point; the derivative is a function of the delegate type, <see cref="Delegate"/> where there is none.</summary>
    private Product ReadLinearization(DerivativeKind kind, FunctionValue function, Seq<AbstractValue> arguments, Type delegateType, Type resultType)
    {
        var (value, linear) = Linearized(kind, function, arguments, _ => true, delegateType);
        return new Product(resultType, [value, linear]);
    }

    /// <summary>A function at a point: its value, and its derivative with respect to some arguments.</summary>
    private (AbstractValue Value, LinearValue Linear) Linearized(
        DerivativeKind kind, FunctionValue function, Seq<AbstractValue> arguments, Func<int, bool> isWanted, Type delegateType)
    {
        var (name, result, given) = AsModuleFunction(function, arguments);
        return Linearized(kind, name, result, given, isWanted, delegateType);
    }

    private (AbstractValue Value, LinearValue Linear) Linearized(
        DerivativeKind kind, FunctionName name, AbstractValue result, Seq<AbstractValue> given, Func<int, bool> isWanted, Type delegateType)
    {
        var atoms = Flatten(result);
        var kept = new UnionType("kept_" + _unions.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
        _unions[kept] = new(kept, []);
        var derivative = new Differentiate(kind, name, Active(given, isWanted), atoms.Select(a => a.Type.IsDifferentiable).ToSeq(), given.SelectMany(a => Flatten(a)).ToSeq())
        {
            Part = DerivativePart.Primal,
            Residuals = kept,
        };
        var outputs = _builder.Emit(derivative, [.. atoms.Select(a => a.Type), kept]);
        var value = Rebuild(result, outputs.Take(atoms.Count).ToList());
        var arguments = given.Where((_, k) => isWanted(k)).ToSeq();
        var linear = derivative with { Part = DerivativePart.Linear, Arguments = [outputs[atoms.Count]] };
        return (value, kind == DerivativeKind.Forward ? new(linear, arguments, [result], delegateType) : new(linear, [result], arguments, delegateType));
    }

    private AbstractValue ApplyLinear(LinearValue linear, Seq<AbstractValue> arguments)
    {
        var parts = linear.Outputs.Map(o => o);
        var outputs = ApplyLinear(linear, Seeds(linear.Derivative.Kind == DerivativeKind.Forward ? "tangent" : "cotangent", linear.Inputs, arguments));
        int next = 0;
        var made = new List<AbstractValue>();
        foreach (var part in parts) made.Add(Cotangent(part, outputs, ref next));
        return made.Count == 1 ? made[0] : new Product(
            linear.DelegateType == typeof(Delegate) ? typeof(object) : new Structures.Layout.Function(linear.DelegateType).Signature.ReturnType, made.ToSeq());
    }

    /// <summary>The derivatives for a seed of each differentiable leaf.</summary>
    private Seq<Value> ApplyLinear(LinearValue linear, Seq<Atom> seeds) => _builder.Emit(
        linear.Derivative with { Arguments = [.. linear.Derivative.Arguments, .. seeds] },
        linear.Outputs.SelectMany(o => Flatten(o)).Where(a => a.Type.IsDifferentiable).Select(a => a.Type).ToSeq());

    /// <summary>The leaves of tangents or cotangents that belong to differentiable leaves of values.</summary>
    private Seq<Atom> Seeds(string what, Seq<AbstractValue> values, Seq<AbstractValue> given)
    {
        var seeds = new List<Atom>();
        for (int i = 0; i < values.Count; i++)
        {
            var flat = Flatten(values[i]);
            var seed = Flatten(Adapt(Settle(given[i]), values[i]));
            for (int k = 0; k < flat.Count; k++)
            {
                if (!flat[k].Type.IsDifferentiable) continue;
                if (seed.Count != flat.Count || !seed[k].Type.Equals(flat[k].Type))
                    throw new MindDslException(Diagnostics.TangentDiffers(what, flat[k].Type.ToString(), seed.Count == flat.Count ? seed[k].Type.ToString() : "another structure"));
                seeds.Add(seed[k]);
            }
        }
        return seeds.ToSeq();
    }
}
