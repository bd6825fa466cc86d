using System.Text;
using MindDsl.Backends.Loops;

namespace MindDsl.Backends.CText;

/// <summary>What a scope of a kernel's text is the body of.</summary>
internal enum CScopeKind
{
    /// <summary>The kernel, or a part of it.</summary>
    Root,

    /// <summary>A loop, entered at least once.</summary>
    Loop,

    /// <summary>Code that may be passed over.</summary>
    Branch,
}

/// <summary>Statements of a loop body or branch while they are written, and the nodes whose values are in variables.</summary>
internal sealed class CScope(CScope? parent, CScopeKind kind, CNames names, int loop = -1)
{
    private readonly Dictionary<Node, string> _known = [];
    private readonly List<object> _statements = [];
    private ulong _loops = loop >= 0 ? 1UL << loop : 0;

    public CScope(CNames names) : this(null, CScopeKind.Root, names) { }

    public CNames Names => names;

    /// <summary>True if nothing was written.</summary>
    public bool IsEmpty => _statements.Count == 0;

    /// <summary>Writes a statement.</summary>
    public void Add(string statement) => _statements.Add(statement);

    /// <summary>Writes a statement with a body: <c>head { … }</c>. What the body needs from outside stands before it.</summary>
    public void Block(string head, CScopeKind inner, Action<CScope> body, int innerLoop = -1)
    {
        var scope = new CScope(this, inner, names, innerLoop);
        body(scope);
        if (head.Length > 0) _statements.Add(head);
        _statements.Add(scope);
    }

    /// <summary>A new variable with a value.</summary>
    public string Define(string type, string value)
    {
        string name = names.New();
        Add($"{type} {name} = {value};");
        return name;
    }

    /// <summary>A new variable without a value.</summary>
    public string Declare(string type)
    {
        string name = names.New();
        Add($"{type} {name};");
        return name;
    }

    /// <summary>The variable that holds a node, here or around.</summary>
    public string? Find(Node node)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
            if (scope._known.TryGetValue(node, out string? name)) return name;
        return null;
    }

    /// <summary>The outermost scope in which a node may be computed: inside its loops, and, if it must not be computed in vain, inside its branch.</summary>
    public CScope For(Node node)
    {
        bool safe = !node.Loads && !node.MayThrow;
        var scope = this;
        while (scope.Kind != CScopeKind.Root && scope.Outer is { } outer && !scope.Binds(node) && (safe || scope.Kind != CScopeKind.Branch)) scope = outer;
        return scope;
    }

    /// <summary>Says that the index of a loop is a variable of this scope.</summary>
    public void Bind(int index) => _loops |= 1UL << index;

    /// <summary>Says that a variable holds a node.</summary>
    public string Note(Node node, string name) => _known[node] = name;

    private CScope? Outer { get; } = parent;

    private CScopeKind Kind { get; } = kind;

    private bool Binds(Node node) => (node.Loops & _loops) != 0;

    /// <summary>The text.</summary>
    public void Write(StringBuilder text, int depth)
    {
        foreach (object statement in _statements)
        {
            if (statement is CScope scope)
            {
                text.Append(' ', 4 * depth).Append("{\n");
                scope.Write(text, depth + 1);
                text.Append(' ', 4 * depth).Append("}\n");
            }
            else text.Append(' ', 4 * depth).Append((string)statement).Append('\n');
        }
    }
}

/// <summary>Names of the variables of a kernel.</summary>
internal sealed class CNames
{
    private int _count;

    public string New() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"v{_count++}");
}
