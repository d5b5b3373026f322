using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Mien.Cli.Output;

/// <summary>Shows the annotated frames in a window on the desktop, by FFmpeg's player. Closing it ends the watch.</summary>
/// <param name="title">The window's title.</param>
/// <param name="frameRate">The source's frames a second; null if not known.</param>
/// <param name="closed">Called when a person has closed the window.</param>
internal sealed class DesktopWindow(string title, double? frameRate, Action closed) : IReadingSink
{
    private const string Player = "ffplay";

    private const double UsualFrameRate = 25;

    private Process? _player;
    private (int Width, int Height) _size;
    private bool _isClosed;

    /// <summary>Refuses to begin where there is nothing to show a window on.</summary>
    /// <exception cref="MienException">There is no display.</exception>
    public static void Check()
    {
        if (OperatingSystem.IsLinux() && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DISPLAY")) && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("WAYLAND_DISPLAY")))
            throw new MienException("--window: there is no display here. Leave it out, or write an annotated video with --annotate.");
    }

    public void Add(FrameReading reading, Image picture)
    {
        if (_isClosed)
            return;
        var drawn = ImageAnnotator.DrawTracks(picture, reading.Faces);
        try
        {
            if (_size != (drawn.Width, drawn.Height))
            {
                Close();
                _size = (drawn.Width, drawn.Height);
                _player = Start(drawn.Width, drawn.Height);
            }
            _player!.StandardInput.BaseStream.Write(drawn.Pixels);
        }
        catch (IOException)
        {
            _isClosed = true;
            closed();
        }
    }

    public void Alert(AlertEvent alert) { }

    public void Mark(TimeSpan time, string marker) { }

    public void Finish(IReadOnlyList<TrackEvent> events) { }

    public void Dispose() => Close();

    private Process Start(int width, int height)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(Player,
            [
                "-loglevel", "error", "-autoexit", "-window_title", title, "-fflags", "nobuffer", "-flags", "low_delay",
                "-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", $"{width}x{height}",
                "-framerate", (frameRate ?? UsualFrameRate).ToString("0.###", CultureInfo.InvariantCulture), "-i", "pipe:0",
            ]) { RedirectStandardInput = true })!;
        }
        catch (Win32Exception error)
        {
            throw new MienException($"--window: the window is shown by FFmpeg's {Player}, which cannot be started: {error.Message}. Install it, on Debian with `apt install ffmpeg`.", error);
        }
    }

    /// <summary>Lets the player end by itself: it shows the last frames and closes.</summary>
    private void Close()
    {
        if (_player is null)
            return;
        try
        {
            _player.StandardInput.Close();
        }
        catch (IOException)
        {
            // A person has closed the window.
        }
        _player.Dispose();
        _player = null;
    }
}
