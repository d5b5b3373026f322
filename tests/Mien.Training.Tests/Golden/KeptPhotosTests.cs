using Mien.Tests;

namespace Mien.Training.Tests.Golden;

/// <summary>The face detector in the box on the photos that no training saw, as <c>mien evaluate face-detector</c> measures it.</summary>
public sealed class KeptPhotosTests
{
    [Fact]
    public void The_same_photos_are_kept_aside_and_their_faces_found()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var faults = new List<DataFault>();
        var (_, photos) = PhotoSplits.Split(CocoAnnotations.Read(SharedData.Require("data", "faces", "annotations.coco.json"), faults), cancellation: cancellation);
        using var detector = OnnxFaceDetector.Load(ModelBox.Find("face-detector"), new() { MinimumConfidence = DetectionReport.LeastConfidence });
        var found = new PhotoDetections?[photos.Count];
        InParallel.For(photos.Count, (i, _) => found[i] = photos[i].Load([]) is { } image ? new(photos[i], detector.Detect(image)) : null, cancellation);
        var report = DetectionReport.Create([.. found.OfType<PhotoDetections>()], detector.UsualConfidence);
        GoldenFile.Check("kept-photos.txt",
        [
            .. photos.Select(photo => $"{Path.GetFileName(photo.Path)} faces: {photo.Faces.Count}"),
            $"faces: {report.Faces}",
            $"ap50: {GoldenFile.Number(report.Ap50, 4)}",
            $"ap: {GoldenFile.Number(report.Ap, 4)}",
            $"ap50 masked: {GoldenFile.Number(report.Masked.Ap50, 4)}",
            $"ap50 unmasked: {GoldenFile.Number(report.Unmasked.Ap50, 4)}",
        ], _ => 0.005);
        Assert.Empty(faults);
    }
}
