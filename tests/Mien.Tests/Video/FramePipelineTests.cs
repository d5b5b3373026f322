namespace Mien.Tests.Video;

public sealed class FramePipelineTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_frame_of_a_file_is_processed_in_order_however_slow_it_is()
    {
        using var source = new NumberedFrames(200);
        var seen = new List<(long, int)>();
        var random = new Random(1);
        var pipeline = new FramePipeline<int>(source,
            frame => { Thread.SpinWait(random.Next(20_000)); return (int)frame.Number * 2; },
            frame => { Thread.SpinWait(random.Next(20_000)); seen.Add((frame.Frame.Number, frame.Result)); });
        SourceEnd? ending = await pipeline.RunAsync(Cancel);

        Assert.Equal(Enumerable.Range(0, 200).Select(i => ((long)i, i * 2)), seen);
        Assert.Equal((200, 0, 200), (pipeline.Captured, pipeline.Dropped, pipeline.Finished));
        Assert.Equal(SourceEndReason.Complete, ending!.Reason);
    }

    [Fact]
    public async Task A_file_waits_so_that_few_frames_are_in_memory()
    {
        using var source = new NumberedFrames(500);
        int most = 0, inside = 0;
        source.Given = () => most = Math.Max(most, Interlocked.Increment(ref inside));
        var pipeline = new FramePipeline<int>(source, _ => 0, _ => { Thread.SpinWait(5000); Interlocked.Decrement(ref inside); });
        await pipeline.RunAsync(Cancel);
        Assert.InRange(most, 2, 12);
    }

    [Fact]
    public async Task Of_a_live_source_old_frames_are_dropped_and_counted()
    {
        using var source = new NumberedFrames(1000) { IsLive = true };
        using var first = new ManualResetEventSlim();
        var seen = new List<long>();
        var pipeline = new FramePipeline<int>(source,
            frame =>
            {
                // The first frame takes as long as all the others take to come.
                if (!first.IsSet)
                {
                    first.Set();
                    source.WaitForEnd();
                }
                return 0;
            },
            frame => seen.Add(frame.Frame.Number));
        source.Given = () => { if (source.Count == 2) first.Wait(Cancel); };
        await pipeline.RunAsync(Cancel);

        Assert.Equal([0, 999], seen);
        Assert.Equal((1000, 998, 2), (pipeline.Captured, pipeline.Dropped, pipeline.Finished));
        Assert.Equal(1000, source.Disposed);
    }

    [Fact]
    public async Task The_latency_of_a_live_source_never_grows()
    {
        var clock = new ManualClock();
        using var permits = new SemaphoreSlim(1);
        using var source = new NumberedFrames(400) { IsLive = true };
        source.Before = () => permits.Wait(Cancel);
        source.Given = () => clock.Advance(TimeSpan.FromMilliseconds(10));
        var ages = new List<long>();
        var pipeline = new FramePipeline<int>(source,
            frame =>
            {
                // While one frame is processed, four come.
                ages.Add(source.Count - frame.Number);
                permits.Release(4);
                SpinWait.SpinUntil(() => source.Count >= Math.Min(400, ages.Count * 4));
                return 0;
            }, _ => { }, clock);
        await pipeline.RunAsync(Cancel);

        Assert.All(ages, age => Assert.InRange(age, 1, 2));
        Assert.InRange(pipeline.Finished, 95, 105);
        Assert.Equal(400, pipeline.Finished + pipeline.Dropped);
        Assert.InRange(pipeline.MaximumLatency.TotalMilliseconds, 30, 130);
    }

    [Fact]
    public async Task The_latency_is_measured_from_capture_to_output()
    {
        var clock = new ManualClock();
        using var source = new NumberedFrames(1);
        TimeSpan latency = default;
        var pipeline = new FramePipeline<int>(source,
            _ => { clock.Advance(TimeSpan.FromMilliseconds(30)); return 0; },
            frame => latency = frame.Latency, clock);
        await pipeline.RunAsync(Cancel);
        Assert.Equal(TimeSpan.FromMilliseconds(30), latency);
        Assert.Equal((latency, latency), (pipeline.MeanLatency, pipeline.MaximumLatency));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task A_failure_of_a_stage_reaches_the_caller_and_ends_the_others(bool processing, bool live)
    {
        using var source = new NumberedFrames(int.MaxValue) { IsLive = live };
        void Fail(long number)
        {
            if (number >= 5)
                throw new InvalidDataException("five");
        }
        var pipeline = new FramePipeline<int>(source,
            frame => { if (processing) Fail(frame.Number); return 0; },
            frame => { if (!processing) Fail(frame.Frame.Number); });
        Assert.Equal("five", (await Assert.ThrowsAsync<InvalidDataException>(() => pipeline.RunAsync(Cancel))).Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_camera_gave_before_it_failed_is_put_out(bool live)
    {
        using var source = new NumberedFrames(3) { IsLive = live, Failure = new VideoException("unplugged") };
        long last = -1;
        var pipeline = new FramePipeline<int>(source, _ => 0, frame => last = frame.Frame.Number);
        Assert.Equal("unplugged", (await Assert.ThrowsAsync<VideoException>(() => pipeline.RunAsync(Cancel))).Message);
        Assert.Equal(2, last);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelling_ends_all_stages_even_when_the_output_hangs_behind(bool live)
    {
        using var source = new NumberedFrames(int.MaxValue) { IsLive = live };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var pipeline = new FramePipeline<int>(source, _ => 0, frame =>
        {
            if (frame.Frame.Number >= 10)
                stop.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pipeline.RunAsync(stop.Token));
        Assert.InRange(pipeline.Finished, 1, pipeline.Captured);
    }

    [Fact]
    public async Task A_file_in_real_time_goes_through_with_all_its_frames()
    {
        using var folder = new TemporaryFolder();
        string path = TestVideos.Write(folder["a.mp4"], Enumerable.Range(0, 20).Select(i => i * 20), 50);
        using var source = new RealTimeSource(TestVideos.Open(path));
        var pipeline = new FramePipeline<int>(source, frame => TestVideos.NumberOf(frame.Image), _ => { });
        SourceEnd? ending = await pipeline.RunAsync(Cancel);
        Assert.Equal(20, pipeline.Captured);
        Assert.Equal(20, pipeline.Finished + pipeline.Dropped);
        Assert.Equal(SourceEndReason.Complete, ending!.Reason);
    }

    /// <summary>Frames without content, as fast as they are taken.</summary>
    private sealed class NumberedFrames(int count) : IFrameSource
    {
        private static readonly Image Pixel = Image.FromPixels(1, 1, PixelFormat.Gray8, [0]);
        private readonly ManualResetEventSlim _atEnd = new();
        private int _next;
        private int _disposed;

        /// <summary>Called before each frame is made.</summary>
        public Action? Before { get; set; }

        /// <summary>Called after each frame was made.</summary>
        public Action? Given { get; set; }

        /// <summary>What it throws after its frames.</summary>
        public Exception? Failure { get; init; }

        public int Count => Volatile.Read(ref _next);

        public int Disposed => Volatile.Read(ref _disposed);

        public string Name => "numbers";

        public bool IsLive { get; init; }

        public double? FrameRate => 25;

        public TimeSpan? Duration => null;

        public SourceEnd? Ending { get; private set; }

        public void WaitForEnd() => _atEnd.Wait(Cancel);

        public VideoFrame? Read(CancellationToken cancellation = default)
        {
            cancellation.ThrowIfCancellationRequested();
            Before?.Invoke();
            if (_next < count)
            {
                var frame = new VideoFrame(Pixel, _next, TimeSpan.FromMilliseconds(_next * 40.0), () => Interlocked.Increment(ref _disposed));
                Interlocked.Increment(ref _next);
                Given?.Invoke();
                return frame;
            }
            _atEnd.Set();
            if (Failure is not null)
                throw Failure;
            Ending = new SourceEnd(SourceEndReason.Complete, count, TimeSpan.Zero, "done");
            return null;
        }

        public void Dispose() => _atEnd.Dispose();
    }
}
