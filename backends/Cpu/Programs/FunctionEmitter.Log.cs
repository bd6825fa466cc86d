using System.Globalization;
using System.Linq.Expressions;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <content>What is noted of kernels and buffers when somebody asks for it.</content>
internal sealed partial class FunctionEmitter
{
    /// <summary>The lets that nests come from, and how often they run, since they may be written later.</summary>
    private readonly Dictionary<Nest, (Let? Let, long? Runs)> _origins = [];

    private void NoteLet(Let let)
    {
        if (program.Log is not { } log) return;
        log.Current = let;
        log.HasOpenSequences |= let.Expr is While { Emissions: > 0 };
    }

    private void NoteOrigin(Nest nest)
    {
        if (program.Log is { } log) _origins.TryAdd(nest, (log.Current, log.Runs));
    }

    /// <summary>A nest that several of a group may have become.</summary>
    private Nest OfGroup(Nest nest, NestGroup group)
    {
        if (program.Log is not null) _origins.TryAdd(nest, _origins.GetValueOrDefault(group.Members[0].Nest));
        return nest;
    }

    private void NoteInPlace(Donation donation, Value result)
    {
        if (program.Log is not { } log) return;
        log.InPlaceBytes += BytesOf(result.Tensor);
        log.Updates.Add(string.Create(CultureInfo.InvariantCulture, $"result {donation.Result} is written where argument {donation.Parameter} was : {result.Type}"));
    }

    /// <summary>Writes what runs so many times in each run of what is around it.</summary>
    private void Repeated(long? times, Action write)
    {
        if (program.Log is not { } log)
        {
            write();
            return;
        }
        var (outer, let) = (log.Runs, log.Current);
        log.Runs = outer * times;
        write();
        (log.Runs, log.Current) = (outer, let);
    }

    private ArenaBuffer Take(Value target)
    {
        var buffer = _plan.Take(BytesOf(target.Tensor));
        var layout = LayoutOf(target);
        if (layout is not null) program.NoteInBlocks();
        program.Log?.Take(buffer, layout is null ? $"{target} : {target.Type}" : $"{target} : {target.Type}, {layout}");
        return buffer;
    }

    private ArenaBuffer Take(long bytes, string holds)
    {
        var buffer = _plan.Take(bytes);
        program.Log?.Take(buffer, holds);
        return buffer;
    }

    private void GiveBack(ArenaBuffer buffer)
    {
        _plan.Release(buffer);
        program.Log?.Release(buffer);
    }

    /// <summary>A nest in place.</summary>
    private Expression Logged(Expression statement, Nest nest)
    {
        if (program.Log is null) return statement;
        return Logged(statement, Plan(nest, _origins.GetValueOrDefault(nest)));
    }

    /// <summary>Nests in a method of their own.</summary>
    private Expression Logged(Expression statement, NestGroup group)
    {
        if (program.Log is null) return statement;
        var parts = group.Members.Select(m => Plan(m.Nest, _origins.GetValueOrDefault(m.Nest))).ToArray();
        var schedule = new KernelSchedule(parts.Length > 1 ? "group" : "method", group.Units, Math.Min(group.Run, group.Units), ProgramCompiler.IsDivided(group) ? Math.Min(WorkSplitter.Threads, group.Units) : 1, "")
        {
            Scratch = group.Members.Sum(m => m.Memory.Where(group.Local.Contains).Sum(target => group.BytesPerUnit(m, target) * group.Run)),
        };
        if (parts.Length == 1) return Logged(statement, parts[0] with { Schedule = schedule });

        // What a member of the group wrote is still in the cache when another reads it, and what only they read is never in the memory of the program.
        long read = 0, written = 0;
        var known = new HashSet<Expression>();
        foreach (var member in group.Members)
        {
            foreach (var (slot, bytes) in NestDescription.Reads(member.Nest)) if (known.Add(member.Slots[slot])) read += bytes;
            foreach (var target in member.Memory) known.Add(target);
            if (!member.Memory.All(group.Local.Contains)) written += NestDescription.Written(member.Nest);
        }
        var plan = new KernelPlan(0, string.Join("; ", parts.Select(p => p.Name)))
        {
            Computes = string.Join("\n", parts.Select(p => p.Computes)),
            Source = parts[0].Source,
            Type = parts[0].Type,
            Loops = [group.Units],
            Operations = parts.Sum(p => p.Operations),
            BytesRead = read,
            BytesWritten = written,
            VectorBits = parts.Max(p => p.VectorBits),
            Schedule = schedule,
            Runs = parts[0].Runs,
        };
        return Logged(statement, plan);
    }

    /// <summary>A contraction.</summary>
    private Expression Logged(Expression statement, Contract op, Seq<TensorType> operands, ContractFactors factors, ContractKernel kernel)
    {
        if (program.Log is not { } log) return statement;
        var plan = kernel.Plan;
        var result = op.Infer(operands);
        return Logged(statement, new KernelPlan(0, $"contract {op.Notation}")
        {
            Computes = $"{result} = {op.Notation} of {operands[0]} and {operands[1]}",
            Source = KernelLog.PlaceOf(log.Current),
            Type = plan.Shape.Type,
            Loops = op.Result.Select(c => op.Length(c, operands).Value).ToSeq(),
            Combined = op.Summed.Select(c => op.Length(c, operands).Value).ToSeq(),
            Operations = 2 * plan.Shape.Work * plan.Share,
            BytesRead = (factors.Left.Places.Touched + factors.Right.Places.Touched) * plan.Shape.Type.Size,
            BytesWritten = BytesOf(result),
            VectorBits = VectorWidth.Current!.Bits,
            Schedule = new(kernel.Plan.Form.ToString().ToLowerInvariant(), kernel.Units, 1, kernel.IsDivided ? Math.Min(WorkSplitter.Threads, kernel.Units) : 1,
                plan.ToString())
            {
                Scratch = kernel.ScratchBytes,
            },
            Runs = log.Runs,
        });
    }

    /// <summary>An operation on matrices.</summary>
    private Expression Logged(Expression statement, Composite op, Seq<TensorType> operands, TensorType result)
    {
        if (program.Log is not { } log) return statement;
        var a = operands[0].Shape;
        double size = Math.Max(a[a.Rank - 1].Value, operands.Count > 1 ? operands[1].Shape[a.Rank - 1].Value : 0);
        return Logged(statement, new KernelPlan(0, op.Name)
        {
            Computes = $"{result} = {op.Name} of {string.Join(" and ", operands)}",
            Source = KernelLog.PlaceOf(log.Current),
            Type = result.DType,
            Loops = a.Dims.Select(d => d.Value).ToSeq(),
            Operations = a.Size.Value * size,
            BytesRead = operands.Sum(BytesOf),
            BytesWritten = BytesOf(result),
            Schedule = new("matrix by matrix", a.Size.Value / Math.Max(a[a.Rank - 1].Value * a[a.Rank - 2].Value, 1), 1, 1, ""),
            Runs = log.Runs,
        });
    }

    private static KernelPlan Plan(Nest nest, (Let? Let, long? Runs) origin)
    {
        var reads = NestDescription.Reads(nest).ToArray();
        return new(0, NestDescription.Name(nest))
        {
            Computes = NestDescription.Text(nest),
            Source = KernelLog.PlaceOf(origin.Let),
            Type = nest.TargetType,
            Loops = nest.Space.Select(nest.Extent).ToSeq(),
            Combined = nest.Reduced.Select(nest.Extent).ToSeq(),
            Operations = NestDescription.Operations(nest),
            BytesRead = reads.Sum(r => r.Bytes),
            BytesWritten = NestDescription.Written(nest),
            VectorBits = nest.VectorBits,
            Runs = origin.Runs,
        };
    }

    /// <summary>A kernel, with its beginning and end if the time of kernels is measured.</summary>
    private Expression Logged(Expression statement, KernelPlan plan)
    {
        int kernel = program.Log!.Add(plan);
        if (program.Log.IsDry) return statement;
        var start = Variable(typeof(long));
        return Expression.Block(typeof(void),
            Expression.Assign(start, Expression.Call(_context, nameof(CallContext.BeginKernel), null, Expression.Constant(kernel))), statement,
            Expression.Call(_context, nameof(CallContext.EndKernel), null, Expression.Constant(kernel), start));
    }
}
