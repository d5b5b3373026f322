namespace Mien.Tests;

/// <summary>Requests that are nearly right, the same each time: none may make the server fail. benchmarks/README.md has the long run.</summary>
public sealed class FuzzTests(DefaultServer running) : IClassFixture<DefaultServer>
{
    private const int Requests = 600;
    private const int Seed = 6;

    /// <summary>HTTP statuses and what streams are closed with: without these, the requests would be too wrong to reach much.</summary>
    private static readonly int[] Usual = [200, 201, 202, 204, 400, 404, 405, 415, 422, 1000, 1003, 1008];

    [Fact]
    public async Task No_mutated_request_makes_the_server_fail()
    {
        var fuzzer = new RequestFuzzer(running.Server.Client, Seed);
        for (int i = 0; i < Requests; i++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            string? failure = await fuzzer.SendAsync();
            Assert.True(failure is null, $"request {i} of seed {Seed}: {failure}");
        }
        Assert.Empty(Usual.Except(fuzzer.Answers.Keys));
    }
}
