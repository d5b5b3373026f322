using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mien.Training;

/// <summary>How well faces of one kind are found.</summary>
/// <param name="Faces">How many such faces were marked.</param>
/// <param name="Ap50">Average precision, 0 to 1, where a detection is right if it overlaps a marked face by at least 0.5; 0 without any face.</param>
/// <param name="Ap">The mean of the average precisions at overlaps of 0.5, 0.55 to 0.95.</param>
public sealed record DetectionFigures(int Faces, double Ap50, double Ap);

/// <summary>How well faces are found by their height in the photo.</summary>
/// <param name="Under20">Faces less than 20 pixels high.</param>
/// <param name="From20To40">Faces 20 to 40 pixels high.</param>
/// <param name="Above40">Faces more than 40 pixels high.</param>
public sealed record FiguresByHeight(DetectionFigures Under20, DetectionFigures From20To40, DetectionFigures Above40);

/// <summary>How well a detector finds the faces that people marked in photos, with the definitions of COCO's evaluation.</summary>
/// <remarks>
/// Overlap is intersection over union. Average precision is interpolated at 101 recalls. Where only some faces are judged, those of
/// another height or kind are ignored and so are detections of them; unmatched detections of another height are ignored as well.
/// Unlike COCO, all detections of a photo count, not the first 100. No figure is ever NaN: without any face it is 0.
/// </remarks>
public sealed record DetectionReport
{
    /// <summary>The overlap from which on a detection is right, where no other is named.</summary>
    internal const float LooseOverlap = 0.5f;

    /// <summary>The confidence of a network from which on faces are judged: low enough that the curve of precision over recall is complete, high enough that not every cell is a face.</summary>
    internal const float LeastConfidence = 0.02f;

    private const int SmallHeight = 20;
    private const int LargeHeight = 40;
    private const double FalseFacesPerPhoto = 0.1;

    private static readonly float[] Overlaps = [.. Enumerable.Range(0, 10).Select(step => (50 + (5 * step)) / 100f)];

    private DetectionReport() { }

    /// <summary>How many photos were searched.</summary>
    public required int Photos { get; init; }

    /// <summary>How many faces are marked in them.</summary>
    public required int Faces { get; init; }

    /// <inheritdoc cref="DetectionFigures.Ap50"/>
    public required double Ap50 { get; init; }

    /// <inheritdoc cref="DetectionFigures.Ap"/>
    public required double Ap { get; init; }

    /// <summary>The same by the height of the faces.</summary>
    public required FiguresByHeight ByHeight { get; init; }

    /// <summary>The same for faces behind masks, badly worn ones too: the lower half of such a face is covered, wholly or in part.</summary>
    public required DetectionFigures Masked { get; init; }

    /// <summary>The same for all other faces.</summary>
    public required DetectionFigures Unmasked { get; init; }

    /// <summary>The share of the unmasked faces of 20 pixels and more that is found at <see cref="UsualConfidence"/>, at an overlap of 0.5.</summary>
    public required double RecallUnmasked { get; init; }

    /// <summary>The same at any confidence: more no threshold could find.</summary>
    public required double RecallUnmaskedAtMost { get; init; }

    /// <summary>Detections a photo that are right about no marked face, at <see cref="UsualConfidence"/>; faces that nobody marked count too.</summary>
    public required double FalsePerPhoto { get; init; }

    /// <summary>The confidence from which on the detector's users see a face.</summary>
    public required float UsualConfidence { get; init; }

    /// <summary>The share of all faces that is found, at an overlap of 0.5, where the confidence is so chosen that one photo in ten has a false face.</summary>
    [JsonPropertyName("recallAt01")]
    public required double RecallAtTenthFalse { get; init; }

    /// <summary>How far the landmarks lie from a teacher's; null if none was asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LandmarkError? Landmarks { get; init; }

    /// <summary>The median time that the detector took for a decoded photo, in milliseconds; null if it was not taken.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MillisecondsPerPhoto { get; init; }

    /// <summary>Judges detections against the marked faces.</summary>
    /// <param name="photos">What was found in each photo, down to the least confidence that the detector can give.</param>
    /// <param name="usualConfidence">The confidence from which on the detector's users see a face.</param>
    public static DetectionReport Create(IReadOnlyList<PhotoDetections> photos, float usualConfidence)
    {
        ArgumentNullException.ThrowIfNull(photos);
        DetectionFigures all = Figures(photos, _ => true, _ => true);
        MatchedDetection[] matches = [.. Match(photos, LooseOverlap, _ => true, _ => true)];
        static bool IsReadable(AnnotatedFace face) => !face.IsMasked && face.Box.Height >= SmallHeight;
        int readable = Count(photos, IsReadable);
        MatchedDetection[] found = [.. Match(photos, LooseOverlap, IsReadable, _ => true).Where(match => match is { Face: not null, IsIgnored: false })];
        return new DetectionReport
        {
            Photos = photos.Count,
            Faces = all.Faces,
            Ap50 = all.Ap50,
            Ap = all.Ap,
            ByHeight = new(
                OfHeight(photos, height => height < SmallHeight),
                OfHeight(photos, height => height is >= SmallHeight and <= LargeHeight),
                OfHeight(photos, height => height > LargeHeight)),
            Masked = Figures(photos, face => face.IsMasked, _ => true),
            Unmasked = Figures(photos, face => !face.IsMasked, _ => true),
            RecallUnmasked = Share(found.Count(match => match.Confidence >= usualConfidence), readable),
            RecallUnmaskedAtMost = Share(found.Length, readable),
            FalsePerPhoto = Share(matches.Count(match => match.Face is null && match.Confidence >= usualConfidence), photos.Count),
            UsualConfidence = usualConfidence,
            RecallAtTenthFalse = PrecisionRecall.RecallAt(matches, all.Faces, photos.Count * FalseFacesPerPhoto),
        };
    }

    /// <summary>This report as JSON, its names in camel case; docs/evaluation.md lists them.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, DetectionJson.Default.DetectionReport);

    private static double Share(int part, int all) => all == 0 ? 0 : (double)part / all;

    private static DetectionFigures OfHeight(IReadOnlyList<PhotoDetections> photos, Func<float, bool> isIn) =>
        Figures(photos, face => isIn(face.Box.Height), box => isIn(box.Height));

    private static DetectionFigures Figures(IReadOnlyList<PhotoDetections> photos, Func<AnnotatedFace, bool> counts, Func<Box, bool> countsUnmatched)
    {
        int faces = Count(photos, counts);
        double[] precisions = [.. Overlaps.Select(overlap => PrecisionRecall.AveragePrecision(Match(photos, overlap, counts, countsUnmatched), faces))];
        return new(faces, precisions[0], precisions.Average());
    }

    private static IEnumerable<MatchedDetection> Match(IReadOnlyList<PhotoDetections> photos, float overlap, Func<AnnotatedFace, bool> counts, Func<Box, bool> countsUnmatched) =>
        photos.SelectMany(photo => DetectionMatching.Match(photo, overlap, counts, countsUnmatched));

    private static int Count(IReadOnlyList<PhotoDetections> photos, Func<AnnotatedFace, bool> counts) => photos.Sum(photo => photo.Photo.Faces.Count(counts));
}

/// <summary>Serialisation without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DetectionReport))]
internal sealed partial class DetectionJson : JsonSerializerContext;
