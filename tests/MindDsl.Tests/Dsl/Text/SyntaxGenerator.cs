using MindDsl.Ir;
using MindDsl.Text.Syntax;

namespace MindDsl.Tests.Dsl.Text;

/// <summary>Makes random abstract syntax: everything that a text can say, well-typed or not. Equal seeds and sizes give equal syntax.</summary>
internal sealed class SyntaxGenerator(int seed)
{
    private static readonly string[] Words = ["x", "y'", "f", "Ab", "sum", "fold", "reverse", "f32", "size", "länge", "two words", "let", "_q", "scan", "closure"];
    private readonly Random _random = new(seed);

    public ModuleSyntax Module(int size) => new(Chance(4) ? [Name()] : [], Many(size / 8 + 1, () => Definition(size)));

    public ExpressionSyntax Expression(int size)
    {
        if (size <= 1) return Leaf();
        int part = size / 2;
        return Below(20) switch
        {
            0 or 1 => new ApplicationSyntax(Function(part), Some(3, () => Argument(part / 2))),
            2 => new NegationSyntax(Expression(part)),
            3 or 4 or 5 => Chain(size),
            6 => new FunctionSyntax(Some(3, () => Pattern(2)), Expression(part)),
            7 or 8 => new BlockSyntax(Some(3, () => Let(part / 2)), Expression(part)),
            9 => new IfSyntax(Expression(part / 2), Expression(part / 2), Expression(part)),
            10 => new MatchSyntax(Expression(part / 2), Some(3, () => new MatchCaseSyntax(Pattern(3), Expression(part / 2)))),
            11 => new TupleSyntax(NotOne(() => Expression(part / 2))),
            12 => new ListSyntax(Many(3, () => Expression(part / 2))),
            13 => Chance(2) ? new RecordSyntax(Many(3, () => Field(part / 2))) : new RecordUpdateSyntax(Expression(part), Many(2, () => Field(part / 2))),
            14 => new FieldSyntax(Expression(part), Name()),
            15 => new IndexSyntax(Expression(part), Many(3, () => Index(part / 3))),
            16 => new ComprehensionSyntax(Some(2, () => new IterationSyntax(Pattern(1), Index(part / 3))), Expression(part)),
            17 => new WhileSyntax(Expression(part / 2), Expression(part / 2), Expression(part / 2)),
            18 => new ScanSyntax(Expression(part / 3), Chance(2) ? Size(known: true) : null, Chance(2), Expression(part / 3), Expression(part / 3), Expression(part / 3)),
            _ => new AnnotationSyntax(Expression(part), Type(3)),
        };
    }

    public TypeSyntax Type(int size) => (size <= 0 ? Below(2) : Below(7)) switch
    {
        0 => new NamedTypeSyntax([new(Pick("f64", "f32", "bool", "unit", "Model"))], []),
        1 => new TypeVariableSyntax(Pick("a", "b1")),
        2 => new NamedTypeSyntax(Some(2, Name), Many(3, () => Type(size - 2))),
        3 => new TensorTypeSyntax(Type(size - 2), Many(4, () => Size(known: false))),
        4 => new TupleTypeSyntax([Type(size - 1), Type(size - 2), .. Many(2, () => Type(0))]),
        _ => new FunctionTypeSyntax(Some(3, () => Type(size - 1)), Type(size - 1)),
    };

    public PatternSyntax Pattern(int size) => (size <= 0 ? Below(3) : Below(8)) switch
    {
        0 or 1 => new NamePatternSyntax(Name().Text),
        2 => new WildcardPatternSyntax(),
        3 => new LiteralPatternSyntax(Number()),
        4 => new TuplePatternSyntax(NotOne(() => Pattern(size - 1))),
        5 => new AnnotatedPatternSyntax(Pattern(size - 1), Type(2)),
        6 => new RecordPatternSyntax(Many(3, () => new FieldPatternSyntax(Name(), Pattern(size - 1)))),
        _ => Chance(3) ? new CasePatternSyntax([Name(), Name()], Many(2, () => Pattern(size - 1))) : new CasePatternSyntax([Name()], Some(2, () => Pattern(size - 1))),
    };

    private DefinitionSyntax Definition(int size) => Below(4) switch
    {
        0 => new OpenSyntax(Some(3, Name)),
        1 => new TypeDefinitionsSyntax(Some(2, () => new TypeDefinitionSyntax(Name(), Many(2, () => new NameSyntax(Pick("a", "b"))), Body()))),
        _ => new LetDefinitionSyntax(Let(size)),
    };

    private TypeBodySyntax Body() => Below(3) switch
    {
        0 => new AliasBodySyntax(Type(3)),
        1 => new RecordBodySyntax(Many(4, () => new RecordFieldSyntax(Name(), Type(2)))),
        _ => new UnionBodySyntax(Many(3, () => new UnionCaseSyntax(Name(), Many(3, () => new UnionFieldSyntax(Chance(3) ? Name() : null, Type(2)))))),
    };

    private LetSyntax Let(int size) => new(Chance(3), Some(Chance(3) ? 3 : 1, () => Binding(size)));

    private BindingSyntax Binding(int size) => Chance(3)
        ? new(Pattern(2) is var p and not NamePatternSyntax ? p : new WildcardPatternSyntax(), [], Chance(4) ? Type(2) : null, [], Expression(size))
        : new(new NamePatternSyntax(Name().Text), Many(3, () => Pattern(2)), Chance(3) ? Type(3) : null, Chance(8) ? Some(2, Rule) : [], Expression(size));

    private RuleSyntax Rule() => new RuleSyntax(new(Pick("forward", "reverse", "checkpoint", "fixed_point")), [], Name()) is var rule && rule.Kind.Text is "checkpoint" or "fixed_point"
        ? rule with { Attributes = Many(3, () => Attribute(2)), Function = Chance(2) ? rule.Function : null }
        : rule;

    private ExpressionSyntax Leaf() => Below(7) switch
    {
        0 or 1 => new LiteralSyntax(Number()),
        2 => new StringSyntax(Pick("ij,jk->ik", "", "a \"b\" \\ c\n")),
        3 => new OperationSyntax(Pick("sum", "undefined", "pad", "build"), Some(3, () => Attribute(2))),
        4 => new OperatorNameSyntax((BinaryOperator)Below(Enum.GetValues<BinaryOperator>().Length)),
        _ => new NameExpressionSyntax(Name().Text),
    };

    private ExpressionSyntax Function(int size) => Chance(3) ? Expression(size) : new NameExpressionSyntax(Pick("f", "grad", "and", "f32"));

    private ExpressionSyntax Argument(int size) => Chance(4) ? new NegationSyntax(Expression(size)) : Expression(size);

    private ChainSyntax Chain(int size)
    {
        var operators = Enum.GetValues<BinaryOperator>();
        var first = operators[Below(operators.Length)];
        var alike = operators.Where(o => o.Precedence == first.Precedence).ToArray();
        int count = first == BinaryOperator.Power ? 1 : 1 + Below(3);
        return new(Seq.Range(count + 1).Map(_ => Expression(size / (count + 1))), Seq.Range(count).Map(_ => new OperatorSyntax(alike[Below(alike.Length)])));
    }

    private ExpressionSyntax Index(int size) => Below(6) switch
    {
        0 => new RangeSyntax(null, null, null),
        1 => new RangeSyntax(Expression(size), null, Expression(size)),
        2 => new RangeSyntax(Expression(size), Chance(2) ? Expression(size) : null, Chance(2) ? Expression(size) : null),
        3 => new RangeSyntax(null, null, Expression(size)),
        _ => Expression(size),
    };

    private FieldBindingSyntax Field(int size) => new(Name(), Expression(size));

    private SizeSyntax Size(bool known) => !known && Chance(6)
        ? new([])
        : new(Some(3, () => new SizeTermSyntax(Chance(2) ? 1 : Below(7) - 3, Many(2, Name))));

    private AttributeSyntax Attribute(int size) => (size <= 0 ? Below(3) : Below(6)) switch
    {
        0 => new SizeAttributeSyntax(Size(known: true)),
        1 => new LiteralAttributeSyntax(Pick(Literal.Of(DType.F64, 0.5), Literal.Of(true), Literal.Of(DType.F64, double.NegativeInfinity), Literal.Of(DType.F32, -1.5), Literal.Of(DType.F16, double.NaN), Literal.Of(DType.BF16, 0.25))),
        2 => new StringAttributeSyntax(Pick("ij,jk->ik", "ab,->ab")),
        3 => new ListAttributeSyntax(Many(3, () => Attribute(size - 1))),
        4 => new IndexedAttributeSyntax(Many(3, () => Attribute(0))),
        _ => new TypeAttributeSyntax(new TensorTypeSyntax(new NamedTypeSyntax([new("f32")], []), Many(2, () => Size(known: false)))),
    };

    private Literal Number() => Below(9) switch
    {
        0 => Literal.Of(DType.I32, (long)Below(100) - 50),
        1 => Literal.Of(DType.I32, Pick((long)int.MinValue, int.MaxValue)),
        2 => Literal.Index(Pick(long.MinValue, long.MaxValue, 7)),
        3 => Literal.Of(DType.F64, _random.NextDouble() * Math.Pow(10, Below(600) - 300)),
        4 => Literal.Of(DType.F32, (_random.NextDouble() - 0.5) * Math.Pow(10, Below(60) - 30)),
        5 => Literal.Of(DType.F64, Pick(0.0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue)),
        6 => Literal.Of(DType.F32, Pick(-0.0, double.NaN, double.NegativeInfinity, float.MaxValue, float.Epsilon)),
        7 => Literal.Of(Chance(2)),
        _ => Literal.Of(DType.F64, (double)(Below(200) - 100)),
    };

    private int Below(int n) => _random.Next(n);

    private bool Chance(int oneIn) => Below(oneIn) == 0;

    private T Pick<T>(params T[] items) => items[Below(items.Length)];

    private NameSyntax Name() => new(Words[Below(Words.Length)]);

    private Seq<T> Many<T>(int most, Func<T> make) => Enumerable.Range(0, Below(most + 1)).Select(_ => make()).ToSeq();

    private Seq<T> Some<T>(int most, Func<T> make) => [make(), .. Many(most - 1, make)];

    private Seq<T> NotOne<T>(Func<T> make) => Chance(3) ? [] : [make(), make(), .. Many(2, make)];
}
