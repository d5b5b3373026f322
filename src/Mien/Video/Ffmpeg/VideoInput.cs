using System.Globalization;

namespace Mien.Video.Ffmpeg;

/// <summary>What to decode and how.</summary>
/// <param name="Url">What ffmpeg is to open: <c>file:/path</c>, <c>pipe:0</c>, an address or a device.</param>
/// <param name="Shown">What messages call it.</param>
internal sealed record VideoInput(string Url, string Shown)
{
    /// <summary>
    /// Formats that hold their video themselves. Playlists are videos to FFmpeg too, and name any other file or address:
    /// whoever opens a file that somebody else has made would open those as well.
    /// </summary>
    /// <remarks>https://ffmpeg.org/ffmpeg-formats.html#Format-Options; the names are those of demuxers.</remarks>
    private const string SelfContained =
        "mov,matroska,avi,gif,apng,mpeg,mpegts,mpegvideo,flv,asf,ogg,mjpeg,h264,hevc,m4v,obu,av1,vc1,ivf,mxf,dv,nut,rm,wtv,yuv4mpegpipe";

    /// <summary>What a stream may be made of; no file of this machine.</summary>
    private const string NetworkProtocols = "rtsp,rtsps,rtmp,rtmps,rtmpt,http,https,httpproxy,tls,tcp,udp,rtp,srtp,srt,crypto,data";

    /// <summary>More threads hold more frames back, and a fault shows that much too early.</summary>
    private const int MostThreads = 4;

    private const string Pipe = "pipe:0";

    /// <summary>FFmpeg's name of the input format; null to tell it by content.</summary>
    public string? Format { get; init; }

    /// <summary>Options of the format, each a name with its dash and a value.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>The most pixels a frame may have.</summary>
    public long MaximumPixels { get; init; } = ImageLimits.Default.MaximumPixels;

    /// <summary>How long to wait for a frame; infinite for as long as it takes.</summary>
    public TimeSpan Timeout { get; init; } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>Where the bytes come from, if not from <see cref="Url"/>.</summary>
    public Stream? Bytes { get; private init; }

    /// <summary>Bytes that were taken from <see cref="Bytes"/> to look at them, and come before the rest.</summary>
    public byte[] Start { get; init; } = [];

    /// <summary>Whether it can be opened more than once, and so be looked at before it is decoded.</summary>
    public bool IsFile => Url.StartsWith("file:", StringComparison.Ordinal);

    /// <summary>The video in a file.</summary>
    public static VideoInput OfFile(string path) => new($"file:{Path.GetFullPath(path)}", path);

    /// <summary>A video that comes through a pipe.</summary>
    public static VideoInput OfBytes(Stream bytes, string shown) => new(Pipe, shown) { Bytes = bytes };

    /// <summary>The arguments that open it, for ffprobe and ffmpeg alike.</summary>
    public IEnumerable<string> Arguments()
    {
        yield return "-max_pixels";
        yield return MaximumPixels.ToString(CultureInfo.InvariantCulture);
        if (IsFile || Bytes is not null)
        {
            yield return "-protocol_whitelist";
            yield return IsFile ? "file" : "pipe";
            if (Format is null)
            {
                yield return "-format_whitelist";
                yield return SelfContained;
            }
        }
        else if (Format is null)
        {
            yield return "-protocol_whitelist";
            yield return NetworkProtocols;
        }
        if (Format is not null)
        {
            yield return "-f";
            yield return Format;
        }
        foreach (string option in Options)
            yield return option;
        yield return "-i";
        yield return Url;
    }

    /// <summary>The arguments that decode it into NUT on standard output: RGB, upright, each frame at its own time and of its own size.</summary>
    /// <param name="info">What is known of it; null if nothing.</param>
    /// <param name="keepTimes">The option of this ffmpeg that keeps times.</param>
    /// <remarks>
    /// Nothing in raw video tells the width of a frame: a black and a white row at its end do, see <see cref="VideoDecoder"/>.
    /// Without SWS_FULL_CHR_H_INT: vectorised, and about one level of 255 darker than exact.
    /// </remarks>
    public IEnumerable<string> DecodingArguments(VideoInfo? info, string keepTimes) =>
    [
        "-hide_banner", "-nostats", .. Bytes is null ? (string[])["-nostdin"] : [],
        "-loglevel", IsFile ? "repeat+level+warning" : "repeat+level+info",
        // Whatever could not be decoded, the rest is wanted; a long pause is no new start of the clock.
        "-max_error_rate", "1", "-dts_delta_threshold", "1000000",
        "-threads", Math.Min(MostThreads, Environment.ProcessorCount).ToString(CultureInfo.InvariantCulture),
        // What is live is decoded for the least delay.
        .. IsFile ? (string[])[] : ["-thread_type", "slice", "-flags", "low_delay"],
        .. Arguments(),
        .. info?.Stream is { } stream ? (string[])["-map", $"0:{stream}"] : ["-an", "-sn", "-dn"],
        "-map_metadata", "-1", "-map_chapters", "-1",
        "-vf", "scale=flags=bilinear,format=rgb24,pad=iw:ih+1:0:0:black,pad=iw:ih+1:0:0:white",
        "-autoscale", "0", keepTimes, "passthrough", "-enc_time_base", $"1:{NutFormat.TicksPerSecond}",
        // More threads would copy no faster, and hold frames back.
        "-c:v", "rawvideo", "-threads", "1", "-f", "nut", "-write_index", "0", "-flush_packets", "1", "pipe:1",
    ];
}
