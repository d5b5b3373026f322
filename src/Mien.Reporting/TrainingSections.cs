using System.Text.Json.Nodes;
using Mien.Training;

namespace Mien.Reporting;

/// <summary>What a page says of one training, or of several side by side.</summary>
internal sealed class TrainingSections(IReadOnlyList<TrainedRun> runs)
{
    private const string Missing = "–";

    /// <summary>The plots, in the order in which <see cref="AddCurves"/> takes their pictures.</summary>
    public IReadOnlyList<Figure> Plots => [TrainingCurve.Loss(runs), TrainingCurve.Accuracy(runs)];

    public static void AddCurves(HtmlPage page, ReadOnlySpan<string> plots) => page.Section("Curves",
        "Training figures are taken while the weights change, on varied images and with the recipe's own loss, so they can lie below those of validation. A dot marks the best epoch.",
        $"<div class=\"plots\">{plots[0]}{plots[1]}</div>\n");

    public void AddFigures(HtmlPage page) => page.Section(runs.Count == 1 ? "Training" : "Runs", "Of the epoch with the best validation accuracy. Time is that of the machine it ran on.",
        HtmlPage.Table(
            ["run", "best epoch", "of", "validation accuracy", "validation loss", "training accuracy", "calibration error before", "after", "temperature", "time"],
            runs.Select(run => (IReadOnlyList<string>)
            [
                HtmlPage.Encode(run.Name), Text($"{run.Best.Epoch}"), Epochs(run), Text($"{run.Best.ValidationAccuracy:P2}"), Text($"{run.Best.ValidationLoss:F4}"), Text($"{run.Best.TrainAccuracy:P2}"),
                run.Calibration is { } before ? Text($"{before.EceBefore:P2}") : Missing,
                run.Calibration is { } after ? Text($"{after.EceAfter:P2}") : Missing,
                run.Calibration is { } calibration ? Text($"{calibration.Temperature:F3}") : Missing,
                Time(run.History.Sum(epoch => epoch.Seconds)),
            ]), numbers: true));

    /// <summary>The recipe; of several runs only what is not the same in all.</summary>
    public void AddRecipes(HtmlPage page)
    {
        if (runs.Count == 1)
        {
            page.Section("Recipe", runs[0].Recipe.Description, $"<pre>{HtmlPage.Encode(runs[0].Recipe.ToJson())}</pre>\n");
            return;
        }
        Dictionary<string, string>[] recipes = [.. runs.Select(run => Properties(run.Recipe))];
        string[][] rows = [.. recipes.SelectMany(recipe => recipe.Keys).Distinct()
            .Select(name => (string[])[name, .. recipes.Select(recipe => recipe.GetValueOrDefault(name, Missing))])
            .Where(row => row.Skip(1).Distinct().Count() > 1)];
        page.Section("What differs in the recipes", rows.Length > 0 ? "" : "Nothing: all runs have the same recipe.",
            HtmlPage.Table(["", .. runs.Select(run => HtmlPage.Encode(run.Name))], rows.Select(row => (IReadOnlyList<string>)[.. row.Select(HtmlPage.Encode)])));
    }

    /// <summary>A recipe's values by their paths, such as <c>optimizer.learningRate</c>.</summary>
    private static Dictionary<string, string> Properties(Recipe recipe)
    {
        var values = new Dictionary<string, string>();
        Visit("", JsonNode.Parse(recipe.ToJson())!.AsObject());
        return values;

        void Visit(string prefix, JsonObject node)
        {
            foreach ((string name, JsonNode? value) in node)
            {
                if (value is JsonObject inner)
                    Visit($"{prefix}{name}.", inner);
                else
                    values[prefix + name] = value is JsonArray ? value.ToJsonString() : $"{value}";
            }
        }
    }

    private static string Epochs(TrainedRun run) =>
        run.History.Count == run.Recipe.Epochs ? Text($"{run.Recipe.Epochs}") : Text($"{run.History.Count}, {run.Recipe.Epochs} planned");

    private static string Time(double seconds) => seconds >= 3600 ? Text($"{seconds / 3600:F1} h") : seconds >= 60 ? Text($"{seconds / 60:F0} min") : Text($"{seconds:F0} s");

    private static string Text(FormattableString text) => HtmlPage.Text(text);
}
