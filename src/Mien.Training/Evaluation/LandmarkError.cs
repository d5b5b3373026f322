namespace Mien.Training;

/// <summary>How far a detector's landmarks lie from those of another one, its teacher.</summary>
/// <param name="Mean">The distance of a landmark from the teacher's, in sides of the teacher's box (the root of its area), averaged over the five landmarks of each face and over the faces; 0 without any.</param>
/// <param name="Faces">How many marked faces both found, with landmarks.</param>
public sealed record LandmarkError(double Mean, int Faces)
{
    /// <summary>Compares landmarks on the marked faces that both detectors found with an intersection over union of 0.5 or more.</summary>
    /// <param name="photos">What the detector found, at its usual confidence.</param>
    /// <param name="teacher">What the teacher found in the same photos, in the same order, at its usual confidence.</param>
    /// <exception cref="ArgumentException">The photos are not the same.</exception>
    public static LandmarkError Measure(IReadOnlyList<PhotoDetections> photos, IReadOnlyList<PhotoDetections> teacher)
    {
        ArgumentNullException.ThrowIfNull(photos);
        ArgumentNullException.ThrowIfNull(teacher);
        if (!photos.Select(photo => photo.Photo.Path).SequenceEqual(teacher.Select(photo => photo.Photo.Path)))
            throw new ArgumentException("The teacher must have seen the same photos in the same order.", nameof(teacher));
        double[] errors = [.. photos.Zip(teacher, Errors).SelectMany(errors => errors)];
        return new(errors.DefaultIfEmpty(0).Average(), errors.Length);
    }

    private static IEnumerable<double> Errors(PhotoDetections photo, PhotoDetections teacher)
    {
        Dictionary<int, DetectedFace> taught = Found(teacher);
        foreach ((int face, DetectedFace found) in Found(photo))
        {
            if (taught.TryGetValue(face, out DetectedFace? expected))
                yield return Points(found.Landmarks!).Zip(Points(expected.Landmarks!), Distance).Average() / Math.Sqrt(expected.Box.Area);
        }
    }

    /// <summary>The detections with landmarks, by the marked face that they found.</summary>
    private static Dictionary<int, DetectedFace> Found(PhotoDetections photo) =>
        DetectionMatching.Match(photo, DetectionReport.LooseOverlap, _ => true, _ => true)
            .Zip(photo.Detections.OrderByDescending(detection => detection.Confidence))
            .Where(pair => pair.First.Face is not null && pair.Second.Landmarks is not null)
            .ToDictionary(pair => pair.First.Face!.Value, pair => pair.Second);

    private static Landmark[] Points(FaceLandmarks at) => [at.LeftEye, at.RightEye, at.Nose, at.LeftMouth, at.RightMouth];

    private static double Distance(Landmark one, Landmark other) => double.Hypot(one.X - other.X, one.Y - other.Y);
}
