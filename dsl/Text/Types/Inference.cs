using MindDsl.Ir;

namespace MindDsl.Text.Types;

/// <summary>A polymorphic type: parameters, what has to hold for them, and the type.</summary>
internal sealed record Scheme(Seq<TypeVariable> Parameters, Seq<Constraint> Constraints, MindType Type)
{
    /// <summary>A type without parameters.</summary>
    public static Scheme Of(MindType type) => new([], [], type);
}

/// <summary>Finds types by unification (Hindley and Milner), with constraints for what is overloaded.</summary>
/// <param name="mostSteps">The most steps.</param>
/// <param name="token">Ends inference.</param>
internal sealed class Inference(int mostSteps = Inference.MostSteps, CancellationToken token = default)
{
    /// <summary>More steps than any program of a sensible size takes; types may grow exponentially.</summary>
    public const int MostSteps = 2_000_000;

    private readonly List<TypeVariable> _numbers = [];
    private List<Constraint> _waiting = [];
    private int _steps;

    /// <summary>The number of lets around the place that is looked at.</summary>
    public int Level { get; private set; }

    /// <summary>What is wrong.</summary>
    public List<(TextSpan Span, Diagnostic Diagnostic)> Errors { get; } = [];

    /// <summary>Reports an error; one for each place.</summary>
    public void Report(TextSpan span, Diagnostic diagnostic)
    {
        if (Errors.Count < 20 && !Errors.Any(e => e.Span == span)) Errors.Add((span, diagnostic));
    }

    /// <summary>A type that is to be found.</summary>
    public TypeVariable Fresh(Elements allowed = Elements.All) => new(Level, allowed);

    /// <summary>Numbers or tensors that are to be found.</summary>
    public DataType FreshData(Elements allowed = Elements.All) => new(Fresh(allowed), Fresh());

    /// <summary>Makes two types equal; reports an error if they are not.</summary>
    public bool Require(TextSpan span, MindType expected, MindType found)
    {
        if (Unify(expected, found)) return true;
        string[] texts = TypeText.Of([expected, found]);
        Report(span, Diagnostics.TypesDiffer([AsNumber(expected) ?? texts[0], AsNumber(found) ?? texts[1]]));
        return false;
    }

    /// <summary>What a number is called whose type is not known yet; null of any other type.</summary>
    private static string? AsNumber(MindType type) =>
        type.Resolved is DataType { Shape.Resolved: ShapeType { Rank: 0 }, Element.Resolved: TypeVariable { IsRigid: false, Allowed: not Elements.All and var allowed } } ? TypeText.Of(allowed) : null;

    /// <summary>Adds what has to hold.</summary>
    public void Add(Constraint constraint)
    {
        if (!constraint.TrySolve(this)) _waiting.Add(constraint);
    }

    /// <summary>A value's type as data; reports an error if it is none.</summary>
    public DataType AsData(TextSpan span, MindType type, Elements allowed = Elements.All)
    {
        if (type.Resolved is DataType known && known.Element.Resolved is ElementType element && ((int)allowed >> (int)element.DType & 1) != 0) return known;
        var data = FreshData(allowed);
        if (!Unify(data, type))
        {
            Report(span, type.Resolved is DataType other
                ? Diagnostics.ElementTypeNotAllowed(TypeText.Of(allowed), TypeText.Of(other))
                : Diagnostics.NumberNeeded(TypeText.Of(type)));
            return data;
        }
        return (DataType)type.Resolved;
    }

    /// <summary>Looks again at everything that waits, as long as that leads on.</summary>
    public void Solve()
    {
        bool progress = true;
        while (progress && _waiting.Count > 0)
        {
            var waiting = _waiting;
            _waiting = [];
            progress = false;
            foreach (var constraint in waiting)
            {
                Spend();
                if (constraint.TrySolve(this)) progress = true;
                else _waiting.Add(constraint);
            }
        }
    }

    /// <summary>Settles what nothing decides.</summary>
    public void Finish()
    {
        Solve();
        // One at a time, those written first first: what one decides may decide others, and those of which nothing is known wait for that.
        while (_waiting.Count > 0)
        {
            int first = Math.Max(0, _waiting.FindIndex(c => c.MayDecide));
            var constraint = _waiting[first];
            _waiting.RemoveAt(first);
            constraint.Default(this);
            if (!constraint.TrySolve(this) && constraint.Unsolved() is { } problem) Report(constraint.Span, problem);
            Solve();
        }
    }

    /// <summary>Numbers of polymorphic values that nothing decided where these were used.</summary>
    public IEnumerable<TypeVariable> Undecided => _numbers.Select(n => n.Resolved).OfType<TypeVariable>();

    /// <summary>The variables that occur in a type.</summary>
    public HashSet<TypeVariable> VariablesOf(MindType type)
    {
        var found = new Variables();
        Level--;
        Collect(type, found);
        Level++;
        return [.. found.All];
    }

    /// <summary>What <paramref name="infer"/> infers, for a value that is bound by a let: its type may be polymorphic.</summary>
    public (T Result, Scheme Scheme) Bound<T>(Func<(T Result, MindType Type, bool MayBeGeneral)> infer)
    {
        int outer = _waiting.Count;
        Level++;
        var (result, type, mayBeGeneral) = infer();
        Solve();
        Level--;
        if (!mayBeGeneral)
        {
            Lower(type, Level);
            foreach (var constraint in _waiting) foreach (var part in constraint.Types) Lower(part, Level);
            return (result, Scheme.Of(type));
        }
        var parameters = new Variables();
        Collect(type, parameters);
        // Constraints on parameters belong to the scheme, with all the variables that they mention.
        var own = new List<Constraint>();
        for (bool grown = true; grown;)
        {
            grown = false;
            for (int i = _waiting.Count - 1; i >= 0; i--)
            {
                var mentioned = new Variables();
                foreach (var part in _waiting[i].Types) Collect(part, mentioned);
                if (!mentioned.All.Exists(parameters.Contains)) continue;
                foreach (var variable in mentioned.All) parameters.Add(variable);
                own.Insert(0, _waiting[i]);
                _waiting.RemoveAt(i);
                grown = true;
            }
        }
        // What concerns nothing but what was inside is not decided by anything that follows.
        foreach (var constraint in _waiting) foreach (var part in constraint.Types) Lower(part, Level);
        foreach (var parameter in parameters.All) parameter.Level = int.MaxValue;
        return (result, new(parameters.All.ToSeq(), own.ToSeq(), type));
    }

    /// <summary>Variables, each once, in the order in which they were found.</summary>
    private sealed class Variables
    {
        private readonly HashSet<TypeVariable> _known = [];

        public List<TypeVariable> All { get; } = [];

        public bool Contains(TypeVariable variable) => _known.Contains(variable);

        public void Add(TypeVariable variable)
        {
            if (_known.Add(variable)) All.Add(variable);
        }
    }

    /// <summary>The type of one use of a value, and what the parameters of its scheme are there.</summary>
    public (MindType Type, Seq<MindType> Arguments) Instantiate(Scheme scheme, TextSpan use)
    {
        if (scheme.Parameters.Count == 0) return (scheme.Type, []);
        var copies = new Dictionary<MindType, MindType>(ReferenceEqualityComparer.Instance);
        foreach (var parameter in scheme.Parameters)
        {
            var copy = new TypeVariable(Level, parameter.Allowed) { IsWholeNumber = parameter.IsWholeNumber };
            copies[parameter] = copy;
            if (copy.IsWholeNumber) _numbers.Add(copy);
        }
        var type = Copy(scheme.Type, copies);
        foreach (var constraint in scheme.Constraints) Add(constraint.Copy(t => Copy(t, copies), use));
        return (type, scheme.Parameters.Map(p => copies[p]));
    }

    /// <summary>A type with variables replaced.</summary>
    public MindType Copy(MindType type, Dictionary<MindType, MindType> copies)
    {
        Spend();
        type = type.Resolved;
        MindType Go(MindType t) => Copy(t, copies);
        return type switch
        {
            TypeVariable variable => copies.GetValueOrDefault(variable, variable),
            DataType data => Go(data.Element) is var e && Go(data.Shape) is var s && e == data.Element && s == data.Shape ? data : new DataType(e, s),
            ArrowType arrow => new ArrowType(Go(arrow.Parameter), Go(arrow.Result)),
            TupleType tuple => new TupleType(tuple.Items.Map(Go)),
            RecordType record => new RecordType(record.Names, record.Types.Map(Go), record.Name),
            ListType list => new ListType(Go(list.Element)),
            SumType union => new SumType(union.Declaration, union.Arguments.Map(Go)),
            _ => type,
        };
    }

    /// <summary>Makes two types equal, if they can be.</summary>
    public bool Unify(MindType a, MindType b)
    {
        (a, b) = (a.Resolved, b.Resolved);
        if (ReferenceEquals(a, b)) return true;
        Spend();
        if (a is TypeVariable { IsRigid: false } left) return Bind(left, b);
        if (b is TypeVariable { IsRigid: false } right) return Bind(right, a);
        switch (a, b)
        {
            case (AnyElement, ElementType or TypeVariable) or (ElementType or TypeVariable, AnyElement):
            case (UnknownShape, ShapeType or TypeVariable) or (ShapeType or TypeVariable, UnknownShape):
                return true;
            case (ShapeType x, ShapeType y):
                if (x.Rank != y.Rank) return false;
                for (int i = 0; i < x.Rank; i++)
                    if (x.Lengths[i] is { IsConstant: true } m && y.Lengths[i] is { IsConstant: true } n && m != n) return false;
                return true;
            case (DataType x, DataType y):
                return Unify(x.Element, y.Element) && Unify(x.Shape, y.Shape);
            case (ArrowType x, ArrowType y):
                return Unify(x.Parameter, y.Parameter) && Unify(x.Result, y.Result);
            case (TupleType x, TupleType y):
                return UnifyAll(x.Items, y.Items);
            case (RecordType x, RecordType y):
                return x.Names == y.Names && UnifyAll(x.Types, y.Types);
            case (ListType x, ListType y):
                return Unify(x.Element, y.Element);
            case (SumType x, SumType y):
                return x.Declaration == y.Declaration && UnifyAll(x.Arguments, y.Arguments);
            default:
                return false;
        }
    }

    /// <summary>Counts a step.</summary>
    public void Spend()
    {
        if (++_steps > mostSteps) throw new MindDslException(Diagnostics.ProgramTooLarge(mostSteps));
        if ((_steps & 255) == 0) token.ThrowIfCancellationRequested();
    }

    private bool UnifyAll(Seq<MindType> a, Seq<MindType> b)
    {
        if (a.Count != b.Count) return false;
        for (int i = 0; i < a.Count; i++) if (!Unify(a[i], b[i])) return false;
        return true;
    }

    private bool Bind(TypeVariable variable, MindType type)
    {
        if (type is ElementType element && ((int)variable.Allowed >> (int)element.DType & 1) == 0) return false;
        if (type is TypeVariable { IsRigid: false } other)
        {
            var both = variable.Allowed & other.Allowed;
            if (both == Elements.None) return false;
            other.Allowed = both;
            other.IsWholeNumber |= variable.IsWholeNumber;
            other.Level = Math.Min(other.Level, variable.Level);
        }
        else if (Occurs(variable, type)) return false;
        variable.Bind(type);
        return true;
    }

    /// <summary>True if a type holds a variable; the variables in it get its level.</summary>
    private bool Occurs(TypeVariable variable, MindType type)
    {
        Spend();
        return OccursIn(variable, type);
    }

    private bool OccursIn(TypeVariable variable, MindType type) => type.Resolved switch
    {
        TypeVariable other => other == variable || Lowered(other, variable.Level),
        DataType data => Occurs(variable, data.Element) | Occurs(variable, data.Shape),
        ArrowType arrow => Occurs(variable, arrow.Parameter) | Occurs(variable, arrow.Result),
        TupleType tuple => tuple.Items.Aggregate(false, (found, t) => found | Occurs(variable, t)),
        RecordType record => record.Types.Aggregate(false, (found, t) => found | Occurs(variable, t)),
        ListType list => Occurs(variable, list.Element),
        SumType union => union.Arguments.Aggregate(false, (found, t) => found | Occurs(variable, t)),
        _ => false,
    };

    private static bool Lowered(TypeVariable variable, int level)
    {
        variable.Level = Math.Min(variable.Level, level);
        return false;
    }

    private void Lower(MindType type, int level) => Occurs(new TypeVariable(level), type);

    /// <summary>The variables of a type that were made inside the let.</summary>
    private void Collect(MindType type, Variables found)
    {
        Spend();
        switch (type.Resolved)
        {
            case TypeVariable variable:
                if (variable.Level > Level && variable.Level != int.MaxValue) found.Add(variable);
                break;
            case DataType data:
                Collect(data.Element, found);
                Collect(data.Shape, found);
                break;
            case ArrowType arrow:
                Collect(arrow.Parameter, found);
                Collect(arrow.Result, found);
                break;
            case TupleType tuple:
                foreach (var item in tuple.Items) Collect(item, found);
                break;
            case RecordType record:
                foreach (var field in record.Types) Collect(field, found);
                break;
            case ListType list:
                Collect(list.Element, found);
                break;
            case SumType union:
                foreach (var argument in union.Arguments) Collect(argument, found);
                break;
        }
    }
}
