using System.Linq.Expressions;
using FastExpressionCompiler;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>Compiles a module: its functions, and the methods that large nests have of their own.</summary>
internal sealed class ProgramCompiler(Module module, bool isMetered = false)
{
    /// <summary>True if steps are counted.</summary>
    public bool IsMetered { get; } = isMetered;

    /// <summary>Nests with more work than this, about 50 µs, are split over threads.</summary>
    private const double LargeNest = 100_000;

    /// <summary>Past some 100 loops or 1,500 vector operations in a method the just-in-time compiler stops optimising it; further nests get methods of their own.</summary>
    private const int NestsPerMethod = 40, OperationsPerMethod = 600;

    private static readonly System.Reflection.MethodInfo Split = typeof(WorkSplitter).GetMethod(nameof(WorkSplitter.Run))!;

    private readonly Dictionary<FunctionName, int> _places = [];
    private readonly Dictionary<string, NestMethod> _methods = [];
    private readonly Delegate[] _functions = new Delegate[module.Functions.Count];
    private int _inline, _operations;

    /// <summary>The places in the source that errors of a run may have.</summary>
    public SourcePlaces Sources { get; } = new();

    /// <summary>What was generated.</summary>
    public CpuStatistics Statistics { get; private set; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>Compiles everything; gives the entry.</summary>
    public EntryMethod Compile(Seq<Donation> donations)
    {
        foreach (var function in module.Functions.Values)
            if (function.Name != module.Entry) _places[function.Name] = _places.Count;
        foreach (var (name, place) in _places)
        {
            (_inline, _operations) = (0, 0);
            _functions[place] = Finish(new FunctionEmitter(this).Callee(module.Functions[name], TypeOf(name)));
        }
        (_inline, _operations) = (0, 0);
        var emitter = new FunctionEmitter(this);
        var entry = (EntryMethod)Finish(emitter.Entry(module.EntryFunction, donations));
        Statistics = Statistics with { ArenaBytes = emitter.ArenaBytes };
        return entry;
    }

    /// <summary>A group for nests that may share a method.</summary>
    public static NestGroup NewGroup() => new(OperationsPerMethod);

    /// <summary>True if a nest is to have a method of its own.</summary>
    public bool IsSeparate(Nest nest)
    {
        int operations = nest.Operations;
        bool separate = IsLarge(nest) || _inline >= NestsPerMethod || _operations + operations > OperationsPerMethod;
        if (!separate) (_inline, _operations) = (_inline + 1, _operations + operations);
        Statistics = Statistics with { Nests = Statistics.Nests + 1, LargestMethod = Math.Max(Statistics.LargestMethod, separate ? operations : _operations) };
        return separate;
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
    /// <param name="frame">The address of a table of what the slots hold, one nest after another.</param>
    public Expression CallSeparate(NestGroup group, Expression frame)
    {
        string signature = $"{group.Run}|{string.Join(',', group.Members.Select(m => group.Local.Contains(m.Target) ? 1 : 0))}|{string.Join('#', group.Members.Select(m => Signature(m.Nest)))}";
        if (!_methods.TryGetValue(signature, out var method)) _methods[signature] = method = Method(group);
        bool divisible = group.Members.Count > 1 ? group.Work > LargeNest : IsLarge(group.Members[0].Nest);
        return divisible
            ? Expression.Call(Split, Expression.Constant(method), frame, Clr.Constant(group.Units))
            : Expression.Invoke(Expression.Constant(method), frame, Clr.Constant(0), Clr.Constant(group.Units));
    }

    private static string Signature(Nest nest) =>
        $"{NodeGraph.Signature([nest.Body, nest.Target])}|{string.Join(',', nest.Space.Select(nest.Extent))}|{string.Join(',', nest.Reduced.Select(nest.Extent))}"
        + $"|{string.Join(',', nest.Space)}|{string.Join(',', nest.Reduced)}|{nest.Monoid}|{nest.Store}|{nest.TargetType}|{nest.TargetSlot}|{nest.MayRepeat}"
        + $"|{string.Join(',', nest.Slots.Select(s => s?.Type is TensorType { Rank: 0 } t ? t.DType.Name : "a"))}";

    /// <summary>A contraction by the kernel, of operands whose elements are at places counted from addresses.</summary>
    public Expression Contraction(Contract op, Seq<TensorType> operands, (AxisPlaces Places, Expression Address) a, (AxisPlaces Places, Expression Address) b, Expression c)
    {
        Statistics = Statistics with { Kernels = Statistics.Kernels + 1 };
        return Expression.Call(Expression.Constant(new ContractKernel(ContractPlan.Choose(ContractShape.Of(op, operands, a.Places, b.Places)))), nameof(ContractKernel.Run), null, a.Address, b.Address, c);
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

    private NestMethod Method(NestGroup group)
    {
        var (frame, begin, end) = (Expression.Parameter(typeof(long)), Expression.Parameter(typeof(long)), Expression.Parameter(typeof(long)));
        var variables = new List<ParameterExpression>();
        var statements = new List<Expression>();
        var emitters = new List<NestEmitter>();
        foreach (var (nest, _) in group.Members)
        {
            int first = variables.Count;
            for (int k = 0; k < nest.Slots.Count; k++)
            {
                var type = nest.Slots[k]?.Type is TensorType { Rank: 0 } scalar ? scalar.DType : DType.I64;
                var value = Clr.Load(type, Clr.Offset(frame, 8L * variables.Count));
                variables.Add(Expression.Variable(value.Type));
                statements.Add(Expression.Assign(variables[^1], value));
            }
            emitters.Add(new NestEmitter(nest, k => variables[first + k]));
        }
        if (group.Members.Count > 1) statements.Add(Together(group, emitters, variables, begin, end));
        else statements.Add(group.Members[0].Nest.Space.Length == 0 ? emitters[0].Emit() : emitters[0].Emit(begin, end));
        return (NestMethod)Finish(Expression.Lambda<NestMethod>(Expression.Block(typeof(void), variables, statements), frame, begin, end));
    }

    /// <summary>A loop over runs of units, in which each nest does its part of the run.</summary>
    private static LoopExpression Together(NestGroup group, List<NestEmitter> emitters, List<ParameterExpression> variables, ParameterExpression begin, Expression end)
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
            foreach (var writer in group.Members.Where(m => group.Local.Contains(m.Target)))
            {
                // Places count from the first unit of all; the memory is for the units of this run.
                var address = Variable();
                body.Add(Expression.Assign(address, Expression.Subtract(Clr.Offset(memory, bytes), Expression.Multiply(begin, Clr.Constant(group.BytesPerUnit(writer))))));
                int slot = 0;
                foreach (var member in group.Members)
                    foreach (var held in member.Slots)
                    {
                        if (held == writer.Target) body.Add(Expression.Assign(variables[slot], address));
                        slot++;
                    }
                bytes += (group.BytesPerUnit(writer) * group.Run + 63) / 64 * 64;
            }
            body.Insert(0, Expression.Assign(memory, Expression.Call(typeof(Scratch), nameof(Scratch.Memory), null, Clr.Constant(bytes))));
        }
        for (int k = 0; k < emitters.Count; k++)
        {
            long steps = group.Steps(group.Members[k]);
            if (!bounds.TryGetValue(steps, out var range))
            {
                bounds[steps] = range = (Variable(), Variable());
                body.Add(Expression.Assign(range.From, Expression.Multiply(begin, Clr.Constant(steps))));
                body.Add(Expression.Assign(range.To, Expression.Multiply(high, Clr.Constant(steps))));
            }
            body.Add(emitters[k].Emit(range.From, range.To));
        }
        body.Add(Expression.Assign(begin, high));
        return (LoopExpression)NestEmitter.While(Expression.LessThan(begin, end), Expression.Block(typeof(void), body));
    }

    private Delegate Finish(LambdaExpression lambda)
    {
        Statistics = Statistics with { Methods = Statistics.Methods + 1 };
        return lambda.CompileFast(ifFastFailedReturnNull: true) ?? lambda.Compile();
    }
}

/// <summary>What a compiled program is made of.</summary>
/// <param name="Nests">Loop nests.</param>
/// <param name="Kernels">Contractions, and operations on matrices, by their kernels.</param>
/// <param name="Methods">Generated methods.</param>
/// <param name="ArenaBytes">Bytes that a call of the entry works in, besides arguments and results.</param>
/// <param name="LargestMethod">Vector operations, roughly, in the loops of the largest method.</param>
/// <param name="Groups">Groups of nests that go through their outermost loops together.</param>
public sealed record CpuStatistics(int Nests, int Kernels, int Methods, long ArenaBytes, int LargestMethod, int Groups);
