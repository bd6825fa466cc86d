using MindDsl.Backends.OpenCl;

namespace MindDsl;

/// <summary>The devices of OpenCL.</summary>
public static class OpenClDevices
{
    private static readonly OpenClDeviceProvider Family = new();

    extension(Device)
    {
        /// <summary>A device of OpenCL, by its number among those of all drivers. Nothing is loaded before it is used.</summary>
        public static Device OpenCl(int index = 0) => Device.Of(Family, index);
    }
}
