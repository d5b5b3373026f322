using System.Runtime.CompilerServices;

namespace Mien.Server;

/// <summary>What a server listens on, what it reads with and what it allows; each default is safe on a machine of a few processors.</summary>
public sealed record ServerOptions
{
    /// <summary>The address that a server listens on where none is named: this machine only.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>The addresses to listen on, as in ASP.NET Core; port 0 takes a free one.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [DefaultUrl];

    /// <summary>The detector, the model and its labels.</summary>
    public AnalyzerOptions Analyzer { get; init; } = new();

    /// <summary>Whether an API key is asked for when one of <see cref="Urls"/> can be reached from other machines.</summary>
    public bool Authentication { get; init; } = true;

    /// <summary>The file with the hashes of the API keys.</summary>
    public string KeyFile { get; init; } = ApiKeyFile.DefaultPath;

    /// <summary>Where sessions are stored, as for <see cref="SessionStore.Open"/>; the user's own store if null.</summary>
    public string? Store { get; init; }

    /// <summary>The most bytes of a request's body, at least 1.</summary>
    public long MaximumRequestBytes
    {
        get;
        init => field = AtLeast(1, value);
    } = 16 << 20;

    /// <summary>The most pictures in one request, at least 1.</summary>
    public int MaximumPictures
    {
        get;
        init => field = AtLeast(1, value);
    } = 16;

    /// <summary>What a picture may ask for before it is decoded; 50 megapixels are more than any phone takes.</summary>
    public ImageLimits Pictures { get; init; } = new() { MaximumPixels = 50_000_000, MaximumDecodingTime = TimeSpan.FromSeconds(10) };

    /// <summary>The most bytes of a video, at least 1; it goes to disk and not into memory.</summary>
    public long MaximumVideoBytes
    {
        get;
        init => field = AtLeast(1, value);
    } = 1L << 30;

    /// <summary>The longest time of a video, more than zero.</summary>
    public TimeSpan MaximumVideoDuration
    {
        get;
        init => field = AtLeast(TimeSpan.FromMilliseconds(1), value);
    } = TimeSpan.FromHours(2);

    /// <summary>How many videos may be sent, waiting, in work or kept as results, at least 1; for one more the oldest result is forgotten.</summary>
    public int MaximumVideos
    {
        get;
        init => field = AtLeast(1, value);
    } = 16;

    /// <summary>How many videos are read at the same time, at least 1.</summary>
    public int VideoConcurrency
    {
        get;
        init => field = AtLeast(1, value);
    } = 1;

    /// <summary>How many pictures of up to 4 megapixels, and how many larger ones beside them, are decoded and searched at the same time; at least 1.</summary>
    public int Concurrency
    {
        get;
        init => field = AtLeast(1, value);
    } = Environment.ProcessorCount;

    /// <summary>How many further requests may wait; one more is answered 503.</summary>
    public int Queue
    {
        get;
        init => field = AtLeast(0, value);
    } = 64;

    /// <summary>How many requests a minute one client's address may send, at least 1; one more is answered 429.</summary>
    public int RequestsPerMinute
    {
        get;
        init => field = AtLeast(1, value);
    } = 6000;

    /// <summary>How many streams may be open at the same time, at least 1; one more is answered 503.</summary>
    public int MaximumStreams
    {
        get;
        init => field = AtLeast(1, value);
    } = 16;

    /// <summary>How long a stream may be silent, and how long its client may take to read an answer.</summary>
    public TimeSpan StreamTimeout
    {
        get;
        init => field = AtLeast(TimeSpan.FromMilliseconds(1), value);
    } = TimeSpan.FromMinutes(1);

    /// <summary>The folder of the page for people, as the set-up builds it; without an <c>index.html</c> in it the server says how to get the page.</summary>
    public string PageFolder { get; init; } = Path.Combine(AppContext.BaseDirectory, "web");

    /// <summary>How long requests in flight may take to finish when the server is told to stop.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(20);

    private static T AtLeast<T>(T least, T value, [CallerMemberName] string name = "") where T : IComparable<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        return value;
    }
}
