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

    /// <summary>What was generated.</summary>
    public CpuStatistics Statistics { get; private set; } = new(0, 0, 0, 0, 0);

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

    /// <summary>True if a nest is to have a method of its own.</summary>
    public bool IsSeparate(Nest nest)
    {
        Statistics = Statistics with { Nests = Statistics.Nests + 1 };
        bool divisible = nest.Space.Length > 0 && nest.IsParallel;
        int operations = VectorMath.Operations(nest);
        bool separate = (divisible && nest.Work > LargeNest) || _inline >= NestsPerMethod || _operations + operations > OperationsPerMethod;
        if (!separate) (_inline, _operations) = (_inline + 1, _operations + operations);
        Statistics = Statistics with { LargestMethod = Math.Max(Statistics.LargestMethod, separate ? operations : _operations) };
        return separate;
    }

    /// <summary>A call of a nest's own method; equal nests share one.</summary>
    public Expression CallSeparate(Nest nest, Expression frame)
    {
        string signature = $"{NodeGraph.Signature([nest.Body, nest.Target])}|{string.Join(',', nest.Space.Select(nest.Extent))}|{string.Join(',', nest.Reduced.Select(nest.Extent))}"
            + $"|{string.Join(',', nest.Space)}|{string.Join(',', nest.Reduced)}|{nest.Monoid}|{nest.Store}|{nest.TargetType}|{nest.TargetSlot}|{nest.MayRepeat}"
            + $"|{string.Join(',', nest.Slots.Select(s => s?.Type is TensorType { Rank: 0 } t ? t.DType.Name : "a"))}";
        if (!_methods.TryGetValue(signature, out var method)) _methods[signature] = method = Method(nest);
        bool divisible = nest.Space.Length > 0 && nest.IsParallel && nest.Work > LargeNest;
        long units = nest.Space.Length == 0 ? 1 : nest.Extent(nest.Space[0]);
        return divisible
            ? Expression.Call(Split, Expression.Constant(method), frame, Clr.Constant(units))
            : Expression.Invoke(Expression.Constant(method), frame, Clr.Constant(0), Clr.Constant(units));
    }

    /// <summary>A contraction by the kernel, of operands whose elements are at places counted from addresses.</summary>
    public Expression Contraction(Contract op, Seq<TensorType> operands, (AxisPlaces Places, Expression Address) a, (AxisPlaces Places, Expression Address) b, Expression c)
    {
        Statistics = Statistics with { Kernels = Statistics.Kernels + 1 };
        return Expression.Call(Expression.Constant(new ContractKernel(op, operands, a.Places, b.Places)), nameof(ContractKernel.Run), null, a.Address, b.Address, c);
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

    private NestMethod Method(Nest nest)
    {
        var (frame, begin, end) = (Expression.Parameter(typeof(long)), Expression.Parameter(typeof(long)), Expression.Parameter(typeof(long)));
        var variables = new List<ParameterExpression>();
        var statements = new List<Expression>();
        for (int k = 0; k < nest.Slots.Count; k++)
        {
            Expression value = nest.Slots[k]?.Type is TensorType { Rank: 0 } scalar
                ? Clr.Load(scalar.DType, Clr.Offset(frame, 8L * k))
                : Clr.Load(DType.I64, Clr.Offset(frame, 8L * k));
            var variable = Expression.Variable(value.Type);
            variables.Add(variable);
            statements.Add(Expression.Assign(variable, value));
        }
        var emitter = new NestEmitter(nest, k => variables[k]);
        statements.Add(nest.Space.Length == 0 ? emitter.Emit() : emitter.Emit(begin, end));
        return (NestMethod)Finish(Expression.Lambda<NestMethod>(Expression.Block(typeof(void), variables, statements), frame, begin, end));
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
public sealed record CpuStatistics(int Nests, int Kernels, int Methods, long ArenaBytes, int LargestMethod);
