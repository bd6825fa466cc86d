using MindDsl.Ir;
using MindDsl.Structures;
using MindDsl.Text;
using MindDsl.Text.Elaboration;
using MindDsl.Text.Syntax;
using MindDsl.Text.Types;

namespace MindDsl.Quote;

/// <content>Functions that were written as text.</content>
internal sealed partial class Reader
{
    /// <summary>How many lets may be written for each step of reading that is allowed: by derivatives, and by passes, each of which writes a program anew.</summary>
    private const long LetsPerStep = 25;

    private int _steps;
    private int _largest = int.MaxValue;
    private Backends.RunLimits? _limits;

    private FunctionBody BodyOf(TextCode code, FunctionInstance instance)
    {
        var limits = code.Environment.Limits;
        if (limits.ProgramSize < _largest) _largest = limits.ProgramSize;
        if (limits.ProgramSize < LanguageLimits.None.ProgramSize) Budget.Limit(LetsPerStep * limits.ProgramSize);
        // The bounds of a text hold for everything that it is part of, derivatives included.
        if (limits.Fuel != long.MaxValue || limits.Memory != long.MaxValue)
            _limits = new Backends.RunLimits(limits.Fuel, limits.Memory).And(_limits ?? Backends.RunLimits.None);
        return new(code.ParameterNames, () => code.Name, arguments =>
        {
            var root = ReadText(code.Program.Root, new TextScope(code.Program.Source, instance));
            // A value where a function without parameters is asked for; a function of () is one as well.
            if (arguments.Count == 0) return Export(Force(root) is FunctionValue function ? Curried(function, [new Product(typeof(object), [])]) : root, code.ResultType);
            return Export(Curried(AsFunction(root), arguments.Map(Import)), code.ResultType);
        });
    }

    private FunctionBody BodyOf(TextLambda lambda) => new(
        [.. lambda.Code.Parameters.Select(NameOf)], () => lambda.Code.Name, arguments => Curried(lambda, arguments));

    /// <summary>The name that a pattern binds, if it binds one.</summary>
    public static string? NameOf(CorePattern pattern) => pattern switch
    {
        BindPattern bind => bind.Symbol.Name,
        CheckedPattern annotated => NameOf(annotated.Pattern),
        _ => null,
    };

    /// <summary>Reads an expression; an error in it gets the place of the innermost expression that has it.</summary>
    private AbstractValue ReadText(Core node, TextScope scope)
    {
        if (++_steps > _largest) throw new MindDslException(Diagnostics.ProgramTooLarge(_largest));
        if ((_steps & 63) == 0) Budget.Check();
        if (!System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack()) return OnAnotherStack(() => ReadText(node, scope));
        try
        {
            return DispatchText(node, scope);
        }
        catch (MindDslException error) when (error.Diagnostics.Any(d => d.At is null && d.Code != "MIND0001"))
        {
            string at = scope.Source.Picture(node.Span);
            throw new MindDslException([.. error.Diagnostics.Select(d => d.At is null ? d with { At = at } : d)], error.InnerException);
        }
        catch (ValueNeededException needed) when (needed.At is null)
        {
            needed.At = scope.Source.Picture(node.Span);
            throw;
        }
    }

    private AbstractValue DispatchText(Core node, TextScope scope)
    {
        switch (node)
        {
            case ConstantCore x:
                return Constant(x, scope);
            case TextCore x:
                return new Host(x.Text);
            case NameCore x:
                return Used(x, scope);
            case SizeCore x:
                return scope.Sizes.TryGetValue(x.Name, out long size)
                    ? new Leaf(Literal.Index(size), typeof(long))
                    : throw new MindDslException(Diagnostics.AttributeNotKnown("the size " + x.Name));
            case HostCore x:
                return HostValue(x.Root, scope);
            case PreludeCore or BuiltinCore or TransformCore or ConversionCore or OperatorCore:
                return new NamedFunctionValue(node, scope);
            case CaseCore x:
                return x.Case.Fields.Count == 0 ? new CaseValue(x.Case, [], scope[x.Type]) : new NamedFunctionValue(node, scope);
            case LambdaCore x:
                return new TextLambda(x, scope);
            case ApplyCore x:
                var function = AsFunction(ReadText(x.Function, scope));
                var arguments = x.Arguments.Map(a => ReadText(a, scope));
                At(node, scope);
                return Curried(function, arguments);
            case BlockCore x:
                foreach (var binding in x.Bindings) scope = Bound(binding, scope);
                return ReadText(x.Result, scope);
            case IfCore x:
                var condition = AsCondition(ReadText(x.Condition, scope));
                At(node, scope);
                return Conditional(condition, () => ReadText(x.Then, scope), () => ReadText(x.Else, scope));
            case MatchCore x:
                return ReadMatch(x, ReadText(x.Subject, scope), scope);
            case BinaryCore x:
                return ReadOperator(x, scope);
            case NegateCore x:
                var operand = ReadText(x.Operand, scope);
                At(node, scope);
                return Pointwise(ElementwiseOps.Neg, [operand]);
            case CheckCore x:
                return Checked(ReadText(x.Value, scope), x.Type, ref scope);
            default:
                return ReadStructure(node, scope);
        }
    }

    /// <summary>Says where the operations that are bound from now on come from.</summary>
    private void At(Core node, TextScope scope) => _builder.Span = scope.Source.Span(node.Span);

    private static Leaf Constant(ConstantCore node, TextScope scope)
    {
        var value = node.Value;
        // A number of a polymorphic function, or beside a tensor of C#, takes the type of what is beside it.
        if (scope[node.Type.Element] is not ElementType { DType: var dtype })
            return new Leaf(value.DType.IsInteger ? Literal.Of(DType.F64, value.Integer) : value, typeof(double), isWeak: true);
        return new Leaf(value.DType.IsFloat ? Literal.Of(dtype, value.Number) : Literal.Of(dtype, value.Integer), ClrOf(dtype));
    }

    /// <summary>The .NET type of a number.</summary>
    private static Type ClrOf(DType dtype) => dtype switch
    {
        DType.F64 => typeof(double),
        DType.F32 => typeof(float),
        DType.I32 => typeof(int),
        DType.I64 => typeof(long),
        DType.Bool => typeof(bool),
        DType.U8 => typeof(byte),
        DType.F16 => typeof(Half),
        DType.BF16 => typeof(BFloat16),
    };

    private AbstractValue HostValue(int root, TextScope scope)
    {
        var code = (TextCode)scope.Instance.Function.Code;
        if (scope.Instance.Function.Roots[root] is QuotedFunction) return new InstanceValue(RootOf(scope.Instance, root));
        return Import(Force(new Captured(scope.Instance, code.CaptureOf(root, code.Environment.Roots[root]!.GetType()))));
    }

    /// <summary>What a name stands for, for the types that it has here.</summary>
    private AbstractValue Used(NameCore name, TextScope scope)
    {
        var value = scope[name.Symbol];
        switch (value)
        {
            case PolymorphicValue general:
                return ReadText(general.Code, general.Scope.With(name.Parameters, name.Arguments.Map(a => scope[a])));
            case RecursiveValue { Definition: TextLambda } recursive when name.Parameters.Count > 0:
                var arguments = name.Arguments.Map(a => scope[a]);
                var key = (recursive, string.Join('|', TypeText.Of(arguments)));
                if (_recursions.TryGetValue(key, out var known)) return known;
                // The functions that may call each other, all for these types.
                var group = _groups[recursive];
                var inner = group.Scope.With(name.Parameters, arguments);
                Tie(group.Functions, inner, (function, tied) => _recursions[(group.Values[function], key.Item2)] = tied);
                return _recursions[key];
            default:
                return value;
        }
    }

    private readonly Dictionary<(RecursiveValue, string), RecursiveValue> _recursions = [];
    private readonly Dictionary<RecursiveValue, (Seq<(Symbol Symbol, LambdaCore Function)> Functions, Seq<RecursiveValue> Values, TextScope Scope)> _groups = [];

    /// <summary>A scope with functions that may call each other.</summary>
    private TextScope Tie(Seq<(Symbol Symbol, LambdaCore Function)> functions, TextScope outer, Action<int, RecursiveValue>? made = null)
    {
        var values = functions.Map(_ => new RecursiveValue());
        var scope = outer;
        for (int k = 0; k < functions.Count; k++) scope = scope.With(functions[k].Symbol, values[k]);
        for (int k = 0; k < functions.Count; k++)
        {
            values[k].Definition = new TextLambda(functions[k].Function, scope);
            _groups[values[k]] = (functions, values, outer);
            made?.Invoke(k, values[k]);
        }
        return scope;
    }

    private TextScope Bound(BindingCore binding, TextScope scope)
    {
        switch (binding)
        {
            case LetCore { IsPolymorphic: true, Pattern: BindPattern name } let:
                return scope.With(name.Symbol, new PolymorphicValue(let.Value, scope));
            case LetCore let:
                return Bind(let.Pattern, ReadText(let.Value, scope), scope);
            case OpenedCore opened:
                var inner = scope.In(opened.Source);
                foreach (var deeper in opened.Bindings) inner = Bound(deeper, inner);
                return inner.In(scope.Source);
            default:
                return Tie(((RecursiveCore)binding).Functions, scope);
        }
    }

    /// <summary>A scope with what a pattern binds, which fits every value.</summary>
    private TextScope Bind(CorePattern pattern, AbstractValue value, TextScope scope)
    {
        switch (pattern)
        {
            case BindPattern bind:
                return scope.With(bind.Symbol, Force(value));
            case CheckedPattern annotated:
                try
                {
                    value = Checked(value, annotated.Type, ref scope);
                }
                catch (MindDslException error) when (error.Diagnostics is [{ At: null } only])
                {
                    throw new MindDslException(only with { At = scope.Source.Picture(pattern.Span) }, error);
                }
                return Bind(annotated.Pattern, value, scope);
            case TuplePattern tuple:
                var items = Members(value, tuple.Items.Count);
                for (int k = 0; k < tuple.Items.Count; k++) scope = Bind(tuple.Items[k], items[k], scope);
                return scope;
            case RecordPattern record:
                for (int k = 0; k < record.Names.Count; k++) scope = Bind(record.Fields[k], FieldOf(value, record.Names[k]), scope);
                return scope;
            case CasePattern { Case.Union.Cases.Count: 1 } single when Force(value) is CaseValue only:
                for (int k = 0; k < single.Fields.Count; k++) scope = Bind(single.Fields[k], only.Fields[k], scope);
                return scope;
            default:
                return scope;
        }
    }

    private Seq<AbstractValue> Members(AbstractValue value, int count) => Force(value) is Product product && product.Members.Count == count
        ? product.Members
        : throw new MindDslException(Diagnostics.NotANumber(Describe(value), null));

    private AbstractValue FieldOf(AbstractValue value, string name) => Force(value) is Product { Fields: { } fields } record && fields.IndexOf(name) is var k and >= 0
        ? record.Members[k]
        : throw new MindDslException(Diagnostics.FieldNotFound(name, Describe(value), []));

    /// <summary>A value that has to have a type: named sizes are bound where they occur first.</summary>
    private AbstractValue Checked(AbstractValue value, MindType type, ref TextScope scope)
    {
        switch (scope[type])
        {
            case DataType data:
                if (Force(value) is Sequence or CaseValue or UnionValue or FunctionValue) return value;
                var leaf = AsLeaf(value);
                if (leaf.IsWeak && data.Element.Resolved is ElementType wanted) leaf = new Leaf(WeakTo(leaf, wanted.DType), ClrOf(wanted.DType));
                bool fits = data.Element.Resolved is not ElementType element || element.DType == leaf.Type.DType;
                if (data.Shape.Resolved is ShapeType shape)
                {
                    fits &= shape.Rank == leaf.Type.Rank;
                    for (int k = 0; fits && k < shape.Rank; k++) fits &= SizeFits(shape.Lengths[k], leaf.Type.Shape[k], ref scope);
                    if (fits && shape.Rank == 0 && Layout.NumberType(leaf.Clr) is null) leaf = new Leaf(leaf.Atom, ClrOf(leaf.Type.DType));
                }
                return fits ? leaf : throw new MindDslException(Diagnostics.AnnotationDiffers(Shown(data, scope), leaf.Type.ToString()));
            case TupleType tuple when Force(value) is Product product && product.Members.Count == tuple.Items.Count:
                return product.With(CheckedAll(product.Members, tuple.Items, ref scope));
            case RecordType record when Force(value) is Product product && product.Members.Count == record.Types.Count:
                return product.With(CheckedAll(product.Members, record.Types, ref scope));
            default:
                return value;
        }
    }

    private Seq<AbstractValue> CheckedAll(Seq<AbstractValue> values, Seq<MindType> types, ref TextScope scope)
    {
        var found = new AbstractValue[values.Count];
        for (int k = 0; k < found.Length; k++) found[k] = Checked(values[k], types[k], ref scope);
        return Seq.Create<AbstractValue>(found);
    }

    private static bool SizeFits(Dim? written, Dim found, ref TextScope scope)
    {
        if (written is null) return true;
        var bound = written.Bind(scope.Sizes);
        if (bound.IsConstant || !found.IsConstant) return bound == found || !bound.IsConstant;
        // One name that is not known yet is what makes the length right.
        if (bound.Terms is not [{ Coefficient: var factor, Symbols: [var name] }]) return true;
        long rest = found.Constant - bound.Constant;
        if (rest % factor != 0 || rest / factor < 0) return false;
        scope = scope.With(name, rest / factor);
        return true;
    }

    private static string Shown(DataType type, TextScope scope)
    {
        var known = scope.Sizes.Where(s => type.ToString().Contains(s.Key, StringComparison.Ordinal)).Select(s => $"{s.Key} = {Literal.Of(DType.I32, s.Value)}").ToArray();
        return type + (known.Length == 0 ? "" : $" with {string.Join(", ", known)}");
    }
}
