namespace Mien;

/// <summary>Frames over time: a camera, a video file, a stream, a folder of pictures. For one thread at a time.</summary>
public interface IFrameSource : IDisposable
{
    /// <summary>What messages and outputs call it: the path, or the address without its password.</summary>
    string Name { get; }

    /// <summary>Whether frames come at their own pace, so that a slow reader falls behind.</summary>
    bool IsLive { get; }

    /// <summary>Frames a second on average; null if not known.</summary>
    double? FrameRate { get; }

    /// <summary>How long it lasts by what the container says; null if not known or without end.</summary>
    TimeSpan? Duration { get; }

    /// <summary>How it ended, once <see cref="Read"/> has given null; null before.</summary>
    SourceEnd? Ending { get; }

    /// <summary>The next frame; null after the last one, <see cref="Ending"/> says how it ended.</summary>
    /// <param name="cancellation">Ends the wait for a frame; the source gives no more frames then.</param>
    /// <exception cref="OperationCanceledException">The token asked for it.</exception>
    /// <exception cref="VideoException">A camera failed.</exception>
    VideoFrame? Read(CancellationToken cancellation = default);
}
