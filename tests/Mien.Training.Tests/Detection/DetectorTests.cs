using Mien.Inference;
using Mien.Training.Tests.Networks;
using static TorchSharp.torch;

namespace Mien.Training.Tests.Detection;

[Collection(SeededTests.Name)]
public sealed class DetectorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mien detector ü ").FullName;

    public DetectorTests() => Libtorch.Require();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(64, 64)]
    [InlineData(96, 160)]
    public void The_exported_detector_says_what_the_trained_one_says_at_any_size(int height, int width)
    {
        manual_seed(3);
        Recipe recipe = Recipe.Load("face-detector");
        using Network network = recipe.CreateNetwork(1);
        using (NewDisposeScope())
        {
            // Statistics of batch norm other than those that it begins with.
            network.call(rand([2, 3, 320, 320]));
        }
        network.eval();
        network.TakesAnySize = true;
        var metadata = new ModelMetadata { Task = ModelMetadata.FaceDetection, Name = "test", Labels = ["face"], Color = ColorOrder.Rgb, Mean = recipe.Input.Mean, Deviation = recipe.Input.Deviation };
        string path = Path.Combine(_folder, "detector.onnx");
        OnnxExporter.Export(network, metadata, path);
        using IOnnxSession exported = OnnxModel.Open(path), trained = new NetworkSession(network, recipe.Input, CPU);
        float[][] expected = Run(trained, height, width), found = Run(exported, height, width);
        for (int output = 0; output < 3; output++)
            Assert.Equal(expected[output], found[output], (one, other) => Math.Abs(one - other) < 1e-3f);
        Assert.True(new FileInfo(path).Length < 1_000_000, "the detector is to fit in 1 MB");
    }

    [Fact]
    public void A_detector_learns_to_find_faces()
    {
        using Trainer trainer = Trainer.Start(Toy(epochs: 16, pictures: 200), Data(), In("run"), Options);
        TrainingResult result = trainer.Run(cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(TrainingOutcome.Completed, result.Outcome);
        Assert.True(result.Best!.ValidationAccuracy > 0.4, $"average precision {result.Best.ValidationAccuracy}");
    }

    [Fact]
    public void A_resumed_training_equals_one_that_never_stopped()
    {
        DetectionData data = Data();
        using (Trainer whole = Trainer.Start(Toy(epochs: 3, pictures: 16), data, In("whole"), Options))
            whole.Run(cancellation: TestContext.Current.CancellationToken);
        using (var stop = new CancellationTokenSource())
        using (Trainer first = Trainer.Start(Toy(epochs: 3, pictures: 16), data, In("parts"), Options))
            first.Run(new StopAfter(1, stop), stop.Token);
        using (Trainer second = Trainer.Resume(In("parts"), data, Options))
            second.Run(cancellation: TestContext.Current.CancellationToken);
        using SafetensorsFile a = Safetensors.Read(new RunFolder(In("whole")).LastPath), b = Safetensors.Read(new RunFolder(In("parts")).LastPath);
        Assert.All(a.Tensors, entry => Assert.Equal(entry.Value.to(ScalarType.Float32).data<float>().ToArray(), b.Tensors[entry.Key].to(ScalarType.Float32).data<float>().ToArray()));
    }

    [Fact]
    public void A_teachers_faces_are_brought_to_peoples_boxes_and_unsure_ones_decide_nothing()
    {
        var photo = new AnnotatedPhoto("a.jpg", 200, 200, [new AnnotatedFace(new Box(20, 30, 40, 40), "face")]);
        var landmarks = new FaceLandmarks(new(30, 40), new(50, 40), new(40, 50), new(32, 60), new(48, 60));
        DetectedFace[] found = [new(new Box(20, 22, 40, 48), 0.9f, landmarks), new(new Box(120, 100, 20, 24), 0.8f, landmarks), new(new Box(20, 150, 20, 24), 0.4f, landmarks)];
        BoxHabit habit = BoxHabit.Of([(photo.Faces[0].Box, found[0].Box), (photo.Faces[0].Box, null)]);
        IReadOnlyList<TargetFace> faces = DetectionData.Label(photo, found, habit, 0.6f);
        Assert.Equal(new TargetFace(photo.Faces[0].Box, landmarks), faces[0]);
        Assert.Equal((120, 104, 20, 20, 0.8f), (faces[1].Box.X, faces[1].Box.Y, faces[1].Box.Width, MathF.Round(faces[1].Box.Height, 3), faces[1].Weight));
        Assert.Equal(0, faces[2].Weight);
    }

    [Fact]
    public void The_box_of_an_unmasked_face_lies_halfway_to_the_teachers()
    {
        AnnotatedFace open = new(new Box(20, 30, 40, 40), "face"), masked = new(new Box(120, 30, 40, 40), "face, masked");
        DetectedFace[] found = [new(new Box(24, 30, 40, 40), 0.9f, null), new(new Box(124, 30, 40, 40), 0.9f, null)];
        BoxHabit habit = BoxHabit.Of([(open.Box, open.Box)]);
        IReadOnlyList<TargetFace> faces = DetectionData.Label(new AnnotatedPhoto("a.jpg", 200, 200, [open, masked]), found, habit, 0.6f);
        Assert.Equal(new Box(22, 30, 40, 40), faces[0].Box);
        Assert.Equal(masked.Box, faces[1].Box);
    }

    [Fact]
    public void A_photo_that_cannot_be_read_is_named_and_the_rest_goes_on()
    {
        string broken = In("broken.jpg");
        File.WriteAllText(broken, "no picture");
        AnnotatedPhoto good = WriteDisc(7);
        var faults = new List<DataFault>();
        DetectionData data = DetectionData.Prepare(Toy(epochs: 1, pictures: 8), [good, new AnnotatedPhoto(broken, 10, 10, []), good with { Width = 11 }], [good], (_, _) => new NoDetector(), null, faults, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(1, data.TrainCount);
        Assert.Equal([broken, good.Path], faults.Select(fault => fault.File));
        Assert.StartsWith($"is {good.Width}x", faults[1].Message, StringComparison.Ordinal);
        Assert.Contains("at least one of each", Assert.Throws<MienException>(() =>
            DetectionData.Prepare(Toy(epochs: 1, pictures: 8), [new AnnotatedPhoto(broken, 10, 10, [])], [good], (_, _) => new NoDetector(), null, faults, cancellation: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    private static TrainingOptions Options => new() { Threads = 2 };

    private string In(string name) => Path.Combine(_folder, name);

    private DetectionData Data()
    {
        AnnotatedPhoto[] photos = [.. Enumerable.Range(0, 12).Select(WriteDisc)];
        return DetectionData.Prepare(Toy(epochs: 1, pictures: 8), photos[..9], photos[9..], (_, _) => new NoDetector(), null, [], cancellation: TestContext.Current.CancellationToken);
    }

    private static Recipe Toy(int epochs, int pictures) => new()
    {
        Name = "toy",
        Input = new InputRecipe { Size = 96, Channels = 3, Mean = [127, 127, 127], Deviation = [64, 64, 64] },
        Network = NetworkSpec.Parse("""{ "name": "face-detector", "stem": 8, "widths": [8, 16, 16, 16], "blocks": [0, 1, 1, 1], "cell": 16, "depth": 1 }"""),
        Detection = new DetectionRecipe { PicturesPerEpoch = pictures, Sizes = [96], Mosaic = 0.2, FaceSide = [14, 50], Pasted = 0, Gray = 0, Blur = 0, Noise = 0, Jpeg = 0 },
        Optimizer = new SgdRecipe { LearningRate = 0.05 },
        Averaging = new AveragingRecipe { Decay = 0.9 },
        Epochs = epochs,
        BatchSize = 8,
    };

    /// <summary>A photo with two red discs on noise, which stand for faces.</summary>
    private AnnotatedPhoto WriteDisc(int number)
    {
        const int size = 120;
        var random = new Random(number);
        var pixels = new byte[size * size * 3];
        random.NextBytes(pixels);
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] /= 2;
        var faces = new List<AnnotatedFace>();
        foreach (int left in (int[])[5, 65])
        {
            int side = random.Next(18, 40), x = left + random.Next(50 - side + 1), y = random.Next(size - side);
            for (int row = 0; row < side; row++)
            {
                for (int column = 0; column < side; column++)
                {
                    if (Math.Pow(row + 0.5 - (side / 2.0), 2) + Math.Pow(column + 0.5 - (side / 2.0), 2) <= side * side / 4.0)
                        (pixels[(((y + row) * size) + x + column) * 3], pixels[((((y + row) * size) + x + column) * 3) + 1]) = (255, 0);
                }
            }
            faces.Add(new AnnotatedFace(new Box(x, y, side, side), "face"));
        }
        string path = In($"{number}.png");
        Image.FromPixels(size, size, PixelFormat.Rgb24, pixels).Save(path);
        return new AnnotatedPhoto(path, size, size, faces);
    }

    private static float[][] Run(IOnnxSession session, int height, int width)
    {
        using IOnnxCall call = session.Prepare([1, 3, height, width]);
        var random = new Random(5);
        foreach (ref float value in call.Input)
            value = random.Next(256);
        call.Run();
        return [call.Output(0).ToArray(), call.Output(1).ToArray(), call.Output(2).ToArray()];
    }

    private sealed class StopAfter(int epochs, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Finished?.Epoch == epochs)
                stop.Cancel();
        }
    }

    private sealed class NoDetector : IFaceDetector
    {
        public BoxToCrop BoxToCrop => new(1, 0);

        public IReadOnlyList<DetectedFace> Detect(Image image) => [];

        public void Dispose() { }
    }
}
