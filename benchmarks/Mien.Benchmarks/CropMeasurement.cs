using System.Globalization;
using Mien.Training;

namespace Mien.Benchmarks;

/// <summary>
/// Where a detector sees the faces of FER-2013: each face is enlarged and put in the middle of a gray canvas, so that the
/// crop that FER-2013 shows is known. From this come the constants of CropRegion and of each detector's BoxToCrop.
/// </summary>
internal static class CropMeasurement
{
    private const int Faces = 3000;
    private const int FaceSide = 144;
    private const int CanvasSide = 288;
    private const int Offset = (CanvasSide - FaceSide) / 2;

    public static void Run(string data, string detectorName)
    {
        using var detector = FaceDetectors.Create(new AnalyzerOptions { Detector = detectorName });
        var train = FaceData.Open(data)["train"];
        var scales = new List<double>();
        var shifts = new List<double>();
        var landmarks = new List<double>[10];
        for (int i = 0; i < landmarks.Length; i++)
            landmarks[i] = [];
        for (int i = 0; i < Faces; i++)
        {
            var faces = detector.Detect(OnCanvas(train, (int)((long)i * train.Count / Faces)));
            if (faces is not [var face])
                continue;
            var box = face.Box;
            scales.Add(FaceSide / Math.Max(box.Width, box.Height));
            shifts.Add(((CanvasSide / 2.0) - (box.Y + (box.Height / 2))) / box.Height);
            if (face.Landmarks is not { } found)
                continue;
            Landmark[] points = [found.LeftEye, found.RightEye, found.Nose, found.LeftMouth, found.RightMouth];
            for (int k = 0; k < points.Length; k++)
            {
                landmarks[2 * k].Add((points[k].X - Offset) / FaceSide);
                landmarks[(2 * k) + 1].Add((points[k].Y - Offset) / FaceSide);
            }
        }
        Print($"{detectorName}: one face found in {scales.Count} of {Faces}");
        Print($"BoxToCrop: scale {Median(scales):F3}, shift {Median(shifts):F3}");
        if (landmarks[0].Count > 0)
            Print($"landmarks: {string.Join(", ", Enumerable.Range(0, 5).Select(k => FormattableString.Invariant($"({Median(landmarks[2 * k]):F3}, {Median(landmarks[(2 * k) + 1]):F3})")))}");
    }

    private static Image OnCanvas(FaceDataset train, int index)
    {
        var face = FaceCrop.Resize(train.ImageAt(index), FaceSide, FaceSide);
        var canvas = new byte[CanvasSide * CanvasSide];
        Array.Fill(canvas, (byte)128);
        for (int y = 0; y < FaceSide; y++)
            face.Pixels.Slice(y * FaceSide, FaceSide).CopyTo(canvas.AsSpan(((Offset + y) * CanvasSide) + Offset));
        return Image.FromPixels(CanvasSide, CanvasSide, PixelFormat.Gray8, canvas);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
