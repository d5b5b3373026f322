using Mien.Training;

namespace Mien.Reporting;

/// <summary>What a page says of a model's evaluation.</summary>
internal sealed class EvaluationSections(EvaluatedModel evaluated)
{
    private readonly ClassificationReport _report = evaluated.Report;

    /// <summary>The plots, in the order in which <see cref="AddTo"/> takes their pictures.</summary>
    public IReadOnlyList<Figure> Plots => [ConfusionMatrix.Draw(_report), ReliabilityDiagram.Draw(_report)];

    /// <summary>The figures in large type.</summary>
    public IEnumerable<(string Name, string Value, string Note)> Figures()
    {
        yield return ("top-1 accuracy", Text($"{_report.Accuracy:P2}"), Text($"95 % interval {_report.AccuracyLow:P1} to {_report.AccuracyHigh:P1}"));
        if (_report.AccuracyWithoutDuplicates is { } without)
            yield return ("without duplicates", Text($"{without:P2}"), Text($"of the {_report.N - _report.Duplicates:N0} images that are not nearly in training"));
        yield return ("balanced accuracy", Text($"{_report.BalancedAccuracy:P2}"), "mean recall of the classes");
        yield return ("macro-F1", Text($"{_report.MacroF1:F4}"), "mean F1 of the classes");
        yield return ("calibration error", Text($"{_report.Ece:P2}"),
            _report.EceWithoutTemperature is { } raw ? Text($"15 bins; {raw:P2} without the temperature {evaluated.Model.Temperature:F3}") : "15 bins");
        yield return ("log loss", Text($"{_report.LogLoss:F4}"), "natural logarithm");
        yield return ("images", Text($"{_report.N:N0}"), $"split {evaluated.Data.Name}");
    }

    /// <summary>The sections from the confusion matrix to the model's description.</summary>
    public void AddTo(HtmlPage page, ReadOnlySpan<string> plots)
    {
        page.Section("Confusion matrix", "A row for each true class, a column for each predicted one: counts, and shares of the row.", plots[0]);
        page.Section("Classes", "Precision: of the answers of a class, the share that is right. Recall: of a class's images, the share that was found.", ClassTable());
        page.Section("Reliability", "Where confidence can be taken at its word, the bars end on the dashed line. Green: the model was right more often than it was sure; orange: less often. Below, the share of images with that confidence.", plots[1]);
        var gallery = new FaceGallery(evaluated);
        page.Section("Sample faces", "Some images of each class with the model's answer; green below a face is right, red is wrong.", gallery.Samples());
        page.Section("Most confident mistakes", "The wrong answers of which the model was surest. Some may be mistakes of the labels.", gallery.SurestMistakes());
        page.Section("Model", evaluated.Remark, ModelTable());
    }

    private string ClassTable() => HtmlPage.Table(["class", "precision", "recall", "F1", "images"],
        _report.PerClass.Select(row => (IReadOnlyList<string>)[HtmlPage.Encode(row.Label), HtmlPage.Share(row.Precision), HtmlPage.Share(row.Recall), Text($"{row.F1:F3}"), Text($"{row.Support:N0}")]),
        numbers: true);

    private string ModelTable()
    {
        ModelMetadata model = evaluated.Model;
        (string Name, string Value)[] rows =
        [
            ("name", model.Name),
            ("classes", string.Join(", ", model.Labels)),
            ("input", Text($"{model.InputSize} x {model.InputSize}, {model.Color}")),
            ("temperature", Text($"{model.Temperature:0.###}{(model.Temperature == 1 ? ": not calibrated" : "")}")),
            ("licence of the weights", model.License),
            ("trained on", model.TrainingData),
            ("measured before", string.Join(", ", model.Metrics.Select(metric => Text($"{metric.Key} {metric.Value:0.####}")))),
            ("data", $"{evaluated.DataPath}, split {evaluated.Data.Name}"),
        ];
        return HtmlPage.Table([], rows.Where(row => row.Value.Length > 0).Select(row => (IReadOnlyList<string>)[row.Name, HtmlPage.Encode(row.Value)]));
    }

    private static string Text(FormattableString text) => HtmlPage.Text(text);
}
