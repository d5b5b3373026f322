using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mien.Training;

/// <summary>Photos to train a face detector on, decoded, and those to choose it by.</summary>
public sealed class DetectionData
{
    /// <summary>Confidences between this and the recipe's: the teacher sees something there, and neither answer is wrong.</summary>
    private const float Undecided = 0.25f;

    /// <summary>A teacher's face with at least this overlap is the one that people marked.</summary>
    private const float SameFace = 0.4f;

    private DetectionData(IReadOnlyList<TrainingPhoto> train, IReadOnlyList<TrainingPhoto> crops, IReadOnlyList<AnnotatedPhoto> validation, IReadOnlyList<Image> validationImages, string fingerprint) =>
        (Train, Crops, Validation, ValidationImages, Fingerprint) = (train, crops, validation, validationImages, fingerprint);

    /// <summary>How many photos there are to train on.</summary>
    public int TrainCount => Train.Count;

    /// <summary>How many photos choose the best epoch.</summary>
    public int ValidationCount => Validation.Count;

    /// <summary>How many face crops are pasted into photos.</summary>
    public int CropCount => Crops.Count;

    /// <summary>How many faces there are to train on, and how many of them only a teacher found.</summary>
    public (int All, int ByTeacher) Faces { get; private init; }

    internal IReadOnlyList<TrainingPhoto> Train { get; }

    /// <summary>The photos to train on in turn, those that are shown more often several times.</summary>
    internal IReadOnlyList<int> Order { get; private init; } = [];

    internal IReadOnlyList<TrainingPhoto> Crops { get; }

    internal IReadOnlyList<AnnotatedPhoto> Validation { get; }

    internal IReadOnlyList<Image> ValidationImages { get; }

    internal string Fingerprint { get; }

    /// <summary>Decodes photos and asks a teacher for landmarks and for faces that nobody marked.</summary>
    /// <param name="recipe">A recipe with a <see cref="Recipe.Detection"/> section.</param>
    /// <param name="photos">The photos to train on.</param>
    /// <param name="validation">The photos that choose the best epoch.</param>
    /// <param name="teacher">Makes a detector with landmarks that searches pictures up to a side, in pixels, and gives faces from a confidence on.</param>
    /// <param name="faces">Face crops to paste into photos; null: none.</param>
    /// <param name="faults">Is given photos that cannot be read, or are not of the size that was annotated.</param>
    /// <param name="progress">Is told how many photos are done.</param>
    /// <param name="cancellation">Stops between photos.</param>
    /// <exception cref="MienException">No photo can be read.</exception>
    public static DetectionData Prepare(Recipe recipe, IReadOnlyList<AnnotatedPhoto> photos, IReadOnlyList<AnnotatedPhoto> validation,
        Func<int, float, IFaceDetector> teacher, FaceDataset? faces, ICollection<DataFault> faults, IProgress<DataProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(photos);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(faults);
        // Twice the usual size finds faces that people passed over because they are small.
        using IFaceDetector usual = teacher(640, Undecided), large = teacher(1280, Undecided);
        var seen = new List<(AnnotatedPhoto Photo, Image Image, IReadOnlyList<DetectedFace> Found)>();
        int done = 0, all = photos.Count + validation.Count;
        foreach (AnnotatedPhoto photo in photos)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new("Asking the teacher", done++, all));
            if (photo.Load(faults) is { } image)
                seen.Add((Correct(photo, recipe.Detection!), image, [.. usual.Detect(image), .. large.Detect(image)]));
        }
        BoxHabit habit = BoxHabit.Of(seen.SelectMany(photo => photo.Photo.Faces.Select(marked => (marked.Box, Teacher: Same(marked, photo.Found)?.Box))));
        float confidence = (float)recipe.Detection!.TeacherConfidence;
        List<TrainingPhoto> train = [.. seen.Select(photo => new TrainingPhoto(photo.Image, Label(photo.Photo, photo.Found, habit, confidence)))];
        var kept = new List<(AnnotatedPhoto Photo, Image Image)>();
        foreach (AnnotatedPhoto photo in validation)
        {
            progress?.Report(new("Reading the photos", done++, all));
            if (photo.Load(faults) is { } image)
                kept.Add((photo, image));
        }
        if (train.Count == 0 || kept.Count == 0)
            throw new MienException($"Of {photos.Count} photos to train on {train.Count} can be read, of {validation.Count} to choose by {kept.Count}: there must be at least one of each.");
        List<TrainingPhoto> crops = faces is null ? [] : Crop(faces, recipe.Detection.MostCrops, usual, habit, confidence, progress, cancellation);
        string fingerprint = $"train {Print(train)}, validation {Print(kept.Select(entry => new TrainingPhoto(entry.Image, [.. entry.Photo.Faces.Select(face => new TargetFace(face.Box, null))])))}, {crops.Count} crops";
        return new(train, crops, [.. kept.Select(entry => entry.Photo)], [.. kept.Select(entry => entry.Image)], fingerprint)
        {
            Order = [.. seen.SelectMany((photo, i) => Enumerable.Repeat(i, Math.Min(1 + photo.Photo.Faces.Count(face => !face.IsMasked), recipe.Detection.UnmaskedWeight)))],
            Faces = (train.Sum(Sure), train.Sum(Sure) - seen.Sum(photo => photo.Photo.Faces.Count)),
        };

        static int Sure(TrainingPhoto photo) => photo.Faces.Count(face => face.Weight > 0);
    }

    /// <summary>What people marked, with the teacher's landmarks; what only the teacher found; and what it is not sure of.</summary>
    /// <remarks>People mark small faces roughly: the box of an unmasked face lies halfway to the teacher's. Masked ones the teacher knows less well.</remarks>
    internal static IReadOnlyList<TargetFace> Label(AnnotatedPhoto photo, IReadOnlyList<DetectedFace> found, BoxHabit habit, float confidence)
    {
        List<TargetFace> faces = [.. photo.Faces.Select(marked => Same(marked, found) is not { } same ? new TargetFace(marked.Box, null)
            : new TargetFace(marked.IsMasked ? marked.Box : Halfway(marked.Box, habit.Apply(same.Box)), same.Landmarks))];
        foreach (DetectedFace face in found.OrderByDescending(face => face.Confidence))
        {
            if (!faces.Exists(known => known.Box.IntersectionOverUnion(face.Box) >= 0.25f))
                faces.Add(new(habit.Apply(face.Box), face.Landmarks, face.Confidence >= confidence ? face.Confidence : 0));
        }
        return faces;
    }

    /// <summary>The teacher's face that people marked too, if it found it.</summary>
    private static DetectedFace? Same(AnnotatedFace marked, IReadOnlyList<DetectedFace> found) =>
        found.Where(face => face.Box.IntersectionOverUnion(marked.Box) >= SameFace).MaxBy(face => face.Confidence * face.Box.IntersectionOverUnion(marked.Box));

    private static Box Halfway(Box a, Box b) => new((a.X + b.X) / 2, (a.Y + b.Y) / 2, (a.Width + b.Width) / 2, (a.Height + b.Height) / 2);

    private static AnnotatedPhoto Correct(AnnotatedPhoto photo, DetectionRecipe recipe) =>
        recipe.ExtendedBoxes is { } extension && Path.GetFileName(photo.Path).StartsWith(extension.Files, StringComparison.Ordinal)
            ? photo.WithBoxesExtended((float)extension.Up, (float)extension.Down)
            : photo;

    /// <summary>Face crops in which the teacher finds exactly one face.</summary>
    private static List<TrainingPhoto> Crop(FaceDataset faces, int most, IFaceDetector teacher, BoxHabit habit, float confidence, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        const int margin = 2;
        var crops = new List<TrainingPhoto>();
        int[] order = [.. new RandomStream(RandomPurpose.Order, faces.Count).Permutation(faces.Count).Take(most)];
        foreach ((int done, int index) in order.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new("Finding the faces of the crops", done, order.Length));
            // A crop fills its picture; a detector wants to see something around it.
            int side = faces.Size * margin, offset = (side - faces.Size) / 2;
            var canvas = new byte[side * side];
            Array.Fill(canvas, (byte)128);
            Image crop = faces.ImageAt(index).ToGray();
            for (int row = 0; row < faces.Size; row++)
                crop.Pixels.Slice(row * faces.Size, faces.Size).CopyTo(canvas.AsSpan(((row + offset) * side) + offset));
            if (teacher.Detect(Image.FromPixels(side, side, PixelFormat.Gray8, canvas)) is not [{ Landmarks: not null } found] || found.Confidence < confidence)
                continue;
            DetectedFace face = found.At(-offset, -offset, 1, 1);
            crops.Add(new(crop, [new TargetFace(habit.Apply(face.Box), face.Landmarks)]));
        }
        return crops;
    }

    private static string Print(IEnumerable<TrainingPhoto> photos)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int count = 0;
        foreach (TrainingPhoto photo in photos)
        {
            hash.AppendData(photo.Image.Pixels);
            hash.AppendData(Encoding.UTF8.GetBytes(string.Join('\n', photo.Faces.Select(face => face.Box.ToString()))));
            count++;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{count} photos {Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8))}");
    }
}
