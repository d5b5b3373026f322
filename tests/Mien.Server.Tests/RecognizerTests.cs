using Mien.Server.Recognition;
using Mien.Server.Uploads;

namespace Mien.Tests;

public sealed class RecognizerTests
{
    private static readonly PictureUpload Small = new("small", RunningServer.Blank);

    private static readonly PictureUpload Large = new("large", Image.FromPixels(2500, 2000, PixelFormat.Gray8, new byte[2500 * 2000]).Encode(".png"));

    [Fact]
    public async Task Large_pictures_hold_no_small_one_up_however_many_there_are()
    {
        var token = TestContext.Current.CancellationToken;
        using var detector = new SlowDetector();
        using var recognizer = new Recognizer(new() { Concurrency = 2, Analyzer = new() { CreateDetector = () => detector } }, TestMetrics.Create());
        var queue = recognizer.ClassifierFor(labels: null);
        var large = Enumerable.Range(0, 100).Select(_ => recognizer.AnalyzeAsync(Large, queue, token)).ToList();
        for (int i = 0; i < 5; i++)
            Assert.Equal(64, (await recognizer.AnalyzeAsync(Small, queue, token)).Width);
        Assert.All(large, task => Assert.False(task.IsCompleted));
        detector.Go();
        Assert.All(await Task.WhenAll(large), picture => Assert.Equal(2500, picture.Width));
    }

    [Fact]
    public async Task Who_leaves_gives_up_the_place_in_the_queue()
    {
        var token = TestContext.Current.CancellationToken;
        using var detector = new SlowDetector();
        using var recognizer = new Recognizer(new() { Concurrency = 1, Analyzer = new() { CreateDetector = () => detector } }, TestMetrics.Create());
        var queue = recognizer.ClassifierFor(labels: null);
        var first = recognizer.AnalyzeAsync(Large, queue, token);
        await detector.BegunAsync(token);
        using var left = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, 10).Select(_ => recognizer.AnalyzeAsync(Large, queue, left.Token)).ToList();
        var last = recognizer.AnalyzeAsync(Large, queue, token);
        await left.CancelAsync();
        foreach (var task in waiting)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        Assert.False(first.IsCompleted);
        detector.Go();
        await first;
        await last;
        Assert.Equal(2, detector.Pictures);
    }

    /// <summary>Finds no face, and in a large picture not before it is told to go on.</summary>
    private sealed class SlowDetector : IFaceDetector
    {
        private readonly ManualResetEventSlim _go = new();
        private readonly SemaphoreSlim _begun = new(0);
        private int _pictures;

        public BoxToCrop BoxToCrop => default;

        public int Pictures => _pictures;

        public Task BegunAsync(CancellationToken cancellation) => _begun.WaitAsync(cancellation);

        public void Go() => _go.Set();

        public IReadOnlyList<DetectedFace> Detect(Image image)
        {
            Interlocked.Increment(ref _pictures);
            _begun.Release();
            if (image.Width > 1000)
                _go.Wait(TestContext.Current.CancellationToken);
            return [];
        }

        public void Dispose()
        {
            _go.Dispose();
            _begun.Dispose();
        }
    }
}
