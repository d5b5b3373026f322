namespace Mien.Training.Tests.Data;

/// <summary>Opens data sets so that a cancelled test run stops the reading.</summary>
internal static class DataFile
{
    public static FaceDatasets Open(string path, DataOptions? options = null) =>
        FaceData.Open(path, options, cancellation: TestContext.Current.CancellationToken);
}
