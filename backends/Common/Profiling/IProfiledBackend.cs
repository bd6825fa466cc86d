namespace MindDsl.Backends;

/// <summary>A backend that has a sibling whose programs tell the times of their kernels.</summary>
public interface IProfiledBackend : IBackend
{
    /// <summary>The sibling, always the same; its programs tell their times to the profile in whose scope they are run.</summary>
    IBackend Profiled { get; }
}
