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
        List<string> faults = [];
        List<Image> images = [.. Enumerable.Range(0, count).Select(i => Load(photos[(int)((long)i * photos.Count / count)], faults)).OfType<Image>()];
        faults.ForEach(Terminal.Fail);
        return images;
    }

    /// <summary>The photo; null, with a fault, if it cannot be read or is not the one that was annotated.</summary>
    public static Image? Load(AnnotatedPhoto photo, List<string> faults)
    {
        try
        {
            var image = Image.Load(photo.Path);
            if ((image.Width, image.Height) == (photo.Width, photo.Height))
                return image;
            faults.Add($"{photo.Path} is {image.Width}x{image.Height}, its annotations are for {photo.Width}x{photo.Height}. It is left out.");
        }
        catch (ImageException error)
        {
            faults.Add($"{error.Message} It is left out.");
        }
        return null;
    }
}
