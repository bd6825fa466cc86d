using MindDsl.Backends;
using MindDsl.Backends.Cpu;

namespace MindDsl.Tests.Backends.Conformance;

public class CpuConformanceTests : BackendConformance
{
    protected override IBackend Backend => new CpuBackend();
}
