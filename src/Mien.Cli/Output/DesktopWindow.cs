using Mien.OpenCv;

namespace Mien.Cli.Output;

/// <summary>Shows the annotated frames in a window on the desktop. Closing it ends the watch.</summary>
/// <param name="title">The window's title.</param>
/// <param name="closed">Called when a person has closed the window.</param>
internal sealed class DesktopWindow(string title, Action closed) : IReadingSink
{
    private readonly VideoWindow _window = new(title, closed);

    /// <summary>Refuses to begin where there is nothing to show a window on.</summary>
    /// <exception cref="MienException">There is no display, or OpenCV cannot be loaded.</exception>
    public static void Check()
    {
        try
        {
            VideoWindow.Check();
        }
        catch (NativeLibraryException error)
        {
            throw new NativeLibraryException($"--window: {error.Message}", error);
        }
        catch (MienException error)
        {
            throw new MienException($"--window: {error.Message}. Leave it out, or write an annotated video with --annotate.", error);
        }
    }

    public void Add(FrameReading reading, Image picture) => _window.Show(ImageAnnotator.DrawTracks(picture, reading.Faces));

    public void Alert(AlertEvent alert) { }

    public void Mark(TimeSpan time, string marker) { }

    public void Finish(IReadOnlyList<TrackEvent> events) { }

    public void Dispose() => _window.Dispose();
}
