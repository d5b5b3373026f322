using System.Collections.Concurrent;

namespace Mien.Server.Recognition;

/// <summary>Threads of its own for work that computes, so that requests always find one of the thread pool; what comes while all are busy waits for its turn.</summary>
internal sealed class Workers : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly SemaphoreSlim _free;

    /// <param name="count">How many threads, at least 1.</param>
    /// <param name="name">What debuggers call them.</param>
    public Workers(int count, string name)
    {
        _free = new(count);
        for (int i = 0; i < count; i++)
            new Thread(Work) { Name = name, IsBackground = true }.Start();
    }

    /// <summary>Computes as soon as a thread is free.</summary>
    /// <param name="work">What to compute; it has to look at the token itself, and keeps its thread until it ends.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation);
        try
        {
            var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            _work.Add(() =>
            {
                try
                {
                    done.SetResult(work());
                }
                catch (Exception error)
                {
                    // Whatever it is, it is the caller's; the thread goes on.
                    done.SetException(error);
                }
            }, CancellationToken.None);
            return await done.Task;
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Lets the threads end.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        _free.Dispose();
    }

    private void Work()
    {
        foreach (var work in _work.GetConsumingEnumerable())
            work();
    }
}
