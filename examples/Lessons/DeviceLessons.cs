using MindDsl.Backends.Cuda;
using static MindDsl.Mind;

namespace MindDsl.Examples.Lessons;

/// <summary>Lessons on devices; docs/devices.md shows them.</summary>
public static class DeviceLessons
{
    /// <summary>A function on devices that are chosen by value and by name.</summary>
    public static (double Here, double There) Devices(string name)
    {
        #region Devices
        var f = Fn((Tensor x) => (x * x).Sum(null, false));
        Tensor x = new double[] { 1, 2, 3 };

        double here = (double)f(x);                          // on the processor

        double there;
        using (Use(Device.Named(name)))                      // "cpu", "opencl", "cuda:1"; or Device.OpenCl(0), Device.Cuda(1)
            there = (double)f(x);                            // every quoted function that is called here runs there
        #endregion
        return (here, there);
    }

    /// <summary>What there is, and what is not.</summary>
    public static List<string> Probe()
    {
        var found = new List<string>();
        #region Probe
        foreach (var candidate in Device.Probe())
            found.Add(candidate.Device is { } device ? $"{device}: {candidate.Title}" : $"{candidate.Kind}: {candidate.Refusal}");
        #endregion
        return found;
    }

    /// <summary>A backend with options; null where there is no device of NVIDIA.</summary>
    public static string? Options()
    {
        if (Device.Probe().All(c => c.Kind != "cuda" || !c.IsUsable)) return null;
        #region CudaOptions
        var fast = CudaBackend.Open(0, new CudaOptions { Tf32 = true });   // factors of f32 products are rounded to TF32
        using (Use(fast)) Console.WriteLine(Device.Cuda(0));
        #endregion
        return fast.Name;
    }
}
