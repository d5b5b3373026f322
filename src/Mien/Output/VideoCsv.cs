using System.Globalization;

namespace Mien.Output;

/// <summary>For spreadsheets: a row a face and frame, and a row without a track for a frame without faces.</summary>
internal sealed class VideoCsv : IReadingSink
{
    private readonly string _source;
    private readonly IReadOnlyList<string> _labels;
    private readonly CsvRows _rows;

    /// <summary>Writes rows, after a header if it is asked for.</summary>
    public VideoCsv(TextWriter writer, string source, IReadOnlyList<string> labels, bool header)
    {
        (_source, _labels, _rows) = (source, labels, new(writer));
        if (header)
            _rows.Write([.. Header, .. labels, "smoothed label", .. labels.Select(label => $"smoothed {label}"), "valence", "arousal"]);
    }

    private static IEnumerable<string> Header => ["source", "frame", "time", "track", "x", "y", "width", "height", "detection", "label", "confidence"];

    public void Add(FrameReading reading, Image picture)
    {
        string[] frame = [_source, reading.Number.ToString(CultureInfo.InvariantCulture), reading.Time.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture)];
        if (reading.Faces.Count == 0)
            _rows.Write([.. frame, .. Enumerable.Repeat("", Header.Count() - frame.Length + (2 * _labels.Count) + 3)]);
        foreach (var (track, face, smoothed) in reading.Faces)
        {
            var affect = Circumplex.Of(smoothed);
            _rows.Write([
                .. frame, track.ToString(CultureInfo.InvariantCulture),
                CsvRows.Number(face.Box.X), CsvRows.Number(face.Box.Y), CsvRows.Number(face.Box.Width), CsvRows.Number(face.Box.Height),
                CsvRows.Number(face.Detection), face.Scores.Top, CsvRows.Number(face.Scores.Confidence),
                .. _labels.Select(label => CsvRows.Number(face.Scores[label])),
                smoothed.Top, .. _labels.Select(label => CsvRows.Number(smoothed[label])),
                affect is null ? "" : CsvRows.Number(affect.Value.Valence), affect is null ? "" : CsvRows.Number(affect.Value.Arousal)]);
        }
        _rows.Flush();
    }

    public void Alert(AlertEvent alert) { }

    public void Mark(TimeSpan time, string marker) { }

    public void Finish(IReadOnlyList<TrackEvent> events) { }

    public void Dispose() { }
}
