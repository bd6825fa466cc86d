using MindDsl.Ir;
using MindDsl.Structures;
using MindDsl.Text;

namespace MindDsl.Quote;

/// <content>Printed programs.</content>
internal sealed partial class Reader
{
    private FunctionBody BodyOf(ModuleCode code) => new(code.ParameterNames, () => code.Name, arguments =>
    {
        var atoms = arguments.SelectMany(a => Flatten(Settle(a))).ToSeq();
        var entry = code.Module.EntryFunction;
        var (needed, found) = (string.Join(", ", entry.ParameterTypes), string.Join(", ", atoms.Map(a => a.Type)));
        if (atoms.Count != entry.ParameterTypes.Count) throw new MindDslException(Diagnostics.AnnotationDiffers(needed, found));
        var sizes = new Dictionary<string, long>();
        for (int k = 0; k < atoms.Count; k++)
        {
            if (entry.ParameterTypes[k] is not TensorType wanted || atoms[k].Type is not TensorType given || given.Rank != wanted.Rank) continue;
            for (int axis = 0; axis < wanted.Rank; axis++)
                if (wanted.Shape[axis] is { Constant: 0, Terms: [{ Coefficient: 1, Symbols: [var symbol] }] } && given.Shape[axis].IsConstant) sizes.TryAdd(symbol, given.Shape[axis].Value);
        }
        var module = sizes.Count == 0 ? code.Module : BindSizes.With(sizes).Run(code.Module);
        if (module.EntryFunction.ParameterTypes != atoms.Map(a => a.Type)) throw new MindDslException(Diagnostics.AnnotationDiffers(needed, found));
        foreach (var (name, function) in module.Functions) _functions[name] = function;
        foreach (var (type, definition) in module.Unions) _unions[type] = definition;
        var results = _builder.Emit(new Call(module.Entry, atoms), module.EntryFunction.ResultTypes);
        int next = 0;
        var value = Structured(code.ResultType, results, ref next);
        return next == results.Count
            ? Export(value, code.ResultType)
            : throw new MindDslException(Diagnostics.AnnotationDiffers(string.Join(", ", results.Map(r => r.Type)), Names.Of(code.ResultType)));
    });

    /// <summary>Results in the structure of a .NET type.</summary>
    private static AbstractValue Structured(Type type, Seq<Value> results, ref int next)
    {
        switch (Layout.Of(type))
        {
            case Layout.Product product:
                var members = new AbstractValue[product.Members.Count];
                for (int k = 0; k < members.Length; k++) members[k] = Structured(product.Members[k].Type, results, ref next);
                return new Product(type, Seq.Create<AbstractValue>(members));
            case Layout.Number or Layout.Array or Layout.Tensor when next < results.Count:
                return new Leaf(results[next++], type);
            default:
                throw new MindDslException(Diagnostics.AnnotationDiffers(string.Join(", ", results.Map(r => r.Type)), Names.Of(type)));
        }
    }
}
