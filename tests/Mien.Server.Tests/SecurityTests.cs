using System.Net;
using Mien.Server;

namespace Mien.Tests;

public sealed class SecurityTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mien keys ");

    private string KeyFile => Path.Combine(_folder.FullName, "config", "keys.json");

    /// <summary>All interfaces: other machines could reach it.</summary>
    private ServerOptions Reachable => new() { Urls = ["http://0.0.0.0:0"], KeyFile = KeyFile };

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_server_that_others_reach_lets_in_who_has_a_key()
    {
        var (_, key) = new ApiKeyFile(KeyFile).Create("test");
        await using var server = await RunningServer.StartAsync(Reachable);
        foreach (string path in (string[])["/v1/models", "/metrics", "/no/such/path"])
        {
            bool exists = path[1] != 'n';
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server, path));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server, path, ("Authorization", "Bearer")));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server, path, ("Authorization", $"Bearer {key}x")));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server, path, ("Authorization", $"Basic {key}")));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server, path, ("X-Api-Key", "")));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server, path, ("X-Api-Key", key.ToUpperInvariant())));
            Assert.Equal(exists ? HttpStatusCode.OK : HttpStatusCode.NotFound, await StatusAsync(server, path, ("Authorization", $"Bearer {key}")));
            Assert.Equal(exists ? HttpStatusCode.OK : HttpStatusCode.NotFound, await StatusAsync(server, path, ("X-Api-Key", key)));
        }
        foreach (string path in (string[])["/healthz", "/readyz", "/openapi/v1.json", "/reference", "/reference/scalar.js"])
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, path));

        using var refused = await server.PostAsync(RunningServer.Sample, "image/png");
        await RunningServer.ProblemAsync(refused, 401, "unauthorized");
        Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task A_key_that_is_revoked_or_made_counts_at_once()
    {
        var keys = new ApiKeyFile(KeyFile);
        var (stored, key) = keys.Create("first");
        await using var server = await RunningServer.StartAsync(Reachable);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, "/v1/models", ("X-Api-Key", key)));
        keys.Revoke(stored.Id);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server, "/v1/models", ("X-Api-Key", key)));
        var (_, second) = keys.Create("second");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, "/v1/models", ("X-Api-Key", second)));
    }

    [Fact]
    public async Task On_this_machine_only_or_where_everybody_is_welcome_no_key_is_asked_for()
    {
        await using (var local = await RunningServer.StartAsync(new() { Urls = ["http://127.0.0.2:0"], KeyFile = KeyFile }))
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(local, "/v1/models"));
        await using var open = await RunningServer.StartAsync(Reachable with { Authentication = false });
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(open, "/v1/models"));
    }

    [Fact]
    public async Task A_server_that_others_reach_does_not_start_without_a_key()
    {
        var error = await Assert.ThrowsAsync<MienException>(() => RunningServer.StartAsync(Reachable));
        Assert.Contains("mien keys create", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<MienException>(() => RunningServer.StartAsync(Reachable with { Urls = ["http://127.0.0.1:0", "http://*:0"] }));
    }

    [Fact]
    public void A_key_is_stored_as_a_hash_in_a_file_of_the_user_only()
    {
        var keys = new ApiKeyFile(KeyFile);
        var (first, key) = keys.Create("ad study");
        var (second, other) = keys.Create("");
        string text = File.ReadAllText(KeyFile);
        Assert.DoesNotContain(key, text, StringComparison.Ordinal);
        Assert.DoesNotContain(key["mien_".Length..], text, StringComparison.Ordinal);
        Assert.NotEqual(key, other);
        Assert.True(key.Length >= "mien_".Length + 43);
        if (!OperatingSystem.IsWindows())
            Assert.Equal((UnixFileMode.UserRead | UnixFileMode.UserWrite, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute),
                (File.GetUnixFileMode(KeyFile), File.GetUnixFileMode(Path.GetDirectoryName(KeyFile)!)));
        Assert.Equal([first, second], new ApiKeyFile(KeyFile).Keys);
        Assert.Contains(first.Id, Assert.Throws<MienException>(() => { keys.Revoke(first.Id); keys.Revoke(first.Id); }).Message, StringComparison.Ordinal);
        Assert.Equal([second], keys.Keys);
    }

    [Fact]
    public void A_broken_key_file_is_named_and_lets_nobody_in()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(KeyFile)!);
        foreach (string text in (string[])["", "{", "[null]", """[{"id":"a","name":"","created":"2026-01-01T00:00:00Z","hash":"abc"}]"""])
        {
            File.WriteAllText(KeyFile, text);
            Assert.Contains(KeyFile, Assert.Throws<MienException>(() => new ApiKeyFile(KeyFile).Keys).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("evil.example", 400)]
    [InlineData("localhost.evil.example", 400)]
    [InlineData("10.0.0.1", 400)]
    [InlineData("localhost", 200)]
    [InlineData("127.0.0.1:8080", 200)]
    [InlineData("[::1]:8080", 200)]
    public async Task A_local_server_answers_to_local_names_only(string host, int status)
    {
        await using var server = await RunningServer.StartAsync();
        Assert.Equal(status, (int)await StatusAsync(server, "/v1/models", ("Host", host)));
    }

    [Fact]
    public async Task Pages_of_other_sites_are_refused()
    {
        await using var server = await RunningServer.StartAsync();
        string own = server.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, "/v1/models", ("Origin", own)));
        foreach (string origin in (string[])["https://evil.example", "null", $"{own}0", "http://127.0.0.1"])
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(server, "/v1/models", ("Origin", origin)));
    }

    [Theory]
    [InlineData("/v1/models")]
    [InlineData("/no/such/path")]
    [InlineData("/reference/scalar.js")]
    public async Task Every_answer_has_the_headers_that_browsers_heed(string path)
    {
        await using var server = await RunningServer.StartAsync();
        using var answer = await server.GetAsync(path);
        string policy = string.Join(';', answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False(answer.Headers.Contains("Server"));
    }

    /// <summary>Its editor writes its styles as it goes, so styles are free there; they cannot send anything.</summary>
    [Fact]
    public async Task The_reference_page_runs_its_own_scripts_only_and_reaches_this_server_only()
    {
        await using var server = await RunningServer.StartAsync();
        var nonces = new HashSet<string>();
        for (int i = 0; i < 2; i++)
        {
            using var answer = await server.GetAsync("/reference");
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy")).Split("; ").Select(rule => rule.Split(' ', 2)).ToDictionary(rule => rule[0], rule => rule[1]);
            string nonce = policy["script-src"];
            Assert.Matches("^'nonce-[0-9A-F]{32}'$", nonce);
            Assert.Contains(nonce.Trim('\'').Replace("nonce-", "nonce=\"", StringComparison.Ordinal), await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            Assert.True(nonces.Add(nonce));
            Assert.Equal(("'none'", "'self'", "'self' data:", "'unsafe-inline'"), (policy["default-src"], policy["connect-src"], policy["img-src"], policy["style-src"]));
            Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(RunningServer server, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
