namespace MindDsl.Backends.Devices;

/// <summary>A device that can be given work as a whole, which costs less than one piece after another.</summary>
internal interface IRecordingQueue : IDeviceQueue
{
    /// <summary>Records work instead of doing it: launches, copies on the device and products, whose numbers stay as they are.</summary>
    IDeviceRecording Record(Action work);
}

/// <summary>Work that was recorded.</summary>
internal interface IDeviceRecording : IDisposable
{
    /// <summary>Does it, in the order of the queue.</summary>
    void Run();
}
