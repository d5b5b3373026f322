using System.Diagnostics;
using Mien.Cli.Output;
using Mien.OpenCv;
using Mien.Training;

namespace Mien.Cli.Commands;

/// <summary>Runs a face detector on photos in which the faces are marked, with progress, and takes its figures.</summary>
internal static class DetectorEvaluation
{
    private const int FewestNeighbors = 1;

    /// <summary>Measures a detector.</summary>
    /// <param name="name">As in <see cref="AnalyzerOptions.Detector"/>, or the name of a model in the box.</param>
    /// <param name="annotations">COCO's JSON.</param>
    /// <param name="split">One of <see cref="AnnotatedPhotos.SplitNames"/>.</param>
    /// <param name="teacher">The detector whose landmarks are the measure; null for none.</param>
    /// <param name="side">As <see cref="OnnxDetectorOptions.MaximumSide"/>.</param>
    /// <param name="cancellation">Stops between photos.</param>
    public static DetectionReport Run(string name, string annotations, string split, string? teacher, int side, CancellationToken cancellation)
    {
        if (!AnnotatedPhotos.SplitNames.Contains(split))
            throw new MienException($"There is no split '{split}' of annotated photos; there are {string.Join(", ", AnnotatedPhotos.SplitNames)}.");
        using IFaceDetector detector = FaceDetectors.Create(
            new AnalyzerOptions { Onnx = new() { MinimumConfidence = DetectionReport.LeastConfidence, MaximumSide = side } }
                .WithDetector(name, new() { MinimumNeighbors = FewestNeighbors }));
        using IFaceDetector? taught = teacher is null ? null : FaceDetectors.Create(new AnalyzerOptions { Onnx = new() { MaximumSide = side } }.WithDetector(teacher));
        float usual = detector is OnnxFaceDetector network ? network.UsualConfidence : HaarFaceDetector.LeastConfidence(new());
        var photos = AnnotatedPhotos.Read(annotations, split, cancellation);
        List<PhotoDetections> found = [], expected = [];
        List<double> times = [];
        List<DataFault> faults = [];
        Terminal.WithProgress("Searching for faces", progress =>
        {
            for (int i = 0; i < photos.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                if (photos[i].Load(faults) is { } image)
                {
                    long start = Stopwatch.GetTimestamp();
                    found.Add(new(photos[i], detector.Detect(image)));
                    times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                    if (taught is not null)
                        expected.Add(new(photos[i], taught.Detect(image)));
                }
                progress.Report((i + 1, photos.Count));
            }
            return true;
        });
        DataSource.Report(faults);
        if (found.Count == 0)
            throw new MienException($"{annotations}: none of the {photos.Count} photos of the split '{split}' can be searched.");
        return DetectionReport.Create(found, usual) with
        {
            MillisecondsPerPhoto = times.Order().ElementAt(times.Count / 2),
            Landmarks = taught is null ? null : LandmarkError.Measure([.. found.Select(photo => photo.AtLeast(usual))], expected),
        };
    }
}
