namespace MindDsl.Testing;

/// <summary>A check that failed. The message says what was expected, what was found, and where; every test framework shows it.</summary>
public sealed class CheckException(string message) : Exception(message);
