using System.Runtime.InteropServices;

namespace Mien.Interop;

/// <summary>Finds and loads a native library: explicit path, environment variable, beside the program, the checkout or its npm packages, the system.</summary>
internal static class NativeLibraryLocator
{
    /// <summary>Loads the first library that exists and that <paramref name="accept"/> finds good.</summary>
    /// <param name="name">What the library is, for messages: "ONNX Runtime".</param>
    /// <param name="fileName">The file's name on this platform.</param>
    /// <param name="explicitPath">A path that the caller named; if set, nothing else is tried.</param>
    /// <param name="variable">The environment variable that names a path; if set, nothing after it is tried.</param>
    /// <param name="checkoutPaths">Paths relative to any folder above the program.</param>
    /// <param name="remedy">What to do if none is found, one sentence.</param>
    /// <param name="accept">Returns null if the library is good, otherwise what is wrong with it.</param>
    /// <param name="otherNames">Other names that the file may have beside the program and in the system.</param>
    /// <exception cref="NativeLibraryException">None was found or accepted; the message lists each file tried and what was found.</exception>
    public static IntPtr Load(string name, string fileName, string? explicitPath, string variable,
        IReadOnlyList<string> checkoutPaths, string remedy, Func<IntPtr, string?> accept, IReadOnlyList<string>? otherNames = null)
    {
        var tried = new List<string>();
        foreach (string path in Candidates([fileName, .. otherNames ?? []], explicitPath, variable, checkoutPaths))
        {
            bool bySystem = !Path.IsPathRooted(path);
            if (!bySystem && !File.Exists(path))
            {
                tried.Add($"{path}: no such file");
                continue;
            }
            IntPtr handle;
            try
            {
                handle = NativeLibrary.Load(path);
            }
            catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
            {
                tried.Add($"{path}: {(bySystem ? "not installed" : error.Message.TrimEnd().Split('\n')[^1].Trim())}");
                continue;
            }
            if (accept(handle) is not { } fault)
                return handle;
            NativeLibrary.Free(handle);
            tried.Add($"{path}: {fault}");
        }
        throw new NativeLibraryException($"{name} could not be loaded. {remedy}\nTried:\n  {string.Join("\n  ", tried)}");
    }

    /// <summary>The platform's name of a shared library: <c>libNAME.so</c>, <c>libNAME.dylib</c> or <c>NAME.dll</c>.</summary>
    public static string FileName(string name) =>
        OperatingSystem.IsWindows() ? $"{name}.dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";

    private static IEnumerable<string> Candidates(IReadOnlyList<string> fileNames, string? explicitPath, string variable, IReadOnlyList<string> checkoutPaths)
    {
        if (explicitPath is not null)
            return [Path.GetFullPath(explicitPath)];
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named)
            return [Path.GetFullPath(named)];
        return Search(fileNames, checkoutPaths);
    }

    private static IEnumerable<string> Search(IReadOnlyList<string> fileNames, IReadOnlyList<string> checkoutPaths)
    {
        foreach (string fileName in fileNames)
            yield return Path.Combine(AppContext.BaseDirectory, fileName);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            foreach (string relative in checkoutPaths)
            {
                string path = Path.Combine(folder.FullName, relative);
                if (File.Exists(path))
                    yield return path;
            }
        }
        foreach (string fileName in fileNames)
            yield return fileName;
    }
}
