using MindDsl.Ir;
using MindDsl.Structures;
using MindDsl.Text.Syntax;
using MindDsl.Text.Types;

namespace MindDsl.Text.Elaboration;

/// <content>Types as they are written, and their definitions.</content>
internal sealed partial class Elaborator
{
    private readonly Dictionary<string, CaseDeclaration> _cases = [];
    private readonly Dictionary<string, UnionDeclaration> _unions = [];
    private readonly OrderedDictionary<string, RecordType> _records = [];
    private readonly Dictionary<string, (Seq<TypeVariable> Parameters, MindType Type)> _aliases = [];
    private Dictionary<string, MindType> _variables = [];

    private static readonly string[] Words = ["bool", "i32", "i64", "f32", "f64", "tensor", "unit", "list"];

    /// <summary>The type that is written.</summary>
    private MindType Read(TypeSyntax node)
    {
        switch (node)
        {
            case NamedTypeSyntax named:
                return Named(named);
            case TypeVariableSyntax variable:
                return _variables.TryGetValue(variable.Name, out var known) ? known : _variables[variable.Name] = _types.Fresh();
            case TensorTypeSyntax tensor:
                if (Read(tensor.Element) is not DataType { Shape: ShapeType { Rank: 0 } } element)
                {
                    Report(tensor.Element, Diagnostics.ElementTypeNeeded());
                    return _types.Fresh();
                }
                foreach (var size in tensor.Sizes) foreach (var term in size.Terms) foreach (var name in term.Names) _sizes.Add(name.Text);
                return new DataType(element.Element, tensor.Sizes.Count == 0 ? UnknownShape.Instance : new ShapeType(tensor.Sizes.Map(AttributeValue.Length)));
            case TupleTypeSyntax tuple:
                return new TupleType(tuple.Items.Map(Read));
            case FunctionTypeSyntax function:
                return ArrowType.Of(function.Parameters.Map(Read), Read(function.Result));
            default:
                return _types.Fresh();
        }
    }

    private MindType Named(NamedTypeSyntax node)
    {
        string name = node.Name[^1].Text;
        var arguments = node.Arguments.Map(Read);
        if (AttributeValue.DTypeOf(name) is { } dtype && arguments.Count == 0) return DataType.Scalar(dtype);
        switch (name, arguments.Count)
        {
            case ("unit", 0):
                return TupleType.Unit;
            case ("tensor", 0):
                return new DataType(AnyElement.Instance, UnknownShape.Instance);
            case ("list", 1):
                return new ListType(arguments[0]);
        }
        int expected;
        if (_unions.TryGetValue(name, out var union))
        {
            expected = union.Parameters.Count;
            if (arguments.Count == expected) return new SumType(union, arguments);
        }
        else if (_records.TryGetValue(name, out var record))
        {
            expected = 0;
            if (arguments.Count == 0) return record;
        }
        else if (_aliases.TryGetValue(name, out var alias))
        {
            expected = alias.Parameters.Count;
            if (arguments.Count == expected)
            {
                var copies = new Dictionary<MindType, MindType>(ReferenceEqualityComparer.Instance);
                for (int k = 0; k < expected; k++) copies[alias.Parameters[k]] = arguments[k];
                return _types.Copy(alias.Type, copies);
            }
        }
        else if (environment.Types.TryGetValue(name, out var clr) && arguments.Count == 0) return ClrTypes.TypeOf(clr);
        else
        {
            Report(node, Diagnostics.TypeNotFound(name, Spelling.Nearest(name, [.. Words, .. _unions.Keys, .. _records.Keys, .. _aliases.Keys, .. environment.Types.Keys])));
            return _types.Fresh();
        }
        Report(node, Diagnostics.TypeArgumentsDiffer(name, expected, arguments.Count));
        return _types.Fresh();
    }

    /// <summary>The record type with a name that has these fields.</summary>
    private RecordType? RecordOf(Seq<string> names)
    {
        foreach (var record in _records.Values) if (record.Names == names) return record;
        foreach (var clr in environment.Types.Values) if (ClrTypes.TypeOf(clr) is RecordType record && record.Names == names) return record;
        return null;
    }

    private void Declare(string name, RecordType record)
    {
        _records.Remove(name);
        _records.Add(name, record);
    }

    /// <summary>The record type that was declared last with a field of a name.</summary>
    private RecordType? RecordWith(string field) => _records.Values.LastOrDefault(r => r.Names.IndexOf(field) >= 0)
        ?? environment.Types.Values.Select(t => ClrTypes.TypeOf(t) as RecordType).FirstOrDefault(r => r?.Names.IndexOf(field) >= 0);

    private void Define(TypeDefinitionsSyntax node)
    {
        Refuse(LanguageFeatures.Types, node, "type");
        var outer = _variables;
        var parameters = new List<Seq<TypeVariable>>();
        RequireDistinct(node.Types.Map(t => t.Name));
        foreach (var type in node.Types)
        {
            var own = type.Parameters.Map(p => new TypeVariable(int.MaxValue));
            parameters.Add(own);
            if (type.Body is UnionBodySyntax) _unions[type.Name.Text] = new(type.Name.Text, own);
        }
        for (int k = 0; k < node.Types.Count; k++)
        {
            var type = node.Types[k];
            _variables = [];
            for (int i = 0; i < parameters[k].Count; i++) _variables[type.Parameters[i].Text] = parameters[k][i];
            switch (type.Body)
            {
                case UnionBodySyntax body:
                    var union = _unions[type.Name.Text];
                    if (body.Cases.Count == 0) Report(type, Diagnostics.PrintedFormOutOfPlace("|"));
                    RequireDistinct(body.Cases.Map(c => c.Name));
                    union.Cases = body.Cases.Map((c, i) => new CaseDeclaration(union, i, c.Name.Text, c.Fields.Map(f => Read(f.Type))));
                    foreach (var declared in union.Cases) _cases[declared.Name] = declared;
                    break;
                case RecordBodySyntax body:
                    RequireDistinct(body.Fields.Map(f => f.Name));
                    var record = RecordType.Of(body.Fields.Select(f => (f.Name.Text, Read(f.Type))), type.Name.Text);
                    if (parameters[k].Count == 0) Declare(type.Name.Text, record);
                    else _aliases[type.Name.Text] = (parameters[k], new RecordType(record.Names, record.Types));
                    break;
                case AliasBodySyntax body:
                    _aliases[type.Name.Text] = (parameters[k], Read(body.Type));
                    break;
            }
        }
        _variables = outer;
    }

    /// <summary>A union with types to be found for its parameters, and the types of the fields of one of its cases.</summary>
    private (SumType Union, Seq<MindType> Fields) Instance(CaseDeclaration declared)
    {
        var copies = new Dictionary<MindType, MindType>(ReferenceEqualityComparer.Instance);
        var arguments = declared.Union.Parameters.Map(p => copies[p] = _types.Fresh());
        return (new(declared.Union, arguments), declared.Fields.Map(f => _types.Copy(f, copies)));
    }

    private (Core, MindType) Constructor(CaseDeclaration declared, SyntaxNode node)
    {
        var (union, fields) = Instance(declared);
        return (new CaseCore(node.Span, declared, union), fields.Count switch
        {
            0 => union,
            1 => new ArrowType(fields[0], union),
            _ => new ArrowType(new TupleType(fields), union),
        });
    }
}
