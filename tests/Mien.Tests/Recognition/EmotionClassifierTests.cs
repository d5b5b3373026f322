using Mien.Tests.Inference;

namespace Mien.Tests.Recognition;

public sealed class EmotionClassifierTests : IDisposable
{
    private static readonly string[] ThreeLabels = [Emotion.Neutral, Emotion.Anger, Emotion.Fear];
    private static readonly ModelMetadata Gray = new() { Name = "test", Labels = ThreeLabels, InputSize = 4 };

    private readonly string _folder = Directory.CreateTempSubdirectory("mien Gesicht ").FullName;

    [Fact]
    public void A_model_that_carries_its_description_is_enough()
    {
        using var classifier = Open(new TinyOnnx().With(Gray with { License = "MIT" }));
        Assert.Equal("MIT", classifier.Metadata.License);
        Assert.Equal(ThreeLabels, classifier.Labels);
        var scores = classifier.Classify(Flat(100, 4, 4));
        // The matrix makes of the mean 100 the logits 1, -1 and 1.
        AssertNear(Softmax(1, -1, 1), scores);
        Assert.Equal(Emotion.Neutral, scores.Top);
    }

    [Fact]
    public void Another_makers_model_needs_a_manifest_and_the_message_shows_one()
    {
        string path = Path.Combine(_folder, "fremdes Modell.onnx");
        File.WriteAllBytes(path, new TinyOnnx { Softmax = false }.ToBytes());
        var error = Assert.Throws<ModelException>(() => EmotionClassifier.Load(path));
        Assert.Contains(path + ".json", error.Message, StringComparison.Ordinal);

        string shown = error.Message[error.Message.IndexOf('{')..];
        var manifest = ModelMetadata.Parse(shown, "the message");
        Assert.Equal(Emotion.All, manifest.Labels);
        Assert.False(manifest.SoftmaxInGraph);

        File.WriteAllText(path + ".json", (manifest with { Labels = ["Neutral", "Angry", "Fearful"], InputSize = 0 }).ToJson());
        using var classifier = EmotionClassifier.Load(path);
        Assert.Equal(ThreeLabels, classifier.Labels);
        Assert.Equal(4, classifier.Metadata.InputSize);
        AssertNear(Softmax(1, -1, 1), classifier.Classify(Flat(100, 4, 4)));
    }

    [Theory]
    [InlineData("{", "not valid")]
    [InlineData("{}", "name")]
    [InlineData("[]", "not valid")]
    [InlineData("""{"name":"x","name":"y"}""", "name")]
    [InlineData("""{"name":"x","labels":null}""", "labels")]
    [InlineData("""{"name":"x","inputSize":4,"color":"Purple","labels":["neutral","anger","fear"]}""", "color")]
    [InlineData("""{"name":"x","inputSize":4,"labels":[]}""", "labels")]
    [InlineData("""{"name":"x","inputSize":4,"labels":["neutral",null,"fear"]}""", "labels")]
    [InlineData("""{"name":"x","inputSize":4,"labels":["neutral","angry","anger"]}""", "'anger' more than once")]
    [InlineData("""{"name":"x","inputSize":4,"labels":["neutral","anger"]}""", "2 labels (neutral, anger)")]
    [InlineData("""{"name":"x","inputSize":5,"labels":["neutral","anger","fear"]}""", "5 x 5")]
    [InlineData("""{"name":"x","inputSize":4,"color":"Rgb","labels":["neutral","anger","fear"]}""", "1 channels")]
    [InlineData("""{"name":"x","task":"face-detection","inputSize":4,"labels":["neutral","anger","fear"]}""", "'face-detection'")]
    [InlineData("""{"name":"x","inputSize":4,"labels":["neutral","anger","fear"],"temperature":0}""", "temperature")]
    [InlineData("""{"name":"x","inputSize":4,"labels":["neutral","anger","fear"],"normalizationInGraph":false,"deviation":[0]}""", "deviation 0")]
    [InlineData("""{"name":"x","inputSize":4,"labels":["neutral","anger","fear"],"normalizationInGraph":false,"mean":[1,2]}""", "one \"mean\" or 1")]
    public void A_description_that_is_broken_or_does_not_fit_is_named(string manifest, string expected)
    {
        string path = Path.Combine(_folder, "model.onnx");
        File.WriteAllBytes(path, new TinyOnnx().ToBytes());
        File.WriteAllText(path + ".json", manifest);
        var error = Assert.Throws<ModelException>(() => EmotionClassifier.Load(path));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_users_own_labels_stay_as_they_are()
    {
        using var classifier = Open(new TinyOnnx().With(Gray with { Labels = ["bored", "Happy", "Aha"] }));
        Assert.Equal(["bored", "happiness", "Aha"], classifier.Labels);
    }

    [Fact]
    public void Many_faces_go_through_the_network_together()
    {
        using var session = Session([-1, 1, 4, 4], (input, shape) => [[.. Enumerable.Range(0, (int)shape[0]).SelectMany(i => (float[])[input[i * 16] / 255, 1 - (input[i * 16] / 255), 0])]]);
        using var classifier = new EmotionClassifier(session, Gray);
        Image[] crops = [.. Enumerable.Range(0, 130).Select(i => Flat((byte)i, 4, 4))];
        var scores = classifier.Classify(crops);
        Assert.Equal([64, 64, 2], session.Runs.Select(shape => shape[0]));
        for (int i = 0; i < crops.Length; i++)
            Assert.Equal(i / 255f, scores[i][Emotion.Neutral]);
        Assert.Empty(classifier.Classify([]));
    }

    [Fact]
    public void A_batch_gives_what_single_faces_give()
    {
        using var classifier = Open(new TinyOnnx().With(Gray));
        Image[] crops = [.. Enumerable.Range(0, 70).Select(i => Flat((byte)(i * 3), 4, 4))];
        var together = classifier.Classify(crops);
        for (int i = 0; i < crops.Length; i++)
            AssertNear(classifier.Classify(crops[i]).Values.ToArray(), together[i]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_model_of_fixed_batch_takes_any_number_of_faces(int batch)
    {
        using var classifier = Open(new TinyOnnx { Input = [batch, 1, 4, 4] }.With(Gray));
        Image[] crops = [.. Enumerable.Range(0, 7).Select(i => Flat((byte)(i * 30), 4, 4))];
        var scores = classifier.Classify(crops);
        for (int i = 0; i < crops.Length; i++)
            AssertNear(Softmax(i * 0.3f, i * -0.3f, 1), scores[i]);
    }

    [Theory]
    [InlineData(ColorOrder.Gray, 148, 0, 0)]
    [InlineData(ColorOrder.Rgb, 200, 150, 10)]
    [InlineData(ColorOrder.Bgr, 10, 150, 200)]
    public void Channels_come_in_the_models_order(ColorOrder order, float first, float second, float third)
    {
        int channels = order == ColorOrder.Gray ? 1 : 3;
        using var session = Session([-1, channels, 2, 2], (input, _) => [input.Length == 4 ? [input[3], 0, 0] : [input[3], input[7], input[11]]]);
        using var classifier = new EmotionClassifier(session, Gray with { InputSize = 2, Color = order, SoftmaxInGraph = false });
        var pixels = Image.FromPixels(2, 2, PixelFormat.Rgb24, [.. Enumerable.Repeat((byte[])[200, 150, 10], 4).SelectMany(pixel => pixel)]);
        AssertNear(Softmax(first, second, third), classifier.Classify(pixels));
    }

    [Fact]
    public void Values_are_normalised_only_where_the_graph_does_not()
    {
        var levels = new List<float>();
        using var session = Session([-1, 3, 1, 1], (input, _) =>
        {
            levels.AddRange(input);
            return [[1, 0, 0]];
        });
        var metadata = Gray with { InputSize = 1, Color = ColorOrder.Rgb, Mean = [10, 20, 30], Deviation = [2] };
        var pixel = Image.FromPixels(1, 1, PixelFormat.Rgb24, [10, 30, 50]);
        new EmotionClassifier(session, metadata).Classify(pixel);
        new EmotionClassifier(session, metadata with { NormalizationInGraph = false }).Classify(pixel);
        Assert.Equal([10, 30, 50, 0, 5, 10], levels);
    }

    [Fact]
    public void The_temperature_softens_logits_and_leaves_probabilities()
    {
        using var session = Session([-1, 1, 4, 4], (_, _) => [[0.5f, 0.25f, 0.25f]]);
        var metadata = Gray with { Temperature = 2 };
        Assert.Equal([0.5f, 0.25f, 0.25f], new EmotionClassifier(session, metadata).Classify(Flat(0, 4, 4)).Values.ToArray());
        AssertNear(Softmax(0.25f, 0.125f, 0.125f),
            new EmotionClassifier(session, metadata with { SoftmaxInGraph = false }).Classify(Flat(0, 4, 4)));
    }

    [Fact]
    public void Logits_of_any_size_become_probabilities()
    {
        using var session = Session([-1, 1, 4, 4], (_, _) => [[-5000, 3e38f, 0]]);
        var scores = new EmotionClassifier(session, Gray with { SoftmaxInGraph = false }).Classify(Flat(0, 4, 4));
        Assert.Equal([0, 1, 0], scores.Values.ToArray());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 7)]
    [InlineData(333, 5)]
    [InlineData(48, 48)]
    [InlineData(512, 511)]
    public void Crops_of_any_size_are_brought_to_the_models(int width, int height)
    {
        using var classifier = Open(new TinyOnnx().With(Gray));
        AssertNear(Softmax(1, -1, 1), classifier.Classify(Flat(100, width, height)));
        AssertNear(Softmax(1, -1, 1), classifier.Classify(Flat(100, width, height, PixelFormat.Rgb24)));
    }

    [Fact]
    public void A_crop_has_the_models_size_colours_and_margin()
    {
        using var session = Session([-1, 3, 10, 10], (_, _) => []);
        using var classifier = new EmotionClassifier(session, Gray with { InputSize = 10, Color = ColorOrder.Bgr, CropMargin = 0.5f });
        var image = Flat(9, 40, 40);
        var crop = classifier.Crop(image, new CropRegion(20, 20, 5));
        Assert.Equal((10, 10, PixelFormat.Rgb24), (crop.Width, crop.Height, crop.Format));
        Assert.Equal(FaceCrop.Cut(image, new CropRegion(20, 20, 10), 10, PixelFormat.Rgb24).Pixels.ToArray(), crop.Pixels.ToArray());
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "∞", "Infinity")]
    [InlineData(0.9f, "softmaxInGraph")]
    [InlineData(-3f, "softmaxInGraph")]
    public void Output_that_is_no_probability_is_refused(float value, params string[] expected)
    {
        using var session = Session([-1, 1, 4, 4], (_, _) => [[value, 0.5f, 0.5f]]);
        var error = Assert.Throws<ModelException>(() => new EmotionClassifier(session, Gray).Classify(Flat(0, 4, 4)));
        Assert.StartsWith("fake.onnx: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, text => error.Message.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public void A_wrong_number_of_scores_is_refused_at_the_run_if_not_before()
    {
        using var session = new FakeSession([-1, 1, 4, 4], [("scores", [-1, -1])], (_, _) => [[0.5f, 0.5f]]);
        var error = Assert.Throws<ModelException>(() => new EmotionClassifier(session, Gray).Classify(Flat(0, 4, 4)));
        Assert.Contains("3 labels need 3 scores, but the output has 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_outputs_the_one_as_wide_as_the_labels_counts()
    {
        using var session = new FakeSession([-1, 1, 4, 4], [("features", [-1, 512]), ("scores", [-1, 3])], (_, _) => [[], [0, 1, 0]]);
        Assert.Equal(Emotion.Anger, new EmotionClassifier(session, Gray).Classify(Flat(0, 4, 4)).Top);
    }

    [Fact]
    public void An_input_that_is_no_picture_is_refused()
    {
        using var flat = Session([-1, 16], (_, _) => []);
        Assert.Contains("batch x channels x height x width", Assert.Throws<ModelException>(() => new EmotionClassifier(flat, Gray)).Message, StringComparison.Ordinal);
        using var free = Session([-1, 1, -1, -1], (_, _) => []);
        Assert.Contains("inputSize", Assert.Throws<ModelException>(() => new EmotionClassifier(free, Gray with { InputSize = 0 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_does_not_fit_is_not_left_open()
    {
        var session = Session([-1, 1, 4, 4], (_, _) => []);
        Assert.Throws<ModelException>(() => new EmotionClassifier(session, Gray with { Labels = ["one"] }));
        Assert.True(session.IsDisposed);
    }

    [Fact]
    public async Task Two_threads_share_one_classifier()
    {
        using var classifier = Open(new TinyOnnx().With(Gray));
        await Task.WhenAll(Enumerable.Range(0, 2).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < 2000; i++)
            {
                float level = (i + (thread * 128)) % 256;
                Image[] crops = [.. Enumerable.Repeat(Flat((byte)level, 4, 4), 1 + (i % 4))];
                foreach (var scores in classifier.Classify(crops))
                    AssertNear(Softmax(level / 100, level / -100, 1), scores);
            }
        }, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void A_run_allocates_nothing_but_its_result()
    {
        using var classifier = Open(new TinyOnnx().With(Gray));
        Image[] crops = [Flat(1, 4, 4), Flat(2, 4, 4)];
        const int runs = 1000;
        for (int i = 0; i < 10; i++)
            classifier.Classify(crops);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < runs; i++)
            classifier.Classify(crops);
        long run = GC.GetAllocatedBytesForCurrentThread() - before;

        before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < runs; i++)
            GC.KeepAlive(new EmotionScores[] { new(ThreeLabels, new float[3]), new(ThreeLabels, new float[3]) });
        long result = GC.GetAllocatedBytesForCurrentThread() - before;
        // The smallest object takes 24 bytes: one more a run would show. The runtime itself may allocate a little once, when it recompiles.
        Assert.InRange(run - result, 0, runs * 24 / 2);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static EmotionClassifier Open(TinyOnnx model)
    {
        return EmotionClassifier.Load(model.ToBytes(), "tiny");
    }

    private static FakeSession Session(long[] input, Func<float[], long[], float[][]> run) => new(input, [("scores", [-1, 3])], run);

    private static Image Flat(byte value, int width, int height, PixelFormat format = PixelFormat.Gray8)
    {
        var pixels = new byte[width * height * (int)format];
        Array.Fill(pixels, value);
        return Image.FromPixels(width, height, format, pixels);
    }

    private static float[] Softmax(params float[] logits)
    {
        double most = logits.Max(), sum = logits.Sum(logit => Math.Exp(logit - most));
        return [.. logits.Select(logit => (float)(Math.Exp(logit - most) / sum))];
    }

    private static void AssertNear(float[] expected, EmotionScores scores) =>
        Assert.Equal(expected, scores.Values.ToArray(), (one, other) => Math.Abs(one - other) < 1e-5f);
}
