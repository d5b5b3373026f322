namespace Mien.Training.Tests.Data;

/// <summary>Opens data sets so that a cancelled test run stops the reading, and skips tests that need OpenCV where it is missing.</summary>
internal static class DataFile
{
    public static FaceDatasets Open(string path, DataOptions? options = null) =>
        FaceData.Open(path, options, cancellation: TestContext.Current.CancellationToken);

    /// <summary>Skips the calling test where OpenCV or the binding to it is missing.</summary>
    public static void RequirePictures()
    {
        try
        {
            Image.FromPixels(1, 1, PixelFormat.Gray8, [0]).Encode(".png");
        }
        catch (NativeLibraryException error)
        {
            Assert.Skip(error.Message);
        }
    }
}
