using MindDsl.Backends;
using MindDsl.Tests.Support;

namespace MindDsl.Tests.Backends.Conformance;

public class OpenClConformanceTests : BackendConformance
{
    protected override IBackend Backend => OpenCl.Backend();

    protected override bool IsSlowToCompile => true;
}
