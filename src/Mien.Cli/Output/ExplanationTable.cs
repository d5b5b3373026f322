using System.Globalization;
using Spectre.Console;

namespace Mien.Cli.Output;

/// <summary>Explanations for people: a table a picture; where on the face, its heat map shows.</summary>
internal static class ExplanationTable
{
    public static void Write(IAnsiConsole console, string source, IReadOnlyList<FaceExplanation> faces)
    {
        if (faces.Count == 0)
        {
            console.MarkupLineInterpolated($"[bold]{source}[/]: no face found");
            return;
        }
        console.MarkupLineInterpolated($"[bold]{source}[/]: {faces.Count} {(faces.Count == 1 ? "face" : "faces")}");
        var table = new Table().Border(TableBorder.Rounded).AddColumn("face").AddColumn("box").AddColumn("label")
            .AddColumn(new TableColumn("probability").RightAligned()).AddColumn(new TableColumn("falls to").RightAligned());
        for (int i = 0; i < faces.Count; i++)
        {
            var map = faces[i].Map;
            table.AddRow($"{i + 1}", faces[i].Face.Box.ToString(), Markup.Escape(map.Label), Text($"{map.Probability:P1}"), Text($"{map.Lowest:P1}"));
        }
        console.Write(table);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
