using System.Linq.Expressions;
using System.Reflection;
using MindDsl.Ir;

namespace MindDsl.Quote;

/// <summary>What an expression of a quote stands for while the quote is read: operands of the IR, in the structure that the .NET type has.</summary>
internal abstract class AbstractValue
{
    private protected AbstractValue() { }
}

/// <summary>A number or a tensor.</summary>
/// <param name="atom">The operand.</param>
/// <param name="clr">The .NET type: double, int, <see cref="Tensor"/>, double[] …</param>
/// <param name="isWeak">True of a .NET number that was converted to a tensor: it takes the element type of the tensor beside it.</param>
internal sealed class Leaf(Atom atom, Type clr, bool isWeak = false) : AbstractValue
{
    /// <summary>The operand.</summary>
    public Atom Atom { get; } = atom;

    /// <summary>The .NET type.</summary>
    public Type Clr { get; } = clr;

    /// <summary>True of a .NET number beside tensors.</summary>
    public bool IsWeak { get; } = isWeak;

    /// <summary>The type.</summary>
    public TensorType Type => Atom.Tensor;
}

/// <summary>A record, tuple, anonymous type, or array of anything but numbers.</summary>
/// <param name="clr">The .NET type.</param>
/// <param name="members">The members, in the order of the constructor; of a record of the textual language, in the order of their names.</param>
/// <param name="fields">The names of the members, of a record of the textual language.</param>
internal sealed class Product(Type clr, Seq<AbstractValue> members, Seq<string>? fields = null) : AbstractValue
{
    /// <summary>The names of the members, of a record of the textual language.</summary>
    public Seq<string>? Fields { get; } = fields;

    /// <summary>Other members in the same structure.</summary>
    public Product With(Seq<AbstractValue> members) => new(Clr, members, Fields);

    /// <summary>The .NET type.</summary>
    public Type Clr { get; } = clr;

    /// <summary>The members.</summary>
    public Seq<AbstractValue> Members { get; } = members;
}

/// <summary>A leaf that has no value: the gradient of what is not a float. It is default in .NET.</summary>
internal sealed class Absent(Type clr) : AbstractValue
{
    /// <summary>The .NET type.</summary>
    public Type Clr { get; } = clr;
}

/// <summary>A .NET object that is known while the quote is read: an attribute of operations.</summary>
internal sealed class Host(object? value) : AbstractValue
{
    /// <summary>The object.</summary>
    public object? Value { get; } = value;
}

/// <summary>Something captured of which the use will show whether it is data, an attribute or a function.</summary>
internal sealed class Captured(FunctionInstance instance, Capture capture) : AbstractValue
{
    /// <summary>The function that captures it.</summary>
    public FunctionInstance Instance { get; } = instance;

    /// <summary>What is captured.</summary>
    public Capture Capture { get; } = capture;
}

/// <summary>An array of numbers that is written out element by element: data, or an attribute if all elements are known.</summary>
internal sealed class NumberArray(Type clr, Seq<Leaf> elements) : AbstractValue
{
    /// <summary>The .NET type of the array.</summary>
    public Type Clr { get; } = clr;

    /// <summary>The elements.</summary>
    public Seq<Leaf> Elements { get; } = elements;
}

/// <summary>A lazy sequence: its length, what is read of tensors element by element, and what is made of it.</summary>
internal sealed class Sequence(Atom length, Seq<Atom> sources, Func<Atom, Seq<Atom>, AbstractValue> element, bool isList = false) : AbstractValue
{
    /// <summary>True if the element at a known index is known without reading the sources.</summary>
    public bool IsList { get; } = isList;

    /// <summary>The number of elements, i64.</summary>
    public Atom Length { get; } = length;

    /// <summary>Tensors with an element of the sequence at each place of their first axis.</summary>
    public Seq<Atom> Sources { get; } = sources;

    /// <summary>The element at an index (i64), given what the sources have there.</summary>
    public Func<Atom, Seq<Atom>, AbstractValue> Element { get; } = element;
}

/// <summary>An axis of an index comprehension.</summary>
internal sealed class AxisValue(Atom length) : AbstractValue
{
    /// <summary>The length, i64.</summary>
    public Atom Length { get; } = length;
}

/// <summary>An index comprehension: axes and the element at their indices.</summary>
internal sealed class ComprehensionValue(Seq<Atom> lengths, Func<Seq<Atom>, AbstractValue> element) : AbstractValue
{
    /// <summary>The lengths of the axes, i64.</summary>
    public Seq<Atom> Lengths { get; } = lengths;

    /// <summary>The element at indices.</summary>
    public Func<Seq<Atom>, AbstractValue> Element { get; } = element;
}

/// <summary>A function.</summary>
internal abstract class FunctionValue : AbstractValue;

/// <summary>A lambda and what is in scope around it.</summary>
internal sealed class LambdaValue(LambdaExpression lambda, LexicalScope scope) : FunctionValue
{
    /// <summary>The lambda.</summary>
    public LambdaExpression Lambda { get; } = lambda;

    /// <summary>What is in scope around it.</summary>
    public LexicalScope Scope { get; } = scope;
}

/// <summary>A quoted function that is captured.</summary>
internal sealed class InstanceValue(FunctionInstance instance) : FunctionValue
{
    /// <summary>The function.</summary>
    public FunctionInstance Instance { get; } = instance;
}

/// <summary>A function under a transformation.</summary>
internal sealed class TransformedValue(Transformation transformation, FunctionValue inner, Type resultType, FunctionValue? rule = null) : FunctionValue
{
    /// <summary>The transformation.</summary>
    public Transformation Transformation { get; } = transformation;

    /// <summary>The function.</summary>
    public FunctionValue Inner { get; } = inner;

    /// <summary>The .NET type of the result.</summary>
    public Type ResultType { get; } = resultType;

    /// <summary>The rule of a custom derivative.</summary>
    public FunctionValue? Rule { get; } = rule;
}

/// <summary>A function that may call itself: its calls are calls of functions of the module.</summary>
internal sealed class RecursiveValue : FunctionValue
{
    /// <summary>The function; set once its definition was read.</summary>
    public FunctionValue? Definition { get; set; }
}

/// <summary>One of two functions, chosen at run time.</summary>
internal sealed class ChoiceValue(Atom condition, FunctionValue then, FunctionValue otherwise) : FunctionValue
{
    /// <summary>The condition.</summary>
    public Atom Condition { get; } = condition;

    /// <summary>The function if it holds.</summary>
    public FunctionValue Then { get; } = then;

    /// <summary>The function if it does not.</summary>
    public FunctionValue Otherwise { get; } = otherwise;
}

/// <summary>A function that is known at run time only: an operand of the IR.</summary>
internal sealed class ClosureValue(Atom closure, Type delegateType) : FunctionValue
{
    /// <summary>The operand.</summary>
    public Atom Closure { get; } = closure;

    /// <summary>The type of the delegate.</summary>
    public Type DelegateType { get; } = delegateType;
}

/// <summary>A function that is to be a value of the IR, as long as its type is not known.</summary>
internal sealed class UntypedValue(FunctionValue function, Type delegateType) : FunctionValue
{
    /// <summary>The function.</summary>
    public FunctionValue Function { get; } = function;

    /// <summary>The type of the delegate.</summary>
    public Type DelegateType { get; } = delegateType;
}

/// <summary>A method that was given as a function, such as <c>Math.Sin</c>.</summary>
internal sealed class MethodValue(MethodInfo method) : FunctionValue
{
    /// <summary>The method.</summary>
    public MethodInfo Method { get; } = method;
}

/// <summary>A quoted function that takes part in a program; its place in the list of them is how a call finds it again.</summary>
internal sealed class FunctionInstance(int slot, QuotedFunction function)
{
    /// <summary>The place in the list.</summary>
    public int Slot { get; } = slot;

    /// <summary>The function as it was when the program was read.</summary>
    public QuotedFunction Function { get; } = function;
}

/// <summary>Parameters and what they stand for, innermost first.</summary>
internal sealed class LexicalScope(FunctionInstance instance, ParameterExpression? parameter = null, AbstractValue? value = null, LexicalScope? outer = null)
{
    /// <summary>The function whose captures the expressions in scope read.</summary>
    public FunctionInstance Instance { get; } = instance;

    /// <summary>This scope with one more parameter.</summary>
    public LexicalScope With(ParameterExpression parameter, AbstractValue value) => new(Instance, parameter, value, this);

    /// <summary>What a parameter stands for.</summary>
    public AbstractValue this[ParameterExpression wanted]
    {
        get
        {
            for (var scope = this; scope is not null; scope = scope.Outer)
                if (scope.Parameter == wanted) return scope.Value!;
            throw new MindDslException(Diagnostics.Internal($"the parameter {wanted.Name} is not in scope"));
        }
    }

    private ParameterExpression? Parameter { get; } = parameter;

    private AbstractValue? Value { get; } = value;

    private LexicalScope? Outer { get; } = outer;
}
