using System.Diagnostics.Metrics;

namespace Mien.Server.Monitoring;

/// <summary>Measures what a server does; no tag holds anything that a client sent. docs/api.md lists the names that Prometheus sees.</summary>
internal sealed class ServerMetrics
{
    /// <summary>The name of the meter, by which a collector asks for it.</summary>
    public const string MeterName = "Mien.Server";

    private readonly UpDownCounter<long> _inFlight, _streams;
    private readonly Counter<long> _requests, _pictures, _frames, _faces;
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _batch;

    public ServerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _requests = meter.CreateCounter<long>("mien.requests", description: "Requests answered.");
        _duration = meter.CreateHistogram("mien.request.duration", "s", "Time from a request's headers to the end of its answer.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
        _inFlight = meter.CreateUpDownCounter<long>("mien.requests.in_flight", description: "Requests that are being answered.");
        _pictures = meter.CreateCounter<long>("mien.pictures", description: "Pictures analyzed.");
        _frames = meter.CreateCounter<long>("mien.frames", description: "Frames of streams and videos read.");
        _faces = meter.CreateCounter<long>("mien.faces", description: "Faces found in pictures and frames.");
        _streams = meter.CreateUpDownCounter<long>("mien.streams", description: "Streams that are open.");
        _batch = meter.CreateHistogram("mien.batch.faces", description: "Faces that went through the classifier at once.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64] });
    }

    public void Began() => _inFlight.Add(1);

    /// <param name="route">The pattern of the endpoint, not the path.</param>
    /// <param name="status">The answer's HTTP status.</param>
    /// <param name="duration">How long it took.</param>
    public void Ended(string route, int status, TimeSpan duration)
    {
        _inFlight.Add(-1);
        _requests.Add(1, new("route", route), new("status", status));
        _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("route", route));
    }

    public void Analyzed(int pictures, int faces)
    {
        _pictures.Add(pictures);
        _faces.Add(faces);
    }

    /// <summary>A frame of a stream or video was read.</summary>
    public void Read(int faces)
    {
        _frames.Add(1);
        _faces.Add(faces);
    }

    public void StreamBegan() => _streams.Add(1);

    public void StreamEnded() => _streams.Add(-1);

    /// <param name="faces">How many faces went through the classifier at once.</param>
    public void Classified(int faces) => _batch.Record(faces);
}
