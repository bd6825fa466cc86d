using MindDsl.Ir;
using MindDsl.Text.Parsing;
using MindDsl.Text.Syntax;

namespace MindDsl.Text.IrReading;

/// <summary>Makes a module of the IR of the abstract syntax of printed IR, exactly as it was printed: nothing is simplified or shared.</summary>
internal sealed class IrReader
{
    private readonly SourceText _source;
    private readonly IrTypes _types;
    private readonly IrOperations _operations;
    private readonly Dictionary<string, FunctionName> _functions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Value?> _shared = new(StringComparer.Ordinal);
    private IrScope _scope = null!;

    private IrReader(SourceText source)
    {
        _source = source;
        _types = new(source);
        _operations = new(source, _types);
    }

    /// <summary>Reads a module; the first function is the entry.</summary>
    public static Module Read(SourceText source, ModuleSyntax module) => new IrReader(source).Module(module);

    private Module Module(ModuleSyntax module)
    {
        if (module.Definitions.FirstOrDefault(d => d is OpenSyntax) is { } open) throw _types.Wrong("open", open);
        var unions = _types.Define(module.Definitions.OfType<TypeDefinitionsSyntax>().SelectMany(t => t.Types));
        var bindings = module.Definitions.OfType<LetDefinitionSyntax>().SelectMany(d => d.Let.Bindings).ToList();
        if (bindings.Count == 0) throw _types.Wrong("a text without functions", module);
        foreach (var binding in bindings)
        {
            if (binding.Target is not NamePatternSyntax name || binding.Parameters.Count == 0) throw _types.Wrong("a definition that is not a function", binding);
            if (!_functions.TryAdd(name.Name, new(name.Name))) throw new MindDslException(Diagnostics.IrNameBoundTwice(name.Name, _source.Picture(name.Span)));
        }
        var scopes = bindings.ConvertAll(b => new IrScope(_source, _types, b));
        // A function may read what another one binds, by a name that no third one has.
        foreach (var scope in scopes)
            foreach (var (name, value) in scope.Values) _shared[name] = _shared.ContainsKey(name) ? null : value;
        var functions = new Dictionary<FunctionName, Function>();
        var errors = new List<Diagnostic>();
        for (int n = 0; n < bindings.Count; n++)
        {
            try
            {
                _scope = scopes[n];
                var function = Function(bindings[n]);
                functions[function.Name] = function;
            }
            catch (MindDslException e)
            {
                errors.AddRange(e.Diagnostics);
            }
        }
        return errors.Count == 0 ? new(FunctionOf(((NamePatternSyntax)bindings[0].Target).Name, bindings[0]), functions, unions) : throw new MindDslException(errors);
    }

    private Function Function(BindingSyntax binding)
    {
        var name = FunctionOf(((NamePatternSyntax)binding.Target).Name, binding);
        var function = new Function(name, Block(_scope.Parameters(binding.Parameters), binding.Value));
        foreach (var rule in binding.Rules) function = _operations.Ruled(function, rule, rule.Function is { } own ? FunctionOf(own.Text, own) : null);
        if (binding.Type is not { } type || _types.Results(type) != function.ResultTypes)
            throw new MindDslException(Diagnostics.IrResultsDiffer(name.Text, string.Join(" * ", function.ResultTypes), _source.Picture(binding.Target.Span)));
        return function;
    }

    private Block Block(Seq<Value> parameters, ExpressionSyntax body) => FreshStack.Guard(() => body is BlockSyntax block
        ? new Block(parameters, block.Lets.Map(l => Let(l.Bindings[0])), Atoms(block.Result))
        : new Block(parameters, [], Atoms(body)));

    private Let Let(BindingSyntax binding)
    {
        var targets = _scope.Targets(binding.Target);
        return new(targets, Expr(binding.Value, targets));
    }

    private Expr Expr(ExpressionSyntax expression, Seq<Value> targets) => expression switch
    {
        IfSyntax choice => new If(Atom(choice.Condition), Block([], choice.Then), Block([], choice.Else)),
        WhileSyntax loop => new While(Atoms(loop.Initial), Lambda(loop.Condition), Lambda(loop.Step)),
        ScanSyntax scan => new Scan(
            Atom(scan.Length), scan.Stacked is { } size ? _types.Size(size) : null, scan.IsReverse, Atoms(scan.Initial), Atoms(scan.Inputs), Lambda(scan.Step)),
        MatchSyntax match => Switch(match),
        OperationSyntax { Name: "undefined", Attributes: [var type] } => new Undefined(_operations.Type(type)),
        ApplicationSyntax { Function: OperationSyntax { Name: "build" } build, Arguments: [FunctionSyntax body] } => new Build(build.Attributes.Map(_operations.Size), Lambda(body)),
        ApplicationSyntax { Function: OperationSyntax { Name: "derivative", Attributes: [var kind, var active, var wanted, .. var more] }, Arguments: [NameExpressionSyntax name, ..] } derivative =>
            _operations.Part(new(_operations.Kind(kind), FunctionOf(name.Name, name), _operations.Bools(active), _operations.Bools(wanted), Rest(derivative, 1)), more),
        ApplicationSyntax { Function: OperationSyntax operation } apply when targets.Count == 1 => Apply(operation, Rest(apply, 0), targets[0]),
        ApplicationSyntax { Function: NameExpressionSyntax name } application => Named(name, application),
        _ => throw _types.Wrong("this expression", expression),
    };

    private Expr Named(NameExpressionSyntax name, ApplicationSyntax application)
    {
        if (IrOperations.Plain(name.Name) is { } op) return new Apply(op, Rest(application, 0));
        var first = application.Arguments[0];
        return name.Name switch
        {
            "closure" when first is NameExpressionSyntax function => new MakeClosure(FunctionOf(function.Name, function), Rest(application, 1)),
            "invoke" => new Invoke(Atom(first), Rest(application, 1)),
            "length" when application.Arguments.Count == 1 => new SequenceLength(Atom(first)),
            "inject" when first is FieldSyntax { Target: NameExpressionSyntax union } field => Inject(union, field.Name, Rest(application, 1)),
            _ => new Call(FunctionOf(name.Name, name), Rest(application, 0)),
        };
    }

    private Apply Apply(OperationSyntax operation, Seq<Atom> arguments, Value target) => new(_operations.Of(operation, arguments, target), arguments);

    private Inject Inject(NameExpressionSyntax name, NameSyntax c, Seq<Atom> fields)
    {
        var union = _types.Union(new(name.Name) { Span = name.Span });
        return new(union, _types.Case(union, c), fields);
    }

    private Switch Switch(MatchSyntax match)
    {
        var subject = Atom(match.Subject);
        if (subject.Type is not UnionType union) throw _types.Wrong("a match on what is no union", match.Subject);
        var cases = new Block?[_types.Cases(union)];
        foreach (var c in match.Cases)
        {
            var pattern = (CasePatternSyntax)c.Pattern;
            int number = pattern.Name.Count == 1 ? _types.Case(union, pattern.Name[0]) : throw _types.Wrong("this pattern", pattern);
            if (cases[number] is not null) throw new MindDslException(Diagnostics.IrNameBoundTwice(pattern.Name[0].Text, _source.Picture(pattern.Span)));
            cases[number] = Block(_scope.Parameters(pattern.Fields), c.Body);
        }
        return new(subject, cases.Select(c => c ?? throw _types.Wrong("a match without a case for each of the union's", match)).ToSeq());
    }

    private Block Lambda(ExpressionSyntax expression) => expression is FunctionSyntax function
        ? Block(_scope.Parameters(function.Parameters), function.Body)
        : throw _types.Wrong("what is no function", expression);

    /// <summary>The operands behind the first <paramref name="start"/>: <c>()</c>, or one or more.</summary>
    private Seq<Atom> Rest(ApplicationSyntax application, int start)
    {
        var rest = application.Arguments.Slice(start, application.Arguments.Count - start);
        return rest is [TupleSyntax { Items: [] }] ? [] : rest.Map(Atom);
    }

    private Seq<Atom> Atoms(ExpressionSyntax expression) => expression is TupleSyntax tuple ? tuple.Items.Map(Atom) : [Atom(expression)];

    private Atom Atom(ExpressionSyntax expression) => expression switch
    {
        LiteralSyntax literal => literal.Value,
        NameExpressionSyntax name => _scope[name.Name] ?? _shared.GetValueOrDefault(name.Name)
            ?? throw new MindDslException(Diagnostics.IrNameUnknown(name.Name, _source.Picture(name.Span))),
        _ => throw _types.Wrong("an operand that is neither name nor number", expression),
    };

    private FunctionName FunctionOf(string name, SyntaxNode place) => _functions.TryGetValue(name, out var function)
        ? function
        : throw new MindDslException(Diagnostics.IrNameUnknown(name, _source.Picture(place.Span)));
}
