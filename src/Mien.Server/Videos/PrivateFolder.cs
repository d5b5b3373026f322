namespace Mien.Server.Videos;

/// <summary>A temporary folder that only this user can look into. It is emptied at the end, and what a server that was killed has left, by the next one.</summary>
internal sealed class PrivateFolder : IDisposable
{
    private const string Prefix = "mien-videos-", Lock = "lock";
    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly DirectoryInfo _folder;
    private readonly FileStream _lock;

    /// <summary>Makes it below the system's folder for temporary files.</summary>
    /// <exception cref="MienException">It cannot be made.</exception>
    public PrivateFolder()
    {
        try
        {
            Sweep();
            _folder = Directory.CreateTempSubdirectory(Prefix);
            // Says to other servers that it is in use, until this process is gone, however that comes about.
            _lock = new FileStream(PathOf(Lock), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MienException($"{Path.GetTempPath()}: no folder for uploaded videos can be made there: {error.Message} TMPDIR names another place.", error);
        }
    }

    /// <summary>The path of a file in it.</summary>
    /// <param name="name">A name of the server's own making.</param>
    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose()
    {
        _lock.Dispose();
        TryDelete(_folder);
    }

    private static void Sweep()
    {
        foreach (var folder in new DirectoryInfo(Path.GetTempPath()).EnumerateDirectories($"{Prefix}*"))
        {
            // A link, or a folder that others may write, is none of ours.
            if (folder.LinkTarget is null && (OperatingSystem.IsWindows() || folder.UnixFileMode == Mine) && IsLeft(folder))
                TryDelete(folder);
        }
    }

    private static bool IsLeft(DirectoryInfo folder)
    {
        try
        {
            using var _ = new FileStream(Path.Combine(folder.FullName, Lock), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void TryDelete(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next server tries again.
        }
    }
}
