using System.Collections.Immutable;
using System.Linq.Expressions;

namespace MindDsl.Quote;

/// <summary>
/// Turns statements into expressions: an assignment is a name for a value from there on, a branch gives the variables that it changes, a loop is a <see cref="Mind.While{S}(S, Func{S, bool}, Func{S, S})"/> whose state
/// is the variables that its body changes. A jump raises a flag that keeps what it jumps over from being run. So trees built by hand with <c>Block</c>, <c>Assign</c> and <c>Loop</c> are read like any lambda.
/// </summary>
internal sealed class StatementRewriter : ExpressionVisitor
{
    private readonly Dictionary<LabelTarget, (ParameterExpression Flag, ParameterExpression? Value)> _labels = [];
    private ImmutableDictionary<ParameterExpression, Expression> _variables = ImmutableDictionary<ParameterExpression, Expression>.Empty;

    private StatementRewriter() { }

    /// <summary>A lambda without statements that means the same.</summary>
    public static LambdaExpression Rewrite(LambdaExpression lambda) => (LambdaExpression)new StatementRewriter().Visit(lambda)!;

    /// <summary>True of a node that is a statement.</summary>
    public static bool IsStatement(Expression? node) => node is BlockExpression or LoopExpression or GotoExpression or LabelExpression
        || node is BinaryExpression { NodeType: ExpressionType.Assign }
        || (node is BinaryExpression or UnaryExpression && node.CanReduce);

    /// <inheritdoc/>
    public override Expression? Visit(Expression? node)
    {
        if (!IsStatement(node) && !(node is ConditionalExpression && Changes(node, v => _variables.ContainsKey(v)))) return base.Visit(node);
        if (Changes(node!, v => _variables.ContainsKey(v))) throw Refused(node!, "assign in a statement of its own");
        return Run(node!, _variables, (_, value) => value);
    }

    /// <inheritdoc/>
    protected override Expression VisitParameter(ParameterExpression node) => _variables.TryGetValue(node, out var value) ? value : node;

    /// <inheritdoc/>
    protected override Expression VisitUnary(UnaryExpression node) => node.NodeType is ExpressionType.Increment or ExpressionType.Decrement
        ? Expression.MakeBinary(node.NodeType == ExpressionType.Increment ? ExpressionType.Add : ExpressionType.Subtract, Visit(node.Operand)!, Expression.Convert(Expression.Constant(1), node.Type))
        : base.VisitUnary(node);

    private static MindDslException Refused(Expression node, string help) => new(Diagnostics.ConstructNotSupported("an assignment", ExpressionText.Of(node), help));

    /// <summary>A statement in an environment; what follows is written by <paramref name="next"/> from the environment after it and its value.</summary>
    private Expression Run(Expression node, ImmutableDictionary<ParameterExpression, Expression> variables, Func<ImmutableDictionary<ParameterExpression, Expression>, Expression, Expression> next)
    {
        switch (node)
        {
            case BlockExpression block:
                foreach (var variable in block.Variables) variables = variables.SetItem(variable, Expression.Default(variable.Type));
                return Sequence(block.Expressions, 0, variables, [], next);
            case BinaryExpression { NodeType: ExpressionType.Assign, Left: ParameterExpression variable } assignment:
                if (!variables.ContainsKey(variable)) throw Refused(node, "only variables of a block are assigned; a parameter keeps its value");
                return Run(assignment.Right, variables, (after, value) => Let(value, variable.Name, named => next(after.SetItem(variable, named), named)));
            case BinaryExpression { NodeType: ExpressionType.Assign }:
                throw Refused(node, "assign to variables; for elements of an array make a new array");
            case BinaryExpression or UnaryExpression when node.CanReduce:
                return Run(node.ReduceAndCheck(), variables, next);
            case ConditionalExpression choice when HasStatements(choice):
                return Branch(choice, variables, next);
            case LoopExpression loop:
                return Loop(loop, variables, next);
            case GotoExpression jump:
                var (flag, result) = LabelOf(jump.Target);
                return jump.Value is null
                    ? next(variables.SetItem(flag, Expression.Constant(true)), Expression.Empty())
                    : Run(jump.Value, variables, (after, value) => next(result is null ? after.SetItem(flag, Expression.Constant(true)) : after.SetItem(flag, Expression.Constant(true)).SetItem(result, value), Expression.Empty()));
            case LabelExpression label:
                var (raised, kept) = LabelOf(label.Target);
                var jumped = variables.GetValueOrDefault(raised, Expression.Constant(false));
                variables = variables.SetItem(raised, Expression.Constant(false));
                if (label.DefaultValue is null || kept is null) return next(variables, Expression.Empty());
                var given = variables.GetValueOrDefault(kept, Expression.Default(kept.Type));
                return Run(label.DefaultValue, variables, (after, value) => next(after, jumped is ConstantExpression { Value: false } ? value : Expression.Condition(jumped, given, value)));
            default:
                return next(variables, Pure(node, variables));
        }
    }

    /// <summary>An expression whose variables have the values of an environment.</summary>
    private Expression Pure(Expression node, ImmutableDictionary<ParameterExpression, Expression> variables)
    {
        var outer = _variables;
        _variables = variables;
        try
        {
            return Visit(node)!;
        }
        finally
        {
            _variables = outer;
        }
    }

    /// <summary>Statements in order. After one that may jump, those up to the label run only if it did not.</summary>
    private Expression Sequence(IReadOnlyList<Expression> statements, int at, ImmutableDictionary<ParameterExpression, Expression> variables, ImmutableList<LabelTarget> jumps,
        Func<ImmutableDictionary<ParameterExpression, Expression>, Expression, Expression> next)
    {
        var statement = statements[at];
        if (statement is LabelExpression label) jumps = jumps.Remove(label.Target);
        var flags = jumps.Select(j => variables.GetValueOrDefault(LabelOf(j).Flag, Expression.Constant(false))).Where(f => f is not ConstantExpression { Value: false }).ToArray();
        if (flags.Length > 0 && statement is not LabelExpression and not DefaultExpression)
        {
            // The flags are values of this moment, so that they may stand in the condition as they are.
            var runs = Expression.Not(flags.Aggregate(Expression.OrElse));
            statement = statement.Type == typeof(void)
                ? Expression.IfThen(new Evaluated(runs), statement)
                : Expression.Condition(new Evaluated(runs), statement, Expression.Default(statement.Type));
        }
        var made = statements[at] is LabelExpression ? jumps : jumps.AddRange(JumpsOf(statements[at]).Where(j => !jumps.Contains(j)));
        return Run(statement, variables, (after, value) => at + 1 == statements.Count ? next(after, value) : Sequence(statements, at + 1, after, made, next));
    }

    private Expression Branch(ConditionalExpression choice, ImmutableDictionary<ParameterExpression, Expression> variables, Func<ImmutableDictionary<ParameterExpression, Expression>, Expression, Expression> next)
    {
        var changed = Changed(choice, variables);
        bool hasValue = choice.Type != typeof(void);
        Expression One(Expression branch) => Run(branch, variables, (after, value) =>
            Pack([.. changed.Select(c => ValueOf(c, after)), .. hasValue ? [value] : Array.Empty<Expression>()]));
        if (choice.Test is not Evaluated && HasStatements(choice.Test))
            return Run(choice.Test, variables, (after, test) => Branch(Expression.Condition(new Evaluated(test), choice.IfTrue, choice.IfFalse, choice.Type), after, next));
        var condition = choice.Test is Evaluated known ? known.Value : Pure(choice.Test, variables);
        var (then, otherwise) = (One(choice.IfTrue), One(choice.IfFalse));
        return Let(Expression.Condition(condition, then, otherwise), null, state =>
        {
            var after = variables;
            int count = changed.Count + (hasValue ? 1 : 0);
            for (int k = 0; k < changed.Count; k++) after = after.SetItem(changed[k], Item(state, k, count));
            return next(after, hasValue ? Item(state, changed.Count, count) : Expression.Empty());
        });
    }

    private Expression Loop(LoopExpression loop, ImmutableDictionary<ParameterExpression, Expression> variables, Func<ImmutableDictionary<ParameterExpression, Expression>, Expression, Expression> next)
    {
        var (broke, result) = loop.BreakLabel is { } label ? LabelOf(label) : (Expression.Variable(typeof(bool), "break"), null);
        // loop { if (test) break; … } and loop { if (test) … else break; } end at a test, and need no flag.
        var (test, body) = loop.BreakLabel is { Type: var type } target && type == typeof(void) ? Tested(loop.Body, target) : (null, loop.Body);
        if (test is not null && (HasStatements(test) || JumpsOf(body).Any(j => j != loop.ContinueLabel))) (test, body) = (null, loop.Body);
        if (loop.ContinueLabel is { } again) body = Expression.Block(body, Expression.Label(again));
        var state = Changed(Expression.Block(body), variables).Where(v => loop.ContinueLabel is null || v != LabelOf(loop.ContinueLabel).Flag).ToList();
        if (test is null)
        {
            if (!state.Contains(broke)) state.Add(broke);
            if (result is not null && !state.Contains(result)) state.Add(result);
            variables = variables.SetItem(broke, Expression.Constant(false));
        }
        var jumps = _labels.Values.Select(l => l.Flag).Where(f => state.Contains(f)).ToArray();
        var initial = Pack([.. state.Select(v => ValueOf(v, variables))]);
        var s = Expression.Parameter(initial.Type, "s");
        var inside = variables;
        for (int k = 0; k < state.Count; k++) inside = inside.SetItem(state[k], Item(s, k, state.Count));
        var condition = test is not null ? Pure(test, inside) : Expression.Not(jumps.Length == 0 ? inside[broke] : jumps.Select(j => inside[j]).Aggregate(Expression.OrElse));
        var step = Run(body, inside, (after, _) => Pack([.. state.Select(v => ValueOf(v, after))]));
        var loops = typeof(Mind).GetMethods().Single(m => m.Name == nameof(Mind.While) && m.GetParameters() is [_, { ParameterType: var p }, _] && p.GetGenericArguments()[1] == typeof(bool)).MakeGenericMethod(initial.Type);
        return Let(Expression.Call(loops, initial, Expression.Lambda(condition, s), Expression.Lambda(step, s)), null, end =>
        {
            var after = variables;
            for (int k = 0; k < state.Count; k++) after = after.SetItem(state[k], Item(end, k, state.Count));
            var value = result is not null ? after[result] : Expression.Empty();
            return next(after.SetItem(broke, Expression.Constant(false)), value);
        });
    }

    /// <summary>The condition under which a loop goes on, and the rest of its body, if it is tested first.</summary>
    private static (Expression? Test, Expression Body) Tested(Expression body, LabelTarget end)
    {
        bool Ends(Expression node) => node is GotoExpression jump && jump.Target == end;
        if (body is ConditionalExpression whole && Ends(whole.IfFalse)) return (whole.Test, whole.IfTrue);
        if (body is ConditionalExpression other && Ends(other.IfTrue)) return (Expression.Not(other.Test), other.IfFalse);
        if (body is BlockExpression { Variables.Count: 0, Expressions: { Count: > 1 } statements } && statements[0] is ConditionalExpression first && Ends(first.IfTrue) && first.IfFalse is DefaultExpression)
            return (Expression.Not(first.Test), Expression.Block(statements.Skip(1)));
        return (null, body);
    }

    private (ParameterExpression Flag, ParameterExpression? Value) LabelOf(LabelTarget label)
    {
        if (_labels.TryGetValue(label, out var known)) return known;
        string name = label.Name ?? "label";
        return _labels[label] = (Expression.Variable(typeof(bool), name), label.Type == typeof(void) ? null : Expression.Variable(label.Type, name));
    }

    private static Expression ValueOf(ParameterExpression variable, ImmutableDictionary<ParameterExpression, Expression> variables) =>
        variables.GetValueOrDefault(variable) ?? (variable.Type == typeof(bool) ? Expression.Constant(false) : Expression.Default(variable.Type));

    /// <summary>The variables in scope, and the flags and values of labels, that a statement changes.</summary>
    private List<ParameterExpression> Changed(Expression node, ImmutableDictionary<ParameterExpression, Expression> variables)
    {
        var changed = new List<ParameterExpression>();
        Changes(node, v =>
        {
            if (variables.ContainsKey(v) && !changed.Contains(v)) changed.Add(v);
            return false;
        });
        foreach (var jump in JumpsOf(node))
        {
            var (flag, value) = LabelOf(jump);
            if (!changed.Contains(flag)) changed.Add(flag);
            if (value is not null && !changed.Contains(value)) changed.Add(value);
        }
        return changed;
    }

    /// <summary>True if a statement assigns a variable of which the test holds.</summary>
    private static bool Changes(Expression node, Func<ParameterExpression, bool> test)
    {
        bool found = false;
        new Finder(inner =>
        {
            if (inner is BinaryExpression { Left: ParameterExpression left } assignment && (assignment.NodeType == ExpressionType.Assign || assignment.CanReduce)) found |= test(left);
            if (inner is UnaryExpression { Operand: ParameterExpression operand } step && step.CanReduce) found |= test(operand);
        }).Visit(node);
        return found;
    }

    private static bool HasStatements(Expression node)
    {
        bool found = false;
        new Finder(inner => found |= IsStatement(inner)).Visit(node);
        return found || node.Type == typeof(void);
    }

    /// <summary>The labels that a statement jumps to and does not hold itself.</summary>
    private static List<LabelTarget> JumpsOf(Expression node)
    {
        var (jumps, held) = (new List<LabelTarget>(), new HashSet<LabelTarget>());
        new Finder(inner =>
        {
            if (inner is GotoExpression jump && !jumps.Contains(jump.Target)) jumps.Add(jump.Target);
            if (inner is LabelExpression label) held.Add(label.Target);
            if (inner is not LoopExpression loop) return;
            if (loop.BreakLabel is not null) held.Add(loop.BreakLabel);
            if (loop.ContinueLabel is not null) held.Add(loop.ContinueLabel);
        }).Visit(node);
        return [.. jumps.Where(j => !held.Contains(j))];
    }

    /// <summary><c>let name = value in body(name)</c>; values that are names already need none.</summary>
    private static Expression Let(Expression value, string? name, Func<Expression, Expression> body)
    {
        if (value.Type == typeof(void) || value is ConstantExpression or ParameterExpression || typeof(Delegate).IsAssignableFrom(value.Type)) return body(value);
        var parameter = Expression.Parameter(value.Type, name ?? "t");
        return Expression.Invoke(Expression.Lambda(body(parameter), parameter), value);
    }

    /// <summary>Values as one value: itself, or a tuple; a long list nests at the end.</summary>
    private static Expression Pack(IReadOnlyList<Expression> values)
    {
        if (values.Count == 0) return Expression.Constant(false);
        if (values.Count == 1) return values[0];
        var parts = values.Count <= Widest ? [.. values] : values.Take(Widest - 1).Append(Pack([.. values.Skip(Widest - 1)])).ToArray();
        var type = Type.GetType("System.ValueTuple`" + parts.Length.ToString(System.Globalization.CultureInfo.InvariantCulture))!.MakeGenericType([.. parts.Select(p => p.Type)]);
        return Expression.New(type.GetConstructor([.. parts.Select(p => p.Type)])!, parts);
    }

    private const int Widest = 7;

    private static Expression Item(Expression packed, int index, int count)
    {
        if (count == 1) return packed;
        if (count > Widest && index >= Widest - 1) return Item(Expression.Field(packed, "Item7"), index - Widest + 1, count - Widest + 1);
        return Expression.Field(packed, "Item" + (index + 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>An expression whose variables were replaced before.</summary>
    private sealed class Evaluated(Expression value) : Expression
    {
        public Expression Value => value;

        public override Type Type => typeof(bool);

        public override ExpressionType NodeType => ExpressionType.Extension;

        protected override Expression VisitChildren(ExpressionVisitor visitor) => this;
    }

    private sealed class Finder(Action<Expression> visit) : ExpressionVisitor
    {
        public override Expression? Visit(Expression? node)
        {
            if (node is not null) visit(node);
            return node is Evaluated ? node : base.Visit(node);
        }
    }
}
