using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using MindDsl.Ir;

namespace MindDsl.Structures;

/// <summary>How the values of a .NET type are made of leaves. Records, tuples, anonymous types and arrays nest; leaves are numbers, arrays of numbers and tensors.</summary>
internal abstract record Layout(Type Type)
{
    private static readonly ConcurrentDictionary<Type, Layout> Known = new();

    /// <summary>The layout of a type.</summary>
    public static Layout Of(Type type) => Known.GetOrAdd(type, Find);

    /// <summary>A number or a truth value.</summary>
    public sealed record Number(Type Type, DType DType) : Layout(Type);

    /// <summary>A <see cref="MindDsl.Tensor"/>.</summary>
    public sealed record Tensor() : Layout(typeof(MindDsl.Tensor));

    /// <summary>An array of numbers as a tensor: <c>[]</c> of rank 1, <c>[,]</c> and rectangular <c>[][]</c> of rank 2, and so on.</summary>
    public sealed record Array(Type Type, Type Element, DType DType, int Rank, bool Jagged) : Layout(Type);

    /// <summary>Members in the order of the constructor that makes a value of them.</summary>
    public sealed record Product(Type Type, Seq<Member> Members, ConstructorInfo Constructor) : Layout(Type)
    {
        /// <summary>The place of a member.</summary>
        public int IndexOf(MemberInfo member)
        {
            for (int i = 0; i < Members.Count; i++) if (Members[i].Info.Name == member.Name) return i;
            return -1;
        }
    }

    /// <summary>A member of a product.</summary>
    public sealed record Member(string Name, Type Type, MemberInfo Info)
    {
        /// <summary>The member's layout.</summary>
        public Layout Layout => Of(Type);

        /// <summary>The member of a value.</summary>
        public object? Read(object value) => Info is FieldInfo field ? field.GetValue(value) : ((PropertyInfo)Info).GetValue(value);
    }

    /// <summary>An array of anything but numbers: its length is part of the structure.</summary>
    public sealed record List(Type Type, Type Element) : Layout(Type);

    /// <summary>A delegate.</summary>
    public sealed record Function(Type Type) : Layout(Type)
    {
        /// <summary>The delegate's method.</summary>
        public MethodInfo Signature => Type.GetMethod("Invoke")!;
    }

    /// <summary>What can be known while a quote is read, but is no data: a string, an enum, an axis.</summary>
    public sealed record Attribute(Type Type) : Layout(Type);

    /// <summary>A type that the language cannot hold, and why.</summary>
    public sealed record Unsupported(Type Type, string Reason) : Layout(Type);

    /// <summary>The element type of a number, if the type is one.</summary>
    public static DType? NumberType(Type type) =>
        type == typeof(double) ? DType.F64
        : type == typeof(float) ? DType.F32
        : type == typeof(int) ? DType.I32
        : type == typeof(long) || type == typeof(Ix) ? DType.I64
        : type == typeof(bool) ? DType.Bool
        : type == typeof(byte) ? DType.U8
        : type == typeof(Half) ? DType.F16
        : type == typeof(BFloat16) ? DType.BF16
        : null;

    /// <summary>True of numbers and keys, which are single elements.</summary>
    public static bool IsScalar(Type type) => NumberType(type) is not null || type == typeof(Key);

    /// <summary>True if a function is among the leaves.</summary>
    public bool HoldsFunctions => Parts([]).Any(l => l is Function);

    /// <summary>The first thing about the type that the language cannot hold, or null.</summary>
    public Unsupported? Fault => Parts([]).OfType<Unsupported>().FirstOrDefault();

    /// <summary>True if all leaves are tensors.</summary>
    public bool HoldsOnlyTensors => Parts([]).All(l => l is Tensor or Product or List);

    /// <summary>This layout and those of its parts.</summary>
    private IEnumerable<Layout> Parts(HashSet<Type> around)
    {
        yield return this;
        Type[] parts = this switch { List list => [list.Element], Product product => [.. product.Members.Select(m => m.Type)], _ => [] };
        if (parts.Length == 0) yield break;
        if (!around.Add(Type))
        {
            yield return new Unsupported(Type, $"{Names.Of(Type)} holds itself");
            yield break;
        }
        foreach (var part in parts)
            foreach (var layout in Of(part).Parts(around)) yield return layout;
        around.Remove(Type);
    }

    private static Layout Find(Type type)
    {
        if (NumberType(type) is { } number) return new Number(type, number);
        if (type == typeof(Key)) return new Number(type, DType.I64);
        if (type == typeof(MindDsl.Tensor)) return new Tensor();
        if (type.IsArray) return OfArray(type);
        if (typeof(Delegate).IsAssignableFrom(type)) return new Function(type);
        if (type.IsEnum || type == typeof(string) || type == typeof(Axis) || type == typeof(Type) || type == typeof(CheckpointPolicy)) return new Attribute(type);
        if (type.IsPrimitive) return new Unsupported(type, $"{Names.Of(type)} is not among the element types double, float, Half, BFloat16, long, int, byte and bool");
        return OfProduct(type);
    }

    private static Layout OfArray(Type type)
    {
        var element = type.GetElementType()!;
        if (NumberType(element) is { } number && element != typeof(Ix)) return new Array(type, element, number, type.GetArrayRank(), false);
        if (element == typeof(Key)) return new Array(type, element, DType.I64, type.GetArrayRank(), false);
        if (type.GetArrayRank() == 1 && element.IsArray && element.GetArrayRank() == 1 && NumberType(element.GetElementType()!) is { } inner)
            return new Array(type, element.GetElementType()!, inner, 2, true);
        return type.GetArrayRank() == 1 ? new List(type, element) : new Unsupported(type, "an array of several axes holds numbers");
    }

    private static Layout OfProduct(Type type)
    {
        if (IsTuple(type))
        {
            var constructor = type.GetConstructors().Single(c => c.GetParameters().Length == type.GetGenericArguments().Length);
            if (type.GetGenericArguments().Length > 7) return new Unsupported(type, "a tuple has at most seven elements");
            return new Product(type, constructor.GetParameters().Select((p, k) => new Member("Item" + (k + 1), p.ParameterType,
                type.IsValueType ? type.GetField("Item" + (k + 1))! : type.GetProperty("Item" + (k + 1))!)).ToSeq(), constructor);
        }
        if (type.IsInterface || type.IsAbstract || type == typeof(object)) return new Unsupported(type, $"{Names.Of(type)} has no constructor that lists its members");
        if (type.BaseType != typeof(object) && type.BaseType != typeof(ValueType)) return new Unsupported(type, $"{Names.Of(type)} inherits from {Names.Of(type.BaseType!)}");
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0).ToArray();
        var constructors = type.GetConstructors().Where(c => c.GetParameters().Length > 0
            && c.GetParameters().All(p => properties.Any(q => q.Name == p.Name && q.PropertyType == p.ParameterType))).ToArray();
        if (constructors.Length != 1) return new Unsupported(type, $"{Names.Of(type)} has no positional constructor whose parameters are its properties");
        var parameters = constructors[0].GetParameters();
        var extra = properties.FirstOrDefault(q => !parameters.Any(p => p.Name == q.Name));
        if (extra is not null) return new Unsupported(type, $"the property {extra.Name} of {Names.Of(type)} is not a parameter of its constructor");
        return new Product(type, parameters.Select(p => new Member(p.Name!, p.ParameterType, type.GetProperty(p.Name!)!)).ToSeq(), constructors[0]);
    }

    private static bool IsTuple(Type type) => type.IsGenericType && typeof(ITuple).IsAssignableFrom(type) && type.Namespace == "System";
}
