using MindDsl.Structures;

namespace MindDsl;

public static partial class Mind
{
    /// <summary>
    /// Gives up the memory of tensors: the next call that takes them may put its results there (JAX: <c>donate_argnums</c>). After it they say that they were donated
    /// (MIND0310) when they are touched; if it fails, they stay as they were. Operations outside of quotes take no memory.
    /// </summary>
    /// <param name="value">A tensor, or a structure of tensors. What else it holds, numbers and arrays of numbers, stays.</param>
    /// <returns>The value, to be passed on.</returns>
    /// <exception cref="MindDslException">MIND0310: a tensor was donated before.</exception>
    public static T Donate<T>(T value)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<T>.Write(value, frame);
            frame.Offer();
            return value;
        }
        finally
        {
            frame.Return();
        }
    }
}
