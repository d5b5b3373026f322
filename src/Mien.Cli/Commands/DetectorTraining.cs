using Mien.Cli.Output;
using Mien.Training;

namespace Mien.Cli.Commands;

/// <summary>Brings together what a face detector is trained on.</summary>
internal static class DetectorTraining
{
    /// <summary>Reads photos with marked faces, asks the teacher about them, and reads face crops to paste.</summary>
    /// <param name="recipe">The detector's recipe.</param>
    /// <param name="annotations">COCO's JSON.</param>
    /// <param name="cancellation">Stops it.</param>
    public static DetectionData Open(Recipe recipe, string annotations, CancellationToken cancellation)
    {
        string teacher = FaceDetectors.FileOf(recipe.Detection!.Teacher);
        var faults = new List<DataFault>();
        var photos = CocoAnnotations.Read(annotations, faults);
        var crops = recipe.Detection.Crops is not { } faces ? null : DataSource.Open(faces, new DataOptions(), cancellation)[recipe.Data.Train];
        var (train, validation) = Terminal.WithProgress("Splitting the photos", progress => PhotoSplits.Split(photos, recipe.Detection.HoldOut, progress: DataSource.Stages(progress), cancellation: cancellation));
        var data = Terminal.WithProgress("Asking the teacher", progress => DetectionData.Prepare(recipe, train, validation,
            (side, confidence) => OnnxFaceDetector.Load(teacher, new OnnxDetectorOptions { MaximumSide = side, MinimumConfidence = confidence }), crops, faults, DataSource.Stages(progress), cancellation));
        DataSource.Report(faults);
        Terminal.Note($"{data.Faces.All:N0} faces in {data.TrainCount:N0} photos, {data.Faces.ByTeacher:N0} of them found by the teacher alone; {data.CropCount:N0} face crops; {data.ValidationCount:N0} photos to choose by.");
        return data;
    }
}
