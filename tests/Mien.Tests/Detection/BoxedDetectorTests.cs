
namespace Mien.Tests.Detection;

/// <summary>The detector in the box, on real pictures.</summary>
public sealed class BoxedDetectorTests : IDisposable
{
    private readonly OnnxFaceDetector _detector = Open();

    [Theory]
    [InlineData("multi_face.jpg", 5)]
    [InlineData("happy.jpg", 1)]
    [InlineData("surprise.jpg", 1)]
    [InlineData("anger.jpg", 1)]
    [InlineData("no_face.jpg", 0)]
    public void Photos_have_as_many_faces_as_people(string name, int people)
    {
        var faces = _detector.Detect(Image.Load(SharedData.Require("data", "media", name)));
        Assert.True(faces.Count == people, $"{faces.Count} faces: {string.Join("; ", faces.Select(face => $"{face.Box} {face.Confidence:F2}"))}");
        Assert.All(faces, face =>
        {
            var (left, right, nose, leftMouth, rightMouth) = face.Landmarks!;
            Assert.True(left.X < right.X && leftMouth.X < rightMouth.X, $"{face.Landmarks}");
            Assert.True((left.Y + right.Y) / 2 < nose.Y && nose.Y < (leftMouth.Y + rightMouth.Y) / 2, $"{face.Landmarks}");
        });
    }

    [Fact]
    public void All_average_faces_are_found()
    {
        using var analyzer = EmotionAnalyzer.Create(new AnalyzerOptions { Detector = "face-detector" });
        var faces = analyzer.Analyze(Path.Combine(SharedData.Checkout, "samples", "average-faces.png"));
        Assert.Equal(7, faces.Count);
        Assert.True(faces.Select(face => face.Scores.Top).Distinct().Count() >= 6, string.Join(", ", faces.Select(face => face.Scores.Top)));
    }

    [Fact]
    public void A_small_face_in_a_large_picture_is_found_by_tiles()
    {
        var face = Image.Load(SharedData.Require("data", "media", "single_face.jpg"));
        face = FaceCrop.Resize(face, 60, 60 * face.Height / face.Width);
        const int width = 4000, height = 3000, left = 2905, top = 1810;
        var pixels = new byte[width * height * 3];
        Array.Fill(pixels, (byte)110);
        for (int y = 0; y < face.Height; y++)
            face.Pixels.Slice(y * face.Width * 3, face.Width * 3).CopyTo(pixels.AsSpan((((top + y) * width) + left) * 3));
        var photo = Image.FromPixels(width, height, PixelFormat.Rgb24, pixels);
        Assert.Empty(_detector.Detect(photo));
        using var tiled = OnnxFaceDetector.Load(ModelBox.Find("face-detector"), new() { Tiles = true });
        var box = Assert.Single(tiled.Detect(photo)).Box;
        Assert.InRange(box.X, left - 5, left + 40);
        Assert.InRange(box.Y, top - 5, top + 40);
    }

    public void Dispose() => _detector.Dispose();

    private static OnnxFaceDetector Open()
    {
        return OnnxFaceDetector.Load(ModelBox.Find("face-detector"));
    }
}
