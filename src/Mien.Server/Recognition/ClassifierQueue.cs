using System.Threading.Channels;
using Mien.Server.Monitoring;

namespace Mien.Server.Recognition;

/// <summary>A classifier that runs the faces of requests that arrive together as one batch.</summary>
/// <remarks>
/// Who finds it idle runs at once, on the caller's thread. Who comes while it runs waits, and all who waited are run together
/// when it is done. So nobody waits for a batch to fill.
/// </remarks>
internal sealed class ClassifierQueue(EmotionClassifier classifier, ServerMetrics metrics) : IDisposable
{
    private readonly Channel<Waiting> _waiting = Channel.CreateUnbounded<Waiting>();
    private int _running;

    /// <summary>The classifier, for cutting faces out as it wants them.</summary>
    public EmotionClassifier Classifier => classifier;

    /// <summary>What the faces of crops express.</summary>
    /// <returns>The scores of each crop, in the same order.</returns>
    public Task<IReadOnlyList<EmotionScores>> ClassifyAsync(IReadOnlyList<Image> crops, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return Task.FromCanceled<IReadOnlyList<EmotionScores>>(cancellation);
        if (TryStart())
        {
            try
            {
                return Task.FromResult(Run(crops));
            }
            finally
            {
                Stop();
            }
        }
        var waiting = new Waiting(crops, new(TaskCreationOptions.RunContinuationsAsynchronously), cancellation);
        _waiting.Writer.TryWrite(waiting);
        // The run that stood in the way may have ended before it could see this one waiting.
        StartWaiting();
        return waiting.Scores.Task;
    }

    public void Dispose() => classifier.Dispose();

    private bool TryStart() => Interlocked.CompareExchange(ref _running, 1, 0) == 0;

    private void Stop()
    {
        Interlocked.Exchange(ref _running, 0);
        StartWaiting();
    }

    private void StartWaiting()
    {
        if (_waiting.Reader.TryPeek(out _) && TryStart())
            ThreadPool.UnsafeQueueUserWorkItem(static queue => queue.RunWaiting(), this, preferLocal: false);
    }

    private void RunWaiting()
    {
        var batch = new List<Waiting>();
        var crops = new List<Image>();
        try
        {
            while (crops.Count < EmotionClassifier.LargestBatch && _waiting.Reader.TryRead(out var waiting))
            {
                if (waiting.Cancellation.IsCancellationRequested)
                {
                    waiting.Scores.TrySetCanceled(waiting.Cancellation);
                    continue;
                }
                batch.Add(waiting);
                crops.AddRange(waiting.Crops);
            }
            if (batch.Count > 0)
                Share(Run(crops), batch);
        }
        catch (Exception error)
        {
            // Whoever waits must learn of any failure; none may end the process here.
            foreach (var waiting in batch)
                waiting.Scores.TrySetException(error);
        }
        finally
        {
            Stop();
        }
    }

    private static void Share(IReadOnlyList<EmotionScores> scores, List<Waiting> batch)
    {
        int done = 0;
        foreach (var waiting in batch)
        {
            waiting.Scores.TrySetResult([.. scores.Skip(done).Take(waiting.Crops.Count)]);
            done += waiting.Crops.Count;
        }
    }

    private IReadOnlyList<EmotionScores> Run(IReadOnlyList<Image> crops)
    {
        var scores = classifier.Classify(crops);
        metrics.Classified(crops.Count);
        return scores;
    }

    private sealed record Waiting(IReadOnlyList<Image> Crops, TaskCompletionSource<IReadOnlyList<EmotionScores>> Scores, CancellationToken Cancellation);
}
