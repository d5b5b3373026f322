using Mien.Server.Recognition;

namespace Mien.Tests;

public sealed class WorkersTests
{
    [Fact]
    public async Task So_many_compute_at_once_and_none_on_the_thread_pool()
    {
        using var workers = new Workers(2, "test");
        int running = 0, most = 0;
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => workers.RunAsync(() =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref running));
            Thread.Sleep(5);
            Interlocked.Decrement(ref running);
            return (i, Thread.CurrentThread.IsThreadPoolThread);
        }, TestContext.Current.CancellationToken)));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (i, false)), results);
        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task Who_leaves_while_waiting_is_gone_at_once_and_who_leaves_while_computing_when_that_ends()
    {
        using var workers = new Workers(1, "test");
        using var begun = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        using var left = new CancellationTokenSource();
        var computing = workers.RunAsync(() =>
        {
            begun.Release();
            go.Wait(TestContext.Current.CancellationToken);
            left.Token.ThrowIfCancellationRequested();
            return true;
        }, left.Token);
        bool computed = false;
        var waiting = workers.RunAsync(() => computed = true, left.Token);
        var next = workers.RunAsync(() => 7, TestContext.Current.CancellationToken);
        await begun.WaitAsync(TestContext.Current.CancellationToken);
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        // Its bytes are in use as long as it computes.
        Assert.False(computing.IsCompleted);
        go.Release();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => computing);
        Assert.Equal(7, await next);
        Assert.False(computed);
    }

    [Fact]
    public async Task A_failure_reaches_its_caller_and_the_worker_goes_on()
    {
        using var workers = new Workers(1, "test");
        var failing = workers.RunAsync<int>(() => throw new ModelException("broken"), TestContext.Current.CancellationToken);
        Assert.Equal("broken", (await Assert.ThrowsAsync<ModelException>(() => failing)).Message);
        Assert.Equal(1, await workers.RunAsync(() => 1, TestContext.Current.CancellationToken));
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (int seen = most; value > seen; seen = most)
        {
            if (Interlocked.CompareExchange(ref most, value, seen) == seen)
                return;
        }
    }
}
