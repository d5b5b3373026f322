using System.Globalization;
using Mien.Training;

namespace Mien.Benchmarks;

/// <summary>
/// Where a detector sees the faces of FER-2013: each face is enlarged and put in the middle of a gray canvas, so that the
/// crop that FER-2013 shows is known. From this come the constants of CropRegion and of each detector's BoxToCrop, and what
/// cutting the faces out again costs in accuracy. On PublicTest, because the constants were chosen by it.
/// </summary>
internal static class CropMeasurement
{
    private const int Faces = 3000;
    private const int FaceSide = 144;
    private const int CanvasSide = 288;
    private const int Offset = (CanvasSide - FaceSide) / 2;

    public static void Run(string data, string detectorName)
    {
        using var detector = FaceDetectors.Create(DetectorOptions.Named(detectorName));
        using var classifier = EmotionClassifier.Load(ModelBox.Find(ModelBox.Default));
        var faces = FaceData.Open(data)["validation"];
        var scales = new List<double>();
        var shifts = new List<double>();
        var landmarks = new List<double>[10];
        for (int i = 0; i < landmarks.Length; i++)
            landmarks[i] = [];
        int rightAsIs = 0, rightAgain = 0, rightByBox = 0;
        for (int i = 0; i < Faces; i++)
        {
            int index = (int)((long)i * faces.Count / Faces);
            var canvas = OnCanvas(faces, index);
            if (detector.Detect(canvas) is not [var face])
                continue;
            string label = faces.Labels[faces.Targets[index]];
            rightAsIs += classifier.Classify(faces.ImageAt(index)).Top == label ? 1 : 0;
            rightAgain += classifier.Classify(classifier.Crop(canvas, CropRegion.Of(face, detector.BoxToCrop))).Top == label ? 1 : 0;
            var box = face.Box;
            scales.Add(FaceSide / Math.Max(box.Width, box.Height));
            shifts.Add(((CanvasSide / 2.0) - (box.Y + (box.Height / 2))) / box.Height);
            if (face.Landmarks is not { } found)
                continue;
            rightByBox += classifier.Classify(classifier.Crop(canvas, CropRegion.Of(face with { Landmarks = null }, detector.BoxToCrop))).Top == label ? 1 : 0;
            Landmark[] points = [found.LeftEye, found.RightEye, found.Nose, found.LeftMouth, found.RightMouth];
            for (int k = 0; k < points.Length; k++)
            {
                landmarks[2 * k].Add((points[k].X - Offset) / FaceSide);
                landmarks[(2 * k) + 1].Add((points[k].Y - Offset) / FaceSide);
            }
        }
        Print($"{detectorName}: one face found in {scales.Count} of {Faces}");
        Print($"BoxToCrop: scale {Median(scales):F3}, shift {Median(shifts):F3}");
        Print($"accuracy of {ModelBox.Default} on these: {(double)rightAsIs / scales.Count:P2} as FER-2013 shows them, {(double)rightAgain / scales.Count:P2} cut out again");
        if (landmarks[0].Count == 0)
            return;
        Print($"by its boxes alone: {(double)rightByBox / scales.Count:P2}");
        Print($"landmarks: {string.Join(", ", Enumerable.Range(0, 5).Select(k => FormattableString.Invariant($"({Median(landmarks[2 * k]):F3}, {Median(landmarks[(2 * k) + 1]):F3})")))}");
    }

    private static Image OnCanvas(FaceDataset faces, int index)
    {
        var face = FaceCrop.Resize(faces.ImageAt(index), FaceSide, FaceSide);
        var canvas = new byte[CanvasSide * CanvasSide];
        Array.Fill(canvas, (byte)128);
        for (int y = 0; y < FaceSide; y++)
            face.Pixels.Slice(y * FaceSide, FaceSide).CopyTo(canvas.AsSpan(((Offset + y) * CanvasSide) + Offset));
        return Image.FromPixels(CanvasSide, CanvasSide, PixelFormat.Gray8, canvas);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
