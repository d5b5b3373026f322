namespace Mien.Output;

/// <summary>For programs: JSON lines, an object a frame and an object for all that happens; the schema is documented in docs/video-output.md.</summary>
internal sealed class VideoJson(Stream stream, string source) : IReadingSink
{
    private readonly JsonLines _lines = new(stream);

    public void Add(FrameReading reading, Image picture)
    {
        Finish(reading.Events);
        _lines.Write(FrameAnalysis.Of(source, reading, picture), PictureJson.Plain.FrameAnalysis);
    }

    public void Alert(AlertEvent alert) => Write(TimelineEvent.Of(source, alert));

    public void Mark(TimeSpan time, string marker) => Write(TimelineEvent.Of(source, time, marker));

    public void Finish(IReadOnlyList<TrackEvent> events)
    {
        foreach (var happened in events)
            Write(TimelineEvent.Of(source, happened));
    }

    public void Dispose() { }

    private void Write(TimelineEvent happened) => _lines.Write(happened, PictureJson.Plain.TimelineEvent);
}
