using MindDsl.Structures;

namespace MindDsl;

/// <summary>Steps that replace a state by the next one, in its own memory.</summary>
public static class Updates
{
    /// <summary>
    /// Runs a step and puts the new state in the place of the old one, in the same memory; once it is warm, a step of a state of tensors allocates nothing. The tensors of the
    /// old state are donated: they say so when they are touched (MIND0310), until they are those of the state after the next. <see cref="Tree.Copy{T}(T)"/> keeps a state. If the
    /// step fails, the state stays as it was.
    /// </summary>
    public static void Update<S>(this Fn<S, S> step, ref S state)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<S>.Write(state, frame);
            int leaves = frame.Count;
            state = StateUpdate.Run<S>(QuotedFunction.Of(step), frame, leaves);
        }
        finally
        {
            frame.Return();
        }
    }

    /// <inheritdoc cref="Update{S}(Fn{S, S}, ref S)"/>
    public static void Update<S, A>(this Fn<S, A, S> step, ref S state, A a)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<S>.Write(state, frame);
            int leaves = frame.Count;
            Structure<A>.Write(a, frame);
            state = StateUpdate.Run<S>(QuotedFunction.Of(step), frame, leaves);
        }
        finally
        {
            frame.Return();
        }
    }

    /// <inheritdoc cref="Update{S}(Fn{S, S}, ref S)"/>
    public static void Update<S, A, B>(this Fn<S, A, B, S> step, ref S state, A a, B b)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<S>.Write(state, frame);
            int leaves = frame.Count;
            Structure<A>.Write(a, frame);
            Structure<B>.Write(b, frame);
            state = StateUpdate.Run<S>(QuotedFunction.Of(step), frame, leaves);
        }
        finally
        {
            frame.Return();
        }
    }

    /// <inheritdoc cref="Update{S}(Fn{S, S}, ref S)"/>
    public static void Update<S, A, B, C>(this Fn<S, A, B, C, S> step, ref S state, A a, B b, C c)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<S>.Write(state, frame);
            int leaves = frame.Count;
            Structure<A>.Write(a, frame);
            Structure<B>.Write(b, frame);
            Structure<C>.Write(c, frame);
            state = StateUpdate.Run<S>(QuotedFunction.Of(step), frame, leaves);
        }
        finally
        {
            frame.Return();
        }
    }

    /// <inheritdoc cref="Update{S}(Fn{S, S}, ref S)"/>
    public static void Update<S, A, B, C, D>(this Fn<S, A, B, C, D, S> step, ref S state, A a, B b, C c, D d)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<S>.Write(state, frame);
            int leaves = frame.Count;
            Structure<A>.Write(a, frame);
            Structure<B>.Write(b, frame);
            Structure<C>.Write(c, frame);
            Structure<D>.Write(d, frame);
            state = StateUpdate.Run<S>(QuotedFunction.Of(step), frame, leaves);
        }
        finally
        {
            frame.Return();
        }
    }

    /// <inheritdoc cref="Update{S}(Fn{S, S}, ref S)"/>
    public static void Update<S, A, B, C, D, E>(this Fn<S, A, B, C, D, E, S> step, ref S state, A a, B b, C c, D d, E e)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<S>.Write(state, frame);
            int leaves = frame.Count;
            Structure<A>.Write(a, frame);
            Structure<B>.Write(b, frame);
            Structure<C>.Write(c, frame);
            Structure<D>.Write(d, frame);
            Structure<E>.Write(e, frame);
            state = StateUpdate.Run<S>(QuotedFunction.Of(step), frame, leaves);
        }
        finally
        {
            frame.Return();
        }
    }

    /// <inheritdoc cref="Update{S}(Fn{S, S}, ref S)"/>
    public static void Update<S, A, B, C, D, E, F>(this Fn<S, A, B, C, D, E, F, S> step, ref S state, A a, B b, C c, D d, E e, F f)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<S>.Write(state, frame);
            int leaves = frame.Count;
            Structure<A>.Write(a, frame);
            Structure<B>.Write(b, frame);
            Structure<C>.Write(c, frame);
            Structure<D>.Write(d, frame);
            Structure<E>.Write(e, frame);
            Structure<F>.Write(f, frame);
            state = StateUpdate.Run<S>(QuotedFunction.Of(step), frame, leaves);
        }
        finally
        {
            frame.Return();
        }
    }

    /// <inheritdoc cref="Update{S}(Fn{S, S}, ref S)"/>
    /// <returns>What the step gives beside the state.</returns>
    public static X Update<S, X>(this Fn<S, (S, X)> step, ref S state)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<S>.Write(state, frame);
            int leaves = frame.Count;
            state = StateUpdate.Run<S>(QuotedFunction.Of(step), frame, leaves);
            return Structure<X>.Read(frame);
        }
        finally
        {
            frame.Return();
        }
    }

    /// <inheritdoc cref="Update{S}(Fn{S, S}, ref S)"/>
    /// <returns>What the step gives beside the state.</returns>
    public static X Update<S, A, X>(this Fn<S, A, (S, X)> step, ref S state, A a)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<S>.Write(state, frame);
            int leaves = frame.Count;
            Structure<A>.Write(a, frame);
            state = StateUpdate.Run<S>(QuotedFunction.Of(step), frame, leaves);
            return Structure<X>.Read(frame);
        }
        finally
        {
            frame.Return();
        }
    }

    /// <inheritdoc cref="Update{S}(Fn{S, S}, ref S)"/>
    /// <returns>What the step gives beside the state.</returns>
    public static X Update<S, A, B, X>(this Fn<S, A, B, (S, X)> step, ref S state, A a, B b)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<S>.Write(state, frame);
            int leaves = frame.Count;
            Structure<A>.Write(a, frame);
            Structure<B>.Write(b, frame);
            state = StateUpdate.Run<S>(QuotedFunction.Of(step), frame, leaves);
            return Structure<X>.Read(frame);
        }
        finally
        {
            frame.Return();
        }
    }

    /// <inheritdoc cref="Update{S}(Fn{S, S}, ref S)"/>
    /// <returns>What the step gives beside the state.</returns>
    public static X Update<S, A, B, C, X>(this Fn<S, A, B, C, (S, X)> step, ref S state, A a, B b, C c)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<S>.Write(state, frame);
            int leaves = frame.Count;
            Structure<A>.Write(a, frame);
            Structure<B>.Write(b, frame);
            Structure<C>.Write(c, frame);
            state = StateUpdate.Run<S>(QuotedFunction.Of(step), frame, leaves);
            return Structure<X>.Read(frame);
        }
        finally
        {
            frame.Return();
        }
    }

    /// <inheritdoc cref="Update{S}(Fn{S, S}, ref S)"/>
    /// <returns>What the step gives beside the state.</returns>
    public static X Update<S, A, B, C, D, X>(this Fn<S, A, B, C, D, (S, X)> step, ref S state, A a, B b, C c, D d)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<S>.Write(state, frame);
            int leaves = frame.Count;
            Structure<A>.Write(a, frame);
            Structure<B>.Write(b, frame);
            Structure<C>.Write(c, frame);
            Structure<D>.Write(d, frame);
            state = StateUpdate.Run<S>(QuotedFunction.Of(step), frame, leaves);
            return Structure<X>.Read(frame);
        }
        finally
        {
            frame.Return();
        }
    }

    /// <inheritdoc cref="Update{S}(Fn{S, S}, ref S)"/>
    /// <returns>What the step gives beside the state.</returns>
    public static X Update<S, A, B, C, D, E, X>(this Fn<S, A, B, C, D, E, (S, X)> step, ref S state, A a, B b, C c, D d, E e)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<S>.Write(state, frame);
            int leaves = frame.Count;
            Structure<A>.Write(a, frame);
            Structure<B>.Write(b, frame);
            Structure<C>.Write(c, frame);
            Structure<D>.Write(d, frame);
            Structure<E>.Write(e, frame);
            state = StateUpdate.Run<S>(QuotedFunction.Of(step), frame, leaves);
            return Structure<X>.Read(frame);
        }
        finally
        {
            frame.Return();
        }
    }

    /// <inheritdoc cref="Update{S}(Fn{S, S}, ref S)"/>
    /// <returns>What the step gives beside the state.</returns>
    public static X Update<S, A, B, C, D, E, F, X>(this Fn<S, A, B, C, D, E, F, (S, X)> step, ref S state, A a, B b, C c, D d, E e, F f)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<S>.Write(state, frame);
            int leaves = frame.Count;
            Structure<A>.Write(a, frame);
            Structure<B>.Write(b, frame);
            Structure<C>.Write(c, frame);
            Structure<D>.Write(d, frame);
            Structure<E>.Write(e, frame);
            Structure<F>.Write(f, frame);
            state = StateUpdate.Run<S>(QuotedFunction.Of(step), frame, leaves);
            return Structure<X>.Read(frame);
        }
        finally
        {
            frame.Return();
        }
    }
}
