namespace Mien.Tests;

/// <summary>Files that are damaged here and there, the same each time: a server reads each or names it, and goes on. benchmarks/README.md has the long run.</summary>
public sealed class FileFuzzTests : IDisposable
{
    private const int Pictures = 40, Videos = 30, Seed = 15;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task No_damaged_picture_ends_the_server() => SendAsync(Pictures, fuzzer => fuzzer.SendPictureAsync());

    [Fact]
    public Task No_damaged_video_ends_the_server() => SendAsync(Videos, fuzzer => fuzzer.SendVideoAsync());

    private async Task SendAsync(int count, Func<FileFuzzer, Task<string?>> send)
    {
        string[] pictures = [CommandLine.Sample, .. Cases("03-false-faces", "*.png"), .. Cases("15-animated-webp", "*.webp"), SharedData.Require("data", "media", "happy.jpg")];
        string[] videos = [.. Cases("01-video-width-heap-overflow", "*.mp4"), .. Cases("04-short-and-sparse-video", "*.gif"), .. Cases("12-audio-only-video", "*.mp4"), .. Cases("16-video-without-class", "*.mpg")];
        var token = TestContext.Current.CancellationToken;
        using var server = CommandLine.Start("serve", "--urls", "http://127.0.0.1:0", "--store", Path.Combine(_folder.Path, "sessions.db"));
        try
        {
            using var client = new HttpClient { BaseAddress = await CommandLine.ListeningAsync(server) };
            var log = server.StandardError.ReadToEndAsync(token);
            var fuzzer = new FileFuzzer(client, Seed, pictures, videos);
            for (int i = 0; i < count; i++)
            {
                token.ThrowIfCancellationRequested();
                string? failure = await send(fuzzer);
                Assert.False(server.HasExited, $"{failure}\n{(server.HasExited ? await log : "")}");
                Assert.Null(failure);
            }
            // Some were read and some were not: neither too much damage nor too little.
            Assert.InRange(fuzzer.Answers["read"], 1, count - 1);
        }
        finally
        {
            server.Kill();
        }
    }

    private static string[] Cases(string name, string pattern) => [.. Directory.GetFiles(SharedData.Require("cases", name), pattern).Order(StringComparer.Ordinal)];
}
