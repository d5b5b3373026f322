using System.Text.Json;

namespace Mien.Cli.Output;

/// <summary>For programs: JSON lines, an object a frame and an object for all that happens; the schema is documented in docs/video-output.md.</summary>
internal sealed class VideoJson(Stream stream, string source) : IReadingSink
{
    /// <summary>The fields of an alert.</summary>
    public static void WriteAlert(Utf8JsonWriter json, AlertEvent alert)
    {
        WriteTime(json, alert.Time);
        json.WriteString("event", alert.Kind == AlertEventKind.Raised ? "alert-raised" : "alert-cleared");
        json.WriteString("rule", alert.Rule.Text);
        if (alert.Track is { } track)
            json.WriteNumber("track", track);
        if (alert.Value is { } value)
            json.WriteNumber("value", PictureJson.Round((float)value));
    }

    public void Add(FrameReading reading, Image picture)
    {
        WriteEvents(reading.Events);
        PictureJson.WriteLine(stream, source, json =>
        {
            json.WriteNumber("frame", reading.Number);
            WriteTime(json, reading.Time);
            PictureJson.WritePicture(json, picture, reading.Faces, WriteFace);
        });
    }

    public void Alert(AlertEvent alert) => PictureJson.WriteLine(stream, source, json => WriteAlert(json, alert));

    public void Mark(TimeSpan time, string marker) => PictureJson.WriteLine(stream, source, json =>
    {
        WriteTime(json, time);
        json.WriteString("event", "marker");
        json.WriteString("marker", marker);
    });

    public void Finish(IReadOnlyList<TrackEvent> events) => WriteEvents(events);

    public void Dispose() { }

    private static void WriteTime(Utf8JsonWriter json, TimeSpan time) => json.WriteNumber("time", Math.Round((decimal)time.TotalSeconds, 6));

    private void WriteEvents(IReadOnlyList<TrackEvent> events)
    {
        foreach (var happened in events)
        {
            PictureJson.WriteLine(stream, source, json =>
            {
                WriteTime(json, happened.Time);
                json.WriteString("event", happened.Kind == TrackEventKind.Entered ? "entered" : "left");
                json.WriteNumber("track", happened.Track);
            });
        }
    }

    private static void WriteFace(Utf8JsonWriter json, TrackedReading reading)
    {
        json.WriteStartObject();
        json.WriteNumber("track", reading.Track);
        AnalysisJson.WriteFields(json, reading.Face);
        AnalysisJson.WriteScores(json, "smoothed", reading.Smoothed);
        if (reading.Affect is { } affect)
        {
            json.WriteNumber("valence", PictureJson.Round(affect.Valence));
            json.WriteNumber("arousal", PictureJson.Round(affect.Arousal));
        }
        json.WriteEndObject();
    }
}
