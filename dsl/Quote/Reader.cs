using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl.Quote;

/// <summary>
/// Reads a quoted function for arguments of known types: walks the expression tree with <see cref="AbstractValue"/>s and writes the IR. Known functions
/// are applied by reading their bodies; a captured function is read once for each types of arguments, as a function of the module.
/// </summary>
internal sealed partial class Reader
{
    private readonly Dictionary<FunctionName, Function> _functions = [];
    private readonly List<Value> _inputs = [];
    private BlockBuilder _builder = new();

    private Reader(QuotedFunction function, Dictionary<Type, CallSignature> signatures)
    {
        _signatures = signatures;
        Root = NewInstance(function);
    }

    private FunctionInstance Root { get; }

    /// <summary>Reads a function.</summary>
    /// <param name="function">The function.</param>
    /// <param name="frame">The leaves of the arguments; only their types are read.</param>
    public static ProgramSource Read(QuotedFunction function, CallFrame frame)
    {
        var signatures = new Dictionary<Type, CallSignature>();
        while (true)
        {
            try
            {
                return new Reader(function, signatures).Read(frame);
            }
            catch (SignatureFoundException found) when (signatures.TryAdd(found.DelegateType, found.Signature))
            {
                // Once more, with this knowledge.
            }
            catch (ValueNeededException needed)
            {
                throw new MindDslException(Diagnostics.AttributeNotKnown(needed.Parameter.Name ?? "a value") with { At = needed.At });
            }
        }
    }

    private ProgramSource Read(CallFrame frame)
    {
        var signature = new SignatureReader(frame.Signature);
        var code = Root.Function.Code;
        var arguments = new AbstractValue[code.ParameterTypes.Length];
        int functions = 0;
        for (int i = 0; i < arguments.Length; i++)
            arguments[i] = Parameters(code.ParameterTypes[i], code.ParameterNames[i], ref signature, frame.Functions, ref functions, _inputs);
        var result = Settle(Apply(new InstanceValue(Root), Seq.Create<AbstractValue>(arguments)));
        if (_untyped is not null) throw new MindDslException(Diagnostics.FunctionTypeUnknown(Names.Of(_untyped)));
        return Finish(code, result);
    }

    private ProgramSource Finish(FunctionCode code, AbstractValue result)
    {
        var leaves = new List<int>();
        var lengths = new List<int>();
        var results = new List<Atom>();
        var isNumber = new List<bool>();
        void Describe(AbstractValue value)
        {
            switch (value)
            {
                case Leaf leaf:
                    leaves.Add(results.Count);
                    results.Add(leaf.Atom);
                    isNumber.Add(Layout.IsScalar(leaf.Clr));
                    break;
                case Absent:
                    leaves.Add(-1);
                    break;
                case Product product:
                    if (product.Clr.IsArray) lengths.Add(product.Members.Count);
                    foreach (var member in product.Members) Describe(member);
                    break;
                default:
                    throw new MindDslException(Diagnostics.ResultIsFunction(code.ResultType));
            }
        }
        Describe(result);
        var entry = new FunctionName("main");
        _functions[entry] = new(entry, _builder.Build(_inputs.ToSeq(), results.ToSeq()));
        var structure = new ResultStructure([.. leaves], [.. lengths], [.. results.Select(r => r.Tensor)], [.. isNumber]);
        return new(Reachable(entry), structure, [.. _edges], [.. _attributes], [.. _data.Select(d => d.Key)], _limits);
    }

    /// <summary>The module without functions that nothing calls, such as those of readings that only found out a type.</summary>
    private Module Reachable(FunctionName entry)
    {
        var found = new Dictionary<FunctionName, Function>();
        var waiting = new Stack<FunctionName>([entry]);
        while (waiting.TryPop(out var name))
        {
            if (found.ContainsKey(name)) continue;
            var function = found[name] = _functions[name];
            foreach (var callee in Ir.Scope.Functions(function.Body)) waiting.Push(callee);
            foreach (var companion in function.Companions) waiting.Push(companion);
        }
        return new(entry, found, _unions);
    }

    /// <summary>Reads an expression; an error in it gets the place of the innermost expression that has it.</summary>
    private AbstractValue Read(Expression node, LexicalScope scope)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) return OnAnotherStack(() => Read(node, scope));
        try
        {
            return Dispatch(node, scope);
        }
        catch (MindDslException error) when (error.Diagnostics.Any(d => d.At is null && d.Code != "MIND0001"))
        {
            string at = SpanOf(node, scope).ToString();
            throw new MindDslException([.. error.Diagnostics.Select(d => d.At is null ? d with { At = at } : d)], error.InnerException);
        }
        catch (ValueNeededException needed) when (needed.At is null)
        {
            needed.At = SpanOf(node, scope).ToString();
            throw;
        }
    }

    private AbstractValue Dispatch(Expression node, LexicalScope scope)
    {
        if (scope.Instance.Function.Code is LambdaCode code && code.CaptureOf(node) is { } capture) return new Captured(scope.Instance, capture);
        return node switch
        {
            ConstantExpression x => Constant(x.Value, x.Type),
            ParameterExpression x => scope[x],
            LambdaExpression x => new LambdaValue(x, scope),
            UnaryExpression { NodeType: ExpressionType.Quote } x => Read(x.Operand, scope),
            UnaryExpression x => ReadUnary(x, scope),
            BinaryExpression x => ReadBinary(x, scope),
            ConditionalExpression x => ReadConditional(x, scope),
            MemberExpression x => ReadMember(x, scope),
            MethodCallExpression x => ReadCall(x, scope),
            InvocationExpression x => Apply(AsFunction(Read(x.Expression, scope), x.Expression), x.Arguments.Select(a => Read(a, scope)).ToSeq()),
            NewExpression x => ReadNew(x, scope),
            NewArrayExpression x => ReadNewArray(x, scope),
            DefaultExpression x => Constant(x.Type.IsValueType ? Activator.CreateInstance(x.Type) : null, x.Type),
            TypeBinaryExpression or IndexExpression or _ => throw Unsupported(node),
        };
    }

    private static MindDslException Unsupported(Expression node) => new(QuoteCheck.Explain(node));

    private AbstractValue Constant(object? value, Type type) => value switch
    {
        double number => new Leaf(Literal.Of(DType.F64, number), type),
        float number => new Leaf(Literal.Of(DType.F32, number), type),
        int number => new Leaf(Literal.Of(DType.I32, (long)number), type),
        long number => new Leaf(Literal.Of(DType.I64, number), type),
        byte number => new Leaf(Literal.Of(DType.U8, (long)number), type),
        Half number => new Leaf(Literal.Of(DType.F16, (double)number), type),
        BFloat16 number => new Leaf(Literal.Of(DType.BF16, number), type),
        bool flag => new Leaf(Literal.Of(flag), type),
        _ => new Host(value),
    };

    private AbstractValue ReadNew(NewExpression node, LexicalScope scope)
    {
        var arguments = node.Arguments.Select(a => Read(a, scope)).ToSeq();
        if (node.Type == typeof(Axis)) return AxisOf(arguments[0]);
        if (typeof(Delegate).IsAssignableFrom(node.Type) && arguments.Count == 1) return arguments[0];
        return Layout.Of(node.Type) is Layout.Product product && node.Constructor is { } used && used.GetParameters().Length == product.Members.Count
            ? new Product(node.Type, arguments)
            : throw Unsupported(node);
    }

    private AbstractValue ReadNewArray(NewArrayExpression node, LexicalScope scope)
    {
        if (node.NodeType == ExpressionType.NewArrayBounds)
        {
            var lengths = node.Expressions.Select(e => Dim.Of(System.Convert.ToInt64(AttributeOf(Read(e, scope), typeof(long)), null))).ToSeq();
            var element = node.Type.GetElementType()!;
            if (Layout.NumberType(element) is not { } dtype) throw Unsupported(node);
            return new Leaf(_builder[Literal.Of(dtype, 0L)].BroadcastTo(new(lengths)).Atom, node.Type);
        }
        var elements = node.Expressions.Select(e => Read(e, scope)).ToSeq();
        return Layout.Of(node.Type) is Layout.Array { Rank: 1 }
            ? new NumberArray(node.Type, elements.Map(e => AsLeaf(e)))
            : Layout.Of(node.Type) is Layout.Array { Jagged: true } ? Rows(node.Type, elements) : new Product(node.Type, elements);
    }

    private AbstractValue Rows(Type type, Seq<AbstractValue> rows) => new Leaf(StackAtoms(rows.Map(r => AsLeaf(r).Atom)), type);

    private AbstractValue ReadMember(MemberExpression node, LexicalScope scope)
    {
        var member = node.Member;
        if (node.Expression is null) return StaticMember(node);
        var value = Read(node.Expression, scope);
        if (value is Captured captured && !node.Member.DeclaringType!.IsArray && node.Member.DeclaringType != typeof(Tensor)
            && captured.Instance.Function.Code is LambdaCode code)
            return new Captured(captured.Instance, code.CaptureOf(Expression.MakeMemberAccess(captured.Capture.Expression, member))!);
        value = Force(value);
        return value switch
        {
            Product { Fields: { } fields } record when fields.IndexOf(member.Name) is var k and >= 0 => record.Members[k],
            Product product when Layout.Of(product.Clr) is Layout.Product layout && layout.IndexOf(member) is var k and >= 0 => product.Members[k],
            Product list when list.Clr.IsArray && member.Name is "Length" => new Leaf(Literal.Of(DType.I32, (long)list.Members.Count), typeof(int)),
            Leaf leaf => LeafMember(leaf, node),
            _ => throw Unsupported(node),
        };
    }

    private AbstractValue LeafMember(Leaf leaf, MemberExpression node) => node.Member.Name switch
    {
        "Rank" => new Leaf(Literal.Of(DType.I32, (long)leaf.Type.Rank), typeof(int)),
        "Length" or "Count" => SizeAs(leaf.Type.Shape.Size, node.Type),
        "LongLength" => SizeAs(leaf.Type.Shape.Size, typeof(long)),
        "DType" => new Host(leaf.Type.DType),
        _ => throw Unsupported(node),
    };

    private Leaf SizeAs(Dim size, Type type)
    {
        var dtype = Layout.NumberType(type)!.Value;
        return size.IsConstant
            ? new Leaf(Literal.Of(dtype, size.Constant), type)
            : new Leaf(_builder[_builder.Apply(new SizeOf(size))].To(dtype).Atom, type);
    }

    private AbstractValue StaticMember(MemberExpression node) =>
        node.Member.DeclaringType == typeof(Wrt) ? new Host(node.Member.Name[^1] - '1')
            : node.Member is System.Reflection.PropertyInfo keep && keep.DeclaringType == typeof(Keep) ? new Host(keep.GetValue(null))
            : throw Unsupported(node);

    /// <summary>Says where the operations that are bound from now on come from.</summary>
    private void At(Expression node, LexicalScope scope) => _builder.Span = SpanOf(node, scope);

    private static SourceSpan SpanOf(Expression node, LexicalScope scope)
    {
        var function = scope.Instance.Function;
        return new(function.File.Length == 0 ? null : function.File, function.Line, ExpressionText.Of(node));
    }

    private static T OnAnotherStack<T>(Func<T> read)
    {
        T? result = default;
        System.Runtime.ExceptionServices.ExceptionDispatchInfo? error = null;
        const int stackBytes = 256 << 20;
        var thread = new Thread(() =>
        {
            try
            {
                result = read();
            }
            catch (Exception e)
            {
                error = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(e);
            }
        }, stackBytes);
        thread.Start();
        thread.Join();
        error?.Throw();
        return result!;
    }
}
