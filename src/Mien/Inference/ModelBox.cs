namespace Mien;

/// <summary>The weights that come with Mien, in the folder <c>models</c> beside the program.</summary>
public static class ModelBox
{
    /// <summary>The model that is used when none is named.</summary>
    public const string Default = "mien-s";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>The models in the box, in ordinal order.</summary>
    public static IReadOnlyList<string> Names => !Directory.Exists(Folder) ? []
        : [.. Directory.EnumerateFiles(Folder, "*.onnx").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    /// <summary>The card of a model in the box, Markdown for people; null if there is none.</summary>
    internal static string? Card(string name) => Names.Contains(name) && Path.Combine(Folder, $"{name}.md") is var path && File.Exists(path) ? path : null;

    /// <summary>The file of a model in the box.</summary>
    /// <exception cref="ModelException">There is no such model; the message names those there are.</exception>
    public static string Find(string name)
    {
        string path = Path.Combine(Folder, $"{name}.onnx");
        return File.Exists(path) ? path
            : throw new ModelException($"There is no file '{name}', and no model of that name in the box ({Folder}: {(Names.Count > 0 ? string.Join(", ", Names) : "empty")}). Name an ONNX file, or one of these models.");
    }
}
