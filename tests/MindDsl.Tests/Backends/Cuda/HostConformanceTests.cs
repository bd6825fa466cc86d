using MindDsl.Backends;
using MindDsl.Backends.Cuda;
using MindDsl.Tests.Backends.Conformance;
using Xunit;

namespace MindDsl.Tests.Backends.Cuda;

/// <summary>Every operation in CUDA C, run by the host behind the fake driver. Hardly any work is done by one thread, and the last thread is the first to run.</summary>
public class HostConformanceTests : BackendConformance
{
    protected override IBackend Backend
    {
        get
        {
            Assert.SkipWhen(HostKernels.Compiler is null, "there is no C++ compiler");
            return CudaBackend.Open(HostKernels.Cuda(backwards: true).Platform, 0, CudaOptions.Default, serialWork: 4);
        }
    }
}
