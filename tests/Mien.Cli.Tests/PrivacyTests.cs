using System.Diagnostics;
using System.Net.Http.Headers;

namespace Mien.Tests;

/// <summary>The program leaves nothing in the user's folders that was not asked for, as a library's telemetry would.</summary>
public sealed class PrivacyTests : IDisposable
{
    /// <summary>Where one of these is set, ONNX Runtime takes itself for part of a build and keeps its telemetry off by itself.</summary>
    private static readonly string[] BuildServers =
    [
        "CI", "TF_BUILD", "GITHUB_ACTIONS", "GITLAB_CI", "CIRCLECI", "TRAVIS", "JENKINS_URL", "CODEBUILD_BUILD_ID", "BUILDKITE",
        "TEAMCITY_VERSION", "APPVEYOR", "BITBUCKET_BUILD_NUMBER", "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI", "ORT_RUNNING_UNIT_TESTS",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reading_a_picture_leaves_the_users_folders_empty()
    {
        var result = await CommandLine.Run(null, AtHome("analyze", CommandLine.Sample, "--json"));
        Assert.Equal("", result.Error);
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(Left());
    }

    [Fact]
    public async Task Serving_leaves_the_users_folders_empty()
    {
        var token = TestContext.Current.CancellationToken;
        using var server = Process.Start(AtHome("serve", "--urls", "http://127.0.0.1:0"))!;
        try
        {
            using var client = new HttpClient { BaseAddress = await CommandLine.ListeningAsync(server) };
            using var picture = new ByteArrayContent(await File.ReadAllBytesAsync(CommandLine.Sample, token));
            picture.Headers.ContentType = new MediaTypeHeaderValue("image/png");
            using var answer = await client.PostAsync(new Uri("v1/analyze", UriKind.Relative), picture, token);
            answer.EnsureSuccessStatusCode();
            Assert.Equal(0, CommandLine.Kill(server.Id, CommandLine.Terminate));
            await server.WaitForExitAsync(token);
        }
        finally
        {
            server.Kill();
        }
        Assert.Empty(Left());
    }

    private IEnumerable<string> Left() => Directory.EnumerateFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories);

    /// <summary>A command of a user whose home and current folder are empty, and of no build server.</summary>
    private ProcessStartInfo AtHome(params string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a user's folders that environment variables can move");
        var start = CommandLine.StartInfo(arguments);
        start.WorkingDirectory = _folder.Path;
        foreach (string variable in (ReadOnlySpan<string>)["HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"])
            start.Environment[variable] = _folder.Path;
        foreach (string variable in BuildServers)
            start.Environment.Remove(variable);
        return start;
    }
}
