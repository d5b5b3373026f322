using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Mien.OpenCv;
using Mien.Server;

namespace Mien.Tests;

/// <summary>A server on a free port of this machine, and a client of it.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DirectoryInfo _folder;

    private RunningServer(WebApplication app, DirectoryInfo folder)
    {
        (_app, _folder) = (app, folder);
        Client = new() { BaseAddress = new(app.Urls.First().Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)) };
    }

    public static string SamplePath => Path.Combine(SharedData.Checkout, "samples", "average-faces.png");

    /// <summary>Seven faces.</summary>
    public static byte[] Sample { get; } = File.ReadAllBytes(SamplePath);

    /// <summary>No face, and read at once.</summary>
    public static byte[] Blank { get; } = Image.FromPixels(64, 48, PixelFormat.Gray8, new byte[64 * 48]).Encode(".png");

    /// <summary>Named, because it needs no further file.</summary>
    public static AnalyzerOptions Haar { get; } = new AnalyzerOptions().WithHaar();

    public HttpClient Client { get; }

    public static async Task<RunningServer> StartAsync(ServerOptions? options = null)
    {
        options ??= new() { Analyzer = Haar };
        if (options.Urls is [ServerOptions.DefaultUrl])
            options = options with { Urls = ["http://127.0.0.1:0"] };
        // The user's own store is none of the tests' business.
        var folder = Directory.CreateTempSubdirectory("mien server ");
        if (options.Store is null)
            options = options with { Store = Path.Combine(folder.FullName, "sessions.db") };
        WebApplication app;
        try
        {
            app = MienServer.Build(options);
        }
        catch (Exception error)
        {
            folder.Delete(recursive: true);
            if (error is not NativeLibraryException)
                throw;
            Assert.Skip(error.Message);
            throw;
        }
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app, folder);
    }

    public async Task<HttpResponseMessage> PostAsync(byte[] body, string? type, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/v1/analyze{query}", UriKind.Relative)) { Content = Body(body, type) };
        // So that a refusal is read before the connection is closed under a body that nobody wants.
        request.Headers.ExpectContinue = body.Length > 1 << 20;
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<HttpResponseMessage> PostAsync(params IEnumerable<(string Name, byte[] Bytes)> files)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, bytes) in files)
            form.Add(new ByteArrayContent(bytes), "file", name);
        return await Client.PostAsync(new Uri("/v1/analyze", UriKind.Relative), form, TestContext.Current.CancellationToken);
    }

    /// <summary>The application itself, to be stopped.</summary>
    public WebApplication App => _app;

    public Task<HttpResponseMessage> SendJsonAsync(string method, string path, string json) => SendAsync(method, path, Encoding.UTF8.GetBytes(json), "application/json");

    /// <summary>Any request.</summary>
    public async Task<HttpResponseMessage> SendAsync(string method, string path, byte[]? body = null, string? type = null)
    {
        using var request = new HttpRequestMessage(new(method), new Uri(path, UriKind.Relative)) { Content = body is null ? null : Body(body, type) };
        request.Headers.ExpectContinue = body?.Length > 1 << 20;
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<HttpResponseMessage> GetAsync(string path) => await Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    public static ByteArrayContent Body(byte[] bytes, string? type)
    {
        var content = new ByteArrayContent(bytes);
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }

    public static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    /// <summary>Checks that an answer is a problem of a kind.</summary>
    public static async Task<JsonElement> ProblemAsync(HttpResponseMessage answer, int status, string name)
    {
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/problem+json", $"{answer.StatusCode}: {text}");
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(($"urn:mien:problem:{name}", status, status), (problem.GetProperty("type").GetString(), (int)answer.StatusCode, problem.GetProperty("status").GetInt32()));
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        return problem;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

/// <summary>A server with the defaults, for all tests of a class.</summary>
public sealed class DefaultServer : IAsyncLifetime
{
    public RunningServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await RunningServer.StartAsync();

    public ValueTask DisposeAsync() => Server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
