namespace Mien.Video.Ffmpeg;

/// <summary>What sort of failure ffmpeg met.</summary>
internal enum FfmpegFailure
{
    Other,
    TimedOut,
    NotFound,
    Denied,
    Busy,
    NoSpace,
    NoVideo,
}

/// <summary>A run of ffmpeg or ffprobe that failed; the message is the reason alone, the caller adds what was being done.</summary>
internal sealed class FfmpegException(FfmpegFailure kind, string message) : MienException(message)
{
    // The programs tell the sort of a failure by text alone; it is English everywhere.
    private static readonly (string Text, FfmpegFailure Kind)[] Texts =
    [
        ("No space left on device", FfmpegFailure.NoSpace),
        ("Permission denied", FfmpegFailure.Denied),
        ("Operation not permitted", FfmpegFailure.Denied),
        ("401 ", FfmpegFailure.Denied),
        ("403 ", FfmpegFailure.Denied),
        ("Device or resource busy", FfmpegFailure.Busy),
        ("device already in use", FfmpegFailure.Busy),
        ("No such file or directory", FfmpegFailure.NotFound),
        ("No such device", FfmpegFailure.NotFound),
        ("404 ", FfmpegFailure.NotFound),
        ("timed out", FfmpegFailure.TimedOut),
    ];

    /// <summary>A failure of the kind that its text tells.</summary>
    public FfmpegException(string message)
        : this(Array.Find(Texts, entry => message.Contains(entry.Text, StringComparison.OrdinalIgnoreCase)).Kind, message)
    {
    }

    /// <summary>What sort of failure it was.</summary>
    public FfmpegFailure Kind { get; } = kind;
}
