using MindDsl.Backends.Cuda;

namespace MindDsl;

/// <summary>The devices of NVIDIA.</summary>
public static class CudaDevices
{
    private static readonly CudaDeviceProvider Family = new();

    extension(Device)
    {
        /// <summary>A device of NVIDIA; the libraries of CUDA are looked for when it is used.</summary>
        /// <param name="index">Its number, as the driver counts.</param>
        public static Device Cuda(int index = 0) => Device.Of(Family, index);
    }
}
