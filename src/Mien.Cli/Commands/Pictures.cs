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

    private static IEnumerable<Picture> Expand(string path)
    {
        if (path == Stdin)
            return [new("stdin", "stdin.png", () => Image.Decode(ReadStdin(), "stdin"))];
        return Directory.Exists(path) ? InFolder(path) : [new(path, Path.GetFileName(path), () => Image.Load(path))];
    }

    private static List<Picture> InFolder(string folder)
    {
        var files = Directory.EnumerateFiles(folder, "*", Everything).Order(StringComparer.Ordinal).ToList();
        var pictures = files.Where(Image.HasPictureExtension)
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
