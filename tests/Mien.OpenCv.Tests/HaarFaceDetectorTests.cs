using System.Diagnostics;
using System.Text.Json;
using Mien.Tests;
using Mien.Tests.Imaging;

namespace Mien.OpenCv.Tests;

public sealed class HaarFaceDetectorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mien haar ä ").FullName;

    [Fact]
    public void Boxes_equal_those_of_opencvs_python_on_ten_photos_as_recorded()
    {
        OpenCvRequired.Library();
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllBytes(TestFile("haar-reference.json")));
        AssertEqual(reference.RootElement);
    }

    [Fact]
    public async Task Boxes_equal_those_of_opencvs_python_on_ten_photos_run_now()
    {
        OpenCvRequired.Library();
        const string python = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(python), $"needs {python} with cv2");
        using JsonDocument recorded = JsonDocument.Parse(File.ReadAllBytes(TestFile("haar-reference.json")));
        IEnumerable<string> photos = recorded.RootElement.GetProperty("photos").EnumerateObject().Select(p => p.Name);
        var start = new ProcessStartInfo(python,
            [TestFile("haar_reference.py"), Cascade(), SharedData.Require("data"), .. photos]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        CancellationToken cancel = TestContext.Current.CancellationToken;
        Task<string> errors = process.StandardError.ReadToEndAsync(cancel);
        string output = await process.StandardOutput.ReadToEndAsync(cancel);
        string complaint = await errors;
        await process.WaitForExitAsync(cancel);
        Assert.SkipWhen(complaint.Contains("No module named 'cv2'", StringComparison.Ordinal), $"{python} has no cv2");
        Assert.True(process.ExitCode == 0, complaint);
        using JsonDocument reference = JsonDocument.Parse(output);
        AssertEqual(reference.RootElement);
    }

    [Fact]
    public void The_least_confidence_of_options_is_where_their_faces_end()
    {
        OpenCvRequired.Library();
        Cascade();
        var photo = Image.Load(SharedData.Require("data", "media", "multi_face.jpg"));
        using HaarFaceDetector usual = new(), all = new(new HaarOptions { MinimumNeighbors = 1 });
        float least = HaarFaceDetector.LeastConfidence(new());
        var expected = usual.Detect(photo);
        Assert.NotEmpty(expected);
        Assert.Equal(expected, all.Detect(photo).Where(face => face.Confidence >= least));
        Assert.Contains(all.Detect(photo), face => face.Confidence < least);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(1, 40)]
    [InlineData(19, 19)]
    [InlineData(24, 24)]
    [InlineData(31, 29)]
    [InlineData(57, 33)]
    public void Pictures_smaller_than_a_face_have_none(int width, int height)
    {
        using HaarFaceDetector detector = Detector();
        Assert.Empty(detector.Detect(TestPictures.Pattern(width, height, PixelFormat.Rgb24)));
        Assert.Empty(detector.Detect(TestPictures.Pattern(width, height, PixelFormat.Gray8)));
    }

    [Fact]
    public void Sizes_are_limited_as_asked()
    {
        Image photo = Photo();
        using (HaarFaceDetector all = Detector())
            Assert.Equal(4, all.Detect(photo).Count);
        using (HaarFaceDetector large = Detector(new HaarOptions { MinimumSize = 122 }))
            Assert.All(large.Detect(photo), f => Assert.True(f.Box.Width >= 122));
        using (HaarFaceDetector small = Detector(new HaarOptions { MaximumSize = 110 }))
            Assert.All(small.Detect(photo), f => Assert.True(f.Box.Width <= 110));
        using HaarFaceDetector none = Detector(new HaarOptions { MinimumSize = 5000 });
        Assert.Empty(none.Detect(photo));
    }

    [Fact]
    public void The_most_confident_face_comes_first()
    {
        using HaarFaceDetector detector = Detector(new HaarOptions { MinimumNeighbors = 2, MinimumSize = 60 });
        IReadOnlyList<DetectedFace> faces = detector.Detect(Photo());
        Assert.True(faces.Count >= 4);
        Assert.All(faces, f => Assert.InRange(f.Confidence, 0.1f, 1));
        Assert.Equal(faces.OrderByDescending(f => f.Confidence).Select(f => f.Box), faces.Select(f => f.Box));
    }

    [Fact]
    public void Without_grouping_every_window_counts_as_one()
    {
        using HaarFaceDetector detector = Detector(new HaarOptions { MinimumNeighbors = 0, MinimumSize = 60 });
        IReadOnlyList<DetectedFace> faces = detector.Detect(Photo());
        Assert.True(faces.Count > 20);
        Assert.Single(faces.Select(f => f.Confidence).Distinct());
    }

    [Fact]
    public void Threads_share_a_detector()
    {
        using HaarFaceDetector detector = Detector(new HaarOptions { MinimumSize = 90 });
        Image photo = Photo();
        Box[] expected = [.. detector.Detect(photo).Select(f => f.Box)];
        Parallel.For(0, 12, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ => Assert.Equal(expected, detector.Detect(photo).Select(f => f.Box)));
    }

    [Fact]
    public void A_cascade_is_found_by_path_or_by_name()
    {
        string path = Path.Combine(_folder, "eigene Käskade.xml");
        File.Copy(Cascade(), path);
        Image photo = Photo();
        using HaarFaceDetector byPath = Detector(new HaarOptions { Cascade = path });
        Assert.Equal(4, byPath.Detect(photo).Count);
        using HaarFaceDetector byName = Detector(new HaarOptions { Cascade = "haarcascade_frontalface_alt2.xml" });
        Assert.NotEmpty(byName.Detect(photo));
    }

    [Theory]
    [InlineData("")]
    [InlineData("this is no XML")]
    [InlineData("<?xml version=\"1.0\"?><opencv_storage><cascade type_id=\"opencv-haar-classifier\"/></opencv_storage>")]
    [InlineData("<?xml version=\"1.0\"?><opencv_storage></opencv_storage>")]
    public void A_file_that_is_no_cascade_is_named(string content)
    {
        OpenCvRequired.Library();
        string path = Path.Combine(_folder, "broken.xml");
        File.WriteAllText(path, content);
        var error = Assert.Throws<ModelException>(() => new HaarFaceDetector(new HaarOptions { Cascade = path }));
        Assert.StartsWith(path + ": ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_cascade_is_named()
    {
        OpenCvRequired.Library();
        byte[] whole = File.ReadAllBytes(Cascade());
        string path = Path.Combine(_folder, "cut.xml");
        File.WriteAllBytes(path, whole[..(whole.Length / 2)]);
        var error = Assert.Throws<ModelException>(() => new HaarFaceDetector(new HaarOptions { Cascade = path }));
        Assert.StartsWith(path + ": ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_cascade_names_the_package_and_the_folders_tried()
    {
        var error = Assert.Throws<ModelException>(() => HaarCascadeFile.Find("none.xml", null, ["/one", "/two"]));
        foreach (string part in (string[])["none.xml", "apt-get install opencv-data", "MIEN_HAARCASCADES", "/one", "/two"])
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ModelException>(() => HaarCascadeFile.Find("none.xml", "/named", ["/one"]));
        Assert.Contains("/named", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("/one", error.Message, StringComparison.Ordinal);
        string path = Path.Combine(_folder, "none.xml");
        Assert.Contains(path, Assert.Throws<ModelException>(() => HaarCascadeFile.Find(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_named_folder_comes_before_the_system()
    {
        string system = Path.Combine(_folder, "system"), named = Path.Combine(_folder, "named");
        foreach (string folder in (string[])[system, named])
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "c.xml"), "");
        }
        Assert.Equal(Path.Combine(system, "c.xml"), HaarCascadeFile.Find("c.xml", null, ["/none", system]));
        Assert.Equal(Path.Combine(named, "c.xml"), HaarCascadeFile.Find("c.xml", named, [system]));
    }

    [Fact]
    public void Options_are_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new HaarOptions { MinimumSize = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HaarOptions { MaximumSize = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HaarOptions { MinimumNeighbors = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HaarOptions { ScaleFactor = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HaarOptions { ScaleFactor = double.NaN });
        Assert.Throws<ArgumentException>(() => new HaarFaceDetector(new HaarOptions { MinimumSize = 50, MaximumSize = 40 }));
    }

    [Fact]
    public void Confidence_grows_with_the_number_of_windows()
    {
        Assert.Equal(0.39f, HaarFaceDetector.Confidence(5), 0.01f);
        Assert.Equal(0.99f, HaarFaceDetector.Confidence(50), 0.01f);
        Assert.InRange(HaarFaceDetector.Confidence(12), HaarFaceDetector.Confidence(11), HaarFaceDetector.Confidence(13));
    }

    [Fact]
    public void Disposing_ends_the_detector()
    {
        HaarFaceDetector detector = Detector();
        Image image = TestPictures.Pattern(40, 40, PixelFormat.Rgb24);
        Parallel.For(0, 50, _ => detector.Detect(image));
        detector.Dispose();
        detector.Dispose();
        Assert.Throws<ObjectDisposedException>(() => detector.Detect(image));
    }

    [Fact]
    public void An_analyzer_takes_it_by_its_options()
    {
        OpenCvRequired.Library();
        Cascade();
        using var analyzer = EmotionAnalyzer.Create(new AnalyzerOptions().WithHaar(new() { MinimumSize = 60 }));
        using HaarFaceDetector detector = Detector(new() { MinimumSize = 60 });
        Assert.Equal(detector.Detect(Photo()).Select(face => face.Box), analyzer.Analyze(Photo()).Select(face => face.Box));
    }

    [Fact]
    public void Its_name_alone_says_where_it_is()
    {
        var error = Assert.Throws<ModelException>(() => EmotionAnalyzer.Create(new AnalyzerOptions { Detector = "haar" }));
        Assert.Contains("WithHaar", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_library_of_the_system_names_its_package()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere nothing is needed of the system");
        var missing = new DllNotFoundException("libgtk-3.so.0: cannot open shared object file: No such file or directory");
        string message = OpenCvLibrary.Missing(new TypeInitializationException("OpenCvSharp.Internal.NativeMethods", missing)).Message;
        foreach (string part in (string[])["apt-get install libgtk-3-0", "libgtk-3.so.0"])
            Assert.Contains(part, message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void AssertEqual(JsonElement reference)
    {
        JsonElement parameters = reference.GetProperty("parameters");
        using HaarFaceDetector detector = Detector(new HaarOptions
        {
            ScaleFactor = parameters.GetProperty("scaleFactor").GetDouble(),
            MinimumNeighbors = parameters.GetProperty("minimumNeighbors").GetInt32(),
            MinimumSize = parameters.GetProperty("minimumSize").GetInt32(),
        });
        int photos = 0;
        foreach (JsonProperty photo in reference.GetProperty("photos").EnumerateObject())
        {
            Box[] expected = [.. photo.Value.EnumerateArray().Select(b => new Box(b[0].GetInt32(), b[1].GetInt32(), b[2].GetInt32(), b[3].GetInt32()))];
            IReadOnlyList<DetectedFace> found = detector.Detect(Image.Load(SharedData.Require(["data", .. photo.Name.Split('/')])));
            Assert.Equal(expected, found.Select(f => f.Box).OrderBy(b => b.X).ThenBy(b => b.Y).ThenBy(b => b.Width));
            photos++;
        }
        Assert.Equal(10, photos);
    }

    private static HaarFaceDetector Detector(HaarOptions? options = null)
    {
        OpenCvRequired.Library();
        Cascade();
        return new HaarFaceDetector(options);
    }

    /// <summary>The default cascade; skips the test where OpenCV's collection is not installed.</summary>
    private static string Cascade()
    {
        try
        {
            return HaarCascadeFile.Find(new HaarOptions().Cascade);
        }
        catch (ModelException error)
        {
            Assert.Skip(error.Message);
            throw;
        }
    }

    private static Image Photo()
    {
        return Image.Load(SharedData.Require("data", "media", "multi_face.jpg"));
    }

    private static string TestFile(string name) => Path.Combine(SharedData.Checkout, "tests", "Mien.OpenCv.Tests", name);
}
