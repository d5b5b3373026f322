using Mien.Training;
using ScottPlot;

namespace Mien.Reporting;

/// <summary>The reliability diagram: accuracy by confidence, and how many images have that confidence.</summary>
internal static class ReliabilityDiagram
{
    private const int Width = 464, Left = 62, Right = 22;

    /// <summary>The space between two bars, as a share of all.</summary>
    private const double Gap = 0.0025;

    private static readonly Color Better = Color.FromHex("#2ea36f"), Worse = Color.FromHex("#e0793c");

    public static Figure Draw(ClassificationReport report)
    {
        Plot accuracy = PlotStyle.Create(new PixelPadding(Left, Right, 4, 8), (0, 1), (0, 1));
        accuracy.Axes.Left.Show(PlotStyle.Ticks(Fifths(), PlotStyle.Percent), "accuracy");
        accuracy.AddGrid();
        double most = report.Reliability.Select(bin => Share(report, bin)).DefaultIfEmpty(0).Max();
        Plot images = PlotStyle.Create(new PixelPadding(Left, Right, 46, 6), (0, 1), (0, Math.Max(most, 1e-3)));
        images.Axes.Left.Show(PlotStyle.Ticks(PlotStyle.Percent), "images");
        images.Axes.Bottom.Show(PlotStyle.Ticks(Fifths(), PlotStyle.Percent), "confidence");
        images.AddGrid();
        foreach (var bin in report.Reliability.Where(bin => bin.Count > 0))
        {
            accuracy.AddRectangle(bin.Low + Gap, bin.High - Gap, 0, bin.Accuracy, PlotStyle.Main);
            accuracy.AddRectangle(bin.Low + Gap, bin.High - Gap, bin.Accuracy, bin.Confidence, bin.Accuracy > bin.Confidence ? Better : Worse);
            images.AddRectangle(bin.Low + Gap, bin.High - Gap, 0, Share(report, bin), PlotStyle.Main.WithAlpha(0.6));
        }
        var exact = accuracy.Add.Line(0, 0, 1, 1);
        exact.LineColor = PlotStyle.Ink;
        exact.LinePattern = PlotStyle.Dashes;
        return Figure.Draw("reliability", "Reliability diagram: accuracy by confidence, and the share of images with that confidence", Width, (accuracy, 312), (images, 122));

        static IEnumerable<double> Fifths() => Enumerable.Range(0, 6).Select(i => i / 5.0);
    }

    private static double Share(ClassificationReport report, ReliabilityBin bin) => (double)bin.Count / Math.Max(1, report.N);
}
