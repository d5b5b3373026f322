namespace Mien.Interop;

/// <summary>What Mien asks of FFmpeg, behind an interface so that failures are tested without it.</summary>
/// <remarks>Every call may throw <see cref="FfmpegException"/>. Safe to share between threads.</remarks>
internal interface IVideo
{
    /// <summary>The version of FFmpeg.</summary>
    string Version { get; }

    /// <summary>Opens a file, stream, pipe or camera.</summary>
    /// <exception cref="OperationCanceledException">The token asked for it.</exception>
    IVideoReader OpenReader(ReaderRequest request, CancellationToken cancellation);

    /// <summary>Whether this FFmpeg has an encoder.</summary>
    bool HasEncoder(string name);

    /// <summary>Creates a video file; one that exists is overwritten.</summary>
    IVideoWriter OpenWriter(WriterRequest request);
}

/// <summary>Frames from one source; for one thread at a time.</summary>
internal interface IVideoReader : IDisposable
{
    /// <summary>What the container says.</summary>
    ReaderInfo Info { get; }

    /// <summary>Goes on to the next frame; false after the last one, with the faults since the last frame.</summary>
    /// <exception cref="OperationCanceledException">The token asked for it; nothing more can be read then.</exception>
    bool Next(out ReaderFrame frame, CancellationToken cancellation);

    /// <summary>Writes the frame's Height x Width x 3 bytes of RGB, as stored, not turned.</summary>
    void Read(Span<byte> pixels);
}

/// <summary>A video file that is written; for one thread at a time.</summary>
internal interface IVideoWriter : IDisposable
{
    /// <summary>Appends Height x Width x 3 bytes of RGB, shown from <paramref name="time"/> in seconds on.</summary>
    void Write(ReadOnlySpan<byte> pixels, double time);

    /// <summary>Writes what the encoder still holds and the container's end.</summary>
    void Finish();
}

/// <summary>What to open and how.</summary>
/// <param name="Source">Path, address, <c>pipe:0</c> or a device.</param>
/// <param name="Format">FFmpeg's name of the input format; null to tell it by content.</param>
/// <param name="Options">Of the format or protocol, <c>name=value:name=value</c>; those that it does not have are ignored.</param>
/// <param name="MaximumPixels">The most pixels a frame may have.</param>
/// <param name="Timeout">How long to wait for data; zero for as long as it takes.</param>
/// <param name="Live">Whether to decode for the least delay rather than for the most speed.</param>
internal sealed record ReaderRequest(string Source, string? Format, string? Options, long MaximumPixels, TimeSpan Timeout, bool Live);

/// <summary>What a container says of its video.</summary>
/// <param name="Width">Width in pixels as stored, before the turn.</param>
/// <param name="Height">Height in pixels as stored, before the turn.</param>
/// <param name="QuarterTurns">Clockwise, 0 to 3, by which frames are turned upright.</param>
/// <param name="FrameRate">Frames a second on average; 0 if not known.</param>
/// <param name="Duration">Seconds; 0 if not known, as of a live stream.</param>
/// <param name="Frames">By the container's index; 0 if not known.</param>
/// <param name="Codec">FFmpeg's name of the codec.</param>
/// <param name="Format">FFmpeg's name of the format.</param>
internal sealed record ReaderInfo(int Width, int Height, int QuarterTurns, double FrameRate, double Duration, long Frames, string Codec, string Format);

/// <summary>A frame; laid out as the native library writes it.</summary>
/// <param name="Width">Width in pixels as stored, before the turn.</param>
/// <param name="Height">Height in pixels as stored, before the turn.</param>
/// <param name="Damaged">How many faults the decoder met since the frame before, in this frame included.</param>
/// <param name="Time">Seconds from the start; NaN if the container has no times.</param>
internal readonly record struct ReaderFrame(int Width, int Height, int Damaged, double Time);

/// <summary>What to write and how.</summary>
/// <param name="Path">The file; its extension names the container.</param>
/// <param name="Encoder">FFmpeg's name of the encoder.</param>
/// <param name="EncoderOptions">Its options, <c>name=value:name=value</c>.</param>
/// <param name="FormatOptions">The container's options.</param>
/// <param name="FrameRate">Frames a second on average.</param>
/// <param name="Width">Width in pixels; an odd last column is left out.</param>
/// <param name="Height">Height in pixels; an odd last row is left out.</param>
internal sealed record WriterRequest(string Path, string Encoder, string EncoderOptions, string FormatOptions, double FrameRate, int Width, int Height);

/// <summary>What sort of failure FFmpeg met; the native library's numbers.</summary>
internal enum VideoFailure
{
    Other = 0,
    Stopped = 1,
    TimedOut = 2,
    NotFound = 3,
    Denied = 4,
    Busy = 5,
    NoSpace = 6,
    Invalid = 7,
}

/// <summary>A call that FFmpeg failed; the message is the reason alone, the caller adds what was being done.</summary>
internal sealed class FfmpegException(VideoFailure kind, string message) : MienException(message)
{
    /// <summary>What sort of failure it was.</summary>
    public VideoFailure Kind { get; } = kind;
}
