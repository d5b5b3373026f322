using System.Text;
using ScottPlot;
using ScottPlot.Panels;
using ScottPlot.TickGenerators;
using SkiaSharp;
using Text = ScottPlot.Plottables.Text;

namespace Mien.Reporting;

/// <summary>What the plots of all pages look like.</summary>
internal static class PlotStyle
{
    /// <summary>What stands for the page's ink until <see cref="Figure"/> replaces it.</summary>
    public const string InkCode = "#010203";

    /// <summary>The size of labels, and of names inside a plot, in pixels.</summary>
    public const float LabelSize = 12, NameSize = 11.5f;

    private const double LabelOpacity = 0.85, LineOpacity = 0.4, GridOpacity = 0.12;

    private static readonly Color[] Lines = Color.FromHex(["#3b7dd8", "#e0793c", "#2ea36f", "#c2528b", "#8a6fd1", "#b59a2b", "#3aa6b5", "#cf4f4f"]);

    /// <summary>The colour of text and lines.</summary>
    public static Color Ink { get; } = Color.FromHex(InkCode);

    /// <summary>The main colour of bars.</summary>
    public static Color Main => Lines[0];

    /// <summary>The pattern of lines that are less than the solid ones.</summary>
    public static LinePattern Dashes { get; } = new([4, 3], 0, "dashes");

    /// <summary>The colour of one of several curves.</summary>
    public static Color Line(int index) => Lines[index % Lines.Length];

    /// <summary>Starts a plot that shows no axis before <see cref="Show"/>.</summary>
    /// <param name="padding">The space around the data.</param>
    /// <param name="x">The ends of the horizontal axes.</param>
    /// <param name="y">The ends of the vertical axes.</param>
    public static Plot Create(PixelPadding padding, (double Low, double High) x, (double Low, double High) y)
    {
        var plot = new Plot();
        plot.FigureBackground.Color = Colors.Transparent;
        plot.Layout.Fixed(padding);
        plot.Axes.SetLimits(x.Low, x.High, y.Low, y.High);
        plot.Axes.SetLimits(x.Low, x.High, y.Low, y.High, plot.Axes.Top, plot.Axes.Right);
        foreach (IAxis axis in plot.Axes.GetAxes())
        {
            axis.TickGenerator = new EmptyTickGenerator();
            axis.FrameLineStyle.Width = 0;
            axis.MajorTickStyle.Color = axis.FrameLineStyle.Color = Ink.WithAlpha(LineOpacity);
            Set(axis.Label, Ink.WithAlpha(LabelOpacity), LabelSize);
            Set(axis.TickLabelStyle, Ink.WithAlpha(LabelOpacity), LabelSize);
        }
        // Its title stands at the plot's edge, clear of labels that a browser's font makes wider.
        plot.Axes.Left.MinimumSize = plot.Axes.Left.MaximumSize = padding.Left;
        plot.HideGrid();
        return plot;
    }

    /// <summary>Shows an axis.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="ticks">Its ticks.</param>
    /// <param name="title">What it measures.</param>
    /// <param name="line">Whether a line and ticks are drawn, or the labels only.</param>
    public static void Show(this IAxis axis, ITickGenerator ticks, string title = "", bool line = true)
    {
        axis.TickGenerator = ticks;
        axis.Label.Text = title;
        axis.FrameLineStyle.Width = axis.MajorTickStyle.Width = line ? 1 : 0;
        if (!line)
            axis.MajorTickStyle.Length = 0;
    }

    /// <summary>Adds lines across the plot at the ticks of its left axis.</summary>
    public static void AddGrid(this Plot plot)
    {
        plot.Grid.IsVisible = true;
        plot.Grid.XAxisStyle.IsVisible = false;
        plot.Grid.MajorLineColor = Ink.WithAlpha(GridOpacity);
    }

    /// <summary>Ticks where the plot likes them.</summary>
    public static NumericAutomatic Ticks(Func<double, string> label, bool integers = false) =>
        new() { LabelFormatter = label, IntegerTicksOnly = integers, MinorTickGenerator = new NoMinorTicks() };

    /// <summary>Ticks at given places.</summary>
    public static NumericManual Ticks(IEnumerable<double> places, Func<double, string> label) => new([.. places.Select(place => Tick.Major(place, label(place)))]);

    /// <summary>A share as the label of a tick.</summary>
    public static string Percent(double share) => HtmlPage.Text($"{share * 100:0.##} %");

    /// <summary>Adds a rectangle without an outline.</summary>
    public static void AddRectangle(this Plot plot, double left, double right, double bottom, double top, Color color)
    {
        var rectangle = plot.Add.Rectangle(left, right, bottom, top);
        rectangle.FillColor = color;
        rectangle.LineWidth = 0;
    }

    /// <summary>Adds text at a place, to which a side or the middle of it is aligned.</summary>
    public static Text AddText(this Plot plot, string text, double x, double y, Alignment alignment, Color color, float size = LabelSize)
    {
        Text added = plot.Add.Text(text, x, y);
        Set(added.LabelStyle, color, size);
        added.LabelAlignment = alignment;
        return added;
    }

    /// <summary>Adds text that lies beyond the ends of the data, where what is plotted is cut off.</summary>
    public static Text AddOuterText(this Plot plot, string text, double x, double y, Alignment alignment, Color color, float size = LabelSize)
    {
        Text added = plot.AddText(text, x, y, alignment, color, size);
        plot.Remove(added);
        plot.Axes.AddPanel(new OuterText(added));
        return added;
    }

    /// <summary>A row of a figure that tells what its colours and lines mean, and its height.</summary>
    /// <param name="width">The figure's width.</param>
    /// <param name="left">Where the first entry begins.</param>
    /// <param name="items">The entries; as many as fit stand in a line.</param>
    public static (Plot Plot, int Height) Legend(int width, int left, IEnumerable<LegendItem> items)
    {
        Plot plot = Create(new PixelPadding(left, 0, 0, 0), (0, 1), (0, 1));
        Legend legend = plot.ShowLegend(items, Alignment.UpperLeft);
        foreach (LegendItem item in legend.ManualItems)
            Set(item.LabelStyle, Ink.WithAlpha(LabelOpacity), LabelSize);
        legend.Orientation = Orientation.Horizontal;
        legend.TightHorizontalWrapping = true;
        legend.SymbolWidth = legend.ManualItems.Any(item => item.LineWidth > 0) ? 20 : 10;
        legend.InterItemPadding = new PixelPadding(0, 20, 4, 0);
        legend.BackgroundColor = legend.ShadowColor = Colors.Transparent;
        legend.OutlineWidth = 0;
        legend.Margin = PixelPadding.Zero;
        legend.Padding = new PixelPadding(0, 4);
        using Paint paint = Paint.NewDisposablePaint();
        return (plot, (int)Math.Ceiling(legend.GetLayout(new PixelSize(width - left, 10_000), paint).LegendRect.Height) + 2);
    }

    /// <summary>As much of a text as fits into a width in pixels. Half a surrogate pair, with which Skia would leave out the whole text, is replaced.</summary>
    public static string Fit(string text, double width)
    {
        text = string.Concat(text.EnumerateRunes());
        if (Width(text) <= width)
            return text;
        var fitting = new StringBuilder();
        foreach (Rune letter in text.EnumerateRunes().TakeWhile(letter => Width($"{fitting}{letter}…") <= width))
            fitting.Append(letter);
        return $"{fitting.ToString().TrimEnd()}…";
    }

    /// <summary>About how wide a text is, in pixels.</summary>
    public static double Width(string text, float size = LabelSize)
    {
        using var font = new SKFont(BlankTypeface.Instance, size);
        return font.MeasureText(text);
    }

    private static void Set(LabelStyle label, Color color, float size)
    {
        label.Font = BlankTypeface.Instance;
        label.ForeColor = color;
        label.FontSize = size;
        label.Bold = false;
    }

    private sealed class OuterText(Text text) : PanelBase
    {
        public override float Measure(Paint paint) => 0;

        public override void Render(RenderPack rp, float size, float offset)
        {
            text.Axes = new Axes { XAxis = rp.Plot.Axes.Bottom, YAxis = rp.Plot.Axes.Left, DataRect = rp.DataRect };
            text.Render(rp);
        }
    }

    private sealed class NoMinorTicks : IMinorTickGenerator
    {
        public IEnumerable<double> GetMinorTicks(double[] majorPositions, CoordinateRange visibleRange) => [];
    }
}
