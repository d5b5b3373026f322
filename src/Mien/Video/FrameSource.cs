using System.Globalization;
using Mien.Video;
using Mien.Video.Ffmpeg;

namespace Mien;

/// <summary>Opens whatever gives frames.</summary>
public static class FrameSource
{
    /// <summary>What stands for standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>
    /// Opens a source by its name: <c>0</c> or <c>/dev/video0</c> is a camera, <c>rtsp://...</c> or <c>http://...</c> a stream,
    /// <c>-</c> standard input, a folder the pictures in it in natural order, anything else a video file.
    /// </summary>
    /// <param name="source">The name.</param>
    /// <param name="options">How it is opened; null for the defaults.</param>
    /// <param name="cancellation">Ends the wait for a stream.</param>
    /// <exception cref="VideoException">It cannot be opened.</exception>
    /// <exception cref="OperationCanceledException">The token asked for it.</exception>
    /// <exception cref="NativeLibraryException">The program ffmpeg or ffprobe is missing.</exception>
    public static IFrameSource Open(string source, FrameSourceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        options ??= new FrameSourceOptions();
        if (source == StandardInput)
            return VideoFileSource.OpenPipe(Console.OpenStandardInput(), "standard input", options, Decode, cancellation);
        if (CameraSource.IsCamera(source))
            return CameraSource.Open(source, options, Decode, cancellation);
        if (StreamSource.IsStream(source))
            return new StreamSource(source, options, Decode, TimeProvider.System, cancellation);
        if (Directory.Exists(source))
            return new FolderSource(source, options);
        return VideoFileSource.OpenFile(source, options, Decode, cancellation);
    }

    /// <summary>Decodes by the ffmpeg of this machine.</summary>
    internal static IVideoDecoder Decode(VideoInput input, CancellationToken cancellation) => VideoDecoder.Open(FfmpegProgram.Shared, input, cancellation);

    /// <summary>A time for people: "3.2 s".</summary>
    internal static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.##} s");

    /// <summary>A number of frames for people.</summary>
    internal static string Frames(long count) => count == 1 ? "1 frame" : string.Create(CultureInfo.InvariantCulture, $"{count} frames");
}
