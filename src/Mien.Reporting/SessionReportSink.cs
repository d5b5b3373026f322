namespace Mien.Reporting;

/// <summary>Gathers what a video, a camera or a stored session reads as, and writes a page on it at the end. What it holds grows with the number of faces and markers, not with time.</summary>
public sealed class SessionReportSink : IReadingSink
{
    private const int MostAlerts = 100, PortraitSide = 96;

    private readonly string _path;
    private readonly SessionReport _report;
    private readonly bool _showFaces;
    private readonly SessionSummarizer _summarizer;
    private readonly List<AlertEvent> _alerts = [];
    private readonly Dictionary<int, (double Worth, Image Picture)> _portraits = [];
    private long _frames;
    private long _raised;

    /// <summary>Prepares a page.</summary>
    /// <param name="path">The page's file; one that exists is replaced.</param>
    /// <param name="title">What the video or session is called.</param>
    /// <param name="source">Where it came from, as a line of text.</param>
    /// <param name="frameRate">Frames a second, if known: of a slow source the time between two frames counts too.</param>
    /// <param name="showFaces">Whether to show a picture of each face, for which pictures are needed: a stored session has none.</param>
    /// <exception cref="MienException">No page can be written there.</exception>
    public SessionReportSink(string path, string title, string source, double? frameRate = null, bool showFaces = false)
    {
        HtmlReport.Check(path);
        (_path, _showFaces) = (path, showFaces);
        _summarizer = new(TimeSpan.FromSeconds(Math.Max(1, 2 / frameRate ?? 1)));
        _report = new() { Title = title, Source = source, Summary = _summarizer.Summarize(), Frames = 0 };
    }

    /// <inheritdoc/>
    public void Add(FrameReading reading, Image picture)
    {
        ArgumentNullException.ThrowIfNull(reading);
        _frames++;
        _summarizer.Add(reading.Time, reading.Smoothed);
        if (!_showFaces)
            return;
        foreach (var face in reading.Faces)
        {
            // The largest face of those that the detector is surest of.
            double worth = face.Face.Detection * Math.Sqrt(Math.Min(face.Face.Box.Area, 4 * PortraitSide * PortraitSide));
            // A little better is not worth the work.
            if (!_portraits.TryGetValue(face.Track, out var kept) || worth > 1.1 * kept.Worth)
                _portraits[face.Track] = (worth, Portrait(picture, face.Face.Box));
        }
    }

    /// <inheritdoc/>
    public void Alert(AlertEvent alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        if (alert.Kind == AlertEventKind.Raised)
            _raised++;
        if (_alerts.Count < MostAlerts)
            _alerts.Add(alert);
    }

    /// <inheritdoc/>
    public void Mark(TimeSpan time, string marker) => _summarizer.Mark(time, marker);

    /// <inheritdoc/>
    public void Finish(IReadOnlyList<TrackEvent> events) => HtmlReport.WriteSession(_path, _report with
    {
        Summary = _summarizer.Summarize(), Frames = _frames, Alerts = _alerts, AlertsRaised = _raised,
        Portraits = _portraits.ToDictionary(portrait => portrait.Key, portrait => portrait.Value.Picture),
    });

    /// <inheritdoc/>
    public void Dispose() { }

    private static Image Portrait(Image picture, Box box) =>
        FaceCrop.Cut(picture, new CropRegion(box.X + (box.Width / 2), box.Y + (box.Height / 2), 1.2f * Math.Max(box.Width, box.Height)), PortraitSide, picture.Format);
}
