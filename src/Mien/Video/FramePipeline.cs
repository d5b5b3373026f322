using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Mien;

/// <summary>A frame that has passed the pipeline.</summary>
/// <param name="Frame">The frame. It is disposed of when the output returns.</param>
/// <param name="Result">What the processing made of it.</param>
/// <param name="Latency">From the frame's capture to here.</param>
public readonly record struct ProcessedFrame<TResult>(VideoFrame Frame, TResult Result, TimeSpan Latency);

/// <summary>Captures, processes and puts out frames at the same time, each on a thread of its own, with short queues in between.</summary>
/// <remarks>
/// From a file each frame is processed, and the file waits. From a live source the newest frame is: when processing or output
/// is too slow, older frames are dropped and counted, so that the latency never grows beyond two frames' work. Order is kept in
/// both cases.
/// </remarks>
/// <typeparam name="TResult">What the processing makes of a frame.</typeparam>
/// <param name="source">Where frames come from; it is not disposed of.</param>
/// <param name="process">Called for one frame at a time.</param>
/// <param name="output">Called for one frame at a time, in the order of the frames.</param>
/// <param name="clock">Measures the latency; null for the system's.</param>
public sealed class FramePipeline<TResult>(IFrameSource source, Func<VideoFrame, TResult> process, Action<ProcessedFrame<TResult>> output, TimeProvider? clock = null)
{
    private const int QueueOfFile = 2;
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private long _captured;
    private long _dropped;
    private long _finished;
    private long _latency;
    private long _maximumLatency;

    /// <summary>Frames that the source gave so far. May be read while the pipeline runs, like all counts here.</summary>
    public long Captured => Volatile.Read(ref _captured);

    /// <summary>Frames of a live source that were dropped so far, because newer ones came before they could be processed.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Frames that were put out so far.</summary>
    public long Finished => Volatile.Read(ref _finished);

    /// <summary>The mean of the latency from capture to output; zero before the first frame.</summary>
    public TimeSpan MeanLatency => TimeSpan.FromTicks(Volatile.Read(ref _latency) / Math.Max(1, Finished));

    /// <summary>The longest latency so far.</summary>
    public TimeSpan MaximumLatency => TimeSpan.FromTicks(Volatile.Read(ref _maximumLatency));

    /// <summary>Runs until the source ends, which is told, or a stage fails, whose exception is thrown.</summary>
    /// <param name="cancellation">Ends it before.</param>
    /// <exception cref="OperationCanceledException">The token asked for it.</exception>
    public async Task<SourceEnd?> RunAsync(CancellationToken cancellation = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var captured = new BlockingCollection<(VideoFrame Frame, long Since)>(source.IsLive ? 1 : QueueOfFile);
        // Output that is slow slows processing down, and then frames are dropped in the one place before it.
        using var processed = new BlockingCollection<(VideoFrame Frame, long Since, TResult Result)>(source.IsLive ? 1 : QueueOfFile);
        Exception? failure = null;
        MienException? endOfSource = null;

        await Task.WhenAll(Start(Capture), Start(Process), Start(PutOut)).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        if ((failure ?? endOfSource) is { } error)
            ExceptionDispatchInfo.Throw(error);
        return source.Ending;

        // A thread of its own, because cameras block and processing computes.
        Task Start(Action<CancellationToken> stage) => Task.Factory.StartNew(
            () =>
            {
                try
                {
                    stage(stop.Token);
                }
                catch (Exception error)
                {
                    // The first failure is the cause, the others follow from it.
                    Interlocked.CompareExchange(ref failure, error, null);
                    stop.Cancel();
                }
            }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        void Capture(CancellationToken token)
        {
            try
            {
                while (source.Read(token) is { } frame)
                {
                    (VideoFrame, long) next = (frame, _clock.GetTimestamp());
                    Interlocked.Increment(ref _captured);
                    if (source.IsLive)
                        Replace(captured, next);
                    else
                        captured.Add(next, token);
                }
            }
            catch (MienException error)
            {
                // What a camera gave before it failed is still processed.
                endOfSource = error;
            }
            captured.CompleteAdding();
        }

        void Process(CancellationToken token)
        {
            foreach ((VideoFrame frame, long since) in captured.GetConsumingEnumerable(token))
                processed.Add((frame, since, process(frame)), token);
            processed.CompleteAdding();
        }

        void PutOut(CancellationToken token)
        {
            foreach ((VideoFrame frame, long since, TResult result) in processed.GetConsumingEnumerable(token))
            {
                TimeSpan latency = _clock.GetElapsedTime(since);
                output(new ProcessedFrame<TResult>(frame, result, latency));
                frame.Dispose();
                Interlocked.Add(ref _latency, latency.Ticks);
                Volatile.Write(ref _maximumLatency, Math.Max(_maximumLatency, latency.Ticks));
                Interlocked.Increment(ref _finished);
            }
        }
    }

    /// <summary>Puts the newest frame into the queue, in the place of the one that waits there.</summary>
    private void Replace(BlockingCollection<(VideoFrame Frame, long Since)> queue, (VideoFrame Frame, long Since) next)
    {
        while (!queue.TryAdd(next))
        {
            if (queue.TryTake(out (VideoFrame Frame, long Since) old))
            {
                old.Frame.Dispose();
                Interlocked.Increment(ref _dropped);
            }
        }
    }
}
