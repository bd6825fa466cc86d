using MindDsl.Backends.Cpu;

namespace MindDsl;

/// <summary>The processor as a device.</summary>
public static class CpuDevices
{
    private static readonly Device Processor = Device.Of(new CpuDeviceProvider());

    extension(Device)
    {
        /// <summary>The processor that the program runs on. It is always there, and what calls use if nothing else is said.</summary>
        public static Device Cpu => Processor;
    }
}
