using System.Linq.Expressions;
using MindDsl.Ir;
using MindDsl.Text;
using MindDsl.Text.Elaboration;
using MindDsl.Text.Syntax;
using MindDsl.Text.Types;

namespace MindDsl.Quote;

/// <summary>What names of a text stand for, innermost first.</summary>
internal sealed class TextScope(SourceText source, FunctionInstance instance, Symbol? symbol = null, AbstractValue? value = null, TextScope? outer = null)
{
    /// <summary>The text.</summary>
    public SourceText Source { get; } = source;

    /// <summary>The function whose captured objects the host's names are.</summary>
    public FunctionInstance Instance { get; } = instance;

    /// <summary>The named sizes that are known.</summary>
    public IReadOnlyDictionary<string, long> Sizes { get; private init; } = outer?.Sizes ?? NoSizes;

    private static readonly Dictionary<string, long> NoSizes = [];

    /// <summary>What the parameters of polymorphic types are in this scope.</summary>
    public Dictionary<MindType, MindType>? Types { get; private init; } = outer?.Types;

    /// <summary>A type without the parameters that are known in this scope.</summary>
    public MindType this[MindType type] => Types is null ? type.Resolved : new Inference().Copy(type, Types);

    /// <summary>This scope with one more name.</summary>
    public TextScope With(Symbol symbol, AbstractValue value) => new(Source, Instance, symbol, value, this);

    /// <summary>This scope with one more size.</summary>
    public TextScope With(string size, long value) => new(Source, Instance, null, null, this) { Sizes = new Dictionary<string, long>(Sizes) { [size] = value } };

    /// <summary>This scope for one use of a polymorphic value.</summary>
    public TextScope With(Seq<TypeVariable> parameters, Seq<MindType> arguments)
    {
        var types = Types is null ? new(ReferenceEqualityComparer.Instance) : new Dictionary<MindType, MindType>(Types, ReferenceEqualityComparer.Instance);
        for (int k = 0; k < parameters.Count; k++) types[parameters[k]] = arguments[k];
        return new(Source, Instance, null, null, this) { Sizes = Sizes, Types = types };
    }

    /// <summary>The names of this scope, in another text.</summary>
    public TextScope In(SourceText source) => new(source, Instance, null, null, this);

    /// <summary>What a name stands for.</summary>
    public AbstractValue this[Symbol wanted]
    {
        get
        {
            for (var scope = this; scope is not null; scope = scope.Outer) if (scope.Symbol == wanted) return scope.Value!;
            throw new MindDslException(Diagnostics.Internal($"the name {wanted} is not in scope"));
        }
    }

    private Symbol? Symbol { get; } = symbol;

    private AbstractValue? Value { get; } = value;

    private TextScope? Outer { get; } = outer;
}

/// <summary>A polymorphic value: it is read for the types of each use.</summary>
internal sealed class PolymorphicValue(Core code, TextScope scope) : AbstractValue
{
    /// <summary>The value.</summary>
    public Core Code { get; } = code;

    /// <summary>What is in scope around it.</summary>
    public TextScope Scope { get; } = scope;
}

/// <summary>A case of a union that is known while the program is read.</summary>
internal sealed class CaseValue(CaseDeclaration declaration, Seq<AbstractValue> fields, MindType type) : AbstractValue
{
    /// <summary>The case.</summary>
    public CaseDeclaration Case { get; } = declaration;

    /// <summary>The fields.</summary>
    public Seq<AbstractValue> Fields { get; } = fields;

    /// <summary>The union.</summary>
    public MindType Type { get; } = type;

    /// <summary>Other fields.</summary>
    public CaseValue With(Seq<AbstractValue> fields) => new(Case, fields, Type);
}

/// <summary>A union whose case is known at run time.</summary>
internal sealed class UnionValue(Atom atom, SumType type) : AbstractValue
{
    /// <summary>The operand.</summary>
    public Atom Atom { get; } = atom;

    /// <summary>The union.</summary>
    public SumType Type { get; } = type;
}

/// <summary>A function of the textual language: curried, and of values in the language's structures.</summary>
internal abstract class TextFunctionValue : FunctionValue;

/// <summary>A function and what is in scope around it.</summary>
internal sealed class TextLambda(LambdaCore code, TextScope scope) : TextFunctionValue
{
    /// <summary>The function.</summary>
    public LambdaCore Code { get; } = code;

    /// <summary>What is in scope around it.</summary>
    public TextScope Scope { get; } = scope;
}

/// <summary>A function some of whose arguments are given.</summary>
internal sealed class PartialValue(FunctionValue function, Seq<AbstractValue> given) : TextFunctionValue
{
    /// <summary>The function.</summary>
    public FunctionValue Function { get; } = function;

    /// <summary>The first arguments.</summary>
    public Seq<AbstractValue> Given { get; } = given;
}

/// <summary>One function after another.</summary>
internal sealed class ComposedValue(FunctionValue first, FunctionValue second) : TextFunctionValue
{
    /// <summary>The function that is applied first.</summary>
    public FunctionValue First { get; } = first;

    /// <summary>The function of its result.</summary>
    public FunctionValue Second { get; } = second;
}

/// <summary>An operation, a function of the language, an operator, a conversion, a transformation or a case, as a function.</summary>
internal sealed class NamedFunctionValue(Core code, TextScope scope) : TextFunctionValue
{
    /// <summary>What it is.</summary>
    public Core Code { get; } = code;

    /// <summary>Where it is named.</summary>
    public TextScope Scope { get; } = scope;

    /// <summary>How many arguments it takes.</summary>
    public int Arity => Code switch
    {
        PreludeCore prelude => prelude.Use.Count,
        BuiltinCore builtin => builtin.Builtin.Arity,
        TransformCore transform => transform.Transformation.Functions,
        OperatorCore => 2,
        _ => 1,
    };
}

/// <summary>A function of the textual language as one that C# code calls.</summary>
internal sealed class NativeValue(FunctionValue function, Type delegateType) : FunctionValue
{
    /// <summary>The function.</summary>
    public FunctionValue Function { get; } = function;

    /// <summary>The type of the delegate.</summary>
    public Type DelegateType { get; } = delegateType;
}

/// <summary>A function among the arguments of one that may call itself, for which that is read.</summary>
internal sealed class Passed(FunctionValue function) : AbstractValue
{
    /// <summary>The function.</summary>
    public FunctionValue Function { get; } = function;
}
