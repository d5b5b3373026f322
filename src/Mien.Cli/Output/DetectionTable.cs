using System.Globalization;
using Mien.Training;
using Spectre.Console;

namespace Mien.Cli.Output;

/// <summary>The evaluation of a face detector for people.</summary>
internal static class DetectionTable
{
    public static void Write(IAnsiConsole console, string title, DetectionReport report)
    {
        console.MarkupLineInterpolated($"[bold]{title}[/]");
        var table = new Table().Border(TableBorder.Rounded).AddColumn("faces");
        foreach (string column in (ReadOnlySpan<string>)["marked", "AP50", "AP50:95"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var (name, figures) in ((string, DetectionFigures)[])[
            ("all", new(report.Faces, report.Ap50, report.Ap)),
            ("under 20 pixels high", report.ByHeight.Under20), ("20 to 40", report.ByHeight.From20To40), ("above 40", report.ByHeight.Above40),
            ("masked", report.Masked), ("unmasked", report.Unmasked)])
            table.AddRow(name, Text($"{figures.Faces}"), Text($"{figures.Ap50:F3}"), Text($"{figures.Ap:F3}"));
        console.Write(table);
        console.WriteLine(Text($"{report.Photos} photos, {report.MillisecondsPerPhoto:F1} ms each (median)."));
        console.WriteLine(Text($"Of the unmasked faces of 20 pixels and more, {report.RecallUnmasked:P1} are found at the usual confidence of {report.UsualConfidence:F2}, {report.RecallUnmaskedAtMost:P1} at any. At the usual one, {report.FalsePerPhoto:F2} detections a photo are of no marked face."));
        console.WriteLine(Text($"Of all faces, {report.RecallAtTenthFalse:P1} are found where one photo in ten has a false one."));
        if (report.Landmarks is { } landmarks)
            console.WriteLine(landmarks.Faces == 0 ? "No face has landmarks of both detectors." : Text($"The landmarks lie {landmarks.Mean:P2} of the box's side from the teacher's, on {landmarks.Faces} faces that both found."));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
