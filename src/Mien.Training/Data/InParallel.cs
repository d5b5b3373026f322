using System.Runtime.ExceptionServices;

namespace Mien.Training;

/// <summary>Work on many images at once.</summary>
internal static class InParallel
{
    /// <summary>Runs the body for each index; if one fails, its own exception arrives, not a collection.</summary>
    public static void For(int count, Action<int, ParallelLoopState> body, CancellationToken cancellation)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, body);
        }
        catch (AggregateException error)
        {
            ExceptionDispatchInfo.Throw(error.Flatten().InnerExceptions[0]);
        }
    }
}
