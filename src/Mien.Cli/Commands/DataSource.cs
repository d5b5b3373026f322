using Mien.Cli.Output;
using Mien.Training;

namespace Mien.Cli.Commands;

/// <summary>Opens a data set with progress, and says what was left out of it.</summary>
internal static class DataSource
{
    private const int FaultsShown = 5;

    public static FaceDatasets Open(string path, DataOptions options, CancellationToken cancellation)
    {
        var data = Terminal.WithProgress("Reading the data", progress => FaceData.Open(path, options, new Stages(progress), cancellation));
        foreach (var fault in data.Faults.Take(FaultsShown))
            Terminal.Fail(fault.ToString());
        if (data.Faults.Count > FaultsShown)
            Terminal.Fail($"... and {data.Faults.Count - FaultsShown} more malformed rows or files.");
        foreach (var drop in data.Drops)
            Terminal.Note($"Left out: {drop}");
        return data;
    }

    private sealed class Stages(IProgress<(long, long)> bar) : IProgress<DataProgress>
    {
        public void Report(DataProgress value) => bar.Report((value.Done, value.Total));
    }
}
