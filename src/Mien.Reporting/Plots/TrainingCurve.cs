using Mien.Training;
using ScottPlot;

namespace Mien.Reporting;

/// <summary>A figure of each epoch, in training and in validation, of one run or of several.</summary>
internal static class TrainingCurve
{
    private const int Width = 496, Height = 310, Left = 62;

    /// <summary>The loss of each epoch.</summary>
    public static Figure Loss(IReadOnlyList<TrainedRun> runs) =>
        Draw("loss", runs, value => HtmlPage.Text($"{value:0.####}"), epoch => (epoch.TrainLoss, epoch.ValidationLoss));

    /// <summary>The accuracy of each epoch.</summary>
    public static Figure Accuracy(IReadOnlyList<TrainedRun> runs) =>
        Draw("accuracy", runs, PlotStyle.Percent, epoch => (epoch.TrainAccuracy, epoch.ValidationAccuracy));

    private static Figure Draw(string name, IReadOnlyList<TrainedRun> runs, Func<double, string> label, Func<EpochResult, (double Training, double Validation)> value)
    {
        double[] all = [.. runs.SelectMany(run => run.History.Select(value)).SelectMany(pair => (double[])[pair.Training, pair.Validation]).Where(double.IsFinite)];
        double low = all.DefaultIfEmpty(0).Min(), high = all.DefaultIfEmpty(1).Max(), margin = Math.Max(0.06 * (high - low), 1e-6);
        int last = runs.Max(run => run.History[^1].Epoch), first = runs.Min(run => run.History[0].Epoch);
        Plot plot = PlotStyle.Create(new PixelPadding(Left, 14, 46, 8), last > first ? (first, last) : (first - 0.5, first + 0.5), (low - margin, high + margin));
        plot.Axes.Bottom.Show(PlotStyle.Ticks(epoch => HtmlPage.Text($"{epoch:0}"), integers: true), "epoch");
        plot.Axes.Left.Show(PlotStyle.Ticks(label), name);
        plot.AddGrid();
        foreach (var (i, run) in runs.Index())
        {
            double[] epochs = [.. run.History.Select(epoch => (double)epoch.Epoch)];
            var training = plot.Add.ScatterLine(epochs, [.. run.History.Select(epoch => value(epoch).Training)], PlotStyle.Line(i));
            (training.LineWidth, training.LinePattern) = (1.5f, PlotStyle.Dashes);
            plot.Add.ScatterLine(epochs, [.. run.History.Select(epoch => value(epoch).Validation)], PlotStyle.Line(i)).LineWidth = 2;
            plot.Add.Marker(run.Best.Epoch, value(run.Best).Validation, MarkerShape.FilledCircle, 9, PlotStyle.Line(i));
        }
        return Figure.Draw(name, $"{name} by epoch, in training and in validation", Width, (plot, Height), PlotStyle.Legend(Width, Left, Entries(runs)));
    }

    /// <summary>What the two patterns mean, and the colours where there are several.</summary>
    private static IEnumerable<LegendItem> Entries(IReadOnlyList<TrainedRun> runs) =>
    [
        new() { LabelText = "training", LineWidth = 1.5f, LineColor = PlotStyle.Ink, LinePattern = PlotStyle.Dashes },
        new() { LabelText = "validation", LineWidth = 2, LineColor = PlotStyle.Ink },
        .. runs.Count == 1 ? [] : runs.Select((run, i) => new LegendItem { LabelText = PlotStyle.Fit(run.Name, 240), LineWidth = 2, LineColor = PlotStyle.Line(i) }),
    ];
}
