using Mien.Training;
using ScottPlot;

namespace Mien.Reporting;

/// <summary>The confusion matrix: a row for each true class, a column for each predicted one; counts, and shares of the row.</summary>
internal static class ConfusionMatrix
{
    private const int CellWidth = 92, CellHeight = 52, Top = 48, LongestLabel = 140;

    private static readonly Color Filled = Color.FromHex("#2867b8");

    public static Figure Draw(ClassificationReport report)
    {
        int count = report.Labels.Count;
        string[] truths = [.. report.Labels.Select(label => PlotStyle.Fit(label, LongestLabel))];
        int left = 44 + (int)truths.Max(label => PlotStyle.Width(label)), width = left + (count * CellWidth) + 8;
        Plot plot = PlotStyle.Create(new PixelPadding(left, 8, 4, Top), (0, count), (count, 0));
        plot.Axes.Top.Show(PlotStyle.Ticks(Middles(), place => PlotStyle.Fit(report.Labels[(int)place], CellWidth - 4)), "predicted", line: false);
        plot.Axes.Left.Show(PlotStyle.Ticks(Middles(), place => truths[(int)place]), "true", line: false);
        for (int row = 0; row < count; row++)
        {
            for (int column = 0; column < count; column++)
            {
                int images = report.Confusion[row][column];
                double share = (double)images / Math.Max(1, report.PerClass[row].Support);
                plot.AddRectangle(column + 0.02, column + 0.98, row + 0.03, row + 0.97, Filled.WithAlpha(0.05 + (0.95 * share)));
                Color ink = share > 0.7 ? Colors.White : PlotStyle.Ink;
                plot.AddText(HtmlPage.Text($"{images:N0}"), column + 0.5, row + 0.5, Alignment.MiddleCenter, ink, 14).OffsetY = -7;
                plot.AddText(PlotStyle.Percent(Math.Round(share, 2)), column + 0.5, row + 0.5, Alignment.MiddleCenter, share > 0.7 ? ink : ink.WithAlpha(0.75), 11).OffsetY = 10;
            }
        }
        return Figure.Draw("confusion", "Confusion matrix: a row for each true class, a column for each predicted one; counts, and shares of the row", width, (plot, Top + (count * CellHeight) + 4));

        IEnumerable<double> Middles() => Enumerable.Range(0, count).Select(i => i + 0.5);
    }
}
