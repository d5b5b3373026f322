using Mien.Video.Ffmpeg;

namespace Mien.Video;

/// <summary>A camera of this machine.</summary>
internal sealed class CameraSource : IFrameSource
{
    private const string Devices = "/dev";
    private readonly IVideoDecoder _decoder;
    private readonly FrameSeries _series;

    private CameraSource(string name, FrameSourceOptions options, IVideoDecoder decoder)
    {
        Name = name;
        _decoder = decoder;
        _series = new FrameSeries(name, options.Limits);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool IsLive => true;

    /// <inheritdoc/>
    public double? FrameRate => _decoder.Info.FrameRate > 0 ? _decoder.Info.FrameRate : null;

    /// <inheritdoc/>
    public TimeSpan? Duration => null;

    /// <inheritdoc/>
    public SourceEnd? Ending => null;

    /// <summary>Whether a name is that of a camera: a number or a device.</summary>
    public static bool IsCamera(string source) =>
        source.All(char.IsAsciiDigit) || source.StartsWith("/dev/video", StringComparison.Ordinal) || source.StartsWith("/dev/v4l/", StringComparison.Ordinal);

    /// <summary>Opens a camera by its number or device.</summary>
    public static CameraSource Open(string source, FrameSourceOptions options, OpenDecoder open, CancellationToken cancellation)
    {
        (string format, string device) = Locate(source, Devices);
        string[] size = options.CameraSize is { } wanted ? ["-video_size", $"{wanted.Width}x{wanted.Height}"] : [];
        // The rate that FFmpeg asks for by itself, 29.97, is one that no Mac's camera has.
        string[] rate = format == "avfoundation" ? ["-framerate", "30"] : [];
        var input = new VideoInput(device, device)
        {
            Format = format, Options = [.. rate, .. size], MaximumPixels = options.Limits.MaximumPixels, Timeout = options.Timeout,
        };
        try
        {
            return new CameraSource(device, options, open(input, cancellation));
        }
        catch (FfmpegException error)
        {
            throw Failure(device, error);
        }
    }

    /// <summary>FFmpeg's input format and the device of a camera.</summary>
    /// <param name="source">Its number or device.</param>
    /// <param name="devices">The folder of devices, <c>/dev</c>.</param>
    /// <exception cref="VideoException">There is no such device.</exception>
    public static (string Format, string Device) Locate(string source, string devices)
    {
        if (OperatingSystem.IsMacOS())
            return ("avfoundation", source);
        if (OperatingSystem.IsWindows())
            return ("dshow", $"video={DirectShowCameras.Choose(source, DirectShowCameras.List(FfmpegProgram.Shared))}");
        string device = source[0] == '/' ? source : Path.Combine(devices, $"video{source}");
        if (File.Exists(device))
            return ("v4l2", device);
        string[] others = [.. Directory.GetFiles(devices, "video*").Order(NaturalOrder.Instance)];
        throw new VideoException(others.Length == 0
            ? $"{device}: there is no such camera; none is connected to this machine."
            : $"{device}: there is no such camera; there are {string.Join(", ", others)}.");
    }

    /// <inheritdoc/>
    public VideoFrame? Read(CancellationToken cancellation = default)
    {
        try
        {
            return _decoder.Next(cancellation) is { } frame
                ? _series.Add(frame, _decoder.Info, frame.Time)
                : throw new VideoException($"{Name}: the camera gives no more frames.");
        }
        catch (FfmpegException error)
        {
            throw Failure(Name, error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _decoder.Dispose();

    private static VideoException Failure(string device, FfmpegException error) => new(error.Kind switch
    {
        FfmpegFailure.Busy => $"{device}: the camera is in use by another program; close that one.",
        FfmpegFailure.Denied => $"{device}: no permission to use the camera; `sudo usermod -aG video $USER` and a new login give it.",
        FfmpegFailure.NotFound => $"{device}: the camera is not connected any more.",
        FfmpegFailure.TimedOut => $"{device}: the camera gives no frames; connect it anew.",
        _ => $"{device}: the camera cannot be used: {error.Message}.",
    }, error);
}
