namespace Mien.Cli.Output;

/// <summary>Writes a copy of the video with boxes, ids, labels and bars; each frame keeps its time.</summary>
/// <param name="path">The file.</param>
/// <param name="frameRate">The source's frames a second; null if not known.</param>
internal sealed class AnnotatedVideo(string path, double? frameRate) : IReadingSink
{
    /// <summary>Only for the player's estimate: each frame is shown at its own time.</summary>
    private const double UsualFrameRate = 25;

    private VideoWriter? _writer;
    private (int Width, int Height) _size;

    /// <summary>Refuses a file that cannot be right, before the work begins.</summary>
    /// <exception cref="VideoException">It is no video's name, or the source itself.</exception>
    public static void Check(string path, string source)
    {
        if (!VideoWriter.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            throw new VideoException($"{path}: annotated videos are written as {string.Join(", ", VideoWriter.Extensions)}.");
        if (Path.GetFullPath(path) == Path.GetFullPath(source))
            throw new VideoException($"{path}: the annotated copy would overwrite the video itself. Name another file.");
    }

    public void Add(FrameReading reading, Image picture)
    {
        var drawn = ImageAnnotator.DrawTracks(picture, reading.Faces);
        if (_writer is null)
        {
            _size = (drawn.Width, drawn.Height);
            _writer = VideoWriter.Create(path, drawn.Width, drawn.Height, frameRate ?? UsualFrameRate);
        }
        if (_size != (drawn.Width, drawn.Height))
        {
            _writer.Finish();
            throw new VideoException($"{path}: the source changes its size at {reading.Time.TotalSeconds:0.##} s, and a video has one size; what came before is written.");
        }
        _writer.Write(drawn, reading.Time);
    }

    public void Alert(AlertEvent alert) { }

    public void Mark(TimeSpan time, string marker) { }

    public void Finish(IReadOnlyList<TrackEvent> events) => _writer?.Finish();

    public void Dispose() => _writer?.Dispose();
}
