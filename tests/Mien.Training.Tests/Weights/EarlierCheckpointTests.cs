using Mien.Training.Tests.Fitting;
using Mien.Training.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training.Tests.Weights;

/// <summary>
/// Checkpoints that were written before training moved to TorchSharp, by a binding of our own to libtorch 1.13: they still load, go on and
/// compute the same. The files beside this one were written by that version; the numbers are what it computed with them.
/// </summary>
[Collection(SeededTests.Name)]
public sealed class EarlierCheckpointTests : IDisposable
{
    private static readonly FaceDataset Train = ToyTraining.Data("train", 100, 1);
    private static readonly FaceDataset Validation = ToyTraining.Data("validation", 41, 2);

    private readonly string _folder = Directory.CreateTempSubdirectory("mien anciens é ").FullName;

    public EarlierCheckpointTests() => Libtorch.Require();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Lists => [.. Directory.GetFiles(Folder, "*.txt").Select(path => Path.GetFileNameWithoutExtension(path))];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Weights", "Checkpoints");

    /// <summary>Names and shapes of the tensors of a network in their order, then those of the optimizer, which go by that order.</summary>
    [Theory]
    [MemberData(nameof(Lists))]
    public void Every_recipe_has_the_tensors_of_its_earlier_checkpoints(string list)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Folder, $"{list}.txt"));
        foreach (string name in lines[0]["recipes: ".Length..].Split(", "))
        {
            using DisposeScope scope = NewDisposeScope();
            Recipe recipe = Recipe.Load(name);
            using Network network = recipe.CreateNetwork(7);
            using var optimizer = new TrainingOptimizer(recipe, network);
            IEnumerable<KeyValuePair<string, Tensor>> state = optimizer.State().Where(entry => entry.Key != "steps").Select(entry => KeyValuePair.Create($"optimizer/{entry.Key}", entry.Value));
            Assert.Equal(lines[1..], network.state_dict().Concat(state).Select(entry => $"{entry.Key} [{string.Join(", ", entry.Value.shape)}]"));
        }
    }

    [Fact]
    public void There_is_a_list_for_every_recipe_in_the_box() =>
        Assert.Equal(Recipe.Names.Order(StringComparer.Ordinal), Directory.GetFiles(Folder, "*.txt").SelectMany(path => File.ReadLines(path).First()["recipes: ".Length..].Split(", ")).Order(StringComparer.Ordinal));

    public static TheoryData<string, float[], float[]> Trainings => new()
    {
        {
            "toy-sgd",
            [-0.3354134f, 0.088719614f, -0.040068507f, -0.3167747f, 0.115820825f, -0.05663741f, -0.3222404f, 0.11005749f, -0.053438284f, -0.33163652f, 0.08323776f, -0.04844829f],
            [-0.36454028f, -0.07202515f, 0.12531523f, -0.33130378f, -0.024838794f, 0.086277544f, -0.33932403f, -0.037256278f, 0.09182209f, -0.35915962f, -0.084070385f, 0.11356634f]
        },
        {
            "toy-adamw",
            [0.098768815f, 0.15020028f, 0.46795577f, -0.9547763f, 0.6359661f, -0.7398814f, -0.880436f, 0.5890152f, -0.673726f, 0.10322832f, 0.15657496f, 0.4601891f],
            [0.28016734f, 0.058542773f, 1.4836848f, -1.7877929f, 1.2840881f, -1.1013949f, -1.6705663f, 1.1409417f, -1.0196908f, 0.29007936f, 0.07804687f, 1.4504081f]
        },
    };

    /// <param name="name">The training after the first of two epochs.</param>
    /// <param name="half">The logits of four validation images by the network in it.</param>
    /// <param name="end">The same after the second epoch.</param>
    [Theory]
    [MemberData(nameof(Trainings))]
    public void An_earlier_training_computes_and_goes_on_the_same(string name, float[] half, float[] end)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "run"));
        var run = new RunFolder(Path.Combine(_folder, "run"));
        File.Copy(Path.Combine(Folder, $"{name}.safetensors"), run.LastPath);
        File.Copy(run.LastPath, run.BestPath);
        Assert.Equal(half, Logits(run.LastPath), (a, b) => MathF.Abs(a - b) <= 1e-5f);
        using (Trainer trainer = Trainer.Resume(run.Path, Train, Validation, new() { Threads = 1 }))
            Assert.Equal(2, trainer.Run(cancellation: TestContext.Current.CancellationToken).EpochsDone);
        // A whole epoch later the order of summation shows.
        Assert.Equal(end, Logits(run.LastPath), (a, b) => MathF.Abs(a - b) <= 1e-3f);
    }

    private static float[] Logits(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Load(path);
        using Network network = checkpoint.CreateNetwork();
        return NetworkEvaluation.Logits(network, Validation.Subset([0, 1, 2, 3]), checkpoint.Recipe.Input, cancellation: TestContext.Current.CancellationToken);
    }
}
