using Mien.Tests;

namespace Mien.Training.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void What_programs_can_use_of_Mien_Training_is_what_is_committed() => PublicApi.Check(typeof(Mien.Training.Trainer).Assembly);
}
