using Mien.Tests;

namespace Mien.OpenCv.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void What_programs_can_use_of_Mien_OpenCv_is_what_is_committed() => PublicApi.Check(typeof(HaarFaceDetector).Assembly);
}
