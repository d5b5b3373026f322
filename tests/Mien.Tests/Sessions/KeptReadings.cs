namespace Mien.Tests.Sessions;

/// <summary>Keeps all that it is told.</summary>
internal sealed class KeptReadings : IReadingSink
{
    public List<FrameReading> Frames { get; } = [];

    public List<AlertEvent> Alerts { get; } = [];

    public List<(TimeSpan Time, string Marker)> Markers { get; } = [];

    public List<TrackEvent> Left { get; } = [];

    public List<(int Width, int Height)> Sizes { get; } = [];

    public static KeptReadings Of(SessionStore store, string name)
    {
        var kept = new KeptReadings();
        store.Replay(name, kept);
        return kept;
    }

    public void Add(FrameReading reading, Image picture)
    {
        Frames.Add(reading);
        Sizes.Add((picture.Width, picture.Height));
    }

    public void Alert(AlertEvent alert) => Alerts.Add(alert);

    public void Mark(TimeSpan time, string marker) => Markers.Add((time, marker));

    public void Finish(IReadOnlyList<TrackEvent> events) => Left.AddRange(events);

    public void Dispose() { }
}
