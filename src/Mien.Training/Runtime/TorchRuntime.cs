using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace Mien.Training;

/// <summary>libtorch as a whole: whether it is there, its version, and its devices.</summary>
/// <remarks>
/// Everything in this library that computes loads it first. A program that uses TorchSharp by itself before that calls
/// <see cref="Load"/>: TorchSharp alone does not find libtorch in a checkout, nor does it run on Debian 12 and Ubuntu 22.04.
/// </remarks>
public static class TorchRuntime
{
    private const string Variable = "MIEN_LIBTORCH";
    private const string Binding = "LibTorchSharp";

    /// <summary>TorchSharp's binding was linked where this version was, and uses nothing of it: its one symbol is never called.</summary>
    private const string UnusedVersion = "GLIBCXX_3.4.32";

    private static readonly Lock Gate = new();
    private static IntPtr s_binding;

    /// <summary>Gets whether libtorch can be loaded.</summary>
    public static bool IsAvailable
    {
        get
        {
            try
            {
                Load();
                return true;
            }
            catch (MienException)
            {
                return false;
            }
        }
    }

    /// <summary>Gets the version of libtorch that this library was built for.</summary>
    public static string Version => System.Version.Parse(torch.__version__).ToString(3);

    /// <summary>Loads libtorch, unless it is loaded.</summary>
    /// <exception cref="MienException">It is not there or cannot be loaded; the message names the remedy and each folder tried.</exception>
    public static void Load()
    {
        lock (Gate)
        {
            if (s_binding != IntPtr.Zero)
                return;
            s_binding = LoadFrom(Folders());
            // Linux and Windows know a library that is loaded by its name alone; macOS must be told.
            AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly)!.ResolvingUnmanagedDll += (_, name) => name == Binding ? s_binding : IntPtr.Zero;
        }
    }

    /// <summary>Reads <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
    /// <exception cref="MienException">It is none of these, this machine has no such device, or libtorch is missing.</exception>
    public static torch.Device ParseDevice(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Trim().ToLowerInvariant().Split(':');
        int index = 0;
        if (parts[0] is not ("cpu" or "cuda") || parts.Length > (parts[0] == "cpu" ? 1 : 2)
            || (parts.Length == 2 && !int.TryParse(parts[1], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out index)))
        {
            throw new MienException($"'{text}' is no device; use cpu, cuda or cuda:1.");
        }
        Load();
        if (parts[0] == "cpu")
            return torch.CPU;
        int devices = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        return index < devices ? torch.device(DeviceType.CUDA, index) : throw new MienException(
            $"There is no device {text.Trim()}: libtorch finds {devices} CUDA devices. It needs an NVIDIA GPU with its driver and a libtorch for CUDA, whose folder {Variable} names; without, use --device cpu.");
    }

    /// <summary>Runs something, and tells an error of libtorch as one of ours, with its first line.</summary>
    /// <exception cref="MienException">libtorch failed; where memory was lacking the message says what needs less.</exception>
    internal static T Explain<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (ExternalException error)
        {
            string message = error.Message.Split('\n')[0].TrimEnd();
            bool lacksMemory = message.Contains("out of memory", StringComparison.OrdinalIgnoreCase) || message.Contains("allocate memory", StringComparison.OrdinalIgnoreCase);
            throw new MienException(lacksMemory
                ? $"The memory is full. A smaller batchSize in the recipe needs less, and so does an input or a network that is smaller. libtorch says: {message}"
                : $"libtorch failed: {message}", error);
        }
    }

    /// <summary>Loads libtorch from the first folder that holds it.</summary>
    internal static IntPtr LoadFrom(IReadOnlyList<string> folders)
    {
        string library = FileName("torch_cpu");
        if (folders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, library))) is not { } found)
            throw Missing(string.Join("\n  ", folders.Select(folder => $"{folder}: no {library}")));
        string binding = new[] { found }.Concat(folders).Select(folder => Path.Combine(folder, FileName(Binding))).FirstOrDefault(File.Exists)
            ?? throw Missing($"{found}: no {FileName(Binding)}");
        try
        {
            // Each finds the ones before it, which it needs, wherever it lies itself.
            foreach (string name in (ReadOnlySpan<string>)["c10", "torch_cpu", "torch_cuda", "torch"])
            {
                if (Path.Combine(found, FileName(name)) is var path && File.Exists(path))
                    NativeLibrary.Load(path);
            }
            return LoadBinding(binding);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw Missing(error.Message.TrimEnd());
        }
    }

    private static IntPtr LoadBinding(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException error) when (error.Message.Contains(UnusedVersion, StringComparison.Ordinal))
        {
            byte[] library = File.ReadAllBytes(path);
            return WeakVersion.Mark(library, UnusedVersion) ? LoadCopy(library) : throw Missing(error.Message);
        }
    }

    /// <summary>Loads a library that is on no disk; what is loaded no longer needs its file.</summary>
    private static IntPtr LoadCopy(byte[] library)
    {
        string path = Path.Combine(Path.GetTempPath(), $"mien-{Guid.NewGuid():N}-{FileName(Binding)}");
        try
        {
            File.WriteAllBytes(path, library);
            return NativeLibrary.Load(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MienException($"{path}: the library of libtorch's binding cannot be written there: {error.Message} Name another folder for temporary files in TMPDIR.", error);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Where libtorch may lie: the folder that the user names and no other; or beside the program, or in its checkout.</summary>
    private static List<string> Folders()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return [Path.GetFullPath(named)];
        // The places that a program's packages have for native libraries.
        string listed = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        var folders = listed.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Prepend(AppContext.BaseDirectory).ToList();
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, "artifacts", "libtorch") is var built && Directory.Exists(built))
                folders.Add(built);
        }
        return [.. folders.Select(Path.TrimEndingDirectorySeparator).Distinct()];
    }

    private static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    private static MienException Missing(string tried) => new(
        $"libtorch could not be loaded, and training needs it. In a checkout, ./mien setup train fetches it; a program of your own references the package TorchSharp-cpu. {Variable} may name a folder that holds it.\nTried:\n  {tried}");
}
