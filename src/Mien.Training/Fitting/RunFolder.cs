using System.Text.Json;

namespace Mien.Training;

/// <summary>The folder of one training: <c>recipe.json</c>, <c>history.jsonl</c>, <c>best.safetensors</c>, <c>last.safetensors</c>, <c>samples.png</c>.</summary>
public sealed class RunFolder
{
    /// <summary>Names a run folder, which need not exist.</summary>
    public RunFolder(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Path = System.IO.Path.GetFullPath(path);
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>The recipe, every default written out.</summary>
    public string RecipePath => In("recipe.json");

    /// <summary>One JSON object a line for each complete epoch.</summary>
    public string HistoryPath => In("history.jsonl");

    /// <summary>The network after the epoch that the recipe keeps, the best or the last.</summary>
    public string BestPath => In("best.safetensors");

    /// <summary>Training images of each class, varied as the network sees them.</summary>
    public string SamplesPath => In("samples.png");

    /// <summary>The training after the last complete epoch, with all that a resume needs.</summary>
    public string LastPath => In("last.safetensors");

    /// <summary>Whether a training was started here.</summary>
    public bool HoldsTraining => File.Exists(LastPath);

    /// <summary>The history, oldest epoch first; empty if there is none.</summary>
    /// <exception cref="MienException">A line is not valid.</exception>
    public IReadOnlyList<EpochResult> ReadHistory()
    {
        if (!File.Exists(HistoryPath))
            return [];
        var results = new List<EpochResult>();
        int line = 0;
        foreach (string text in File.ReadLines(HistoryPath))
        {
            line++;
            if (text.Length == 0)
                continue;
            try
            {
                results.Add(JsonSerializer.Deserialize(text, FittingJson.Default.EpochResult)!);
            }
            catch (JsonException error)
            {
                throw new MienException($"{HistoryPath}, line {line}: not the result of an epoch: {error.Message}", error);
            }
        }
        return results;
    }

    /// <summary>The recipe of the training.</summary>
    /// <exception cref="MienException">The folder holds none, or it is not valid.</exception>
    public Recipe ReadRecipe() => File.Exists(RecipePath)
        ? Recipe.Load(RecipePath)
        : throw new MienException($"{Path} is no run folder: there is no {System.IO.Path.GetFileName(RecipePath)}. Name a folder that mien train wrote, such as runs/NAME.");

    /// <summary>The calibration of the best network; null where the training is not complete or was made before there was one.</summary>
    /// <exception cref="MienException">The checkpoint is not valid.</exception>
    public Calibration? ReadCalibration() => File.Exists(BestPath) ? Checkpoint.ReadState(BestPath).Calibration : null;

    /// <summary>The training after its last complete epoch.</summary>
    /// <exception cref="MienException">There is none.</exception>
    public Checkpoint LoadLast() => HoldsTraining
        ? Checkpoint.Load(LastPath)
        : throw new MienException($"{Path} holds no training to resume: there is no {System.IO.Path.GetFileName(LastPath)}.");

    /// <summary>Refuses a folder that holds a training which must not be overwritten.</summary>
    internal void CheckFree(bool overwrite)
    {
        if (HoldsTraining && !overwrite)
            throw new MienException($"{Path} already holds a training. Resume it, name another folder, or allow it to be overwritten.");
    }

    /// <summary>Makes the folder and empties it of a former training.</summary>
    internal void Create(Recipe recipe)
    {
        try
        {
            Directory.CreateDirectory(Path);
            foreach (string file in (ReadOnlySpan<string>)[LastPath, BestPath, HistoryPath])
                File.Delete(file);
            File.WriteAllText(RecipePath, recipe.ToJson() + "\n");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MienException($"{Path}: the run folder cannot be written: {error.Message}", error);
        }
    }

    /// <summary>Adds the result of an epoch to the history.</summary>
    internal void Append(EpochResult result) =>
        File.AppendAllText(HistoryPath, JsonSerializer.Serialize(result, FittingJson.Default.EpochResult) + "\n");

    /// <summary>Cuts from the history what came after an epoch, a half-written line included.</summary>
    internal void CutHistory(int epochsDone)
    {
        if (!File.Exists(HistoryPath))
            return;
        string[] kept = [.. File.ReadLines(HistoryPath).Take(epochsDone)];
        File.WriteAllText(HistoryPath, string.Concat(kept.Select(line => line + "\n")));
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
