using System.Runtime.InteropServices;
using MindDsl.Backends.OpenCl;
using Xunit;

namespace MindDsl.Tests.Support;

/// <summary>Backends of OpenCL for tests: a test without a device is skipped, unless the environment says that there must be one.</summary>
internal static partial class OpenCl
{
    private static readonly Dictionary<double, OpenClBackend> Opened = [];

    /// <summary>A backend whose work items do so much by themselves before work is divided.</summary>
    public static OpenClBackend Backend(double serialWork = 512)
    {
        lock (Opened)
        {
            if (Opened.TryGetValue(serialWork, out var known)) return known;
            UseOwnCache();
            try
            {
                return Opened[serialWork] = OpenClDeviceProvider.Open(0, serialWork);
            }
            catch (MindDslException missing) when (Environment.GetEnvironmentVariable("MINDDSL_REQUIRE_OPENCL") != "1")
            {
                Assert.Skip(missing.Message);
                throw;
            }
        }
    }

    /// <summary>PoCL's cache of kernels is not safe for processes that share it, and reads its place from the environment of the system.</summary>
    private static void UseOwnCache()
    {
        if (OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable("POCL_CACHE_DIR") is not null) return;
        string folder = Directory.CreateTempSubdirectory("minddsl-pocl").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        SetEnvironment("POCL_CACHE_DIR", folder, 1);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
