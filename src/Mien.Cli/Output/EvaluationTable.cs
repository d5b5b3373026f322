using System.Globalization;
using Mien.Training;
using Spectre.Console;

namespace Mien.Cli.Output;

/// <summary>An evaluation for people: the figures, each class, the confusion matrix.</summary>
internal static class EvaluationTable
{
    public static void Write(IAnsiConsole console, string title, ClassificationReport report)
    {
        console.MarkupLineInterpolated($"[bold]{title}[/]");
        console.WriteLine(Text($"{report.N} images  top-1 {report.Accuracy:P2} (95 % interval {report.AccuracyLow:P1} to {report.AccuracyHigh:P1})  balanced accuracy {report.BalancedAccuracy:P2}  macro-F1 {report.MacroF1:F4}  log loss {report.LogLoss:F4}  calibration error {report.Ece:P2}"));
        if (report.AccuracyWithoutDuplicates is { } without)
            console.WriteLine(Text($"Without the {report.Duplicates} images that are, or nearly are, among the training images: top-1 {without:P2}."));
        if (report.EceWithoutTemperature is { } raw)
            console.WriteLine(Text($"Without the model's temperature the calibration error would be {raw:P2}."));

        var classes = new Table().Border(TableBorder.Rounded).AddColumn("class");
        foreach (string column in (ReadOnlySpan<string>)["precision", "recall", "F1", "images"])
            classes.AddColumn(new TableColumn(column).RightAligned());
        foreach (var row in report.PerClass)
            classes.AddRow(Markup.Escape(row.Label), Text($"{row.Precision:P1}"), Text($"{row.Recall:P1}"), Text($"{row.F1:F3}"), Text($"{row.Support}"));
        console.Write(classes);

        console.WriteLine("Confusion matrix: a row for each true class, a column for each predicted one.");
        var confusion = new Table().Border(TableBorder.Rounded).AddColumn("");
        foreach (string label in report.Labels)
            confusion.AddColumn(new TableColumn(Markup.Escape(label)).RightAligned());
        for (int i = 0; i < report.Labels.Count; i++)
            confusion.AddRow([Markup.Escape(report.Labels[i]), .. report.Confusion[i].Select((count, j) => i == j ? $"[bold]{count}[/]" : $"{count}")]);
        console.Write(confusion);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
