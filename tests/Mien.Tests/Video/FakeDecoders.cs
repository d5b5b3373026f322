using Mien.Video.Ffmpeg;

namespace Mien.Tests.Video;

/// <summary>Stands in for ffmpeg: each opening follows the script's next line, and the last one for ever.</summary>
internal sealed class FakeDecoders(params Func<IVideoDecoder>[] script)
{
    public List<VideoInput> Inputs { get; } = [];

    /// <summary>An opening that fails.</summary>
    public static Func<IVideoDecoder> Fails(FfmpegFailure kind, string message = "no") => () => throw new FfmpegException(kind, message);

    /// <summary>An opening that gives black frames at these seconds, and then ends or fails.</summary>
    public static Func<IVideoDecoder> Gives(double[] times, string? failure = null, VideoInfo? info = null) => () => new FakeDecoder(times, failure, info);

    public IVideoDecoder Open(VideoInput input, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Inputs.Add(input);
        return script[Math.Min(Inputs.Count, script.Length) - 1]();
    }

    private sealed class FakeDecoder(double[] times, string? failure, VideoInfo? info) : IVideoDecoder
    {
        private int _next;

        public VideoInfo Info { get; } = info ?? new VideoInfo(2, 1, 10, 0, 0, 0, "rtsp");

        public int LastFaults => 0;

        public DecodedFrame? Next(CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_next == times.Length)
                return failure is null ? null : throw new FfmpegException(FfmpegFailure.TimedOut, failure);
            return new DecodedFrame(2, 1, new byte[6], times[_next++], 0, () => { });
        }

        public void Dispose() { }
    }
}
