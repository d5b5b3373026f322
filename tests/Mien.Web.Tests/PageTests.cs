using System.Net;
using System.Net.Http.Headers;

namespace Mien.Tests;

/// <summary>How the server hands the page out; the page itself is made up here.</summary>
public sealed class PageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mien page ");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_page_may_run_WebAssembly_in_threads_and_load_nothing_from_elsewhere()
    {
        await using var server = await StartAsync();
        using var answer = await server.GetAsync("/");
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        string policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self' 'wasm-unsafe-eval';", policy, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("connect-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-inline", policy, StringComparison.Ordinal);
        Assert.Equal(["same-origin"], answer.Headers.GetValues("Cross-Origin-Opener-Policy"));
        Assert.Equal(["require-corp"], answer.Headers.GetValues("Cross-Origin-Embedder-Policy"));
        Assert.Contains("microphone=()", Assert.Single(answer.Headers.GetValues("Permissions-Policy")), StringComparison.Ordinal);
        // A worker, in which the networks run, obeys the policy of its own script.
        using var script = await server.GetAsync("/assets/index-abc.js");
        Assert.Equal([policy], script.Headers.GetValues("Content-Security-Policy"));
    }

    [Fact]
    public async Task Files_with_a_hash_are_kept_for_good_and_the_start_is_asked_for_anew()
    {
        await using var server = await StartAsync();
        using var asset = await server.GetAsync("/assets/index-abc.js");
        Assert.Equal("text/javascript", asset.Content.Headers.ContentType!.MediaType);
        Assert.Contains("immutable", asset.Headers.CacheControl!.ToString(), StringComparison.Ordinal);

        using var start = await server.GetAsync("/");
        Assert.True(start.Headers.CacheControl!.NoCache);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/");
        again.Headers.IfNoneMatch.Add(start.Headers.ETag!);
        using var unchanged = await server.Client.SendAsync(again, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Theory]
    [InlineData("br, gzip", "br", "small")]
    [InlineData("gzip", "gzip", "larger")]
    [InlineData("br;q=0, gzip", "gzip", "larger")]
    [InlineData("deflate", null, "script();")]
    [InlineData(null, null, "script();")]
    public async Task What_was_compressed_at_the_set_up_is_sent_to_those_who_take_it(string? accepted, string? encoding, string content)
    {
        await using var server = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/index-abc.js");
        if (accepted is not null)
            request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        using var answer = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(encoding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal(content, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Contains("Accept-Encoding", answer.Headers.Vary);
    }

    [Theory]
    [InlineData("/assets/../../secret.txt")]
    [InlineData("/assets/%2e%2e/%2e%2e/secret.txt")]
    [InlineData("/..%2fsecret.txt")]
    [InlineData("/assets/index-abc.js.br")]
    [InlineData("/assets/")]
    [InlineData("/index.html/")]
    public async Task Nothing_but_the_files_of_the_page_is_handed_out(string path)
    {
        await using var server = await StartAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "secret.txt"), "secret", TestContext.Current.CancellationToken);
        using var answer = await server.GetAsync(path);
        await RunningServer.ProblemAsync(answer, 404, "not-found");
    }

    [Fact]
    public async Task The_API_keeps_its_own_policy_and_is_not_cached()
    {
        await using var server = await StartAsync();
        using var answer = await server.GetAsync("/v1/models");
        Assert.DoesNotContain("wasm", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal(new CacheControlHeaderValue { NoStore = true }, answer.Headers.CacheControl);
    }

    [Fact]
    public async Task Without_the_page_it_says_how_to_get_it()
    {
        await using var server = await RunningServer.StartAsync(new() { PageFolder = Path.Combine(_folder.FullName, "nowhere") });
        using var answer = await server.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("./mien setup serve", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private Task<RunningServer> StartAsync()
    {
        var page = _folder.CreateSubdirectory("web");
        page.CreateSubdirectory("assets");
        Write("index.html", "<!doctype html><title>page</title>");
        Write("assets/index-abc.js", "script();");
        Write("assets/index-abc.js.br", "small");
        Write("assets/index-abc.js.gz", "larger");
        return RunningServer.StartAsync(new() { PageFolder = page.FullName });

        void Write(string name, string content) => File.WriteAllText(Path.Combine(page.FullName, name), content);
    }
}
