using OpenCvSharp;

namespace Mien.OpenCv;

/// <summary>OpenCV's native library.</summary>
internal static class OpenCvLibrary
{
    /// <summary>Loads the library and returns OpenCV's version.</summary>
    /// <exception cref="NativeLibraryException">It or a library that it needs is missing.</exception>
    public static string Require()
    {
        try
        {
            return Cv2.GetVersionString() ?? "";
        }
        catch (Exception error) when (error is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or OpenCvSharpException)
        {
            throw Missing(error);
        }
    }

    /// <summary>The error for a library that cannot be loaded: names the remedy.</summary>
    internal static NativeLibraryException Missing(Exception error)
    {
        string reason = error.GetBaseException().Message.Trim();
        return new(OperatingSystem.IsLinux()
            ? $"OpenCV could not be loaded. It needs GTK 3 from the system: on Debian or Ubuntu run apt-get install libgtk-3-0, on Fedora dnf install gtk3. What the system says:\n  {reason.Replace("\n", "\n  ", StringComparison.Ordinal)}"
            : $"OpenCV could not be loaded: {reason}", error);
    }
}
