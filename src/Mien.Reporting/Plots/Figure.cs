using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ScottPlot;
using SkiaSharp;

namespace Mien.Reporting;

/// <summary>A drawn plot, for a page and for a file beside it.</summary>
/// <param name="Name">What its file is called: <c>confusion</c> beside <c>evaluation.html</c> is <c>evaluation.confusion.svg</c>.</param>
/// <param name="Svg">An SVG document. Its ink is that of the text around it, and black in a file of its own.</param>
internal sealed partial record Figure(string Name, string Svg)
{
    private const string Font = "system-ui, sans-serif";

    private static readonly XNamespace Namespace = "http://www.w3.org/2000/svg";

    /// <summary>Draws plots one below the other.</summary>
    /// <param name="name">The figure's name.</param>
    /// <param name="description">What it shows, for those who do not see it.</param>
    /// <param name="width">The width of all plots in pixels.</param>
    /// <param name="rows">The plots from top to bottom, with their heights in pixels.</param>
    public static Figure Draw(string name, string description, int width, params IReadOnlyList<(Plot Plot, int Height)> rows)
    {
        int height = rows.Sum(row => row.Height);
        using var stream = new MemoryStream();
        using var nowhere = new SKNoDrawCanvas(width, height);
        using (SKCanvas canvas = SKSvgCanvas.Create(new SKRect(0, 0, width, height), stream))
        {
            int top = 0;
            foreach (var (plot, rowHeight) in rows)
            {
                var place = new PixelRect(left: 0, right: width, bottom: top + rowHeight, top: top);
                plot.RenderManager.ClearCanvasBeforeEachRender = false;
                // A plot is drawn again where its axes have changed, as they have the first time.
                plot.Render(nowhere, place);
                plot.Render(canvas, place);
                plot.Dispose();
                top += rowHeight;
            }
        }
        stream.Position = 0;
        XElement svg = XDocument.Load(stream).Root!;
        FitToPage(svg);
        svg.SetAttributeValue("viewBox", $"0 0 {width} {height}");
        svg.SetAttributeValue("role", "img");
        svg.SetAttributeValue("aria-label", description);
        svg.SetAttributeValue("font-family", Font);
        // The page takes this away; in a file of its own a plot is black on white.
        svg.AddFirst(new XElement(Namespace + "rect", new XAttribute("width", width), new XAttribute("height", height), new XAttribute("fill", "white")));
        return new Figure(name, svg.ToString(SaveOptions.DisableFormatting));
    }

    /// <summary>Makes of Skia's picture what a page wants: the page's ink and font, text that is aligned in that font, no more digits than can be seen.</summary>
    private static void FitToPage(XElement svg)
    {
        // Nothing but names is drawn beyond the data's ends, and ids would have to differ from those of other figures.
        svg.Descendants(Namespace + "clipPath").Remove();
        svg.Descendants().Attributes("clip-path").Remove();
        svg.Descendants(Namespace + "text").ToList().ForEach(Align);
        foreach (XAttribute attribute in svg.Descendants().Attributes())
        {
            attribute.Value = attribute.Name.LocalName is "fill" or "stroke" && attribute.Value.Equals(PlotStyle.InkCode, StringComparison.OrdinalIgnoreCase)
                ? "currentColor"
                : LongNumber().Replace(attribute.Value, number => Text(Math.Round(Number(number.Value), 2)));
        }
    }

    /// <summary>Replaces the places of single letters, which fit one font only, by that of the whole text and the side to which it is aligned.</summary>
    private static void Align(XElement text)
    {
        string value = text.Value.Trim();
        if (value.Length == 0)
        {
            text.Remove();
            return;
        }
        using var font = new SKFont(BlankTypeface.Instance, (float)Number(text.Attribute("font-size")!.Value));
        // The origin of the text's coordinates is the point to which it is aligned.
        double before = -First("x") / font.MeasureText(value);
        text.SetAttributeValue("y", Text(First("y")));
        text.SetAttributeValue("x", null);
        text.SetAttributeValue("text-anchor", before > 0.75 ? "end" : before > 0.25 ? "middle" : null);
        text.SetAttributeValue("font-family", null);
        text.Value = value;

        double First(string attribute) => Number(text.Attribute(attribute)!.Value.Split(',')[0]);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"-?\d+\.\d{3,}(?:e-?\d+)?")]
    private static partial Regex LongNumber();
}
