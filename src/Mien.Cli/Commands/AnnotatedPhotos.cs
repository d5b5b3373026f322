using Mien.Cli.Output;
using Mien.Training;

namespace Mien.Cli.Commands;

/// <summary>Opens photos with marked faces, with progress, and says what was left out.</summary>
internal static class AnnotatedPhotos
{
    /// <summary>Enough photos to calibrate a detector on.</summary>
    private const int MostForCalibration = 100;

    public static string[] SplitNames { get; } = [SplitName.Train, SplitName.Validation, SplitName.All];

    /// <summary>The photos of a split.</summary>
    /// <param name="annotations">COCO's JSON.</param>
    /// <param name="split">One of <see cref="SplitNames"/>.</param>
    /// <param name="cancellation">Stops between photos.</param>
    public static IReadOnlyList<AnnotatedPhoto> Read(string annotations, string split, CancellationToken cancellation)
    {
        List<DataFault> faults = [];
        var photos = CocoAnnotations.Read(annotations, faults);
        DataSource.Report(faults);
        if (split == SplitName.All)
            return photos;
        var (train, validation) = Terminal.WithProgress("Splitting the photos", progress => PhotoSplits.Split(photos, progress: DataSource.Stages(progress), cancellation: cancellation));
        return split == SplitName.Train ? train : validation;
    }

    /// <summary>Photos of the training split, spread evenly over it.</summary>
    public static IReadOnlyList<Image> Images(string annotations, CancellationToken cancellation)
    {
        var photos = Read(annotations, SplitName.Train, cancellation);
        int count = Math.Min(MostForCalibration, photos.Count);
        List<DataFault> faults = [];
        List<Image> images = [.. Enumerable.Range(0, count).Select(i => photos[(int)((long)i * photos.Count / count)].Load(faults)).OfType<Image>()];
        DataSource.Report(faults);
        return images;
    }
}
