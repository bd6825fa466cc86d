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
        for (long i = 0; i < inputs.Shape[0]; i++) state = body(state, inputs[i]);
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
        var (state, outputs) = (initial, new Tensor[inputs.Shape[0]]);
        for (int i = 0; i < outputs.Length; i++) (state, outputs[i]) = body(state, inputs[i]);
        return (state, Stack(outputs));
    }

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
}
