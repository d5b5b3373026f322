using Mien.Interop;

namespace Mien.Tests.Video;

/// <summary>Stands in for FFmpeg: each opening follows the script's next line, and the last one for ever.</summary>
internal sealed class FakeVideo(params Func<IVideoReader>[] script) : IVideo
{
    public List<ReaderRequest> Requests { get; } = [];

    public List<WriterRequest> Writers { get; } = [];

    /// <summary>The encoders that it has.</summary>
    public string[] Encoders { get; init; } = [];

    public string Version => "0.0";

    /// <summary>An opening that fails.</summary>
    public static Func<IVideoReader> Fails(VideoFailure kind, string message = "no") => () => throw new FfmpegException(kind, message);

    /// <summary>An opening that gives black frames at these seconds, and then ends or fails.</summary>
    public static Func<IVideoReader> Gives(double[] times, string? failure = null, ReaderInfo? info = null) => () => new FakeReader(times, failure, info);

    public IVideoReader OpenReader(ReaderRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Requests.Add(request);
        return script[Math.Min(Requests.Count, script.Length) - 1]();
    }

    public bool HasEncoder(string name) => Encoders.Contains(name);

    public IVideoWriter OpenWriter(WriterRequest request)
    {
        Writers.Add(request);
        throw new FfmpegException(VideoFailure.Other, "the fake writes nothing");
    }

    private sealed class FakeReader(double[] times, string? failure, ReaderInfo? info) : IVideoReader
    {
        private int _next;

        public ReaderInfo Info { get; } = info ?? new ReaderInfo(2, 1, 0, 10, 0, 0, "h264", "rtsp");

        public bool Next(out ReaderFrame frame, CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            frame = default;
            if (_next == times.Length)
                return failure is null ? false : throw new FfmpegException(VideoFailure.TimedOut, failure);
            frame = new ReaderFrame(2, 1, 0, times[_next++]);
            return true;
        }

        public void Read(Span<byte> pixels) => pixels.Clear();

        public void Dispose() { }
    }
}
