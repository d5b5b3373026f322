using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mien.Training;

/// <summary>What one of the networks of a cross-validation came to on the persons that it never saw.</summary>
/// <param name="Fold">Which one, from 1.</param>
/// <param name="Images">How many images it was measured on.</param>
/// <param name="Accuracy">The share that it read rightly.</param>
public sealed record FoldResult(int Fold, int Images, double Accuracy);

/// <summary>What a cross-validation came to: each image was read by the one network that saw nothing of its person.</summary>
/// <param name="Folds">Each network's figure.</param>
/// <param name="Pooled">The figures over all images.</param>
public sealed record CrossValidationResult(IReadOnlyList<FoldResult> Folds, ClassificationReport Pooled)
{
    /// <summary>This result as JSON: <c>folds</c> and <c>pooled</c>, a classification report.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, CrossValidationJson.Default.CrossValidationResult);
}

/// <summary>Trains as many networks by one recipe as there are folds of persons, and measures each on the fold that was held out.</summary>
/// <remarks>
/// Each training has a run folder of its own, <c>fold-01</c> and so on, below the folder; the result is in <c>folds.json</c> there.
/// The recipe must keep the last epoch: the best one would be chosen on the very images that it is measured on.
/// </remarks>
public sealed class CrossValidation
{
    private readonly Recipe _recipe;
    private readonly FaceDataset _data;
    private readonly IReadOnlyList<(FaceDataset Train, FaceDataset Validation)> _folds;
    private readonly string _folder;

    /// <summary>Divides the persons into folds by the recipe's seed.</summary>
    /// <param name="recipe">What to train.</param>
    /// <param name="data">Images whose persons are known, read with <see cref="Recipe.ToDataOptions"/>.</param>
    /// <param name="folds">How many folds, at least 2.</param>
    /// <param name="folder">Where to keep the trainings.</param>
    /// <exception cref="MienException">The recipe keeps the best epoch or has a teacher, a person is not known, or there are fewer persons than folds.</exception>
    public CrossValidation(Recipe recipe, FaceDataset data, int folds, string folder)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (folds < 2)
            throw new MienException($"A cross-validation needs at least 2 folds, not {folds}.");
        if (recipe.Keep != KeptEpoch.Last)
            throw new MienException($"Recipe {recipe.Name} keeps the epoch that validates best, which would be chosen on the images it is measured on. Set \"keep\": \"last\" in it.");
        if (recipe.Distillation is not null)
            throw new MienException($"Recipe {recipe.Name} learns from a teacher, which may have seen the persons that each fold holds out. Leave its distillation out.");
        (_recipe, _data, _folder) = (recipe, data, folder);
        _folds = data.GroupFolds(folds, unchecked((int)recipe.Seed));
    }

    /// <summary>Where the result is written.</summary>
    public string ResultPath => Path.Combine(_folder, "folds.json");

    /// <summary>Trains what is not trained yet, and measures.</summary>
    /// <param name="resume">Whether trainings that the folder holds go on; otherwise it must hold none, or the options allow to overwrite it.</param>
    /// <param name="options">Where and how it runs.</param>
    /// <param name="train">Runs one training, given the fold from 1.</param>
    /// <returns>The result, or null if a training was asked to stop.</returns>
    /// <exception cref="MienException">A run folder holds a training and <paramref name="resume"/> is false, or holds one of other data or another recipe.</exception>
    public CrossValidationResult? Run(bool resume, TrainingOptions options, Func<Trainer, int, TrainingResult> train)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(train);
        var results = new List<FoldResult>();
        var probabilities = new List<float>();
        var targets = new List<int>();
        for (int fold = 1; fold <= _folds.Count; fold++)
        {
            (FaceDataset training, FaceDataset heldOut) = _folds[fold - 1];
            string folder = Path.Combine(_folder, $"fold-{fold:D2}");
            using (Trainer trainer = resume && new RunFolder(folder).HoldsTraining
                ? Trainer.Resume(folder, training, heldOut, options)
                : Trainer.Start(_recipe, training, heldOut, folder, options))
            {
                if (trainer.Recipe.ToJson() != _recipe.ToJson())
                    throw new MienException($"{folder} was trained by another recipe or from other weights. Resume with the same ones, or start anew in another folder.");
                if (train(trainer, fold).Outcome == TrainingOutcome.Cancelled)
                    return null;
            }
            using Checkpoint checkpoint = Checkpoint.Load(new RunFolder(folder).BestPath);
            using Network network = checkpoint.CreateNetwork(options.Device);
            float[] scores = NetworkEvaluation.Probabilities(network, heldOut, checkpoint.Recipe.Input, options.Device);
            results.Add(new FoldResult(fold, heldOut.Count, ClassificationReport.Create(_data.Labels, scores, heldOut.Targets).Accuracy));
            probabilities.AddRange(scores);
            targets.AddRange(heldOut.Targets);
        }
        var result = new CrossValidationResult(results, ClassificationReport.Create(_data.Labels, probabilities.ToArray(), targets.ToArray()));
        try
        {
            File.WriteAllText(ResultPath, result.ToJson() + "\n");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MienException($"{ResultPath}: cannot be written: {error.Message}", error);
        }
        return result;
    }
}

/// <summary>Serialisation without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CrossValidationResult))]
internal sealed partial class CrossValidationJson : JsonSerializerContext;
