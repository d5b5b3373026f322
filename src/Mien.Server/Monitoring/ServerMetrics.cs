using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Mien.Server.Monitoring;

/// <summary>What a server has done, for Prometheus; no label holds anything that a client sent.</summary>
internal sealed class ServerMetrics
{
    private readonly ConcurrentDictionary<(string Route, int Status), long> _requests = new();
    private readonly ConcurrentDictionary<string, Histogram> _durations = new();
    private readonly Histogram _batches = new(1, 2, 4, 8, 16, 32, 64);
    private long _inFlight, _pictures, _frames, _faces, _streams;

    public void Began() => Interlocked.Increment(ref _inFlight);

    /// <param name="route">The pattern of the endpoint, not the path.</param>
    /// <param name="status">The answer's HTTP status.</param>
    /// <param name="duration">How long it took.</param>
    public void Ended(string route, int status, TimeSpan duration)
    {
        Interlocked.Decrement(ref _inFlight);
        _requests.AddOrUpdate((route, status), 1, (_, count) => count + 1);
        _durations.GetOrAdd(route, _ => new Histogram(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)).Add(duration.TotalSeconds);
    }

    public void Analyzed(int pictures, int faces)
    {
        Interlocked.Add(ref _pictures, pictures);
        Interlocked.Add(ref _faces, faces);
    }

    /// <summary>A frame of a stream or video was read.</summary>
    public void Read(int faces)
    {
        Interlocked.Increment(ref _frames);
        Interlocked.Add(ref _faces, faces);
    }

    public void StreamBegan() => Interlocked.Increment(ref _streams);

    public void StreamEnded() => Interlocked.Decrement(ref _streams);

    /// <param name="faces">How many faces went through the classifier at once.</param>
    public void Classified(int faces) => _batches.Add(faces);

    /// <summary>Everything in Prometheus's text format.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        Head("mien_requests_total", "counter", "Requests answered.");
        foreach (var ((route, status), count) in _requests.OrderBy(entry => entry.Key))
            text.Append(CultureInfo.InvariantCulture, $"mien_requests_total{{route=\"{route}\",status=\"{status}\"}} {count}\n");
        Head("mien_request_duration_seconds", "histogram", "Time from a request's headers to the end of its answer.");
        foreach (var (route, histogram) in _durations.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            histogram.Write(text, "mien_request_duration_seconds", $"route=\"{route}\"");
        Single("mien_requests_in_flight", "gauge", "Requests that are being answered.", _inFlight);
        Single("mien_pictures_total", "counter", "Pictures analyzed.", _pictures);
        Single("mien_frames_total", "counter", "Frames of streams and videos read.", _frames);
        Single("mien_faces_total", "counter", "Faces found in pictures and frames.", _faces);
        Single("mien_streams", "gauge", "Streams that are open.", _streams);
        Head("mien_batch_faces", "histogram", "Faces that went through the classifier at once.");
        _batches.Write(text, "mien_batch_faces");
        return text.ToString();

        void Head(string name, string type, string help) => text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");

        void Single(string name, string type, string help, long value)
        {
            Head(name, type, help);
            text.Append(CultureInfo.InvariantCulture, $"{name} {value}\n");
        }
    }
}
