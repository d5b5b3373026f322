namespace Mien.OpenCv.Tests;

/// <summary>Skips a test where OpenCV cannot be loaded.</summary>
internal static class OpenCvRequired
{
    public static void Library()
    {
        try
        {
            OpenCvLibrary.Require();
        }
        catch (NativeLibraryException error)
        {
            Assert.Skip(error.Message);
        }
    }
}
