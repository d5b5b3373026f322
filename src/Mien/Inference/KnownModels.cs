namespace Mien;

/// <summary>A model of another maker that can be fetched.</summary>
/// <param name="Name">What to call it: <c>mien models pull NAME</c>, <c>--detector NAME</c>.</param>
/// <param name="Task">What it does: <c>emotion</c> or <c>face-detection</c>.</param>
/// <param name="Address">Where its maker offers it.</param>
/// <param name="Size">Length in bytes.</param>
/// <param name="Sha256">Its SHA-256, as 64 hexadecimal digits.</param>
/// <param name="License">Licence of the weights.</param>
/// <param name="TrainingData">What the weights were trained on.</param>
public sealed record KnownModel(string Name, string Task, Uri Address, long Size, string Sha256, string License, string TrainingData)
{
    /// <summary>The file's name, in the cache as at its maker.</summary>
    public string FileName => Path.GetFileName(Address.LocalPath);
}

/// <summary>The models of other makers that Mien knows where to get, and the user's cache that holds them once fetched.</summary>
public static class KnownModels
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<KnownModel> All { get; } =
    [
        new("yunet", "face-detection",
            new("https://github.com/opencv/opencv_zoo/raw/main/models/face_detection_yunet/face_detection_yunet_2023mar.onnx"),
            232_589, "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4", "MIT", "WIDER FACE"),
    ];

    /// <summary>The user's cache of fetched models: <c>$XDG_CACHE_HOME/mien/models</c> or the platform's equivalent.</summary>
    public static string Folder => Path.Combine(CacheRoot(Environment.GetEnvironmentVariable("XDG_CACHE_HOME")), "mien", "models");

    /// <summary>The fetched file of a known model, or null if it is not fetched or not known.</summary>
    public static string? Find(string name) =>
        All.FirstOrDefault(model => model.Name == name) is { } known && PathOf(known) is var path && File.Exists(path) ? path : null;

    /// <summary>A known model by its name.</summary>
    /// <exception cref="ModelException">There is none of this name; the message names those there are.</exception>
    public static KnownModel Get(string name) =>
        All.FirstOrDefault(model => model.Name == name)
        ?? throw new ModelException($"No model called '{name}' can be pulled; there are: {string.Join(", ", All.Select(model => model.Name))}.");

    /// <summary>Where a model lies in the cache once it is fetched.</summary>
    internal static string PathOf(KnownModel model) => Path.Combine(Folder, model.FileName);

    /// <summary>The user's cache folder; by the XDG specification a relative path in the variable counts as none.</summary>
    internal static string CacheRoot(string? xdgCacheHome)
    {
        if (Path.IsPathRooted(xdgCacheHome))
            return xdgCacheHome;
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : Path.Combine(home, ".cache");
    }
}
