namespace MindDsl;

/// <summary>Application from left to right.</summary>
public static class Pipe
{
    extension<A, R>(A)
    {
        /// <summary><c>x | f</c> is <c>f(x)</c>. Nothing is widened: a double function takes a double.</summary>
        public static R operator |(A x, Fn<A, R> f) => f(x);
    }
}
