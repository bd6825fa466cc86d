using MindDsl.Quote;
using MindDsl.Structures;

namespace MindDsl;

/// <summary>The target of the delegate of a quoted function without arguments.</summary>
internal sealed class Quoted<R>(FunctionCode code, object?[] roots) : QuotedFunction(code, roots)
{
    /// <inheritdoc/>
    internal override Delegate Delegate => field ??= new Fn<R>(Invoke);

    private R Invoke()
    {
        var frame = CallFrame.Rent();
        try
        {
            Run(frame);
            return Structure<R>.Read(frame);
        }
        finally
        {
            frame.Return();
        }
    }
}

/// <summary>The target of the delegate of a quoted function of 1 argument.</summary>
internal sealed class Quoted<A, R>(FunctionCode code, object?[] roots) : QuotedFunction(code, roots)
{
    /// <inheritdoc/>
    internal override Delegate Delegate => field ??= new Fn<A, R>(Invoke);

    private R Invoke(A a)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<A>.Write(a, frame);
            Run(frame);
            return Structure<R>.Read(frame);
        }
        finally
        {
            frame.Return();
        }
    }
}

/// <summary>The target of the delegate of a quoted function of 2 arguments.</summary>
internal sealed class Quoted<A, B, R>(FunctionCode code, object?[] roots) : QuotedFunction(code, roots)
{
    /// <inheritdoc/>
    internal override Delegate Delegate => field ??= new Fn<A, B, R>(Invoke);

    private R Invoke(A a, B b)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<A>.Write(a, frame);
            Structure<B>.Write(b, frame);
            Run(frame);
            return Structure<R>.Read(frame);
        }
        finally
        {
            frame.Return();
        }
    }
}

/// <summary>The target of the delegate of a quoted function of 3 arguments.</summary>
internal sealed class Quoted<A, B, C, R>(FunctionCode code, object?[] roots) : QuotedFunction(code, roots)
{
    /// <inheritdoc/>
    internal override Delegate Delegate => field ??= new Fn<A, B, C, R>(Invoke);

    private R Invoke(A a, B b, C c)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<A>.Write(a, frame);
            Structure<B>.Write(b, frame);
            Structure<C>.Write(c, frame);
            Run(frame);
            return Structure<R>.Read(frame);
        }
        finally
        {
            frame.Return();
        }
    }
}

/// <summary>The target of the delegate of a quoted function of 4 arguments.</summary>
internal sealed class Quoted<A, B, C, D, R>(FunctionCode code, object?[] roots) : QuotedFunction(code, roots)
{
    /// <inheritdoc/>
    internal override Delegate Delegate => field ??= new Fn<A, B, C, D, R>(Invoke);

    private R Invoke(A a, B b, C c, D d)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<A>.Write(a, frame);
            Structure<B>.Write(b, frame);
            Structure<C>.Write(c, frame);
            Structure<D>.Write(d, frame);
            Run(frame);
            return Structure<R>.Read(frame);
        }
        finally
        {
            frame.Return();
        }
    }
}

/// <summary>The target of the delegate of a quoted function of 5 arguments.</summary>
internal sealed class Quoted<A, B, C, D, E, R>(FunctionCode code, object?[] roots) : QuotedFunction(code, roots)
{
    /// <inheritdoc/>
    internal override Delegate Delegate => field ??= new Fn<A, B, C, D, E, R>(Invoke);

    private R Invoke(A a, B b, C c, D d, E e)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<A>.Write(a, frame);
            Structure<B>.Write(b, frame);
            Structure<C>.Write(c, frame);
            Structure<D>.Write(d, frame);
            Structure<E>.Write(e, frame);
            Run(frame);
            return Structure<R>.Read(frame);
        }
        finally
        {
            frame.Return();
        }
    }
}

/// <summary>The target of the delegate of a quoted function of 6 arguments.</summary>
internal sealed class Quoted<A, B, C, D, E, F, R>(FunctionCode code, object?[] roots) : QuotedFunction(code, roots)
{
    /// <inheritdoc/>
    internal override Delegate Delegate => field ??= new Fn<A, B, C, D, E, F, R>(Invoke);

    private R Invoke(A a, B b, C c, D d, E e, F f)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<A>.Write(a, frame);
            Structure<B>.Write(b, frame);
            Structure<C>.Write(c, frame);
            Structure<D>.Write(d, frame);
            Structure<E>.Write(e, frame);
            Structure<F>.Write(f, frame);
            Run(frame);
            return Structure<R>.Read(frame);
        }
        finally
        {
            frame.Return();
        }
    }
}

/// <summary>The target of the delegate of a quoted function of 7 arguments.</summary>
internal sealed class Quoted<A, B, C, D, E, F, G, R>(FunctionCode code, object?[] roots) : QuotedFunction(code, roots)
{
    /// <inheritdoc/>
    internal override Delegate Delegate => field ??= new Fn<A, B, C, D, E, F, G, R>(Invoke);

    private R Invoke(A a, B b, C c, D d, E e, F f, G g)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<A>.Write(a, frame);
            Structure<B>.Write(b, frame);
            Structure<C>.Write(c, frame);
            Structure<D>.Write(d, frame);
            Structure<E>.Write(e, frame);
            Structure<F>.Write(f, frame);
            Structure<G>.Write(g, frame);
            Run(frame);
            return Structure<R>.Read(frame);
        }
        finally
        {
            frame.Return();
        }
    }
}

/// <summary>The target of the delegate of a quoted function of 8 arguments.</summary>
internal sealed class Quoted<A, B, C, D, E, F, G, H, R>(FunctionCode code, object?[] roots) : QuotedFunction(code, roots)
{
    /// <inheritdoc/>
    internal override Delegate Delegate => field ??= new Fn<A, B, C, D, E, F, G, H, R>(Invoke);

    private R Invoke(A a, B b, C c, D d, E e, F f, G g, H h)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<A>.Write(a, frame);
            Structure<B>.Write(b, frame);
            Structure<C>.Write(c, frame);
            Structure<D>.Write(d, frame);
            Structure<E>.Write(e, frame);
            Structure<F>.Write(f, frame);
            Structure<G>.Write(g, frame);
            Structure<H>.Write(h, frame);
            Run(frame);
            return Structure<R>.Read(frame);
        }
        finally
        {
            frame.Return();
        }
    }
}
