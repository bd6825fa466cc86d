namespace MindDsl.Ir;

/// <summary>The typing rules of expressions, one method each.</summary>
internal sealed class ExprVerifier(Module module, VerifierReport report)
{
    private static readonly TensorType Bool = TensorType.Scalar(DType.Bool);
    private static readonly TensorType I64 = TensorType.Scalar(DType.I64);

    /// <summary>Checks one let; its operands are in scope and the functions that it names exist.</summary>
    public void Check(Let let)
    {
        var results = let.Expr switch
        {
            Apply apply => [Result(apply)],
            Call call => Results(call),
            MakeClosure make => [Result(make)],
            Invoke invoke => Results(invoke),
            If choice => Results(choice),
            While loop => Results(loop),
            Scan scan => Results(scan),
            Build build => Results(build),
            Inject inject => [Result(inject)],
            Switch choice => Results(choice),
            SequenceLength length => [Result(length)],
            Undefined undefined => [undefined.Type],
            Differentiate derivative => Results(derivative),
            _ => throw report.Broken($"{let.Expr.GetType().Name} has no typing rule"),
        };
        Same("the targets", let.Targets.Map(t => t.Type), results);
    }

    private TensorType Result(Apply apply)
    {
        foreach (var argument in apply.Arguments)
            if (argument.Type is not TensorType) throw report.Broken($"{apply.Op.Name}: an operand is no tensor but {argument.Type}");
        TensorType type;
        try
        {
            type = apply.Op.Infer(apply.Arguments.Map(a => a.Tensor));
        }
        catch (MindDslException e)
        {
            throw report.Broken($"the operands do not fit: {e.Diagnostics[0].Statement}");
        }
        if (apply.Op is Elementwise && type.Rank > 0 && apply.Arguments.Any(a => a is Value && a.Tensor.Rank == 0))
            throw report.Broken($"{apply.Op.Name}: a value of rank 0 stands beside tensors; only a literal may");
        return type;
    }

    private Seq<IrType> Results(Call call)
    {
        var function = module.Functions[call.Function];
        Same($"the arguments of {call.Function}", Types(call.Arguments), function.ParameterTypes);
        return function.ResultTypes;
    }

    private FunctionType Result(MakeClosure make)
    {
        var function = module.Functions[make.Function];
        var (parameters, count) = (function.ParameterTypes, make.Captured.Count);
        if (count > parameters.Count) throw report.Broken($"a closure of {make.Function} captures more values than it has parameters");
        Same($"the captured values of {make.Function}", Types(make.Captured), parameters.Slice(0, count));
        return new(parameters.Slice(count, parameters.Count - count), function.ResultTypes);
    }

    private Seq<IrType> Results(Invoke invoke)
    {
        if (invoke.Closure.Type is not FunctionType type) throw report.Broken($"what is invoked is no function but {invoke.Closure.Type}");
        Same("the arguments of the function value", Types(invoke.Arguments), type.Parameters);
        return type.Results;
    }

    private Seq<IrType> Results(If choice)
    {
        Same("the condition", [choice.Condition.Type], [Bool]);
        Same("the parameters of the branches", Parameters(choice.Then), []);
        Same("the parameters of the branches", Parameters(choice.Else), []);
        Same("the results of the branches", Types(choice.Else.Results), Types(choice.Then.Results));
        return Types(choice.Then.Results);
    }

    private Seq<IrType> Results(While loop)
    {
        var carries = Types(loop.Initial);
        Same("the parameters of the condition", Parameters(loop.Condition), carries);
        Same("the result of the condition", Types(loop.Condition.Results), [Bool]);
        Same("the parameters of the body", Parameters(loop.Body), carries);
        return [.. carries, .. Emitted(loop.Body, carries).Map(IrType (t) => new SequenceType(t))];
    }

    private Seq<IrType> Results(Scan scan)
    {
        var carries = Types(scan.Initial);
        Same("the length", [scan.Length.Type], [I64]);
        if (scan is { Length: Literal length, StackedLength: { IsConstant: true } stated } && stated.Value != length.Integer)
            throw report.Broken($"the length is {length} and stated as {stated}");
        Same("the parameters of the body", Parameters(scan.Body), [I64, .. carries, .. scan.Inputs.Map(i => Element(i, scan.StackedLength))]);
        return [.. carries, .. Emitted(scan.Body, carries).Map(t => scan.StackedLength is { } n && t is TensorType ? Stack([n], t) : new SequenceType(t))];
    }

    private IrType Element(Atom input, Dim? length)
    {
        if (input.Type is SequenceType sequence) return sequence.Element;
        if (input.Type is not TensorType { Rank: > 0 } tensor) throw report.Broken($"an input is neither a sequence nor a tensor with an axis but {input.Type}");
        if (length is { IsConstant: true } && tensor.Shape[0].IsConstant && tensor.Shape[0].Value < length.Value)
            throw report.Broken($"an input of type {tensor} is read at {length} indices");
        return tensor with { Shape = new(tensor.Shape.Dims.Slice(1, tensor.Rank - 1)) };
    }

    private Seq<IrType> Results(Build build)
    {
        Same("the parameters of the body", Parameters(build.Body), Seq.Repeat<IrType>(I64, build.Extents.Count));
        return Types(build.Body.Results).Map(t => Stack(build.Extents, t));
    }

    private UnionType Result(Inject inject)
    {
        var cases = CasesOf(inject.Union);
        if (inject.Case < 0 || inject.Case >= cases.Count) throw report.Broken($"{inject.Union} has no case {inject.Case}");
        Same($"the fields of {cases[inject.Case].Name}", Types(inject.Fields), cases[inject.Case].Fields);
        return inject.Union;
    }

    private Seq<IrType> Results(Switch choice)
    {
        if (choice.Subject.Type is not UnionType union) throw report.Broken($"the subject is no union but {choice.Subject.Type}");
        var cases = CasesOf(union);
        if (cases.Count != choice.Cases.Count || cases.Count == 0) throw report.Broken($"{union} has {cases.Count} cases, of which {choice.Cases.Count} are given");
        for (int n = 0; n < cases.Count; n++)
        {
            Same($"the parameters of the case {cases[n].Name}", Parameters(choice.Cases[n]), cases[n].Fields);
            Same("the results of the cases", Types(choice.Cases[n].Results), Types(choice.Cases[0].Results));
        }
        return Types(choice.Cases[0].Results);
    }

    private TensorType Result(SequenceLength length) =>
        length.Sequence.Type is SequenceType ? I64 : throw report.Broken($"the length is asked of {length.Sequence.Type}, which is no sequence");

    private Seq<IrType> Results(Differentiate derivative)
    {
        var function = module.Functions[derivative.Function];
        var (parameters, results) = (function.ParameterTypes, function.ResultTypes);
        if (derivative.Active.Count != parameters.Count || derivative.Wanted.Count != results.Count)
            throw report.Broken($"{derivative.Function} has {parameters.Count} parameters and {results.Count} results, other numbers are marked");
        var active = Marked(parameters, derivative.Active);
        var wanted = Marked(results, derivative.Wanted);
        if (derivative.Order < 1 || (derivative.Order > 1 && (derivative.Kind != DerivativeKind.Forward || derivative.Part != DerivativePart.Whole)))
            throw report.Broken($"a derivative of order {derivative.Order} at once is of forward mode and whole");
        var (given, made) = derivative.Kind == DerivativeKind.Forward ? (active, wanted) : (wanted, active);
        (given, made) = (Repeated(given, derivative.Order), Repeated(made, derivative.Order));
        string what = $"the arguments of the derivative of {derivative.Function}";
        if (derivative.Part == DerivativePart.Whole)
        {
            Same(what, Types(derivative.Arguments), [.. parameters, .. given]);
            return [.. results, .. made];
        }
        if (derivative.Residuals is not { } residuals) throw report.Broken("a part of a derivative names no union of residuals");
        bool primal = derivative.Part == DerivativePart.Primal;
        Same(what, Types(derivative.Arguments), primal ? parameters : [residuals, .. given]);
        return primal ? [.. results, residuals] : made;
    }

    private static Seq<IrType> Repeated(Seq<IrType> types, int times) => times == 1 ? types : types.SelectMany(t => Enumerable.Repeat(t, times)).ToSeq();

    /// <summary>The types of tangents and cotangents: those of the values, which must be differentiable.</summary>
    private Seq<IrType> Marked(Seq<IrType> types, Seq<bool> marks)
    {
        var marked = types.Where((_, k) => marks[k]).ToSeq();
        return marked.FirstOrDefault(t => !t.IsDifferentiable) is { } type ? throw report.Broken($"a value of type {type} has no derivative") : marked;
    }

    private Seq<UnionCase> CasesOf(UnionType union) =>
        module.Unions.TryGetValue(union, out var definition) ? definition.Cases : throw report.Broken($"the union {union} is not defined");

    /// <summary>The types that a body emits after its carries.</summary>
    private Seq<IrType> Emitted(Block body, Seq<IrType> carries)
    {
        var results = Types(body.Results);
        if (results.Count < carries.Count) throw report.Broken($"the body has {results.Count} results for {carries.Count} carries");
        Same("the carries after the body", results.Slice(0, carries.Count), carries);
        return results.Slice(carries.Count, results.Count - carries.Count);
    }

    private IrType Stack(Seq<Dim> lengths, IrType type) => type is TensorType tensor
        ? tensor with { Shape = new([.. lengths, .. tensor.Shape.Dims]) }
        : throw report.Broken($"a value of type {type} cannot be an element of a tensor");

    private static Seq<IrType> Types(Seq<Atom> atoms) => atoms.Map(a => a.Type);

    private static Seq<IrType> Parameters(Block block) => block.Parameters.Map(p => p.Type);

    private void Same(string what, Seq<IrType> found, Seq<IrType> expected)
    {
        if (found != expected) throw report.Broken($"{what}: the types are {found}, and {expected} is expected");
    }
}
