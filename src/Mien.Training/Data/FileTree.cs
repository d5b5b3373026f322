using System.IO.Compression;
using Mien.Imaging.Files;

namespace Mien.Training;

/// <summary>The files of a folder or of a zip, by relative path with forward slashes. Safe to share between threads.</summary>
/// <remarks>What a system leaves behind is not seen: hidden files, <c>__MACOSX</c>, <c>Thumbs.db</c>, <c>desktop.ini</c>.</remarks>
internal abstract class FileTree : IDisposable
{
    /// <summary>The folder or the zip.</summary>
    public required string Path { get; init; }

    /// <summary>All files, in ordinal order.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>All folders, empty ones too, in ordinal order.</summary>
    public required IReadOnlyList<string> Folders { get; init; }

    /// <exception cref="MienException">The zip is damaged.</exception>
    public static FileTree Open(string path) => Directory.Exists(path) ? FolderTree.Open(path) : ZipTree.Open(path);

    /// <summary>A file's bytes.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public abstract byte[] Read(string file);

    /// <summary>A file or folder as people would name it.</summary>
    public string Describe(string relative) => relative.Length == 0 ? Path : System.IO.Path.Combine(Path, relative);

    public abstract void Dispose();

    private static bool IsSeen(string relative) => !relative.Split('/').Any(part =>
        part.StartsWith('.') || part is "__MACOSX" || part.Equals("Thumbs.db", StringComparison.OrdinalIgnoreCase)
        || part.Equals("desktop.ini", StringComparison.OrdinalIgnoreCase));

    private static string[] Ordered(IEnumerable<string> relative) => [.. relative.Where(IsSeen).Distinct().Order(StringComparer.Ordinal)];

    private sealed class FolderTree : FileTree
    {
        // A link that points upwards would otherwise be followed until the path is too long.
        private static readonly EnumerationOptions Deep = new() { RecurseSubdirectories = true, MaxRecursionDepth = 12, IgnoreInaccessible = false };

        public static new FolderTree Open(string path) => new()
        {
            Path = path,
            Files = Ordered(Directory.EnumerateFiles(path, "*", Deep).Select(file => Relative(path, file))),
            Folders = Ordered(Directory.EnumerateDirectories(path, "*", Deep).Select(folder => Relative(path, folder))),
        };

        public override byte[] Read(string file) => File.ReadAllBytes(System.IO.Path.Combine(Path, file));

        public override void Dispose() { }

        private static string Relative(string root, string path) =>
            System.IO.Path.GetRelativePath(root, path).Replace(System.IO.Path.DirectorySeparatorChar, '/');
    }

    private sealed class ZipTree : FileTree
    {
        // More than any picture of a face needs; keeps a zip bomb from filling the memory.
        private const long LargestFile = 256 << 20;

        private readonly Lock _lock = new();
        private ZipArchive _archive = null!;
        private Dictionary<string, ZipArchiveEntry> _entries = null!;

        public static new ZipTree Open(string path)
        {
            ZipArchive archive;
            Dictionary<string, ZipArchiveEntry> entries = [];
            try
            {
                archive = ZipFile.OpenRead(path);
                foreach (ZipArchiveEntry entry in archive.Entries)
                    entries[entry.FullName.Replace('\\', '/')] = entry;
            }
            catch (InvalidDataException error)
            {
                throw new MienException($"{path} is no zip, or it is damaged: {error.Message} Get the file again.", error);
            }
            return new()
            {
                Path = path,
                _archive = archive,
                _entries = entries,
                Files = Ordered(entries.Keys.Where(name => !name.EndsWith('/'))),
                Folders = Ordered(entries.Keys.SelectMany(Parents)),
            };
        }

        public override byte[] Read(string file)
        {
            // The entries of an archive share one stream.
            lock (_lock)
            {
                ZipArchiveEntry entry = _entries[file];
                if (entry.Length > LargestFile)
                    throw new InvalidDataException($"is larger than {LargestFile >> 20} MiB");
                var bytes = new byte[entry.Length];
                using Stream stream = entry.Open();
                stream.ReadExactly(bytes);
                return PngFile.Crc(bytes) == entry.Crc32 ? bytes : throw new InvalidDataException("its checksum in the zip does not fit");
            }
        }

        public override void Dispose() => _archive.Dispose();

        private static IEnumerable<string> Parents(string name)
        {
            for (int slash = name.IndexOf('/'); slash >= 0; slash = name.IndexOf('/', slash + 1))
                yield return name[..slash];
        }
    }
}
