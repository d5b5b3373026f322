namespace Mien.Training;

/// <summary>Reads data sets of labelled faces, whatever their format.</summary>
public static class FaceData
{
    private const int LargestSize = 4096;

    private static readonly string[] CsvNames = ["fer2013.csv", "fer2013.csv.gz", "icml_face_data.csv"];

    /// <summary>Reads a data set: the CSV of FER-2013 (<c>.csv</c>, <c>.csv.gz</c>, or the folder it lies in), or images per class in a folder or zip.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="options">How to read it.</param>
    /// <param name="progress">Is told how far the reading is, in bytes or files.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="MienException">There is no such path, it holds no data set, or more of it is malformed than the options allow.</exception>
    public static FaceDatasets Open(string path, DataOptions? options = null, IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Size, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Size, LargestSize, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxFaults, nameof(options));
        try
        {
            return Read(path, options, progress, cancellation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MienException($"{path} cannot be read: {error.Message}", error);
        }
    }

    private static FaceDatasets Read(string path, DataOptions options, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        if (Directory.Exists(path))
        {
            string? csv = CsvNames.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists);
            if (csv is not null)
                return Fer2013Reader.Read(csv, options, progress, cancellation);
        }
        else if (!File.Exists(path))
        {
            throw new MienException($"{path}: no such file or folder.");
        }
        else if (IsCsv(path))
        {
            return Fer2013Reader.Read(path, options, progress, cancellation);
        }
        else if (!path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
        {
            throw new MienException($"{path} is no data set that Mien reads: use FER-2013's .csv or .csv.gz, or a folder or .zip of images per class.");
        }
        return ImageFolderReader.Read(path, options, progress, cancellation);
    }

    /// <summary>Whether a file's name is that of a CSV, plain or compressed.</summary>
    internal static bool IsCsv(string path) =>
        path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase);
}
