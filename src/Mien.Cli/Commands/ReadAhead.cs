namespace Mien.Cli.Commands;

/// <summary>Does the same to many things, as many at a time as there are processors, and hands the results out in order.</summary>
internal static class ReadAhead
{
    /// <summary>Begins at the first request; no more results than there are processors wait at any time.</summary>
    /// <returns>Each thing with its finished task; one that failed holds its exception.</returns>
    public static IEnumerable<(T Item, Task<TResult> Result)> InOrder<T, TResult>(IEnumerable<T> items, Func<T, TResult> read)
    {
        var begun = new Queue<(T Item, Task<TResult> Result)>();
        try
        {
            foreach (var item in items)
            {
                if (begun.Count == Environment.ProcessorCount)
                    yield return Finish(begun.Dequeue());
                begun.Enqueue((item, Task.Run(() => read(item))));
            }
            while (begun.TryDequeue(out var next))
                yield return Finish(next);
        }
        finally
        {
            // Whoever stops early frees what the tasks use.
            while (begun.TryDequeue(out var next))
                Finish(next);
        }

        static (T, Task<TResult>) Finish((T Item, Task<TResult> Result) task)
        {
            Task.WaitAny(task.Result);
            return task;
        }
    }
}
