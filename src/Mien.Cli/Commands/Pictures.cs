using Mien.Cli.Output;

namespace Mien.Cli.Commands;

/// <summary>A picture to analyze: a file, or stdin.</summary>
/// <param name="Name">What the output calls it.</param>
/// <param name="RelativePath">Its place below the folder that was named, for annotated copies.</param>
/// <param name="Read">Decodes it.</param>
internal sealed record Picture(string Name, string RelativePath, Func<Image> Read);

/// <summary>The pictures that paths name: files, folders with all that is below them, <c>-</c> for stdin.</summary>
internal static class Pictures
{
    private const string Stdin = "-";

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, IgnoreInaccessible = false };

    public static IReadOnlyList<Picture> Find(IReadOnlyList<string> paths) => [.. paths.SelectMany(Expand)];

    /// <summary>Whether a path's extension is that of a format that can be read.</summary>
    public static bool IsPicture(string path) => Image.ReadableExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<Picture> Expand(string path)
    {
        if (path == Stdin)
            return [new("stdin", "stdin.png", () => Image.Decode(ReadStdin(), "stdin"))];
        return Directory.Exists(path) ? InFolderOrFault(path) : [new(path, Path.GetFileName(path), () => Image.Load(path))];
    }

    /// <summary>A folder that cannot be listed counts as one picture that cannot be read, so that the other paths are analyzed.</summary>
    private static List<Picture> InFolderOrFault(string folder)
    {
        try
        {
            return InFolder(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [new(folder, "", () => throw new ImageException($"{folder}: the folder cannot be listed: {error.Message}", error))];
        }
    }

    private static List<Picture> InFolder(string folder)
    {
        var files = Directory.EnumerateFiles(folder, "*", Everything).Order(StringComparer.Ordinal).ToList();
        var pictures = files.Where(IsPicture)
            .Select(file => new Picture(file, Path.GetRelativePath(folder, file), () => Image.Load(file))).ToList();
        if (pictures.Count < files.Count)
            Terminal.Note($"{folder}: {files.Count - pictures.Count} of {files.Count} files have no picture's extension and are left out.");
        return pictures;
    }

    private static byte[] ReadStdin()
    {
        using var stdin = Console.OpenStandardInput();
        using var buffer = new MemoryStream();
        stdin.CopyTo(buffer);
        return buffer.ToArray();
    }
}
