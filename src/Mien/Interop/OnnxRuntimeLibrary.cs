using System.Runtime.InteropServices;

namespace Mien.Interop;

/// <summary>A loaded ONNX Runtime and its one environment. Both live as long as the process, as sessions may at any time need them.</summary>
internal sealed unsafe partial class OnnxRuntimeLibrary
{
    /// <summary>Only what is fatal is logged: every failure of a call arrives as an exception with the same message.</summary>
    private const int LogFatal = 4;

    private const string Variable = "MIEN_ONNXRUNTIME_LIBRARY";

    /// <summary>The versions of the Node.js interface that releases of the npm package were built for: a folder each.</summary>
    private static readonly int[] PackageInterfaces = [6, 5, 4, 3];

    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, OnnxRuntimeLibrary> Loaded = [];

    private OnnxRuntimeLibrary(OnnxRuntimeApi api)
    {
        Api = api;
        IntPtr environment, memory, allocator;
        fixed (byte* name = "mien\0"u8)
            api.Check(api.CreateEnv(LogFatal, name, &environment));
        api.Check(api.DisableTelemetryEvents(environment));
        api.Check(api.CreateCpuMemoryInfo(0, 0, &memory));
        api.Check(api.GetAllocatorWithDefaultOptions(&allocator));
        Environment = new(environment, api.ReleaseEnv);
        CpuMemory = new(memory, api.ReleaseMemoryInfo);
        Allocator = allocator;
    }

    public OnnxRuntimeApi Api { get; }

    public OnnxRuntimeHandle Environment { get; }

    /// <summary>Says of a tensor that its data is plain memory.</summary>
    public OnnxRuntimeHandle CpuMemory { get; }

    /// <summary>Frees the strings that the library hands out.</summary>
    public IntPtr Allocator { get; }

    /// <summary>The library, loaded at the first call for each path.</summary>
    /// <param name="path">The file that the caller named, or null to search.</param>
    /// <exception cref="NativeLibraryException">None was found, or what was found is another library or too old.</exception>
    public static OnnxRuntimeLibrary Get(string? path)
    {
        lock (Gate)
        {
            string key = path is null ? "" : Path.GetFullPath(path);
            if (!Loaded.TryGetValue(key, out var library))
                Loaded.Add(key, library = new(Load(path)));
            return library;
        }
    }

    private static OnnxRuntimeApi Load(string? path)
    {
        OnnxRuntimeApi? api = null;
        SwitchTelemetryOff();
        string[] names = OperatingSystem.IsWindows() ? ["onnxruntime.dll"]
            : OperatingSystem.IsMacOS() ? ["libonnxruntime.1.dylib", "libonnxruntime.dylib"]
            : ["libonnxruntime.so.1", "libonnxruntime.so"];
        NativeLibraryLocator.Load("ONNX Runtime", names[0], path, Variable, PackagePaths(names[0]),
            $"Run `npm ci --ignore-scripts` in the checkout, install ONNX Runtime {OnnxRuntimeApi.OldestRelease} or later, or name the file in {Variable}.",
            handle =>
            {
                NativeLibrary.TryGetExport(handle, "OrtGetApiBase", out IntPtr export);
                api = OnnxRuntimeApi.FromExport(export, out string? fault);
                return fault;
            },
            names[1..]);
        return api!;
    }

    /// <summary>Keeps ONNX Runtime from sending telemetry: it reads the variable in the native environment when it is loaded.</summary>
    private static void SwitchTelemetryOff()
    {
        if (OperatingSystem.IsWindows())
            System.Environment.SetEnvironmentVariable("ORT_DISABLE_TELEMETRY", "1");
        else
            _ = SetVariable("ORT_DISABLE_TELEMETRY", "1", overwrite: 1);
    }

    // On Unix .NET keeps an environment of its own, which native code does not see.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);

    /// <summary>Where the npm package keeps the library for this system.</summary>
    private static string[] PackagePaths(string fileName)
    {
        string system = OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        string processor = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        return [.. PackageInterfaces.Select(number =>
            Path.Combine("node_modules", "onnxruntime-node", "bin", $"napi-v{number}", system, processor, fileName))];
    }
}
