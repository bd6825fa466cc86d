using MindDsl.Ir;
using Xunit;
using static MindDsl.Ir.ElementwiseOps;

namespace MindDsl.Tests.Ir.Verify;

/// <summary>One broken program for each rule; each is right but for that rule.</summary>
public class VerifierTests
{
    private static readonly TensorType F64 = TensorType.Scalar(DType.F64);
    private static readonly TensorType I64 = TensorType.Scalar(DType.I64);
    private static readonly TensorType Bool = TensorType.Scalar(DType.Bool);
    private static readonly TensorType Vector = new(DType.F64, Shape.Of(3));
    private static readonly FunctionType Unary = new([F64], [F64]);
    private static readonly UnionDefinition Tree = new(new("Tree"), [new("Leaf", [F64]), new("Node", [new UnionType("Tree"), new UnionType("Tree")])]);
    private static readonly Literal One = Literal.Of(DType.F64, 1.0);

    private static Value Of(IrType type, string name = "x") => new(type, name);

    private static Block Body(Seq<Value> parameters, Seq<Let> lets, params ReadOnlySpan<Atom> results) => new(parameters, lets, Seq.Create(results));

    private static Function Define(string name, Block body, CustomRule? rule = null) => new(new(name), body, rule);

    private static Module Program(params Function[] functions) =>
        new(functions[0].Name, functions.ToDictionary(f => f.Name), new Dictionary<UnionType, UnionDefinition> { [Tree.Type] = Tree });

    /// <summary>A program whose entry binds one expression, whose result has a type.</summary>
    private static Module Single(Seq<Value> parameters, Expr expr, params ReadOnlySpan<IrType> types)
    {
        var targets = Seq.Create(types).Map(t => Of(t, "y"));
        return Program(Define("main", new(parameters, [new(targets, expr)], [])));
    }

    private static void Refused(string rule, Module module, Level level = Level.Plain)
    {
        var error = Assert.Throws<MindDslException>(() => Verifier.Check(module, level, "the test"));
        Assert.Equal("MIND0001", error.Code);
        Assert.Contains(rule, error.Message, StringComparison.Ordinal);
        Assert.Contains("after the test", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_is_bound_once()
    {
        var x = Of(F64);
        Refused("bound twice", Program(Define("main", Body([x], [new([x], new Apply(Sin, [x]))], x))));
        Refused("bound twice", Program(Define("main", Body([x], [], x)), Define("other", Body([x], [], x))));
    }

    [Fact]
    public void A_value_is_read_after_it_is_bound()
    {
        var (y, z) = (Of(F64, "y"), Of(F64, "z"));
        Refused("not in scope", Program(Define("main", Body([], [new([z], new Apply(Sin, [y])), new([y], new Apply(Sin, [One]))], z))));
    }

    [Fact]
    public void A_value_is_not_read_outside_of_its_block()
    {
        var (c, inner, y) = (Of(Bool, "c"), Of(F64, "inner"), Of(F64, "y"));
        var choice = new If(c, Body([], [new([inner], new Apply(Sin, [One]))], inner), Body([], [], One));
        Refused("not in scope", Program(Define("main", Body([c], [new([y], choice)], inner))));
    }

    [Fact]
    public void Only_at_the_source_a_function_reads_values_of_the_functions_around_it()
    {
        var (x, y, z) = (Of(F64), Of(F64, "y"), Of(F64, "z"));
        var inner = Define("inner", Body([y], [], x));
        var module = Program(Define("main", Body([x], [new([z], new Call(inner.Name, [x]))], z)), inner);
        Verifier.Check(module, Level.Source, "the test");
        Refused("not in scope", module, Level.Closed);
    }

    [Fact]
    public void What_a_function_reads_is_in_scope_where_it_is_named()
    {
        var (x, y, z) = (Of(F64), Of(F64, "y"), Of(F64, "z"));
        var inner = Define("inner", Body([], [], x));
        Refused("named where x", Program(Define("main", Body([], [new([z], new Call(inner.Name, [])), new([x], new Apply(Sin, [One]))], z)), inner), Level.Source);
        Refused("the entry reads x", Program(Define("main", Body([y], [], x))), Level.Source);
    }

    [Fact]
    public void Operands_fit_the_operation()
    {
        var (x, n) = (Of(F64), Of(I64, "n"));
        Refused("operands do not fit", Single([x, n], new Apply(Add, [x, n]), F64));
        var f = Of(Unary, "f");
        Refused("no tensor", Single([f], new Apply(Sin, [f]), F64), Level.Closed);
    }

    [Fact]
    public void Targets_have_the_inferred_type() => Refused("the targets", Single([], new Apply(Sin, [One]), I64));

    [Fact]
    public void Only_a_literal_of_rank_0_stands_beside_tensors()
    {
        var (x, v) = (Of(F64), Of(Vector, "v"));
        Verifier.Check(Single([v], new Apply(Add, [v, One]), Vector), Level.Plain, "the test");
        Refused("rank 0", Single([x, v], new Apply(Add, [x, v]), Vector));
    }

    [Fact]
    public void Named_functions_exist_and_take_their_arguments()
    {
        var y = Of(F64, "y");
        var other = Define("other", Body([y], [], y));
        Refused("not a function of the module", Single([], new Call(new("nowhere"), []), F64));
        Refused("arguments of other", With(new Call(other.Name, [Literal.Index(1)]), F64));
        Refused("the targets", With(new Call(other.Name, [One]), I64));
        Refused("captured values of other", With(new MakeClosure(other.Name, [Literal.Index(1)]), new FunctionType([], [F64])), Level.Closed);
        Refused("captures more", With(new MakeClosure(other.Name, [One, One]), Unary), Level.Closed);

        Module With(Expr expr, IrType type) => Program(Define("main", Body([], [new([Of(type, "z")], expr)])), other);
    }

    [Fact]
    public void Function_values_are_invoked_with_their_arguments()
    {
        var (f, x) = (Of(Unary, "f"), Of(F64));
        Refused("function value", Single([f], new Invoke(f, [Literal.Index(1)]), F64), Level.Closed);
        Refused("no function", Single([x], new Invoke(x, [One]), F64), Level.Closed);
    }

    [Fact]
    public void Branches_agree()
    {
        Refused("the condition", Single([], new If(Literal.Index(1), Body([], [], One), Body([], [], One)), F64));
        Refused("results of the branches", Single([], new If(Literal.Of(true), Body([], [], One), Body([], [], Literal.Index(1))), F64));
        Refused("parameters of the branches", Single([], new If(Literal.Of(true), Body([Of(F64)], [], One), Body([], [], One)), F64));
    }

    [Fact]
    public void Loops_keep_the_types_of_their_carries()
    {
        Refused("result of the condition", Loop(Body([Of(F64)], [], One), Body([Of(F64)], [], One)));
        Refused("parameters of the condition", Loop(Body([], [], Literal.Of(true)), Body([Of(F64)], [], One)));
        Refused("parameters of the body", Loop(Body([Of(F64)], [], Literal.Of(true)), Body([Of(I64)], [], One)));
        Refused("carries after the body", Loop(Body([Of(F64)], [], Literal.Of(true)), Body([Of(F64)], [], Literal.Index(1))));
        Refused("for 1 carries", Loop(Body([Of(F64)], [], Literal.Of(true)), Body([Of(F64)], [])));
        Refused("the targets", Loop(Body([Of(F64)], [], Literal.Of(true)), Body([Of(F64)], [], One, One)));

        static Module Loop(Block condition, Block body) => Single([], new While([One], condition, body), F64);
    }

    [Fact]
    public void Scans_read_elements_and_stack_emissions()
    {
        var v = Of(Vector, "v");
        Verifier.Check(Scan(Literal.Index(3), 3, v, Body([Of(I64), Of(F64)], [], One), Vector), Level.Sized, "the test");
        Refused("the length", Scan(One, 3, v, Body([Of(I64), Of(F64)], [], One), Vector));
        Refused("stated as", Scan(Literal.Index(2), 3, v, Body([Of(I64), Of(F64)], [], One), Vector));
        Refused("parameters of the body", Scan(Literal.Index(3), 3, v, Body([Of(I64), Of(Vector)], [], One), Vector));
        Refused("the targets", Scan(Literal.Index(3), null, v, Body([Of(I64), Of(F64)], [], One), Vector));
        Refused("is read at 4", Scan(Literal.Index(4), 4, v, Body([Of(I64), Of(F64)], [], One), new TensorType(DType.F64, Shape.Of(4))));
        Refused("neither a sequence", Scan(Literal.Index(3), 3, Of(F64, "s"), Body([Of(I64), Of(F64)], [], One), Vector));

        static Module Scan(Atom length, Dim? stated, Value input, Block body, IrType type) =>
            Single([input], new Scan(length, stated, false, [], [input], body), type);
    }

    [Fact]
    public void Builds_take_indices_and_make_tensors()
    {
        Refused("parameters of the body", Single([], new Build([3], Body([], [], One)), Vector));
        Refused("the targets", Single([], new Build([4], Body([Of(I64)], [], One)), Vector));
        var t = Of(Tree.Type, "t");
        Refused("element of a tensor", Single([t], new Build([3], Body([Of(I64)], [], t)), Vector));
    }

    [Fact]
    public void Unions_are_made_and_matched_by_their_cases()
    {
        var t = Of(Tree.Type, "t");
        var node = Body([Of(Tree.Type), Of(Tree.Type)], [], One);
        Refused("no case 2", Single([], new Inject(Tree.Type, 2, [One]), Tree.Type));
        Refused("fields of Leaf", Single([], new Inject(Tree.Type, 0, []), Tree.Type));
        Refused("2 cases, of which 1", Single([t], new Switch(t, [Body([Of(F64)], [], One)]), F64));
        Refused("parameters of the case Leaf", Single([t], new Switch(t, [Body([], [], One), node]), F64));
        Refused("results of the cases", Single([t], new Switch(t, [Body([Of(F64)], [], Literal.Index(1)), node]), I64));
        Refused("no union", Single([], new Switch(One, [node]), F64));
        Refused("not defined", Single([Of(new UnionType("Nowhere"))], new Apply(Sin, [One]), F64));
    }

    [Fact]
    public void Lengths_are_those_of_sequences() => Refused("no sequence", Single([], new SequenceLength(One), I64));

    [Fact]
    public void Derivatives_mark_what_has_one()
    {
        var (x, n) = (Of(F64), Of(I64, "n"));
        var f = Define("f", Body([x, n], [], x));
        Verifier.Check(With([true, false], [true], [One, Literal.Index(1), One]), Level.FirstOrder, "the test");
        Refused("other numbers are marked", With([true], [true], [One, Literal.Index(1), One]), Level.FirstOrder);
        Refused("has no derivative", With([true, true], [true], [One, Literal.Index(1), One, One]), Level.FirstOrder);
        Refused("arguments of the derivative", With([true, false], [true], [One, Literal.Index(1)]), Level.FirstOrder);

        Module With(Seq<bool> active, Seq<bool> wanted, Seq<Atom> arguments) => Program(Define("main", Body([],
            [new([Of(F64, "y"), Of(F64, "dy")], new Differentiate(DerivativeKind.Forward, f.Name, active, wanted, arguments))])), f);
    }

    [Fact]
    public void A_custom_rule_has_the_types_of_a_derivative()
    {
        var (x, a, b) = (Of(F64), Of(F64, "a"), Of(F64, "b"));
        var rule = Define("rule", Body([a], [], a));
        Refused("the rule rule takes", Program(Define("main", Body([x], [], x), new CustomRule(DerivativeKind.Forward, rule.Name)), rule));
        var backward = Define("rule", Body([a, b, Of(F64)], [], a, b));
        Refused("the rule rule gives", Program(Define("main", Body([x], [], x), new CustomRule(DerivativeKind.Reverse, backward.Name)), backward));
        Refused("not a function", Program(Define("main", Body([x], [], x), new CustomRule(DerivativeKind.Forward, new("nowhere")))));
    }

    [Fact]
    public void Constructs_end_at_their_last_level()
    {
        var (x, f) = (Of(F64), Of(Unary, "f"));
        var main = new FunctionName("main");
        var closure = new Module(main, new Dictionary<FunctionName, Function>
        {
            [main] = new(main, Body([x], [new([f], new MakeClosure(main, [])), new([Of(F64, "y")], new Invoke(f, [One]))], x)),
        });
        Verifier.Check(closure, Level.Closed, "the test");
        Refused("MakeClosure does not occur at level FirstOrder", closure, Level.FirstOrder);
        Refused("FunctionType does not occur", Program(Define("main", Body([Of(new SequenceType(Unary))], []))), Level.FirstOrder);
        Refused("Invoke does not occur", Single([], new Invoke(f, [One]), F64), Level.FirstOrder);
        var g = Define("g", Body([Of(F64)], [], One));
        Refused("Differentiate does not occur at level Plain", Program(
            Define("main", Body([], [new([Of(F64), Of(F64)], new Differentiate(DerivativeKind.Forward, g.Name, [true], [true], [One, One]))])), g));
    }

    [Fact]
    public void At_the_last_level_sizes_are_numbers_and_the_entry_takes_tensors()
    {
        var n = Dim.Symbol("n");
        var v = Of(new TensorType(DType.F64, new([n])), "v");
        Refused("a size of f64[n] is not a number", Program(Define("main", Body([v], [], v))), Level.Sized);
        Refused("a size is not a number", Single([], new Apply(new SizeOf(n), []), I64), Level.Sized);
        Refused("a size is not a number", Single([], new Build([n], Body([Of(I64)], [], One)), new TensorType(DType.F64, new([n]))), Level.Sized);
        Refused("entry is no tensor", Program(Define("main", Body([Of(new SequenceType(F64))], []))), Level.Sized);
    }

    [Fact]
    public void The_entry_is_a_function_of_the_module() =>
        Refused("not a function of the module", new Module(new("main"), new Dictionary<FunctionName, Function>()));

    [Fact]
    public void The_error_shows_the_let()
    {
        var error = Assert.Throws<MindDslException>(() => Verifier.Check(Single([], new Apply(Sin, [One]), I64), Level.Plain, "the test"));
        Assert.Contains("let y: i64 = sin 1.0 in", error.Message, StringComparison.Ordinal);
    }
}
