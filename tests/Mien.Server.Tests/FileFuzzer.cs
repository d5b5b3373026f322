using System.Text;
using System.Text.Json;

namespace Mien.Tests;

/// <summary>Sends pictures and videos that are damaged here and there, the same for the same seed; says which made a server fail, hang or answer without a word about the file.</summary>
/// <param name="client">Reaches the server, and has its address.</param>
/// <param name="seed">Chooses the files and their damage.</param>
/// <param name="pictures">The pictures to damage.</param>
/// <param name="videos">The videos to damage.</param>
internal sealed class FileFuzzer(HttpClient client, int seed, IEnumerable<string> pictures, IEnumerable<string> videos)
{
    private const int MostChanges = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Random _random = new(seed);
    private readonly (string Name, byte[] Bytes)[] _pictures = Read(pictures), _videos = Read(videos);
    private int _sent;

    /// <summary>How many answers there were of each kind: read, or the name of a problem.</summary>
    public SortedDictionary<string, int> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>Sends a picture.</summary>
    /// <returns>What is wrong with the server; null if nothing.</returns>
    public Task<string?> SendPictureAsync() => SendAsync(_pictures, async (name, bytes, cancellation) =>
    {
        using var form = new MultipartFormDataContent();
        form.Add(new ByteArrayContent(bytes), "file", name);
        using var answer = await client.PostAsync(new Uri("/v1/analyze", UriKind.Relative), form, cancellation);
        var json = await JsonAsync(answer, cancellation);
        if (!answer.IsSuccessStatusCode)
            return Problem(json, name);
        Count("read");
        return json.GetProperty("pictures").GetArrayLength() == 1 ? null : $"answered without the picture: {json}";
    });

    /// <summary>Sends a video, waits until it is read, and has it forgotten.</summary>
    /// <returns>What is wrong with the server; null if nothing.</returns>
    public Task<string?> SendVideoAsync() => SendAsync(_videos, async (name, bytes, cancellation) =>
    {
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new("application/octet-stream");
        using var taken = await client.PostAsync(new Uri($"/v1/videos?name={name}", UriKind.Relative), content, cancellation);
        var json = await JsonAsync(taken, cancellation);
        if (!taken.IsSuccessStatusCode)
            return Problem(json, "");
        string address = taken.Headers.Location!.OriginalString;
        // Goes on until the video is read.
        await client.GetByteArrayAsync(new Uri($"{address}/readings", UriKind.Relative), cancellation);
        using var done = await client.GetAsync(new Uri(address, UriKind.Relative), cancellation);
        json = await JsonAsync(done, cancellation);
        using var forgotten = await client.DeleteAsync(new Uri(address, UriKind.Relative), cancellation);
        switch (json.GetProperty("status").GetString())
        {
            case "done":
                Count("read");
                return null;
            case "failed":
                return Problem(json.GetProperty("problem"), name);
            default:
                return $"the reading ended as {json}";
        }
    });

    private async Task<string?> SendAsync((string Name, byte[] Bytes)[] files, Func<string, byte[], CancellationToken, Task<string?>> send)
    {
        var (file, bytes) = files[_random.Next(files.Length)];
        string name = $"{++_sent}-{file}";
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return await send(name, ByteMutator.Mutate(bytes, _random, MostChanges), patience.Token) is { } failure ? $"{name}: {failure}" : null;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return $"{name}: no answer within {Patience.TotalSeconds} s";
        }
        catch (HttpRequestException error)
        {
            return $"{name}: no answer: {error.Message}";
        }
    }

    /// <summary>Checks that a problem is the file's and not the server's, and says which file it is about.</summary>
    private string? Problem(JsonElement problem, string name)
    {
        string type = problem.GetProperty("type").GetString()!, detail = problem.GetProperty("detail").GetString()!;
        Count(type[(type.LastIndexOf(':') + 1)..]);
        return !type.StartsWith("urn:mien:problem:", StringComparison.Ordinal) || type.EndsWith(":internal", StringComparison.Ordinal) || detail.Length == 0
            || !detail.Contains(name, StringComparison.Ordinal) ? $"answered {problem}" : null;
    }

    private void Count(string answer) => Answers[answer] = Answers.GetValueOrDefault(answer) + 1;

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        byte[] content = await answer.Content.ReadAsByteArrayAsync(cancellation);
        try
        {
            return JsonDocument.Parse(content).RootElement;
        }
        catch (JsonException)
        {
            throw new HttpRequestException($"{(int)answer.StatusCode} with what is no JSON: {Encoding.UTF8.GetString(content)}");
        }
    }

    private static (string, byte[])[] Read(IEnumerable<string> paths) => [.. paths.Select(path => (Path.GetFileName(path), File.ReadAllBytes(path)))];
}
