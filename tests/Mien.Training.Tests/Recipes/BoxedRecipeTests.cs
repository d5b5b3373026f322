using System.Globalization;
using Mien.Tests;
using Mien.Training.Tests.Data;
using Mien.Training.Tests.Networks;

namespace Mien.Training.Tests.Recipes;

/// <summary>Each of the five projects' recipes on a handful of images, from the data set as it comes to a model that reads a face.</summary>
[Collection(SeededTests.Name)]
public sealed class BoxedRecipeTests : IDisposable
{
    private const int Images = 42;

    private readonly TemporaryFolder _folder = new();

    public BoxedRecipeTests() => Libtorch.Require();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("fer-dropout-cnn")]
    [InlineData("mobilenet-finetune")]
    public void A_recipe_for_the_csv_trains_and_exports(string name) => TrainAndExport(name, Csv());

    [Fact]
    public void A_recipe_for_folders_trains_and_exports()
    {
        DataFile.RequirePictures();
        DataConversion.ToFolders(DataFile.Open(Csv()), Path.Combine(_folder.Path, "data", "images"), cancellation: TestContext.Current.CancellationToken);
        TrainAndExport("expression-folders-cnn", Path.Combine(_folder.Path, "data"));
    }

    [Fact]
    public void The_recipe_for_ck_plus_trains_and_exports()
    {
        DataFile.RequirePictures();
        var random = new Random(1);
        foreach (string label in (ReadOnlySpan<string>)["anger", "contempt", "happy"])
        {
            for (int i = 0; i < Images / 3; i++)
            {
                string file = string.Create(CultureInfo.InvariantCulture, $"S{i % 5:D3}_001_{i:D8}.png");
                Image.FromPixels(48, 48, PixelFormat.Gray8, Noise(random)).Save(_folder.File("CK+48", label, file));
            }
        }
        TrainAndExport("ck-plus-cnn", Path.Combine(_folder.Path, "CK+48"));
    }

    private void TrainAndExport(string name, string path)
    {
        Recipe boxed = Recipe.Load(name);
        string? weights = boxed.Pretrained is null ? null : SharedData.Require("weights", "mobilenet_v2_imagenet_folded.safetensors");
        // Two epochs, so that what is frozen in the first learns in the second.
        Recipe recipe = Shortened(boxed, weights);
        FaceDatasets data = DataFile.Open(path, recipe.ToDataOptions());
        (FaceDataset train, FaceDataset validation) = recipe.Split(data);
        string run = Path.Combine(_folder.Path, "run");
        using (Trainer trainer = Trainer.Start(recipe, train, validation, run))
        {
            TrainingResult result = trainer.Run(cancellation: TestContext.Current.CancellationToken);
            Assert.Equal(2, result.EpochsDone);
        }
        using Checkpoint checkpoint = Checkpoint.Load(new RunFolder(run).BestPath);
        using Network network = checkpoint.CreateNetwork();
        Assert.InRange(network.MultiplyAdds, 1, 70_000_000);
        string model = Path.Combine(_folder.Path, "model.onnx");
        OnnxExporter.Export(network, checkpoint.ToModelMetadata() with { Temperature = 1 }, model);

        float[] expected = NetworkEvaluation.Probabilities(network, validation, recipe.Input, cancellation: TestContext.Current.CancellationToken);
        using EmotionClassifier classifier = EmotionClassifier.Load(model);
        Assert.Equal(expected[..train.Labels.Count], classifier.Classify(validation.ImageAt(0)).Values.ToArray(), (a, b) => MathF.Abs(a - b) <= 1e-3f);
    }

    private static Recipe Shortened(Recipe recipe, string? weights)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(recipe.ToJson())!;
        json["epochs"] = 2;
        json["schedule"]!["warmupEpochs"] = 1;
        json["batchSize"] = 8;
        if (weights is not null)
            json["pretrained"]!["weights"] = weights;
        return Recipe.Parse(json.ToJsonString(), "shortened");
    }

    private string Csv()
    {
        var random = new Random(2);
        _folder.Write("fer2013new.csv", ["Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF", .. Enumerable.Range(0, Images).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"{Usage(i)},{i}.png,{(i % 2 == 0 ? "8,2" : "2,8")},0,0,0,0,0,0,0,0"))]);
        return _folder.Write("fer2013.csv", ["emotion,pixels,Usage", .. Enumerable.Range(0, Images).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"{i % 7},{string.Join(' ', Noise(random))},{Usage(i)}"))]);

        static string Usage(int row) => row % 3 == 0 ? "PublicTest" : "Training";
    }

    private static byte[] Noise(Random random)
    {
        var pixels = new byte[48 * 48];
        random.NextBytes(pixels);
        return pixels;
    }
}
