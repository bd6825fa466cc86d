using MindDsl.Ir;

namespace MindDsl.Text.Types;

/// <summary>A type of the language, with variables that inference binds.</summary>
/// <remarks>
/// Lengths of axes, and the element types and shapes of C# tensors, are known when a function is called, and checked then: here they are consistent with
/// every other (<see cref="UnknownShape"/>, <see cref="AnyElement"/>).
/// </remarks>
internal abstract class MindType
{
    /// <summary>The type that a bound variable stands for; every other type itself.</summary>
    public virtual MindType Resolved => this;

    /// <inheritdoc/>
    public override string ToString() => TypeText.Of(this);
}

/// <summary>A type that is to be found, or a parameter of a polymorphic type.</summary>
internal sealed class TypeVariable(int level, Elements allowed = Elements.All, string? name = null) : MindType
{
    private MindType? _bound;

    /// <summary>How many lets are around the place where it may still be bound; the highest for a parameter of a scheme.</summary>
    public int Level { get; set; } = level;

    /// <summary>The element types that it may stand for, if it stands for one.</summary>
    public Elements Allowed { get; set; } = allowed;

    /// <summary>True of the type of a whole number as it is written: i32 if nothing says more.</summary>
    public bool IsWholeNumber { get; set; }

    /// <summary>True if it was written by the user as <c>'a</c>, or is a parameter of the type under check, and so may not be bound.</summary>
    public bool IsRigid => name is not null;

    /// <summary>The name that the user gave.</summary>
    public string? Name => name;

    /// <inheritdoc/>
    public override MindType Resolved => _bound is null ? this : _bound = _bound.Resolved;

    /// <summary>Makes it stand for a type.</summary>
    public void Bind(MindType type) => _bound = type;
}

/// <summary>An element type.</summary>
internal sealed class ElementType : MindType
{
    private static readonly ElementType[] All = [.. Enum.GetValues<DType>().Select(d => new ElementType(d))];

    private ElementType(DType dtype) => DType = dtype;

    /// <summary>The element type.</summary>
    public DType DType { get; }

    /// <summary>The type of an element type.</summary>
    public static ElementType Of(DType dtype) => All[(int)dtype];
}

/// <summary>The element type of a C# tensor: known at the call.</summary>
internal sealed class AnyElement : MindType
{
    /// <summary>The only one.</summary>
    public static readonly AnyElement Instance = new();
}

/// <summary>The lengths of the axes; null for a length that is not known.</summary>
internal sealed class ShapeType(Seq<Dim?> lengths) : MindType
{
    /// <summary>No axis.</summary>
    public static readonly ShapeType Scalar = new([]);

    /// <summary>The lengths.</summary>
    public Seq<Dim?> Lengths { get; } = lengths;

    /// <summary>The number of axes.</summary>
    public int Rank => Lengths.Count;

    /// <summary>A shape of which only the number of axes is known.</summary>
    public static ShapeType OfRank(int rank) => rank == 0 ? Scalar : new(Seq.Repeat<Dim?>(null, rank));
}

/// <summary>A shape that is known at the call.</summary>
internal sealed class UnknownShape : MindType
{
    /// <summary>The only one.</summary>
    public static readonly UnknownShape Instance = new();
}

/// <summary>Numbers, truth values and tensors of them: a scalar is a tensor without axes.</summary>
internal sealed class DataType(MindType element, MindType shape) : MindType
{
    /// <summary>The element type, <see cref="AnyElement"/> or a variable.</summary>
    public MindType Element { get; } = element;

    /// <summary>A <see cref="ShapeType"/>, <see cref="UnknownShape"/> or a variable.</summary>
    public MindType Shape { get; } = shape;

    /// <summary>The type of a scalar.</summary>
    public static DataType Scalar(DType dtype) => new(ElementType.Of(dtype), ShapeType.Scalar);

    /// <summary>A truth value.</summary>
    public static DataType Bool { get; } = Scalar(DType.Bool);
}

/// <summary>A function of one parameter; functions of several give functions.</summary>
internal sealed class ArrowType(MindType parameter, MindType result) : MindType
{
    /// <summary>The type of the parameter.</summary>
    public MindType Parameter { get; } = parameter;

    /// <summary>The type of the result.</summary>
    public MindType Result { get; } = result;

    /// <summary>The type of a function of several parameters.</summary>
    public static MindType Of(IEnumerable<MindType> parameters, MindType result) => parameters.Reverse().Aggregate(result, (r, p) => new ArrowType(p, r));
}

/// <summary>A tuple; without items, unit.</summary>
internal sealed class TupleType(Seq<MindType> items) : MindType
{
    /// <summary>The type of <c>()</c>.</summary>
    public static readonly TupleType Unit = new([]);

    /// <summary>The types of the items.</summary>
    public Seq<MindType> Items { get; } = items;
}

/// <summary>A record: names and their types, in the order of the names. Records are the same type if they have the same fields.</summary>
internal sealed class RecordType(Seq<string> names, Seq<MindType> types, string? name = null) : MindType
{
    /// <summary>The names of the fields, in ordinal order.</summary>
    public Seq<string> Names { get; } = names;

    /// <summary>The types of the fields.</summary>
    public Seq<MindType> Types { get; } = types;

    /// <summary>The name for messages, if it has one.</summary>
    public string? Name { get; } = name;

    /// <summary>A record type of fields in any order.</summary>
    public static RecordType Of(IEnumerable<(string Name, MindType Type)> fields, string? name = null)
    {
        var sorted = fields.OrderBy(f => f.Name, StringComparer.Ordinal).ToArray();
        return new([.. sorted.Select(f => f.Name)], [.. sorted.Select(f => f.Type)], name);
    }
}

/// <summary>A list, whose length is part of the program: C#'s array of anything but numbers.</summary>
internal sealed class ListType(MindType element) : MindType
{
    /// <summary>The type of the elements.</summary>
    public MindType Element { get; } = element;
}

/// <summary>A union with the types that its parameters stand for.</summary>
internal sealed class SumType(UnionDeclaration declaration, Seq<MindType> arguments) : MindType
{
    /// <summary>The declaration.</summary>
    public UnionDeclaration Declaration { get; } = declaration;

    /// <summary>The types that its parameters stand for.</summary>
    public Seq<MindType> Arguments { get; } = arguments;
}

/// <summary>A text: an attribute of operations.</summary>
internal sealed class StringType : MindType
{
    /// <summary>The only one.</summary>
    public static readonly StringType Instance = new();
}

/// <summary>A union as it was declared.</summary>
internal sealed class UnionDeclaration(string name, Seq<TypeVariable> parameters)
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;

    /// <summary>The parameters.</summary>
    public Seq<TypeVariable> Parameters { get; } = parameters;

    /// <summary>The cases; set when the bodies of types that belong together were read.</summary>
    public Seq<CaseDeclaration> Cases { get; set; }
}

/// <summary>A case of a union.</summary>
internal sealed class CaseDeclaration(UnionDeclaration union, int number, string name, Seq<MindType> fields)
{
    /// <summary>The union.</summary>
    public UnionDeclaration Union { get; } = union;

    /// <summary>The place among the cases.</summary>
    public int Number { get; } = number;

    /// <summary>The name.</summary>
    public string Name { get; } = name;

    /// <summary>The types of the fields.</summary>
    public Seq<MindType> Fields { get; } = fields;
}

/// <summary>A set of element types.</summary>
[Flags]
internal enum Elements
{
    /// <summary>None: a contradiction.</summary>
    None = 0,

    /// <summary>bool.</summary>
    Bool = 1 << DType.Bool,

    /// <summary>i32 and i64.</summary>
    Integer = (1 << DType.I32) | (1 << DType.I64),

    /// <summary>f32 and f64.</summary>
    Float = (1 << DType.F32) | (1 << DType.F64),

    /// <summary>All but bool.</summary>
    Number = Integer | Float,

    /// <summary>bool and integers.</summary>
    Logic = Bool | Integer,

    /// <summary>u8, f16 and bf16.</summary>
    Stored = (1 << DType.U8) | (1 << DType.F16) | (1 << DType.BF16),

    /// <summary>All that is computed with.</summary>
    Computed = Bool | Number,

    /// <summary>All.</summary>
    All = Computed | Stored,
}
