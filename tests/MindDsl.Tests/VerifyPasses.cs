using System.Runtime.CompilerServices;
using MindDsl.Ir;

namespace MindDsl.Tests;

internal static class VerifyPasses
{
    /// <summary>In tests the grammar of the level is checked after every pass, in release builds too.</summary>
    [ModuleInitializer]
    internal static void Always() => Pipeline.Verify = true;
}
