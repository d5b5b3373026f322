using System.Diagnostics;
using System.Text.Json;
using Mien.Tests.Imaging;
using Mien.Tests.Inference;

namespace Mien.Tests.Detection;

public sealed class OnnxFaceDetectorTests : IDisposable
{
    private const string Yunet = "face_detection_yunet_2023mar.onnx", YunetOfFreeSize = "yunet_n_dynamic.onnx", UltraLight = "ultraface_rfb_320.onnx";
    private const string Python = "/usr/bin/python3";

    private readonly string _folder = Directory.CreateTempSubdirectory("mien netz ä ").FullName;

    [Theory]
    [InlineData(Yunet)]
    [InlineData(YunetOfFreeSize)]
    [InlineData(UltraLight)]
    public void The_shared_photos_have_as_many_faces_as_people(string model)
    {
        using var detector = Load(model);
        foreach (var (name, people) in ((string, int)[])[
            ("multi_face.jpg", 5), ("group1.jpg", 3), ("group2.jpg", 3), ("group3.jpg", 3), ("single_face.jpg", 1), ("black_and_white.jpg", 1), ("no_face.jpg", 0)])
        {
            var photo = Photo(name);
            var faces = detector.Detect(photo);
            Assert.True(faces.Count == people, $"{name}: {faces.Count} faces");
            Assert.Equal(faces.OrderByDescending(face => face.Confidence), faces);
            Assert.All(faces, face =>
            {
                Assert.InRange(face.Confidence, 0.7f, 1);
                Assert.Equal(model != UltraLight, face.Landmarks is not null);
                Assert.InRange(face.Box.X + (face.Box.Width / 2), 0, photo.Width);
                Assert.InRange(face.Box.Y + (face.Box.Height / 2), 0, photo.Height);
            });
        }
    }

    [Theory]
    [InlineData(Yunet)]
    [InlineData(YunetOfFreeSize)]
    public void Landmarks_lie_where_they_are_seen(string model)
    {
        using var detector = Load(model);
        foreach (var face in detector.Detect(Photo("multi_face.jpg")))
        {
            var (left, right, nose, leftMouth, rightMouth) = face.Landmarks!;
            Assert.All((Landmark[])[left, right, nose, leftMouth, rightMouth], point =>
            {
                Assert.InRange(point.X, face.Box.X, face.Box.Right);
                Assert.InRange(point.Y, face.Box.Y, face.Box.Bottom);
            });
            Assert.True(left.X < nose.X && nose.X < right.X && leftMouth.X < rightMouth.X);
            Assert.True(left.Y < nose.Y && right.Y < nose.Y && nose.Y < leftMouth.Y && nose.Y < rightMouth.Y);
        }
    }

    [Fact]
    public async Task Yunets_faces_equal_those_of_opencvs_network_engine()
    {
        using var detector = Load(Yunet);
        Assert.SkipUnless(File.Exists(Python), $"needs {Python} with cv2");
        string[] photos = [.. ((string[])["multi_face.jpg", "group1.jpg", "group2.jpg", "group3.jpg", "no_face.jpg", "single_face.jpg"]).Select(name => SharedData.Require("data", "media", name))];
        using var reference = await Reference(photos);
        for (int i = 0; i < photos.Length; i++)
        {
            // Of the size of the network's input, so that nothing is resized.
            var photo = Image.FromPixels(640, 640, PixelFormat.Rgb24, await File.ReadAllBytesAsync(Path.Combine(_folder, $"{i}.raw"), TestContext.Current.CancellationToken));
            float[][] expected = [.. reference.RootElement[i].EnumerateArray().Select(face => face.EnumerateArray().Select(value => value.GetSingle()).ToArray())];
            float[][] found = [.. detector.Detect(photo).Select(Numbers)];
            Assert.Equal(expected.Length, found.Length);
            for (int face = 0; face < found.Length; face++)
                Assert.Equal(expected[face], found[face], (one, other) => Math.Abs(one - other) < 0.02f);
        }
    }

    [Theory]
    [InlineData(Yunet)]
    [InlineData(YunetOfFreeSize)]
    [InlineData(UltraLight)]
    public void The_same_face_is_found_in_pictures_of_any_size_and_colour(string model)
    {
        using var detector = Load(model);
        var photo = Photo("single_face.jpg");
        var box = Assert.Single(detector.Detect(photo)).Box;
        foreach (var (width, height) in ((int, int)[])[(143, 141), (286, 281), (1001, 999)])
        {
            var found = Assert.Single(detector.Detect(FaceCrop.Resize(photo, width, height))).Box;
            float x = (float)photo.Width / width, y = (float)photo.Height / height;
            Assert.InRange(box.IntersectionOverUnion(new(found.X * x, found.Y * y, found.Width * x, found.Height * y)), 0.75f, 1.001f);
        }
        Assert.InRange(box.IntersectionOverUnion(Assert.Single(detector.Detect(photo.ToGray())).Box), 0.75f, 1.001f);
    }

    [Theory]
    [InlineData(Yunet)]
    [InlineData(YunetOfFreeSize)]
    [InlineData(UltraLight)]
    public void Tiny_and_odd_pictures_have_no_faces(string model)
    {
        using var detector = Load(model);
        foreach (var (width, height) in ((int, int)[])[(1, 1), (3, 1), (1, 700), (33, 31), (2001, 2)])
        {
            Assert.Empty(detector.Detect(TestPictures.Pattern(width, height, PixelFormat.Rgb24)));
            Assert.Empty(detector.Detect(TestPictures.Pattern(width, height, PixelFormat.Gray8)));
        }
    }

    [Fact]
    public void Threads_share_a_detector()
    {
        using var detector = Load(YunetOfFreeSize);
        Image[] photos = [Photo("multi_face.jpg"), Photo("single_face.jpg")];
        DetectedFace[][] expected = [.. photos.Select(photo => detector.Detect(photo).ToArray())];
        Parallel.For(0, 12, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => Assert.Equal(expected[i % 2], detector.Detect(photos[i % 2])));
    }

    [Fact]
    public void A_free_input_is_as_large_as_the_picture_padded_to_the_grid()
    {
        foreach (var (width, height, side, inputWidth, inputHeight) in ((int, int, int, int, int)[])[
            (600, 400, 640, 640, 448), (320, 320, 640, 640, 640), (2000, 1000, 640, 640, 320), (2000, 1000, 1280, 1280, 640), (50, 20, 640, 128, 64), (1, 3000, 640, 32, 640)])
        {
            using var session = Fake([-1, 3, -1, -1], YunetOutputs, (_, shape) => Quiet(shape));
            using var detector = new OnnxFaceDetector(session, new() { MaximumSide = side });
            Assert.Empty(detector.Detect(TestPictures.Pattern(width, height, PixelFormat.Rgb24)));
            Assert.Equal([1, 3, inputHeight, inputWidth], session.Runs[0]);
        }
    }

    [Fact]
    public void Yunet_sees_blue_first_and_black_beyond_the_picture()
    {
        float[] seen = [];
        using var session = Fake([1, 3, 32, 32], YunetOutputs, (input, shape) =>
        {
            seen = input;
            return Quiet(shape);
        });
        new OnnxFaceDetector(session, new()).Detect(Flat(32, 16, 200, 150, 10));
        const int plane = 32 * 32;
        Assert.Equal([10, 150, 200], [seen[0], seen[plane], seen[2 * plane]]);
        Assert.Equal([10, 0], [seen[(15 * 32) + 31], seen[16 * 32]]);
    }

    [Fact]
    public void Yunets_cells_become_boxes_and_landmarks_of_the_picture()
    {
        using var session = Fake([1, 3, 64, 64], YunetOutputs, (_, shape) =>
        {
            var outputs = Quiet(shape);
            // Stride 16 has 4 x 4 cells; the one in column 2 of row 1 sees a face.
            const int cell = 6;
            (outputs[4][cell], outputs[5][cell]) = (0.81f, 1.5f);
            new[] { 0.5f, 0.25f, MathF.Log(2), 0 }.CopyTo(outputs[6], cell * 4);
            new[] { 0f, 0, 1, 0, 0.5f, 0.5f, 0, 1, 1, 1 }.CopyTo(outputs[7], cell * 10);
            return outputs;
        });
        var face = Assert.Single(new OnnxFaceDetector(session, new()).Detect(Flat(128, 128, 0, 0, 0)));
        Assert.Equal(0.9f, face.Confidence, 1e-5f);
        Assert.Equal([48, 24, 64, 32], Numbers(face)[1..5], (one, other) => Math.Abs(one - other) < 1e-3f);
        Assert.Equal(new FaceLandmarks(new(64, 32), new(96, 32), new(80, 48), new(64, 64), new(96, 64)), face.Landmarks);
    }

    [Fact]
    public void Ultra_lights_corners_become_boxes_of_the_picture()
    {
        float[] seen = [];
        using var session = Fake([1, 3, 240, 320], [("scores", [1, 3, 2]), ("boxes", [1, 3, 4])], (input, _) =>
        {
            seen = input;
            return [[0.1f, 0.9f, 0.4f, 0.6f, 0, 1], [0.25f, 0.25f, 0.5f, 0.75f, 0, 0, 1, 1, 0.5f, 0.5f, 0.5f, 0.75f]];
        });
        using var detector = new OnnxFaceDetector(session, new());
        var face = Assert.Single(detector.Detect(Flat(640, 240, 255, 127, 0)));
        Assert.Null(face.Landmarks);
        Assert.Equal([0.9f, 160, 120, 160, 240], Numbers(face));
        const int plane = 240 * 320;
        Assert.Equal([1, 0, -127 / 128f, 0], [seen[0], seen[plane], seen[2 * plane], seen[(2 * plane) + (200 * 320)]]);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(100f)]
    public void Boxes_without_end_are_left_out(float size)
    {
        using var session = Fake([1, 3, 32, 32], YunetOutputs, (_, shape) =>
        {
            var outputs = Quiet(shape);
            (outputs[8][0], outputs[9][0], outputs[10][2]) = (1, 1, size);
            return outputs;
        });
        Assert.Empty(new OnnxFaceDetector(session, new()).Detect(Flat(32, 32, 0, 0, 0)));
    }

    [Fact]
    public void A_network_whose_outputs_do_not_fit_its_input_is_refused()
    {
        using var yunet = Fake([1, 3, 64, 64], YunetOutputs, (_, _) => Quiet([1, 3, 32, 32]));
        Assert.StartsWith("fake.onnx: this YuNet gave", Assert.Throws<ModelException>(() => new OnnxFaceDetector(yunet, new()).Detect(Flat(64, 64, 0, 0, 0))).Message, StringComparison.Ordinal);
        using var ultra = Fake([1, 3, 240, 320], [("scores", [1, -1, 2]), ("boxes", [1, -1, 4])], (_, _) => [new float[4], new float[4]]);
        Assert.StartsWith("fake.onnx: this Ultra-Light", Assert.Throws<ModelException>(() => new OnnxFaceDetector(ultra, new()).Detect(Flat(64, 64, 0, 0, 0))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_another_kind_is_refused_with_what_is_supported()
    {
        var session = Fake([1, 3, 64, 64], [("probabilities", [1, 8])], (_, _) => []);
        var error = Assert.Throws<ModelException>(() => new OnnxFaceDetector(session, new()));
        foreach (string part in (string[])["fake.onnx", "probabilities", "YuNet", "cls_8", "Ultra-Light", "scores, boxes"])
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.True(session.IsDisposed);
        Assert.Contains("1 x 3 x height x width", Assert.Throws<ModelException>(() => new OnnxFaceDetector(Fake([1, 1, 64, 64], YunetOutputs, (_, _) => []), new())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0f, 2)]
    [InlineData(0.7f, 1)]
    [InlineData(0.95f, 0)]
    public void Faces_below_the_least_confidence_are_left_out(float least, int count)
    {
        using var session = Fake([1, 3, 240, 320], [("scores", [1, 2, 2]), ("boxes", [1, 2, 4])], (_, _) =>
            [[0, 0.9f, 0, 0.5f], [0, 0, 0.2f, 0.2f, 0.5f, 0.5f, 1, 1]]);
        Assert.Equal(count, new OnnxFaceDetector(session, new() { MinimumConfidence = least }).Detect(Flat(320, 240, 0, 0, 0)).Count);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static (string, long[])[] YunetOutputs { get; } =
        [.. ((int[])[8, 16, 32]).SelectMany(stride => ((string, long[])[])[
            ($"cls_{stride}", [1, -1, 1]), ($"obj_{stride}", [1, -1, 1]), ($"bbox_{stride}", [1, -1, 4]), ($"kps_{stride}", [1, -1, 10])])];

    /// <summary>Outputs of YuNet that say: no face anywhere.</summary>
    private static float[][] Quiet(long[] shape) =>
        [.. ((int[])[8, 16, 32]).SelectMany(stride =>
        {
            long cells = shape[2] / stride * (shape[3] / stride);
            return (float[][])[new float[cells], new float[cells], new float[cells * 4], new float[cells * 10]];
        })];

    private static FakeSession Fake(long[] input, (string, long[])[] outputs, Func<float[], long[], float[][]> run) => new(input, outputs, run);

    private static OnnxFaceDetector Load(string model) => OnnxFaceDetector.Load(SharedData.Require("weights", model));

    private static Image Photo(string name) => Image.Load(SharedData.Require("data", "media", name));

    private static Image Flat(int width, int height, byte red, byte green, byte blue) =>
        Image.FromPixels(width, height, PixelFormat.Rgb24, [.. Enumerable.Repeat((byte[])[red, green, blue], width * height).SelectMany(pixel => pixel)]);

    private static float[] Numbers(DetectedFace face)
    {
        float[] numbers = [face.Confidence, face.Box.X, face.Box.Y, face.Box.Width, face.Box.Height];
        if (face.Landmarks is not { } at)
            return numbers;
        return [.. numbers, .. ((Landmark[])[at.LeftEye, at.RightEye, at.Nose, at.LeftMouth, at.RightMouth]).SelectMany(point => (float[])[point.X, point.Y])];
    }

    private async Task<JsonDocument> Reference(string[] photos)
    {
        string script = Path.Combine(SharedData.Checkout, "tests", "Mien.Tests", "Detection", "yunet_reference.py");
        var start = new ProcessStartInfo(Python, [script, SharedData.Require("weights", Yunet), _folder, .. photos]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var cancel = TestContext.Current.CancellationToken;
        var errors = process.StandardError.ReadToEndAsync(cancel);
        string output = await process.StandardOutput.ReadToEndAsync(cancel);
        string complaint = await errors;
        await process.WaitForExitAsync(cancel);
        Assert.SkipWhen(complaint.Contains("No module named", StringComparison.Ordinal), $"{Python} has no cv2");
        Assert.True(process.ExitCode == 0, complaint);
        return JsonDocument.Parse(output);
    }
}
