using System.Diagnostics;
using System.Globalization;
using Mien.Training;

namespace Mien.Benchmarks;

/// <summary>Small faces in pictures of 12 megapixels: what is found at the usual side, at a larger one, and by tiles.</summary>
/// <remarks>Such pictures are made of the annotated photos that <c>mien evaluate</c> keeps aside, side by side in their own size, as many as fit.</remarks>
internal static class TilingMeasurement
{
    private const int Width = 4000, Height = 3000;

    public static void Run(string annotations, string detector)
    {
        var faults = new List<DataFault>();
        var photos = PhotoSplits.Split(CocoAnnotations.Read(annotations, faults)).Validation;
        var pictures = Compose(photos, faults);
        Print($"{photos.Count - faults.Count} photos in {pictures.Count} pictures of {Width}x{Height}, {pictures.Sum(picture => picture.Photo.Faces.Count)} faces, detector {Path.GetFileName(detector)}");
        Print($"| | unmasked faces of 20 pixels and more found | false a photo | AP50 | s a picture |\n|---|---|---|---|---|");
        var usual = new OnnxDetectorOptions();
        foreach (var (name, options) in ((string, OnnxDetectorOptions)[])[
            ($"longer side at {usual.MaximumSide}", usual),
            ("longer side at 1920", usual with { MaximumSide = 1920 }),
            ($"longer side at {Width}", usual with { MaximumSide = Width }),
            ("tiles", usual with { Tiles = true })])
        {
            using var finder = OnnxFaceDetector.Load(FaceDetectors.FileOf(detector), options);
            var clock = Stopwatch.StartNew();
            List<PhotoDetections> found = [.. pictures.Select(picture => new PhotoDetections(picture.Photo, finder.Detect(picture.Image)))];
            double seconds = clock.Elapsed.TotalSeconds / pictures.Count;
            var report = DetectionReport.Create(found, finder.UsualConfidence);
            Print($"| {name} | {report.RecallUnmasked:P1} | {report.FalsePerPhoto * pictures.Count / photos.Count:F2} | {report.Ap50:F3} | {seconds:F2} |");
        }
    }

    /// <summary>Fills pictures shelf by shelf; a shelf is as high as its first photo, so the highest come first.</summary>
    private static List<(Image Image, AnnotatedPhoto Photo)> Compose(IEnumerable<AnnotatedPhoto> photos, List<DataFault> faults)
    {
        var pictures = new List<(Image, AnnotatedPhoto)>();
        var pixels = new byte[Width * Height * 3];
        var faces = new List<AnnotatedFace>();
        int x = 0, y = 0, shelf = 0;
        foreach (var photo in photos.OrderByDescending(photo => photo.Height).ThenBy(photo => photo.Path, StringComparer.Ordinal))
        {
            if (photo.Load(faults) is not { } image)
                continue;
            if (x + image.Width > Width)
                (x, y, shelf) = (0, y + shelf, 0);
            if (y + image.Height > Height)
            {
                Finish();
                (x, y, shelf) = (0, 0, 0);
            }
            for (int i = 0; i < image.Width * image.Height; i++)
            {
                int to = (((y + (i / image.Width)) * Width) + x + (i % image.Width)) * 3;
                for (int channel = 0; channel < 3; channel++)
                    pixels[to + channel] = image.Pixels[(i * image.Channels) + Math.Min(channel, image.Channels - 1)];
            }
            faces.AddRange(photo.Faces.Select(face => face with { Box = face.Box with { X = face.Box.X + x, Y = face.Box.Y + y } }));
            x += image.Width;
            shelf = Math.Max(shelf, image.Height);
        }
        Finish();
        return pictures;

        void Finish()
        {
            pictures.Add((Image.FromPixels(Width, Height, PixelFormat.Rgb24, pixels), new("", Width, Height, [.. faces])));
            pixels = new byte[pixels.Length];
            faces.Clear();
        }
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
