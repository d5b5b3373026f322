using System.Text.Json.Nodes;

namespace Mien.Training.Tests.Fitting;

/// <summary>Trainings that take a second: images of 16 pixels whose class is where they are bright.</summary>
internal static class ToyTraining
{
    public const int Size = 16;

    private static readonly string[] Labels = ["anger", "fear", "neutral"];

    public static Recipe Recipe(string changes = "{}") => Merge(
        """
        {
          "name": "toy",
          "input": { "size": 16, "mean": [120], "deviation": [60] },
          "network": { "name": "residual", "stem": 4, "widths": [6, 8], "blocks": [1, 1], "dropout": 0.2 },
          "augmentation": { "flip": 0.5, "rotation": 10, "shift": 0.05, "zoom": 0.1, "brightness": 0.1, "contrast": 0.1, "erasing": 0.3 },
          "loss": { "labelSmoothing": 0.05 },
          "optimizer": { "name": "sgd", "learningRate": 0.05, "momentum": 0.9, "nesterov": true, "weightDecay": 0.0005 },
          "schedule": { "name": "cosine", "warmupEpochs": 0.5 },
          "epochs": 4,
          "batchSize": 16,
          "seed": 7
        }
        """, changes);

    public static FaceDataset Data(string name, int count, int seed, bool distributions = false, bool votes = false, PixelFormat format = PixelFormat.Gray8)
    {
        var random = new Random(seed);
        int channels = (int)format;
        var pixels = new byte[count * Size * Size * channels];
        var targets = new int[count];
        for (int i = 0; i < count; i++)
        {
            int target = targets[i] = random.Next(3);
            for (int y = 0; y < Size; y++)
            {
                for (int x = 0; x < Size; x++)
                {
                    bool bright = target switch { 0 => y < Size / 3, 1 => y >= Size * 2 / 3, _ => y >= Size / 3 && y < Size * 2 / 3 };
                    for (int c = 0; c < channels; c++)
                        pixels[(((((i * Size) + y) * Size) + x) * channels) + c] = (byte)((bright ? 150 : 60) + random.Next(60));
                }
            }
        }
        return new FaceDataset(name, Labels, Size, format, pixels, targets)
        {
            Distributions = distributions ? [.. targets.SelectMany(target => Enumerable.Range(0, 3).Select(c => c == target ? 0.8f : 0.1f))] : null,
            // Anger, fear and neutral are the fifth, seventh and first of the eight emotions; every tenth image has no clear vote.
            Votes = votes ? [.. targets.SelectMany((target, i) => Enumerable.Range(0, 8).Select(c => i % 10 > 0 && c == (target == 0 ? 4 : target == 1 ? 6 : 0) ? 1f : 0))] : null,
        };
    }

    private static Recipe Merge(string json, string changes)
    {
        var recipe = JsonNode.Parse(json)!.AsObject();
        foreach ((string name, JsonNode? value) in JsonNode.Parse(changes)!.AsObject())
            recipe[name] = value?.DeepClone();
        return Training.Recipe.Parse(recipe.ToJsonString(), "toy.json");
    }
}

/// <summary>Calls back at once, unlike <see cref="Progress{T}"/>.</summary>
internal sealed class Reports(Action<TrainingProgress>? action = null) : IProgress<TrainingProgress>
{
    public List<TrainingProgress> All { get; } = [];

    public void Report(TrainingProgress value)
    {
        All.Add(value);
        action?.Invoke(value);
    }
}
