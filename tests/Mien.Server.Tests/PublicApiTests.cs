namespace Mien.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void What_programs_can_use_of_Mien_Client_is_what_is_committed() => PublicApi.Check(typeof(Mien.Client.MienClient).Assembly);
}
