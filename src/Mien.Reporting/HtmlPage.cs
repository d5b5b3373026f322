using System.Globalization;
using System.Net;
using System.Text;

namespace Mien.Reporting;

/// <summary>A page under construction that will need nothing but itself: styles, plots and pictures are inside.</summary>
internal sealed class HtmlPage
{
    private readonly StringBuilder _body = new();

    public HtmlPage(string title, string subtitle)
    {
        Title = title;
        _body.Append($"<h1>{Encode(title)}</h1>\n<p class=\"sub\">{Encode(subtitle)}</p>\n");
        _body.Append("<p class=\"notice\">A label is what an expression <em>reads as</em>: a prediction from a picture of a face, not a measurement of what a person feels.</p>\n");
    }

    public string Title { get; }

    /// <summary>Text as HTML.</summary>
    public static string Encode(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A number in the notation of every culture's programs.</summary>
    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A table whose cells are HTML; columns after the first are numbers if <paramref name="numbers"/> is set.</summary>
    public static string Table(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows, bool numbers = false)
    {
        var table = new StringBuilder("<table>");
        if (heads.Count > 0)
            table.Append("<thead><tr>").AppendJoin("", heads.Select((head, i) => $"<th{Class(i)}>{head}</th>")).Append("</tr></thead>");
        table.Append("<tbody>");
        foreach (IReadOnlyList<string> row in rows)
            table.Append("<tr>").AppendJoin("", row.Select((cell, i) => i == 0 ? $"<th>{cell}</th>" : $"<td{Class(i)}>{cell}</td>")).Append("</tr>\n");
        return table.Append("</tbody></table>\n").ToString();

        string Class(int column) => numbers && column > 0 ? " class=\"number\"" : "";
    }

    /// <summary>A share as text on a bar.</summary>
    public static string Share(double share) => Text($"<span class=\"share\" style=\"--share:{share * 100:F1}%\">{share:P1}</span>");

    /// <summary>A row of figures in large type.</summary>
    public void Figures(IEnumerable<(string Name, string Value, string Note)> figures) =>
        _body.Append("<dl class=\"figures\">\n").AppendJoin("", figures.Select(figure =>
            $"<div><dt>{Encode(figure.Name)}</dt><dd>{Encode(figure.Value)}<small>{Encode(figure.Note)}</small></dd></div>\n")).Append("</dl>\n");

    /// <summary>A section of HTML under a heading.</summary>
    public void Section(string heading, string lead, params IEnumerable<string> parts) =>
        _body.Append($"<section>\n<h2>{Encode(heading)}</h2>\n").Append(lead.Length > 0 ? $"<p class=\"lead\">{Encode(lead)}</p>\n" : "").AppendJoin("", parts).Append("</section>\n");

    /// <summary>The whole page.</summary>
    public string ToHtml(string footer)
    {
        using var styles = new StreamReader(typeof(HtmlPage).Assembly.GetManifestResourceStream("report.css")!);
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Encode(Title)}</title>
            <style>
            {styles.ReadToEnd()}</style>
            </head>
            <body>
            <main>
            {_body}<footer>{Encode(footer)}</footer>
            </main>
            </body>
            </html>

            """;
    }
}
