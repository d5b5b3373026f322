using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace Mien.Training;

/// <summary>Writes data sets in another format. There and back changes no pixel, no label, no split and no order.</summary>
/// <remarks>Malformed rows and files are in <see cref="FaceDatasets.Faults"/> of what is converted, and are not written.</remarks>
public static partial class DataConversion
{
    private static readonly byte[][] Numbers = [.. Enumerable.Range(0, 256).Select(value => Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)))];

    /// <summary>Writes each image as <c>split/class/rowNNNNN.png</c>; the number is that of the CSV's row, from 0 without the header.</summary>
    /// <param name="data">What to write.</param>
    /// <param name="folder">A folder that does not exist or is empty.</param>
    /// <param name="progress">Is told how many images are written.</param>
    /// <param name="cancellation">Stops the writing.</param>
    /// <returns>How many images were written.</returns>
    /// <exception cref="MienException">The folder is not empty, or it cannot be written.</exception>
    public static int ToFolders(FaceDatasets data, string folder, IProgress<DataProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return Write(folder, () =>
        {
            if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
                throw new MienException($"{folder} is not empty. Name a new folder, so that nothing is overwritten or mixed.");
            foreach (FaceDataset split in data.Splits)
            {
                foreach (string label in data.Labels)
                    Directory.CreateDirectory(Path.Combine(folder, split.Name, label));
            }
            int done = 0, total = data.Count, first = 0;
            foreach (FaceDataset split in data.Splits)
            {
                int start = first;
                InParallel.For(split.Count, (i, _) =>
                {
                    int row = split.Rows.Count > 0 ? split.Rows[i] : start + i;
                    string name = string.Create(CultureInfo.InvariantCulture, $"row{row:D5}.png");
                    File.WriteAllBytes(Path.Combine(folder, split.Name, data.Labels[split.Targets[i]], name), split.ImageAt(i).Encode(".png"));
                    int now = Interlocked.Increment(ref done);
                    if (now % 256 == 0 || now == total)
                        progress?.Report(new($"writing {folder}", now, total));
                }, cancellation);
                first += split.Count;
            }
            return total;
        });
    }

    /// <summary>Writes the CSV of FER-2013: <c>emotion,pixels,Usage</c>, compressed if the path ends in <c>.gz</c>.</summary>
    /// <remarks>Images from <see cref="ToFolders"/> come in the order of their row numbers, others in the order of the data set.</remarks>
    /// <param name="data">48x48 gray images of FER-2013's seven classes in train, validation and test.</param>
    /// <param name="path">A file that does not exist, <c>.csv</c> or <c>.csv.gz</c>. It appears whole or not at all.</param>
    /// <param name="progress">Is told how many rows are written.</param>
    /// <param name="cancellation">Stops the writing.</param>
    /// <returns>How many rows were written.</returns>
    /// <exception cref="MienException">FER-2013's format cannot hold the data, or the file exists or cannot be written.</exception>
    public static int ToCsv(FaceDatasets data, string path, IProgress<DataProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!FaceData.IsCsv(path))
            throw new MienException($"{path}: FER-2013's format is .csv or .csv.gz.");
        if (data.Splits.Any(split => split.Size != Fer2013Reader.Side || split.Format != PixelFormat.Gray8))
            throw new MienException($"FER-2013's CSV holds gray images of {Fer2013Reader.Side} pixels a side: read {data.Path} in that size.");
        int[] emotions = [.. data.Labels.Select(EmotionNumber)];
        var rows = data.Splits.SelectMany(split => Enumerable.Range(0, split.Count).Select(i => (Split: split, Index: i)))
            .OrderBy(row => RowNumber(row.Split, row.Index)).ToList();
        Dictionary<string, string> usages = data.Splits.ToDictionary(split => split.Name, UsageOf);

        return Write(path, () =>
        {
            if (File.Exists(path))
                throw new MienException($"{path} exists. Name a new file, so that nothing is overwritten.");
            string partial = $"{path}.partial";
            try
            {
                using (Stream file = File.Create(partial))
                using (Stream text = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionLevel.Optimal) : new BufferedStream(file, 1 << 16))
                {
                    text.Write("emotion,pixels,Usage\n"u8);
                    var line = new List<byte>(16_384);
                    for (int i = 0; i < rows.Count; i++)
                    {
                        var (split, index) = rows[i];
                        line.Clear();
                        line.AddRange(Numbers[emotions[split.Targets[index]]]);
                        byte separator = (byte)',';
                        foreach (byte pixel in split.PixelsOf(index))
                        {
                            line.Add(separator);
                            line.AddRange(Numbers[pixel]);
                            separator = (byte)' ';
                        }
                        line.AddRange(Encoding.ASCII.GetBytes($",{usages[split.Name]}\n"));
                        text.Write(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(line));
                        if (i % 256 == 0)
                        {
                            cancellation.ThrowIfCancellationRequested();
                            progress?.Report(new($"writing {path}", i, rows.Count));
                        }
                    }
                }
                File.Move(partial, path);
            }
            finally
            {
                File.Delete(partial);
            }
            progress?.Report(new($"writing {path}", rows.Count, rows.Count));
            return rows.Count;
        });

        int EmotionNumber(string label)
        {
            for (int i = 0; i < Fer2013Reader.Labels.Count; i++)
            {
                if (Fer2013Reader.Labels[i] == label)
                    return i;
            }
            throw new MienException($"FER-2013's format has no class '{label}'; it has {string.Join(", ", Fer2013Reader.Labels)}.");
        }

        string UsageOf(FaceDataset split)
        {
            foreach (var (usage, name) in Fer2013Reader.Usages)
            {
                if (name == split.Name)
                    return usage;
            }
            throw new MienException($"FER-2013's format needs splits, and {data.Path} has none: put the class folders below train, validation and test.");
        }
    }

    /// <summary>The row of an image that came from a CSV or from <see cref="ToFolders"/>; the same for all others.</summary>
    private static int RowNumber(FaceDataset split, int index)
    {
        if (split.Rows.Count > 0)
            return split.Rows[index];
        Match match = split.Sources.Count > 0 ? RowName().Match(split.Sources[index]) : Match.Empty;
        return match.Success && int.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out int row) ? row : int.MaxValue;
    }

    private static T Write<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MienException($"{path} cannot be written: {error.Message}", error);
        }
    }

    [GeneratedRegex(@"[/\\]row(\d+)\.png$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex RowName();
}
