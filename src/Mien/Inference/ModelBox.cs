namespace Mien;

/// <summary>The weights that come with Mien, in the folder <c>models</c> beside the program.</summary>
public static class ModelBox
{
    /// <summary>The model that is used when none is named.</summary>
    public const string Default = "mien-s";

    /// <summary>The file of a model in the box.</summary>
    /// <exception cref="ModelException">There is no such model; the message names those there are.</exception>
    public static string Find(string name)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "models");
        string path = Path.Combine(folder, $"{name}.onnx");
        if (File.Exists(path))
            return path;
        string known = Directory.Exists(folder) ? string.Join(", ", Names(folder)) : "none";
        throw new ModelException($"The model '{name}' is not in the box ({folder}; there: {known}). Name an ONNX file instead, or copy it there.");
    }

    private static IEnumerable<string?> Names(string folder) =>
        Directory.EnumerateFiles(folder, "*.onnx").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal);
}
