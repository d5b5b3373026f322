using Mien.Server.Recognition;
using Mien.Tests.Inference;

namespace Mien.Tests;

public sealed class ClassifierQueueTests
{
    private static readonly ModelMetadata Metadata = new() { Name = "fake", Labels = ["dark", "bright"], InputSize = 1 };

    [Fact]
    public async Task Who_comes_while_it_runs_shares_the_next_batch_and_gets_their_own_scores()
    {
        var token = TestContext.Current.CancellationToken;
        using var first = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        using var session = Session(shape =>
        {
            if (shape[0] == 1)
            {
                first.Release();
                go.Wait(token);
            }
        });
        using var queue = new ClassifierQueue(new(session, Metadata), TestMetrics.Create());

        var alone = Task.Run(() => queue.ClassifyAsync([Crop(10)], token), token);
        await first.WaitAsync(token);
        var waiting = new[] { queue.ClassifyAsync([Crop(20), Crop(30)], token), queue.ClassifyAsync([Crop(40), Crop(50), Crop(60)], token) };
        using var left = new CancellationTokenSource();
        var gone = queue.ClassifyAsync([Crop(70)], left.Token);
        await left.CancelAsync();
        Assert.All(waiting, task => Assert.False(task.IsCompleted));
        go.Release();

        Assert.Equal((int[])[10], Bright(await alone));
        Assert.Equal((int[])[20, 30], Bright(await waiting[0]));
        Assert.Equal((int[])[40, 50, 60], Bright(await waiting[1]));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.Equal([1, 5], session.Runs.Select(shape => shape[0]));
    }

    [Fact]
    public async Task A_failure_reaches_all_who_wait_and_the_queue_goes_on()
    {
        var token = TestContext.Current.CancellationToken;
        using var first = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        using var session = Session(shape =>
        {
            if (shape[0] == 2)
                throw new ModelException("broken");
            first.Release();
            go.Wait(token);
        });
        using var queue = new ClassifierQueue(new(session, Metadata), TestMetrics.Create());
        var alone = Task.Run(() => queue.ClassifyAsync([Crop(10)], token), token);
        await first.WaitAsync(token);
        var waiting = new[] { queue.ClassifyAsync([Crop(20)], token), queue.ClassifyAsync([Crop(30)], token) };
        go.Release(2);
        await alone;
        foreach (var task in waiting)
            Assert.Equal("broken", (await Assert.ThrowsAsync<ModelException>(() => task)).Message);
        Assert.Equal((int[])[40], Bright(await queue.ClassifyAsync([Crop(40)], token)));
    }

    [Fact]
    public async Task Many_at_once_lose_no_one()
    {
        var token = TestContext.Current.CancellationToken;
        using var session = Session(_ => { });
        using var queue = new ClassifierQueue(new(session, Metadata), TestMetrics.Create());
        await Parallel.ForAsync(0, 5000, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = token }, async (i, _) =>
            Assert.Equal((int[])[i % 100], Bright(await queue.ClassifyAsync([Crop((byte)(i % 100))], token))));
    }

    /// <summary>A model whose second score is the crop's one pixel over 100.</summary>
    private static FakeSession Session(Action<long[]> before) => new([-1, 1, 1, 1], [("scores", [-1, 2])], (input, shape) =>
    {
        before(shape);
        return [[.. input.SelectMany(pixel => (float[])[1 - (pixel / 100), pixel / 100])]];
    });

    private static Image Crop(byte pixel) => Image.FromPixels(1, 1, PixelFormat.Gray8, [pixel]);

    private static int[] Bright(IReadOnlyList<EmotionScores> scores) => [.. scores.Select(score => (int)Math.Round(score["bright"] * 100))];
}
