using MindDsl.Ir;
using MindDsl.Text.Syntax;

namespace MindDsl.Text.IrReading;

/// <summary>Types of printed IR: what the abstract syntax says, as types of the IR.</summary>
internal sealed class IrTypes(SourceText source)
{
    private readonly Dictionary<string, (UnionType Type, Seq<string> Cases)> _unions = [];

    /// <summary>The element type of a name.</summary>
    public static DType? DTypeOf(string name) => name switch
    {
        "bool" => DType.Bool,
        "i32" => DType.I32,
        "i64" => DType.I64,
        "f32" => DType.F32,
        "f64" => DType.F64,
        "u8" => DType.U8,
        "f16" => DType.F16,
        "bf16" => DType.BF16,
        _ => null,
    };

    /// <summary>Makes the unions that a module defines known, and gives their definitions.</summary>
    public Dictionary<UnionType, UnionDefinition> Define(IEnumerable<TypeDefinitionSyntax> types)
    {
        var bodies = new List<(UnionType Type, UnionBodySyntax Body)>();
        foreach (var type in types)
        {
            if (type.Body is not UnionBodySyntax union || type.Parameters.Count > 0)
                throw Wrong("a type that is not a union", type);
            if (!_unions.TryAdd(type.Name.Text, (new(type.Name.Text), union.Cases.Map(c => c.Name.Text))))
                throw new MindDslException(Diagnostics.IrNameBoundTwice(type.Name.Text, source.Picture(type.Name.Span)));
            bodies.Add((new(type.Name.Text), union));
        }
        return bodies.ToDictionary(b => b.Type, b => new UnionDefinition(b.Type, b.Body.Cases.Map(c => new UnionCase(c.Name.Text, c.Fields.Map(f => Of(f.Type))))));
    }

    /// <summary>The union of a name.</summary>
    public UnionType Union(NameSyntax name) => _unions.TryGetValue(name.Text, out var union)
        ? union.Type
        : throw new MindDslException(Diagnostics.IrNameUnknown(name.Text, source.Picture(name.Span)));

    /// <summary>The number of a case.</summary>
    public int Case(UnionType union, NameSyntax name)
    {
        int number = _unions[union.Name].Cases.IndexOf(name.Text);
        return number >= 0 ? number : throw new MindDslException(Diagnostics.IrNameUnknown(name.Text, source.Picture(name.Span)));
    }

    /// <summary>The number of cases.</summary>
    public int Cases(UnionType union) => _unions[union.Name].Cases.Count;

    /// <summary>A type.</summary>
    public IrType Of(TypeSyntax type) => type switch
    {
        NamedTypeSyntax { Name: [var name], Arguments: [] } when DTypeOf(name.Text) is { } dtype => TensorType.Scalar(dtype),
        NamedTypeSyntax { Name: [{ Text: "seq" }], Arguments: [var element] } => new SequenceType(Of(element)),
        NamedTypeSyntax { Name: [var name], Arguments: [] } => Union(name),
        TensorTypeSyntax { Element: NamedTypeSyntax { Name: [var name], Arguments: [] } } tensor when DTypeOf(name.Text) is { } dtype =>
            new TensorType(dtype, new(tensor.Sizes.Map(Size))),
        FunctionTypeSyntax function => new FunctionType(
            function.Parameters is [NamedTypeSyntax { Name: [{ Text: "unit" }], Arguments: [] }] ? [] : function.Parameters.Map(Of), Results(function.Result)),
        _ => throw Wrong("this type", type),
    };

    /// <summary>The types of several results.</summary>
    public Seq<IrType> Results(TypeSyntax type) => type switch
    {
        NamedTypeSyntax { Name: [{ Text: "unit" }], Arguments: [] } => [],
        TupleTypeSyntax tuple => tuple.Items.Map(Of),
        _ => [Of(type)],
    };

    /// <summary>A size.</summary>
    public Dim Size(SizeSyntax size)
    {
        if (size.IsWildcard) throw Wrong("a size that is not known", size);
        var sum = Dim.Of(0);
        foreach (var term in size.Terms)
        {
            var product = Dim.Of(term.Coefficient);
            foreach (var name in term.Names) product *= Dim.Symbol(name.Text);
            sum += product;
        }
        return sum;
    }

    /// <summary>The error that something is part of the language, but not of printed IR.</summary>
    public MindDslException Wrong(string what, SyntaxNode node) => new(Diagnostics.NotOfTheIr(what, source.Picture(node.Span)));
}
