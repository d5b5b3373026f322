using System.Text.RegularExpressions;

namespace Mien.Training;

/// <summary>Reads pictures per class from a folder or zip.</summary>
internal static partial class ImageFolderReader
{
    public static FaceDatasets Read(string path, DataOptions options, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        if (options.Labels != LabelSet.Original)
            throw new MienException($"{path} has the labels of its folders only: FER+ votes go with the CSV of FER-2013.");
        using FileTree tree = FileTree.Open(path);
        var faults = new FaultLog(options.MaxFaults);
        ClassFolders folders = ClassFolders.Find(tree, faults);
        byte[] pixels = PixelMemory.Allocate(folders.Files.Count, options);
        string?[] problems = Decode(tree, folders.Files, pixels, options, progress, cancellation);
        // In order, whatever the threads did.
        for (int i = 0; i < problems.Length; i++)
        {
            if (problems[i] is { } problem)
                faults.Add(tree.Describe(folders.Files[i].File), null, problem);
        }
        FaceDataset[] splits = [.. Build(tree, folders, pixels, problems, options)];
        if (splits.Length == 0)
            throw new MienException($"None of the {problems.Length} pictures in {path} can be read; the first: {faults.ToList()[0]}");
        bool cohnKanade = splits.All(split => split.Groups.Count == split.Count && split.Groups.All(group => group is not null));
        return new(path, cohnKanade ? DataKind.CohnKanade : DataKind.Folders, folders.Labels, splits, faults.ToList(), []);
    }

    /// <summary>Fills the array; returns what is wrong with each file, null where nothing is.</summary>
    private static string?[] Decode(FileTree tree, IReadOnlyList<ClassFile> files, byte[] pixels, DataOptions options,
        IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        int imageBytes = PixelMemory.ImageBytes(options);
        var problems = new string?[files.Count];
        string stage = $"reading {Path.GetFileName(Path.TrimEndingDirectorySeparator(tree.Path))}";
        int done = 0, failed = 0;
        InParallel.For(files.Count, (i, loop) =>
        {
            string source = tree.Describe(files[i].File);
            try
            {
                Image image = Image.Decode(tree.Read(files[i].File), source);
                FaceCrop.Cut(image, CropRegion.Whole(image), options.Size, options.Format).Pixels.CopyTo(pixels.AsSpan(i * imageBytes));
            }
            catch (Exception error) when (error is ImageException or IOException or UnauthorizedAccessException or InvalidDataException)
            {
                problems[i] = DataFault.Of(source, error).Message;
                // The first faults in order are still found: iterations before this one go on.
                if (Interlocked.Increment(ref failed) > options.MaxFaults)
                    loop.Break();
            }
            int now = Interlocked.Increment(ref done);
            if (now % 64 == 0 || now == files.Count)
                progress?.Report(new(stage, now, files.Count));
        }, cancellation);
        return problems;
    }

    private static IEnumerable<FaceDataset> Build(FileTree tree, ClassFolders folders, byte[] pixels, string?[] problems, DataOptions options)
    {
        int imageBytes = PixelMemory.ImageBytes(options);
        int end = 0;
        for (int start = 0; start < folders.Files.Count; start = end)
        {
            string split = folders.Files[start].Split;
            for (end = start; end < folders.Files.Count && folders.Files[end].Split == split; end++) { }
            int[] kept = [.. Enumerable.Range(start, end - start).Where(i => problems[i] is null)];
            if (kept.Length == 0)
                continue;
            byte[] own = kept.Length == folders.Files.Count ? pixels : new byte[kept.Length * imageBytes];
            for (int i = 0; i < kept.Length && own != pixels; i++)
                pixels.AsSpan(kept[i] * imageBytes, imageBytes).CopyTo(own.AsSpan(i * imageBytes));
            Match[] names = [.. kept.Select(i => CohnKanadeName().Match(folders.Files[i].File))];
            bool anyNames = names.Any(name => name.Success);
            yield return new FaceDataset(split, folders.Labels, options.Size, options.Format, own, [.. kept.Select(i => folders.Files[i].Class)])
            {
                Sources = [.. kept.Select(i => tree.Describe(folders.Files[i].File))],
                Groups = anyNames ? [.. names.Select(name => name.Success ? name.Groups["subject"].Value : null)] : [],
                Sequences = anyNames ? [.. names.Select(name => name.Success ? name.Groups["sequence"].Value : null)] : [],
            };
        }
    }

    /// <summary><c>S010_004_00000017.png</c>: subject 010, its sequence 004, frame 17.</summary>
    [GeneratedRegex(@"(?:^|/)(?<sequence>(?<subject>S\d{3})_\d{3})_\d{8}\.[^/]+$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CohnKanadeName();
}
