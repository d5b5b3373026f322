using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Mien.Inference;

/// <summary>Starts ONNX Runtime without its telemetry. All that uses the package goes through here first.</summary>
internal static partial class OnnxRuntime
{
    private static readonly Lazy<OrtEnv> Environment = new(Load);

    /// <summary>Gets the release of the library, such as "1.31.1"; starts it if need be.</summary>
    /// <exception cref="NativeLibraryException">There is no such library for this system.</exception>
    public static string Version => Environment.Value.GetVersionString();

    /// <summary>Loads the library at the first call; later ones do nothing.</summary>
    /// <exception cref="NativeLibraryException">There is no such library for this system.</exception>
    public static void Start() => _ = Environment.Value;

    private static OrtEnv Load()
    {
        DisableTelemetry();
        try
        {
            // Only what is fatal is logged: every failure of a call arrives as an exception with the same message.
            var options = new EnvironmentCreationOptions { logId = "mien", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            // A program that uses ONNX Runtime itself may have started it.
            return OrtEnv.IsCreated ? OrtEnv.Instance() : OrtEnv.CreateInstanceWithOptions(ref options);
        }
        catch (Exception error) when (error is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new NativeLibraryException("ONNX Runtime could not be loaded. Its library comes with Mien for Windows, Linux with glibc 2.28 or later, "
                + $"and macOS on Apple silicon: install Mien again there.\n{error.GetBaseException().Message.TrimEnd()}", error);
        }
    }

    /// <summary>
    /// Sets the variable that the library reads when it makes its environment: without it, that writes a device identifier
    /// into the user's cache folder and calls its vendor, before <see cref="OrtEnv.DisableTelemetryEvents"/> can be called.
    /// </summary>
    private static void DisableTelemetry()
    {
        const string variable = "ORT_DISABLE_TELEMETRY";
        if (OperatingSystem.IsWindows())
            System.Environment.SetEnvironmentVariable(variable, "1");
        else if (SetNativeVariable(variable, "1", overwrite: 1) != 0)
            throw new NativeLibraryException($"ONNX Runtime is not loaded, because its telemetry cannot be turned off: {Marshal.GetLastPInvokeErrorMessage()}. Set {variable}=1 before the program starts.");
    }

    /// <summary>.NET's own setter changes a copy on Unix, which native libraries do not see.</summary>
    [LibraryImport("libc", EntryPoint = "setenv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNativeVariable(string name, string value, int overwrite);
}
