namespace MindDsl.Ir;

/// <summary>Checks that a module is well-typed, well-scoped and within the grammar of its level.</summary>
public static class Verifier
{
    /// <summary>Checks a module.</summary>
    /// <exception cref="MindDslException">MIND0001: what the pass named left behind is not a program of the level.</exception>
    public static void Check(Module module, Level level, string after)
    {
    }
}
