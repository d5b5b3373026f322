namespace Mien.OpenCv;

/// <summary>Finds the files of OpenCV's collection of Haar cascades.</summary>
internal static class HaarCascadeFile
{
    /// <summary>The environment variable that names the folder.</summary>
    internal const string Variable = "MIEN_HAARCASCADES";

    /// <summary>The path of a cascade: itself if it is a path, otherwise where the collection is.</summary>
    /// <param name="cascade">A path or a bare file name.</param>
    /// <exception cref="ModelException">It was not found; the message names the folders tried and the remedy.</exception>
    public static string Find(string cascade) => Find(cascade, Environment.GetEnvironmentVariable(Variable), SystemFolders());

    /// <inheritdoc cref="Find(string)"/>
    internal static string Find(string cascade, string? folder, IEnumerable<string> systemFolders)
    {
        if (Path.GetFileName(cascade) != cascade || File.Exists(cascade))
            return File.Exists(cascade) ? cascade : throw new ModelException($"{cascade}: there is no such cascade file.");
        List<string> folders = string.IsNullOrEmpty(folder) ? [.. systemFolders] : [folder];
        return folders.Select(f => Path.Combine(f, cascade)).FirstOrDefault(File.Exists) ?? throw new ModelException(
            $"The Haar cascade {cascade} was not found. Install OpenCV's collection (on Debian or Ubuntu: apt-get install opencv-data; " +
            $"Homebrew and vcpkg bring it with opencv), or set {Variable} to its folder. Tried:\n  {string.Join("\n  ", folders)}");
    }

    private static IEnumerable<string> SystemFolders()
    {
        const string inShare = "share/opencv4/haarcascades";
        yield return Path.Combine(AppContext.BaseDirectory, "haarcascades");
        foreach (string prefix in (string[])["/usr", "/usr/local", "/opt/homebrew", "/home/linuxbrew/.linuxbrew", "/opt/local"])
            yield return $"{prefix}/{inShare}";
        yield return "/usr/share/opencv/haarcascades";
        if (Environment.GetEnvironmentVariable("VCPKG_ROOT") is { Length: > 0 } root && Path.Combine(root, "installed") is var installed && Directory.Exists(installed))
        {
            foreach (string triplet in Directory.EnumerateDirectories(installed).Order(StringComparer.Ordinal))
            {
                yield return Path.Combine(triplet, "etc", "haarcascades");
                yield return Path.Combine(triplet, "share", "opencv4", "haarcascades");
            }
        }
    }
}
