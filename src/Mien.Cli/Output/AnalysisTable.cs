using System.Globalization;
using Spectre.Console;

namespace Mien.Cli.Output;

/// <summary>For people: a table a picture.</summary>
internal sealed class AnalysisTable(IAnsiConsole console) : IAnalysisWriter
{
    public void Write(string source, Image image, IReadOnlyList<FaceReading> faces)
    {
        string size = $"{image.Width}x{image.Height}";
        if (faces.Count == 0)
        {
            console.MarkupLineInterpolated($"[bold]{source}[/] ({size}): no face found");
            return;
        }
        console.MarkupLineInterpolated($"[bold]{source}[/] ({size}): {faces.Count} {(faces.Count == 1 ? "face" : "faces")}");
        var table = new Table().Border(TableBorder.Rounded).AddColumn("face").AddColumn("box").AddColumn("reads as");
        var labels = faces[0].Scores.Labels;
        foreach (string label in labels)
            table.AddColumn(new TableColumn(Markup.Escape(label)).RightAligned());
        for (int i = 0; i < faces.Count; i++)
        {
            var (box, scores) = (faces[i].Box, faces[i].Scores);
            List<string> row =
            [
                $"{i + 1}",
                Text($"{box.Width:0}x{box.Height:0} at {box.X:0},{box.Y:0}"),
                $"[bold]{Markup.Escape(scores.Top)}[/]",
            ];
            foreach (string label in labels)
                row.Add(label == scores.Top ? $"[bold]{Text($"{scores[label]:P1}")}[/]" : Text($"{scores[label]:P1}"));
            table.AddRow([.. row]);
        }
        console.Write(table);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
