using Mien.Interop;

namespace Mien.Tests.Video;

/// <summary>Skips a test where FFmpeg or the binding to it is missing.</summary>
internal static class VideoRequired
{
    public static IVideo Video()
    {
        try
        {
            return VideoLibrary.Shared;
        }
        catch (NativeLibraryException error)
        {
            Assert.Skip(error.Message);
            throw;
        }
    }
}
