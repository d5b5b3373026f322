using Mien.Cli.Output;
using Mien.Training;

namespace Mien.Cli.Commands;

/// <summary>Opens a data set with progress, and says what was left out of it.</summary>
internal static class DataSource
{
    private const int FaultsShown = 5;

    public static FaceDatasets Open(string path, DataOptions options, CancellationToken cancellation)
    {
        var data = Terminal.WithProgress("Reading the data", progress => FaceData.Open(path, options, Stages(progress), cancellation));
        Report(data.Faults);
        foreach (var drop in data.Drops)
            Terminal.Note($"Left out: {drop}");
        return data;
    }

    /// <summary>Says what was left out because it is malformed.</summary>
    public static void Report(IReadOnlyList<DataFault> faults)
    {
        foreach (var fault in faults.Take(FaultsShown))
            Terminal.Fail(fault.ToString());
        if (faults.Count > FaultsShown)
            Terminal.Fail($"... and {faults.Count - FaultsShown} more malformed rows or files.");
    }

    /// <summary>Shows the progress of a piece of work on data in a bar.</summary>
    public static IProgress<DataProgress> Stages(IProgress<(long, long)> bar) => new BarStages(bar);

    private sealed class BarStages(IProgress<(long, long)> bar) : IProgress<DataProgress>
    {
        public void Report(DataProgress value) => bar.Report((value.Done, value.Total));
    }
}
