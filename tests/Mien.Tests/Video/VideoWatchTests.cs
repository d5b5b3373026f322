namespace Mien.Tests.Video;

public sealed class VideoWatchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sinks_get_frames_alerts_and_markers_in_the_order_of_time_and_then_the_end()
    {
        using var faces = new FakeFaces();
        using var source = new Frames(faces, 50);
        var sink = new Notes();
        var rule = AlertRule.Parse("happiness>0.8 for 0.5s", faces.Analyzer.Model.Labels);
        var watch = new VideoWatch(source, new VideoAnalyzer(faces.Analyzer), [sink], [rule], [new(TimeSpan.FromSeconds(1.01), "second half"), new(TimeSpan.Zero, "start")]);
        await watch.RunAsync(Cancel);

        Assert.Equal(50, watch.Frames);
        Assert.Equal("mark start 0", sink.Lines[0]);
        Assert.Equal("frame 0 0", sink.Lines[1]);
        int marker = sink.Lines.IndexOf("mark second half 1.01");
        Assert.Equal(("frame 25 1", "frame 26 1.04"), (sink.Lines[marker - 1], sink.Lines[marker + 1]));
        string alert = Assert.Single(sink.Lines, line => line.StartsWith("alert", StringComparison.Ordinal));
        double raised = double.Parse(alert.Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(raised, 0.7, 0.8);
        Assert.StartsWith($"frame {(int)Math.Round(raised * 25)} ", sink.Lines[sink.Lines.IndexOf(alert) - 1], StringComparison.Ordinal);
        Assert.Equal("end Left 1", sink.Lines[^1]);
    }

    [Fact]
    public async Task A_sink_that_fails_is_reported_and_the_others_go_on()
    {
        using var faces = new FakeFaces();
        using var source = new Frames(faces, 20);
        var broken = new Notes { FailsAt = 5 };
        var sound = new Notes();
        var watch = new VideoWatch(source, new VideoAnalyzer(faces.Analyzer), [broken, sound]);
        var failures = new List<(IReadingSink, string)>();
        watch.SinkFailed += (sink, error) => failures.Add((sink, error.Message));
        await watch.RunAsync(Cancel);

        Assert.Equal([(broken, "full")], failures);
        Assert.Equal(5, broken.Lines.Count);
        Assert.True(broken.IsDisposed);
        Assert.Equal(21, sound.Lines.Count);
        Assert.StartsWith("end", sound.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_that_is_stopped_still_tells_its_sinks_the_end()
    {
        using var faces = new FakeFaces();
        using var source = new Frames(faces, int.MaxValue);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var sink = new Notes();
        var watch = new VideoWatch(source, new VideoAnalyzer(faces.Analyzer), [sink]);
        sink.Added = count =>
        {
            if (count == 8)
                watch.Mark("now");
            if (count == 20)
                stop.Cancel();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch.RunAsync(stop.Token));
        Assert.Equal("end Left 1", sink.Lines[^1]);
        Assert.Equal("mark now 0.32", sink.Lines[8]);
    }

    [Theory]
    [InlineData(1, 25, 0.04)]
    [InlineData(5, 25, 0.2)]
    [InlineData(3, 0.4, 7.5)]
    public async Task Of_a_video_too_short_or_too_sparse_for_a_second_look_each_frame_is_read(int count, double frameRate, double duration)
    {
        using var faces = new FakeFaces();
        using var source = new Frames(faces, count) { FrameRate = frameRate, Duration = TimeSpan.FromSeconds(duration) };
        var sink = new Notes();
        await new VideoWatch(source, new VideoAnalyzer(faces.Analyzer), [sink]).RunAsync(Cancel);
        Assert.Equal(Enumerable.Repeat("1", count), sink.Faces);
        Assert.Equal("end Left 1", sink.Lines[^1]);
    }

    /// <summary>One happy face, 25 times a second or at another rate.</summary>
    private sealed class Frames(FakeFaces faces, int count) : IFrameSource
    {
        private int _next;

        public string Name => "fake";

        public bool IsLive => false;

        public double? FrameRate { get; init; } = 25;

        public TimeSpan? Duration { get; init; }

        public SourceEnd? Ending => null;

        public VideoFrame? Read(CancellationToken cancellation = default)
        {
            cancellation.ThrowIfCancellationRequested();
            return _next == count ? null : faces.Frame(_next, TimeSpan.FromSeconds(_next++ / FrameRate!.Value), (0, 20, 50, true));
        }

        public void Dispose() { }
    }

    private sealed class Notes : IReadingSink
    {
        private int _frames;

        public List<string> Lines { get; } = [];

        /// <summary>The ids of the faces of each frame.</summary>
        public List<string> Faces { get; } = [];

        public int FailsAt { get; init; } = -1;

        public bool IsDisposed { get; private set; }

        public Action<int>? Added { get; set; }

        public void Add(FrameReading reading, Image picture)
        {
            if (_frames == FailsAt)
                throw new IOException("full");
            Note($"frame {reading.Number} {reading.Time.TotalSeconds}");
            Faces.Add(string.Join(' ', reading.Faces.Select(face => face.Track)));
            _frames++;
            Added?.Invoke(_frames);
        }

        public void Alert(AlertEvent alert) => Note($"alert {alert.Kind} {alert.Time.TotalSeconds}");

        public void Mark(TimeSpan time, string marker) => Note($"mark {marker} {time.TotalSeconds}");

        public void Finish(IReadOnlyList<TrackEvent> events) => Note($"end {string.Join(", ", events.Select(happened => $"{happened.Kind} {happened.Track}"))}");

        public void Dispose() => IsDisposed = true;

        private void Note(FormattableString line) => Lines.Add(line.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
