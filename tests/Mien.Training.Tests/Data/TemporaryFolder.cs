namespace Mien.Training.Tests.Data;

/// <summary>A folder that is gone after the test; its name has a space and a letter beyond ASCII.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mien dätä ");

    public string Path => _folder.FullName;

    /// <summary>A path inside; the folders that lead there exist.</summary>
    public string File(params string[] parts)
    {
        string path = System.IO.Path.Combine([Path, .. parts]);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>Writes a text file and returns its path.</summary>
    public string Write(string name, params IEnumerable<string> lines)
    {
        string path = File(name);
        System.IO.File.WriteAllText(path, string.Concat(lines.Select(line => line + "\n")));
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
