using System.Linq.Expressions;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>Compiles a module: its functions, and the methods that large nests have of their own.</summary>
internal sealed class ProgramCompiler(Module module, bool isMetered = false, KernelLog? log = null)
{
    /// <summary>Notes the kernels, if somebody asks for them.</summary>
    public KernelLog? Log { get; } = log;

    /// <summary>True if steps are counted.</summary>
    public bool IsMetered { get; } = isMetered;

    /// <summary>Nests with more work than this, about 50 µs, are split over threads.</summary>
    private const double LargeNest = 100_000;

    /// <summary>
    /// Past some 100 loops, 1,500 vector operations or 9,000 nodes of code in a method the just-in-time compiler stops optimising it; further nests get methods of their own. Rows that conditions
    /// divide and short rows that are written out are many nodes of few operations.
    /// </summary>
    private const int NestsPerMethod = 40, OperationsPerMethod = 600, NodesPerMethod = 6000;

    /// <summary>Lets of a function from which on no nests are written in place.</summary>
    private const int LargeProgram = 600;

    private readonly Dictionary<FunctionName, int> _places = [];
    private readonly Dictionary<string, NestCode> _methods = [];
    private readonly Dictionary<ContractKey, ContractPlan?> _plans = [];
    private readonly Dictionary<ContractPlan, ContractKernel> _contractions = [];
    private readonly ParallelCompilation _compilation = new();
    private readonly Dictionary<FunctionName, long> _arenas = [];
    private readonly Delegate[] _functions = new Delegate[module.Functions.Count];
    private int _inline, _operations, _code;

    /// <summary>
    /// True if unions are rented from the context of the call, so that none is left to the garbage collector. Where loops carry unions, each iteration would rent more.
    /// </summary>
    public bool RentsUnions { get; } = !module.Functions.Values.Any(f => CarriesUnions(f.Body));

    /// <summary>True if values of a type are unions or hold some.</summary>
    public static bool HoldsUnion(IrType type) => type is UnionType || (type is SequenceType sequence && HoldsUnion(sequence.Element));

    /// <summary>True if a result of a function may be written where an argument is, since all reads of the argument are over when the result is begun, or begin it.</summary>
    public bool MayShare(FunctionName function, int result, int argument)
    {
        var body = module.Functions[function].Body;
        return MayShare(body, body.Results[result], body.Parameters[argument]);
    }

    private static bool MayShare(Block block, Atom result, Value argument)
    {
        if (result.Equals(argument)) return true;
        if (block.Results.Any(r => r.Equals(argument))) return false;
        var readers = block.Lets.Where(l => FunctionEmitter.Reads(l, argument)).ToArray();
        if (readers.Length == 0) return true;
        if (readers.Length > 1 || result is not Value value || readers[0].Targets.IndexOf(value) is not (>= 0 and var k)) return false;
        bool Begins(Seq<Atom> initial) => k < initial.Count && initial[k].Equals(argument) && readers[0].Expr.Operands.Count(o => o.Equals(argument)) == 1
            && readers[0].Expr.Blocks.All(b => Scope.FreeValues(b).IndexOf(argument) < 0);
        return readers[0].Expr switch
        {
            If or Switch => readers[0].Expr.Blocks.All(b => MayShare(b, b.Results[k], argument)),
            While loop => Begins(loop.Initial),
            Ir.Scan scan => Begins(scan.Initial),
            _ => false,
        };
    }

    private static bool CarriesUnions(Block block) => block.Lets.Any(l =>
        (l.Expr is While loop && loop.Initial.Any(i => HoldsUnion(i.Type))) || (l.Expr is Ir.Scan scan && scan.Initial.Any(i => HoldsUnion(i.Type))) || l.Expr.Blocks.Any(CarriesUnions));

    /// <summary>The places in the source that errors of a run may have.</summary>
    public SourcePlaces Sources { get; } = new();

    /// <summary>What was generated.</summary>
    public CpuStatistics Statistics { get; private set; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>Compiles everything; gives the entry, or nothing if it is only noted what would be compiled.</summary>
    public EntryMethod? Compile(Seq<Donation> donations)
    {
        foreach (var function in module.Functions.Values)
            if (function.Name != module.Entry) _places[function.Name] = _places.Count;
        foreach (var (name, place) in _places)
        {
            (_inline, _operations, _code) = (0, 0, 0);
            if (Log is not null) Log.Function = name.Text;
            var callee = new FunctionEmitter(this);
            Finish(callee.Callee(module.Functions[name], TypeOf(name)), method => _functions[place] = method);
            _arenas[name] = callee.ArenaBytes;
        }
        // In a large program nests have methods of their own, which cores compile side by side and equal layers share; what is left is a list of calls.
        (_inline, _operations, _code) = (Scope.Size(module.EntryFunction.Body) > LargeProgram ? NestsPerMethod : 0, 0, 0);
        if (Log is not null) Log.Function = "";
        var emitter = new FunctionEmitter(this);
        EntryMethod? entry = null;
        Finish(emitter.Entry(module.EntryFunction, donations), method => entry = (EntryMethod)method);
        _arenas[module.Entry] = emitter.ArenaBytes;
        Statistics = Statistics with { ArenaBytes = emitter.ArenaBytes };
        _compilation.Finish();
        return entry;
    }

    /// <summary>Bytes that activations of a function and of those that it calls need together; null if it calls itself.</summary>
    public long? WorkingBytes(FunctionName name)
    {
        if (!_active.Add(name)) return null;
        long? below = 0;
        foreach (var callee in Scope.Functions(module.Functions[name].Body).Distinct()) below = below is { } most && WorkingBytes(callee) is { } bytes ? Math.Max(most, bytes) : null;
        _active.Remove(name);
        return below + _arenas[name];
    }

    private readonly HashSet<FunctionName> _active = [];

    /// <summary>A group for nests that may share a method.</summary>
    public static NestGroup NewGroup() => new(OperationsPerMethod);

    /// <summary>True if a nest is to have a method of its own.</summary>
    public bool IsSeparate(Nest nest)
    {
        int operations = nest.Operations;
        bool separate = IsLarge(nest) || _inline >= NestsPerMethod || _operations + operations > OperationsPerMethod;
        if (!separate) (_inline, _operations) = (_inline + 1, _operations + operations);
        Statistics = Statistics with { Loops = Statistics.Loops + (separate ? 0 : 1), Nests = Statistics.Nests + 1, LargestMethod = Math.Max(Statistics.LargestMethod, separate ? operations : _operations) };
        return separate;
    }

    /// <summary>True if the code of a nest in place fits into the method that is written.</summary>
    public bool HasRoom(Nest nest, Expression code)
    {
        int nodes = CodeSize.Of(code);
        if (_code + nodes <= NodesPerMethod)
        {
            _code += nodes;
            return true;
        }
        (_inline, _operations) = (_inline - 1, _operations - nest.Operations);
        Statistics = Statistics with { Loops = Statistics.Loops - 1 };
        return false;
    }

    /// <summary>True if several nests are to go together, in a method of their own: they are worth more than one thread, or more than the cache.</summary>
    public bool IsTogether(NestGroup group)
    {
        if (group.Members.Count < 2 || (group.Run >= group.Units && group.Work <= LargeNest)) return false;
        int nests = group.Members.Count;
        Statistics = Statistics with { Nests = Statistics.Nests + nests, Groups = Statistics.Groups + 1, LargestMethod = Math.Max(Statistics.LargestMethod, group.Operations) };
        return true;
    }

    private static bool IsLarge(Nest nest) => nest.Space.Length > 0 && nest.IsParallel && nest.Work > LargeNest;

    /// <summary>A call of the method of nests; equal ones share one.</summary>
    /// <param name="group">The nests.</param>
    /// <param name="frame">Where in the arena the table begins of what the slots hold, one nest after another.</param>
    /// <param name="sources">What the slots hold.</param>
    public NestStep Step(NestGroup group, long frame, (SlotSource Source, long Number)[] sources)
    {
        Expression[] slots = [.. group.Members.SelectMany(m => m.Slots)];
        string signature = $"{group.Run}|{string.Join(',', slots.Select(s => $"{Array.IndexOf(slots, s)}{(group.Local.Contains(s) ? "l" : "")}"))}|{string.Join('#', group.Members.Select(m => Signature(m.Nest)))}";
        if (!_methods.TryGetValue(signature, out var code)) _methods[signature] = code = Code(group, signature);
        foreach (var (nest, _) in group.Members) nest.VectorBits = code.VectorBits;
        return new(code, frame, sources, group.Units, IsDivided(group));
    }

    private NestCode Code(NestGroup group, string signature)
    {
        Statistics = Statistics with { Methods = Statistics.Methods + 1 };
        if (NestCache.Find(signature) is not { } code)
        {
            (var lambda, code) = Method(group);
            Statistics = Statistics with { FreshNests = Statistics.FreshNests + 1 };
            var made = code;
            if (Log is not { IsDry: true })
                _compilation.Begin(lambda, method =>
                {
                    made.Method = (NestMethod)method;
                    NestCache.Add(signature, made);
                });
        }
        Statistics = Statistics with { Loops = Statistics.Loops + code.Loops };
        return code;
    }

    /// <summary>True if the units of nests in a method of their own are divided over threads.</summary>
    public static bool IsDivided(NestGroup group) => group.Members.Count > 1 ? group.Work > LargeNest : IsLarge(group.Members[0].Nest);

    private static string Signature(Nest nest) =>
        $"{NodeGraph.Signature([.. nest.Targets.SelectMany(t => new[] { t.Body, t.Target })])}|{string.Join(',', nest.Targets.Select(t => t.Slot))}|{string.Join(',', nest.Space.Select(nest.Extent))}|{string.Join(',', nest.Reduced.Select(nest.Extent))}"
        + $"|{string.Join(',', nest.Space)}|{string.Join(',', nest.Reduced)}|{nest.Monoid}|{nest.Store}|{nest.TargetType}|{nest.TargetSlot}|{nest.MayRepeat}"
        + $"|{string.Join(',', nest.Slots.Select(s => s?.Type is TensorType { Rank: 0 } t ? t.DType.Name : "a"))}";

    /// <summary>The plan of a contraction of operands whose elements are at places counted from addresses; null if there is none.</summary>
    public ContractPlan? Plan(Contract op, Seq<TensorType> operands, AxisPlaces a, AxisPlaces b, Layout? layout)
    {
        var key = new ContractKey(op.Notation, operands, a, b, layout);
        if (!_plans.TryGetValue(key, out var plan)) _plans[key] = plan = ContractPlan.Find(ContractShape.Of(op, operands, a, b, layout));
        return plan;
    }

    /// <summary>The kernel of a contraction.</summary>
    public ContractKernel Kernel(ContractPlan plan)
    {
        Statistics = Statistics with { Kernels = Statistics.Kernels + 1 };
        if (!_contractions.TryGetValue(plan, out var kernel)) _contractions[plan] = kernel = new(plan);
        return kernel;
    }

    /// <summary>A composite operation on matrices by its kernel.</summary>
    public Expression OnMatrices(Composite op, Seq<TensorType> operands, Seq<Expression> addresses, Expression result)
    {
        Statistics = Statistics with { Kernels = Statistics.Kernels + 1 };
        return Expression.Call(Expression.Constant(new MatrixKernel(op, operands)), nameof(MatrixKernel.Run), null,
            addresses[0], addresses.Count > 1 ? addresses[1] : Clr.Constant(0), result);
    }

    /// <summary>A call of another function of the module.</summary>
    public Expression CallFunction(FunctionName name, IEnumerable<Expression> arguments) => Expression.Invoke(
        Expression.Convert(Expression.ArrayIndex(Expression.Constant(_functions), Expression.Constant(_places[name])), TypeOf(name)), arguments);

    private Type TypeOf(FunctionName name)
    {
        var function = module.Functions[name];
        return Expression.GetDelegateType([
            typeof(CallContext), .. function.ParameterTypes.Select(FunctionEmitter.TypeOf),
            .. function.ResultTypes.Where(t => t is TensorType { Rank: > 0 }).Select(_ => typeof(long)), typeof(void),
        ]);
    }

    private static (Expression<NestMethod> Lambda, NestCode Code) Method(NestGroup group)
    {
        var (frame, begin, end) = (Expression.Parameter(typeof(long)), Expression.Parameter(typeof(long)), Expression.Parameter(typeof(long)));
        var variables = new List<ParameterExpression>();
        var statements = new List<Expression>();
        var held = new Dictionary<Expression, int>();
        foreach (var (nest, slots) in group.Members)
        {
            for (int k = 0; k < nest.Slots.Count; k++)
            {
                var type = nest.Slots[k]?.Type is TensorType { Rank: 0 } scalar ? scalar.DType : DType.I64;
                var value = Clr.Load(Clr.Lane(type), Clr.Offset(frame, 8L * variables.Count));
                held[slots[k]] = variables.Count;
                variables.Add(Expression.Variable(value.Type));
                statements.Add(Expression.Assign(variables[^1], value));
            }
        }
        var members = NestFusion.Fuse(group.Members, group.Local);
        NestEmitter Emitter(NestGroup.Member member) => new(member.Nest, k => variables[held[member.Slots[k]]]);
        if (group.Members.Count > 1) statements.Add(Together(group, members, Emitter, held, variables, begin, end));
        else statements.Add(members[0].Nest.Space.Length == 0 ? Emitter(members[0]).Emit() : Emitter(members[0]).Emit(begin, end));
        var lambda = Expression.Lambda<NestMethod>(Expression.Block(typeof(void), variables, statements), frame, begin, end);
        return (lambda, new(members.Max(m => m.Nest.VectorBits), members.Count));
    }

    /// <summary>A loop over runs of units, in which each nest does its part of the run.</summary>
    private static LoopExpression Together(NestGroup group, IReadOnlyList<NestGroup.Member> members, Func<NestGroup.Member, NestEmitter> emitter, Dictionary<Expression, int> held,
        List<ParameterExpression> variables, ParameterExpression begin, Expression end)
    {
        ParameterExpression Variable()
        {
            variables.Add(Expression.Variable(typeof(long)));
            return variables[^1];
        }
        var (high, bounds) = (Variable(), new Dictionary<long, (ParameterExpression From, ParameterExpression To)>());
        var body = new List<Expression>
        {
            Expression.Assign(high, Expression.Call(typeof(Math), nameof(Math.Min), null, Expression.Add(begin, Clr.Constant(group.Run)), end)),
        };
        if (group.Local.Count > 0)
        {
            var memory = Variable();
            long bytes = 0;
            foreach (var writer in members)
            {
                foreach (var target in writer.Memory.Where(m => group.Local.Contains(m)))
                {
                    // Places count from the first unit of all; the memory is for the units of this run.
                    var address = Clr.Offset(memory, bytes);
                    body.Add(Expression.Assign(variables[held[target]], Expression.Subtract(address, Expression.Multiply(begin, Clr.Constant(group.BytesPerUnit(writer, target))))));
                    bytes += (group.BytesPerUnit(writer, target) * group.Run + 63) / 64 * 64;
                }
            }
            body.Insert(0, Expression.Assign(memory, Expression.Call(typeof(Scratch), nameof(Scratch.Memory), null, Clr.Constant(bytes))));
        }
        foreach (var member in members)
        {
            long steps = group.Steps(member);
            if (!bounds.TryGetValue(steps, out var range))
            {
                bounds[steps] = range = (Variable(), Variable());
                body.Add(Expression.Assign(range.From, Expression.Multiply(begin, Clr.Constant(steps))));
                body.Add(Expression.Assign(range.To, Expression.Multiply(high, Clr.Constant(steps))));
            }
            body.Add(emitter(member).Emit(range.From, range.To));
        }
        body.Add(Expression.Assign(begin, high));
        return (LoopExpression)NestEmitter.While(Expression.LessThan(begin, end), Expression.Block(typeof(void), body));
    }

    /// <summary>Counts a tensor that is not row-major.</summary>
    public void NoteInBlocks() => Statistics = Statistics with { InBlocks = Statistics.InBlocks + 1 };

    private void Finish(LambdaExpression lambda, Action<Delegate> set)
    {
        Statistics = Statistics with { Methods = Statistics.Methods + 1 };
        if (Log is not { IsDry: true }) _compilation.Begin(lambda, set);
    }
}

/// <summary>What a compiled program is made of.</summary>
/// <param name="Nests">Loop nests.</param>
/// <param name="Kernels">Contractions, and operations on matrices, by their kernels.</param>
/// <param name="Methods">Generated methods.</param>
/// <param name="ArenaBytes">Bytes that a call of the entry works in, besides arguments and results.</param>
/// <param name="LargestMethod">Vector operations, roughly, in the loops of the largest method.</param>
/// <param name="Groups">Groups of nests that go through their outermost loops together.</param>
/// <param name="Loops">Loops over elements that nests became, those of several nests with the same loops being one.</param>
/// <param name="FreshNests">Methods of nests that no other program had.</param>
/// <param name="InBlocks">Tensors that lie in memory with their batch in blocks, and not row-major.</param>
public sealed record CpuStatistics(int Nests, int Kernels, int Methods, long ArenaBytes, int LargestMethod, int Groups, int Loops, int FreshNests, int InBlocks);
