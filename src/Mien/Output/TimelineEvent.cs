namespace Mien.Output;

/// <summary>Something that happened in a video, as programs get it: docs/video-output.md.</summary>
/// <param name="Schema">Version of this format.</param>
/// <param name="Source">What the video is called.</param>
/// <param name="Time">When it happened, in seconds from the start of the source.</param>
/// <param name="Event">entered, left, alert-raised, alert-cleared or marker.</param>
/// <param name="Rule">The rule of an alert.</param>
/// <param name="Track">The face that it is about.</param>
/// <param name="Value">What an alert's rule compares, now; absent if the face has gone.</param>
/// <param name="Marker">The name of a marker.</param>
internal sealed record TimelineEvent(int Schema, string Source, decimal Time, string Event, string? Rule = null, int? Track = null, decimal? Value = null, string? Marker = null)
{
    public static TimelineEvent Of(string source, TrackEvent happened) =>
        new(PictureJson.SchemaVersion, source, PictureJson.Seconds(happened.Time), happened.Kind == TrackEventKind.Entered ? "entered" : "left", Track: happened.Track);

    public static TimelineEvent Of(string source, AlertEvent alert) =>
        new(PictureJson.SchemaVersion, source, PictureJson.Seconds(alert.Time), alert.Kind == AlertEventKind.Raised ? "alert-raised" : "alert-cleared",
            alert.Rule.Text, alert.Track, alert.Value is { } value ? PictureJson.Round((float)value) : null);

    public static TimelineEvent Of(string source, TimeSpan time, string marker) =>
        new(PictureJson.SchemaVersion, source, PictureJson.Seconds(time), "marker", Marker: marker);
}
