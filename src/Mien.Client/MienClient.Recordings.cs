using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Mien.Client;

/// <content>Videos, sessions and streams. Each call may throw <see cref="MienClientException"/> and <see cref="HttpRequestException"/>.</content>
public sealed partial class MienClient
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(0.2);

    /// <summary>Sends a video file to be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="session">Stores the readings under this name; null for not.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task<VideoJob> SendVideoAsync(string path, string? session = null, CancellationToken cancellation = default)
    {
        await using var file = File.OpenRead(path);
        using var content = new StreamContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return await PostPicturesAsync("v1/videos", content, ClientJson.Default.VideoJob, cancellation, ("name", Path.GetFileName(path)), ("session", session));
    }

    /// <summary>The videos that were sent, the oldest first.</summary>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<VideoJob>> GetVideosAsync(CancellationToken cancellation = default) =>
        (await GetAsync("v1/videos", ClientJson.Default.VideoJobs, cancellation)).Videos;

    /// <summary>How far a video is.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<VideoJob> GetVideoAsync(string id, CancellationToken cancellation = default) => GetAsync(VideoPath(id), ClientJson.Default.VideoJob, cancellation);

    /// <summary>Waits until a video is read, or could not be.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellation">Gives up waiting; the video is read all the same.</param>
    public async Task<VideoJob> WaitForVideoAsync(string id, CancellationToken cancellation = default)
    {
        while (true)
        {
            var job = await GetVideoAsync(id, cancellation);
            if (job.HasEnded)
                return job;
            await Task.Delay(AskEvery, cancellation);
        }
    }

    /// <summary>What a video reads as; while it is read, the lines come as they are made.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellation">Gives up.</param>
    public IAsyncEnumerable<RecordedLine> GetVideoReadingsAsync(string id, CancellationToken cancellation = default) => LinesAsync($"{VideoPath(id)}/readings", cancellation);

    /// <summary>What came of a video so far.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<Recording> GetVideoSummaryAsync(string id, CancellationToken cancellation = default) => GetAsync($"{VideoPath(id)}/summary", ClientJson.Default.Recording, cancellation);

    /// <summary>Stops the reading of a video, if it has not ended, and forgets it.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task DeleteVideoAsync(string id, CancellationToken cancellation = default) => DeleteAsync(VideoPath(id), cancellation);

    /// <summary>The sessions that the server has stored, by name.</summary>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<StoredSession>> GetSessionsAsync(CancellationToken cancellation = default) =>
        (await GetAsync("v1/sessions", ClientJson.Default.StoredSessions, cancellation)).Sessions;

    /// <summary>What came of a session.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<Recording> GetSessionAsync(string name, CancellationToken cancellation = default) => GetAsync(SessionPath(name), ClientJson.Default.Recording, cancellation);

    /// <summary>The readings of a session.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Gives up.</param>
    public IAsyncEnumerable<RecordedLine> GetSessionReadingsAsync(string name, CancellationToken cancellation = default) => LinesAsync($"{SessionPath(name)}/readings", cancellation);

    /// <summary>Begins to record a session, or a further part of one.</summary>
    /// <param name="session">The session.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<StoredSession> BeginSessionAsync(NewSession session, CancellationToken cancellation = default)
    {
        using var answer = await _http.PostAsJsonAsync(Address("v1/sessions"), session, ClientJson.Default.NewSession, cancellation);
        return await ReadAsync(answer, ClientJson.Default.StoredSession, cancellation);
    }

    /// <summary>Stores readings of a session that was begun; they are on disk when this ends.</summary>
    /// <param name="name">The session.</param>
    /// <param name="frames">Frames in the order of their times; their source is not sent.</param>
    /// <param name="events">Who came and went; null for nobody.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task AppendAsync(string name, IReadOnlyList<RecordedFrame> frames, IReadOnlyList<RecordedEvent>? events = null, CancellationToken cancellation = default) =>
        PostAsync($"{SessionPath(name)}/readings", new(frames, events ?? []), ClientJson.Default.NewReadings, cancellation);

    /// <summary>Sets a marker in a session that was begun: a segment begins.</summary>
    /// <param name="name">The session.</param>
    /// <param name="marker">The marker.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task MarkAsync(string name, RecordingMarker marker, CancellationToken cancellation = default) =>
        PostAsync($"{SessionPath(name)}/markers", marker, ClientJson.Default.RecordingMarker, cancellation);

    /// <summary>Deletes a session.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task DeleteSessionAsync(string name, CancellationToken cancellation = default) => DeleteAsync(SessionPath(name), cancellation);

    /// <summary>Opens a stream of frames.</summary>
    /// <param name="source">What the readings call it.</param>
    /// <param name="labels">Another set of labels that the model knows, such as <c>ferplus</c>; its own if null.</param>
    /// <param name="session">Stores the readings under this name; null for not.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="System.Net.WebSockets.WebSocketException">The server does not answer, or refuses the connection.</exception>
    public Task<FrameConnection> OpenStreamAsync(string source, string? labels = null, string? session = null, CancellationToken cancellation = default)
    {
        var server = new Uri(_http.BaseAddress ?? throw new InvalidOperationException("The HttpClient has no address."), "v1/stream");
        var address = new UriBuilder(server) { Scheme = server.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs }.Uri;
        return FrameConnection.OpenAsync(address, _http.DefaultRequestHeaders.Authorization?.ToString(), new("start", source, labels, session), cancellation);
    }

    /// <summary>A line as the frame or event that it is.</summary>
    internal static RecordedLine Line(JsonElement line) => line.TryGetProperty("faces", out _)
        ? line.Deserialize(ClientJson.Default.RecordedFrame)! : line.Deserialize(ClientJson.Default.RecordedEvent)!;

    private static string VideoPath(string id) => $"v1/videos/{Uri.EscapeDataString(id)}";

    private static string SessionPath(string name) => $"v1/sessions/{Uri.EscapeDataString(name)}";

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        using var answer = await _http.GetAsync(Address(path), cancellation);
        return await ReadAsync(answer, type, cancellation);
    }

    private async Task PostAsync<T>(string path, T body, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        using var answer = await _http.PostAsJsonAsync(Address(path), body, type, cancellation);
        await CheckAsync(answer, cancellation);
    }

    private async Task DeleteAsync(string path, CancellationToken cancellation)
    {
        using var answer = await _http.DeleteAsync(Address(path), cancellation);
        await CheckAsync(answer, cancellation);
    }

    private async IAsyncEnumerable<RecordedLine> LinesAsync(string path, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var answer = await _http.GetAsync(Address(path), HttpCompletionOption.ResponseHeadersRead, cancellation);
        await CheckAsync(answer, cancellation);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellation));
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            using var json = JsonDocument.Parse(line);
            yield return Line(json.RootElement);
        }
    }
}
