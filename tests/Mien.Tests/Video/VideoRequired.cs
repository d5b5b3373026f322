using Mien.Video.Ffmpeg;

namespace Mien.Tests.Video;

/// <summary>Skips a test where the programs ffmpeg and ffprobe are missing.</summary>
internal static class VideoRequired
{
    public static FfmpegProgram Video()
    {
        try
        {
            return FfmpegProgram.Shared;
        }
        catch (NativeLibraryException error)
        {
            Assert.Skip(error.Message);
            throw;
        }
    }
}
