using Mien.Interop;

namespace Mien.Tests.Imaging;

/// <summary>Skips a test where OpenCV or the binding to it is missing.</summary>
internal static class VisionRequired
{
    public static IVision Vision()
    {
        try
        {
            return VisionLibrary.Shared;
        }
        catch (NativeLibraryException error)
        {
            Assert.Skip(error.Message);
            throw;
        }
    }
}
