using System.Globalization;

namespace Mien.Video.Ffmpeg;

/// <summary>Writes a video file by ffmpeg; for one thread at a time.</summary>
internal sealed class VideoEncoder : IDisposable
{
    /// <summary>The encoder that a complete ffmpeg has.</summary>
    public const string Best = "libx264";

    /// <summary>Encoders of H.264, the best first: Debian, Homebrew; Fedora; macOS; Windows.</summary>
    private static readonly (string Name, string[] Options)[] Encoders =
        [(Best, ["-preset", "veryfast", "-crf", "20"]), ("libopenh264", []), ("h264_videotoolbox", []), ("h264_mf", [])];

    private readonly FfmpegProcess _process;
    private readonly NutWriter _frames;
    private bool _isClosed;
    private bool _isInterrupted;

    /// <summary>The arguments that choose the best encoder of H.264 that an ffmpeg has; null if it has none.</summary>
    public static string[]? Codec(FfmpegProgram program) =>
        Array.Find(Encoders, encoder => program.Encoders.Contains(encoder.Name)) is { Name: not null } encoder ? ["-c:v", encoder.Name, .. encoder.Options] : null;

    /// <summary>Begins a file.</summary>
    /// <param name="program">The programs.</param>
    /// <param name="path">The file, which can be written; its extension names the container.</param>
    /// <param name="codec">What <see cref="Codec"/> gave.</param>
    /// <param name="width">Width in pixels; an odd last column is left out.</param>
    /// <param name="height">Height in pixels; an odd last row is left out.</param>
    /// <param name="frameRate">Frames a second on average.</param>
    /// <exception cref="FfmpegException">It cannot be begun.</exception>
    public VideoEncoder(FfmpegProgram program, string path, string[] codec, int width, int height, double frameRate)
    {
        string url = $"file:{Path.GetFullPath(path)}";
        _process = new FfmpegProcess(program.Ffmpeg,
        [
            "-hide_banner", "-nostats", "-loglevel", "repeat+level+error", "-y",
            "-protocol_whitelist", "pipe", "-probesize", "32", "-f", "nut", "-i", "pipe:0",
            // Colours as ITU-R BT.601 has them; what reads the file is told so.
            "-vf", "crop=floor(iw/2)*2:floor(ih/2)*2:0:0,scale=flags=bilinear+accurate_rnd:out_color_matrix=smpte170m:out_range=tv,format=yuv420p",
            "-colorspace", "smpte170m", "-color_range", "tv",
            .. codec,
            // A key frame each second, and all goes to the disk at once: what a crash leaves can be read up to the last of them.
            // With frames out of order a file in fragments would begin after time 0.
            "-g", Math.Round(Math.Max(1, frameRate)).ToString(CultureInfo.InvariantCulture), "-bf", "0", "-flush_packets", "1",
            program.KeepTimes, "passthrough", "-enc_time_base", "1:90000",
            .. Path.GetExtension(path).Equals(".mkv", StringComparison.OrdinalIgnoreCase) ? (string[])[] : ["-movflags", "frag_keyframe+empty_moov+default_base_moof"],
            url,
        ], new FfmpegLog(url, path));
        try
        {
            _frames = new NutWriter(_process.Input);
            Try(() => _frames.Begin(width, height, frameRate));
        }
        catch
        {
            _process.Dispose();
            throw;
        }
    }

    /// <summary>Appends a frame.</summary>
    /// <param name="image">The picture; gray is fine.</param>
    /// <param name="seconds">From when on it is shown.</param>
    /// <exception cref="FfmpegException">The file cannot be written.</exception>
    public void Write(Image image, double seconds) =>
        Try(() => _frames.Write(image.Format == PixelFormat.Rgb24 ? image.Pixels : InColor(image.Pixels), seconds));

    /// <summary>Writes what the encoder still holds and the container's end.</summary>
    /// <exception cref="FfmpegException">The file cannot be written.</exception>
    public void Finish()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        Try(_process.Input.Close);
        if (_process.Conclude() is { } failure && !_process.IsInterrupted)
            throw failure;
    }

    /// <summary>Closes the file as it is.</summary>
    public void Dispose() => _process.Dispose();

    /// <summary>Writes into the pipe. Where ffmpeg has closed it, its last words are the reason.</summary>
    private void Try(Action write)
    {
        try
        {
            if (!_isInterrupted)
                write();
        }
        catch (IOException error)
        {
            FfmpegException? failure = _process.Conclude();
            // Ctrl+C reaches ffmpeg too where it has no session of its own: the file is whole and ends there.
            _isInterrupted = _process.IsInterrupted;
            if (!_isInterrupted)
                throw failure ?? new FfmpegException(FfmpegFailure.Other, error.Message.TrimEnd('.'));
        }
    }

    private static byte[] InColor(ReadOnlySpan<byte> gray)
    {
        byte[] pixels = GC.AllocateUninitializedArray<byte>(gray.Length * 3);
        for (int i = 0, to = 0; i < gray.Length; i++, to += 3)
            pixels[to] = pixels[to + 1] = pixels[to + 2] = gray[i];
        return pixels;
    }
}
