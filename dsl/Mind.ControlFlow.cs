using System.Reflection;

namespace MindDsl;

public static partial class Mind
{
    /// <summary>One of two values, of which only the chosen one is computed; <c>condition ? a : b</c> as a function.</summary>
    public static T If<T>(bool condition, Func<T> then, Func<T> otherwise) => condition ? then() : otherwise();

    /// <summary>A name for a value: <c>Let(x * x, s => s + s)</c>.</summary>
    public static R Let<V, R>(V value, Func<V, R> body) => body(value);

    /// <summary>The state after <c>while (condition(s)) s = body(s)</c>. State of several values is an anonymous type, a record or a tuple.</summary>
    public static S While<S>(S initial, Func<S, bool> condition, Func<S, S> body)
    {
        var state = initial;
        while (condition(state)) state = body(state);
        return state;
    }

    /// <inheritdoc cref="While{S}(S, Func{S, bool}, Func{S, S})"/>
    public static S While<S>(S initial, Func<S, Tensor> condition, Func<S, S> body)
    {
        var state = initial;
        while (condition(state)) state = body(state);
        return state;
    }

    /// <summary>The state after <paramref name="count"/> steps.</summary>
    public static S Iterate<S>(long count, S initial, Func<S, S> body)
    {
        var state = initial;
        for (long i = 0; i < count; i++) state = body(state);
        return state;
    }

    /// <summary>The state after <paramref name="count"/> steps, each of which is given its number from 0.</summary>
    public static S Iterate<S>(long count, S initial, Func<S, int, S> body)
    {
        var state = initial;
        for (int i = 0; i < count; i++) state = body(state, i);
        return state;
    }

    /// <summary>The state after a step for each element.</summary>
    public static S Fold<S, X>(S initial, X[] inputs, Func<S, X, S> body) => inputs.Aggregate(initial, body);

    /// <summary>The state after a step for each part of a tensor along its first axis.</summary>
    public static S Fold<S>(S initial, Tensor inputs, Func<S, Tensor, S> body)
    {
        var state = initial;
        long count = PartsOf(inputs);
        for (long i = 0; i < count; i++) state = body(state, inputs[i]);
        return state;
    }

    /// <summary>The state after a step for each element, and the output of each step.</summary>
    public static (S State, Y[] Outputs) Scan<S, X, Y>(S initial, X[] inputs, Func<S, X, (S State, Y Output)> body)
    {
        var (state, outputs) = (initial, new Y[inputs.Length]);
        for (int i = 0; i < outputs.Length; i++) (state, outputs[i]) = body(state, inputs[i]);
        return (state, outputs);
    }

    /// <summary>The state after a step for each part of a tensor along its first axis, and the outputs stacked.</summary>
    public static (S State, Tensor Outputs) Scan<S>(S initial, Tensor inputs, Func<S, Tensor, (S State, Tensor Output)> body)
    {
        var (state, outputs) = (initial, new Tensor[PartsOf(inputs)]);
        for (int i = 0; i < outputs.Length; i++) (state, outputs[i]) = body(state, inputs[i]);
        return (state, Stack(outputs));
    }

    /// <summary>
    /// The state after <c>while (condition(s)) s = body(s)</c>. Reverse mode keeps a state for every <paramref name="checkpointEvery"/> steps and computes the steps between again; with 0, for n steps
    /// about √(2n) states and as many steps between.
    /// </summary>
    public static S While<S>(S initial, Func<S, bool> condition, Func<S, S> body, int checkpointEvery) => While(initial, condition, body);

    /// <summary>
    /// The state after <paramref name="count"/> steps. Reverse mode keeps a state for every <paramref name="checkpointEvery"/> steps and computes the steps between again; with 0, for every
    /// √<paramref name="count"/> steps.
    /// </summary>
    public static S Iterate<S>(long count, S initial, Func<S, S> body, int checkpointEvery) => Iterate(count, initial, body);

    /// <inheritdoc cref="Iterate{S}(long, S, Func{S, S}, int)"/>
    public static S Iterate<S>(long count, S initial, Func<S, int, S> body, int checkpointEvery) => Iterate(count, initial, body);

    /// <summary>
    /// The state after a step for each element, and the output of each step. Reverse mode keeps a state for every <paramref name="checkpointEvery"/> steps and computes the steps between again; with 0, for
    /// every √n steps.
    /// </summary>
    public static (S State, Y[] Outputs) Scan<S, X, Y>(S initial, X[] inputs, Func<S, X, (S State, Y Output)> body, int checkpointEvery) => Scan(initial, inputs, body);

    /// <inheritdoc cref="Scan{S, X, Y}(S, X[], Func{S, X, ValueTuple{S, Y}}, int)"/>
    public static (S State, Tensor Outputs) Scan<S>(S initial, Tensor inputs, Func<S, Tensor, (S State, Tensor Output)> body, int checkpointEvery) => Scan(initial, inputs, body);

    /// <summary>
    /// The x with x = step(x), found by taking steps from <paramref name="initial"/> until ‖Δx‖ ≤ tolerance·(1 + ‖x‖). Its derivative with respect to what the step reads is that of the equation (implicit function
    /// theorem), to any order; it does not depend on where the steps began, and nothing of the steps is kept.
    /// </summary>
    /// <param name="initial">Where the steps begin.</param>
    /// <param name="step">The step; it must be a contraction near the solution.</param>
    /// <param name="tolerance">How small the last step is.</param>
    /// <param name="mostSteps">The largest number of steps.</param>
    public static S FixedPoint<S>(S initial, Func<S, S> step, double tolerance = 1e-12, long mostSteps = 10_000)
    {
        var state = initial;
        for (long n = 0; n < mostSteps; n++)
        {
            var (before, change, size) = (state, 0.0, 1.0);
            state = step(state);
            Measure(before, state, ref change, ref size);
            if (!(change > tolerance * tolerance * size)) break;
        }
        return state;
    }

    /// <summary>
    /// The x near <paramref name="initial"/> with residual(x) = 0, by Newton's method; x is a number or a vector. Its derivative with respect to what the residual reads is that of the equation (implicit function
    /// theorem), to any order.
    /// </summary>
    /// <param name="initial">Where the steps begin.</param>
    /// <param name="residual">The residual, as large as x.</param>
    /// <param name="tolerance">How small the last step is.</param>
    /// <param name="mostSteps">The largest number of steps.</param>
    public static S Root<S>(S initial, Func<S, S> residual, double tolerance = 1e-12, long mostSteps = 100) => throw new MindDslException(Diagnostics.OnlyInQuotes(nameof(Root)));

    /// <summary>Adds ‖y − x‖² and ‖y‖² over the floats of two values of one structure.</summary>
    private static void Measure(object? x, object? y, ref double change, ref double size)
    {
        switch (y)
        {
            case double or float:
                double next = System.Convert.ToDouble(y, System.Globalization.CultureInfo.InvariantCulture);
                double difference = next - System.Convert.ToDouble(x, System.Globalization.CultureInfo.InvariantCulture);
                change += difference * difference;
                size += next * next;
                break;
            case Array array:
                foreach (var (a, b) in ((Array)x!).Cast<object?>().Zip(array.Cast<object?>())) Measure(a, b, ref change, ref size);
                break;
            case Tensor tensor:
                Measure(((Tensor)x!).To(Ir.DType.F64).ToArray<double>(), tensor.To(Ir.DType.F64).ToArray<double>(), ref change, ref size);
                break;
            case not null when Structures.Layout.Of(y.GetType()) is Structures.Layout.Product product:
                foreach (var member in product.Members) Measure(member.Read(x!), member.Read(y), ref change, ref size);
                break;
        }
    }

    /// <summary>The value, under a name that <see cref="Keep.Named"/> can name.</summary>
    public static T Tag<T>(T value, string name) => value;

    /// <summary>A function that can call itself: <c>Fix&lt;double, double&gt;(self => n => n &lt;= 1 ? 1 : n * self(n - 1))</c>.</summary>
    public static Func<A, R> Fix<A, R>(Func<Func<A, R>, Func<A, R>> definition)
    {
        R Self(A a) => definition(Self)(a);
        return Self;
    }

    /// <inheritdoc cref="Fix{A, R}(Func{Func{A, R}, Func{A, R}})"/>
    public static Func<A, B, R> Fix<A, B, R>(Func<Func<A, B, R>, Func<A, B, R>> definition)
    {
        R Self(A a, B b) => definition(Self)(a, b);
        return Self;
    }

    /// <inheritdoc cref="Fix{A, R}(Func{Func{A, R}, Func{A, R}})"/>
    public static Func<A, B, C, R> Fix<A, B, C, R>(Func<Func<A, B, C, R>, Func<A, B, C, R>> definition)
    {
        R Self(A a, B b, C c) => definition(Self)(a, b, c);
        return Self;
    }

    /// <summary>A record of functions that can call each other through their argument.</summary>
    public static T Fix<T>(Func<T, T> definition) where T : class
    {
        var constructor = typeof(T).GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
        var parameters = constructor.GetParameters();
        T? defined = null;
        var forwarders = new object[parameters.Length];
        for (int i = 0; i < forwarders.Length; i++) forwarders[i] = Forwarder(parameters[i], () => defined!);
        var self = (T)constructor.Invoke(forwarders);
        return defined = definition(self);
    }

    /// <summary>A delegate that calls the member of the record that is made later.</summary>
    private static Delegate Forwarder<T>(ParameterInfo member, Func<T> record)
    {
        var invoke = member.ParameterType.GetMethod("Invoke")!;
        var arguments = invoke.GetParameters().Select(p => System.Linq.Expressions.Expression.Parameter(p.ParameterType)).ToArray();
        var target = System.Linq.Expressions.Expression.Property(System.Linq.Expressions.Expression.Invoke(
            System.Linq.Expressions.Expression.Constant(record)), typeof(T).GetProperty(member.Name!)!);
        return System.Linq.Expressions.Expression.Lambda(member.ParameterType, System.Linq.Expressions.Expression.Invoke(target, arguments), arguments).Compile();
    }

    /// <summary>The value itself, without a derivative (JAX: stop_gradient, PyTorch: detach).</summary>
    public static T StopGradient<T>(T value) => value;

    /// <summary>The length of the first axis.</summary>
    private static long PartsOf(Tensor inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return inputs.Rank > 0 ? inputs.Shape[0] : throw new MindDslException(Diagnostics.AxesDoNotFit("loop", [0], inputs.Type));
    }
}
