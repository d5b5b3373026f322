using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Mien.Client;

/// <summary>Talks to a server that <c>mien serve</c> runs. Safe to share between threads.</summary>
public sealed partial class MienClient : IDisposable
{
    /// <summary>From this many bytes on the server is asked before they are sent, as curl does.</summary>
    private const long AskFirst = 1 << 20;

    private readonly HttpClient _http;

    /// <summary>A client of one server.</summary>
    /// <param name="server">Its address, such as <c>http://127.0.0.1:8080</c>.</param>
    /// <param name="key">The API key, where the server asks for one.</param>
    public MienClient(Uri server, string? key = null) : this(new HttpClient { BaseAddress = server }, key) { }

    /// <summary>A client over a caller's own <see cref="HttpClient"/>, which has the server's address and is disposed with this.</summary>
    /// <param name="http">How to reach the server.</param>
    /// <param name="key">The API key, where the server asks for one.</param>
    public MienClient(HttpClient http, string? key = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        _http = http;
        if (key is not null)
            http.DefaultRequestHeaders.Authorization = new("Bearer", key);
    }

    /// <summary>What the faces of picture files read as.</summary>
    /// <param name="paths">The files; as many as the server takes at once, 16 by default.</param>
    /// <param name="labels">Another set of labels that the model knows, such as <c>ferplus</c>; its own if null.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="MienClientException">The server refuses the request, or can read none of the pictures.</exception>
    /// <exception cref="HttpRequestException">The server does not answer.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public async Task<Analysis> AnalyzeAsync(IEnumerable<string> paths, string? labels = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        using var form = new MultipartFormDataContent();
        foreach (string path in paths)
            form.Add(new ByteArrayContent(await File.ReadAllBytesAsync(path, cancellation)), "file", Path.GetFileName(path));
        return await PostPicturesAsync("v1/analyze", form, ClientJson.Default.Analysis, cancellation, ("labels", labels));
    }

    /// <summary>What the faces of one picture read as.</summary>
    /// <param name="picture">The bytes of its file: JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC, AVIF, JPEG 2000 or JPEG XL.</param>
    /// <param name="labels">Another set of labels that the model knows, such as <c>ferplus</c>; its own if null.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="MienClientException">The server refuses the request or cannot read the picture.</exception>
    /// <exception cref="HttpRequestException">The server does not answer.</exception>
    public async Task<AnalyzedPicture> AnalyzeAsync(ReadOnlyMemory<byte> picture, string? labels = null, CancellationToken cancellation = default)
    {
        using var content = new ReadOnlyMemoryContent(picture);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return (await PostPicturesAsync("v1/analyze", content, ClientJson.Default.Analysis, cancellation, ("labels", labels))).Pictures[0];
    }

    /// <summary>Which parts of the faces of a picture carried what they read as.</summary>
    /// <param name="picture">The bytes of its file: JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC, AVIF, JPEG 2000 or JPEG XL.</param>
    /// <param name="label">The label to explain; what each face reads as if null.</param>
    /// <param name="labels">Another set of labels that the model knows, such as <c>ferplus</c>; its own if null.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="MienClientException">The server refuses the request or cannot read the picture.</exception>
    /// <exception cref="HttpRequestException">The server does not answer.</exception>
    public async Task<PictureExplanation> ExplainAsync(ReadOnlyMemory<byte> picture, string? label = null, string? labels = null, CancellationToken cancellation = default)
    {
        using var content = new ReadOnlyMemoryContent(picture);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return await PostPicturesAsync("v1/explain", content, ClientJson.Default.PictureExplanation, cancellation, ("label", label), ("labels", labels));
    }

    /// <summary>The models that the server has loaded and in the box.</summary>
    /// <exception cref="MienClientException">The server refuses the request.</exception>
    /// <exception cref="HttpRequestException">The server does not answer.</exception>
    public async Task<IReadOnlyList<ServerModel>> GetModelsAsync(CancellationToken cancellation = default)
    {
        using var answer = await _http.GetAsync(new Uri("v1/models", UriKind.Relative), cancellation);
        return (await ReadAsync(answer, ClientJson.Default.ServerModels, cancellation)).Models;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<T> PostPicturesAsync<T>(string path, HttpContent content, JsonTypeInfo<T> type, CancellationToken cancellation, params (string Name, string? Value)[] query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address(path, query)) { Content = content };
        // A server that refuses a large body closes the connection; asking first, its reason arrives.
        request.Headers.ExpectContinue = content.Headers.ContentLength > AskFirst;
        using var answer = await _http.SendAsync(request, cancellation);
        return await ReadAsync(answer, type, cancellation);
    }

    private static Uri Address(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var text = new StringBuilder(path);
        foreach (var (name, value) in query)
        {
            if (value is not null)
                text.Append(path.Length == text.Length ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
        return new(text.ToString(), UriKind.Relative);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        await CheckAsync(answer, cancellation);
        return await answer.Content.ReadFromJsonAsync(type, cancellation) ?? throw new JsonException("The server's answer is null.");
    }

    private static async Task CheckAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        if (!answer.IsSuccessStatusCode)
            throw await MienClientException.OfAsync(answer, cancellation);
    }
}
