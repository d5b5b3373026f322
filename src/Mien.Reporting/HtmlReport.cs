using System.Reflection;
using System.Runtime.InteropServices;

namespace Mien.Reporting;

/// <summary>Writes self-contained HTML pages, which open offline, and their plots as SVG files beside them.</summary>
/// <remarks>
/// Plots are drawn while the page is written, so the page holds pictures and no script. A page on an evaluation holds faces
/// of the data set, and says so.
/// </remarks>
public static class HtmlReport
{
    /// <summary>Finds out before long work whether a report can be written after it.</summary>
    /// <param name="path">The page's file.</param>
    /// <exception cref="MienException">The path names no HTML file or its folder cannot be made.</exception>
    public static void Check(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Path.GetExtension(path).Equals(".html", StringComparison.OrdinalIgnoreCase))
            throw new MienException($"{path}: a report is an HTML file; name one that ends in .html.");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MienException($"{path}: the folder cannot be made: {error.Message}", error);
        }
    }

    /// <summary>Writes a page on how a model read a data set.</summary>
    /// <param name="path">The page's file; one that exists is replaced.</param>
    /// <param name="evaluated">The model and its evaluation.</param>
    /// <param name="versions">The libraries that took part, such as <c>ONNX Runtime 1.30.0</c>.</param>
    /// <exception cref="MienException">A file cannot be written.</exception>
    public static void WriteEvaluation(string path, EvaluatedModel evaluated, params IReadOnlyList<string> versions)
    {
        ArgumentNullException.ThrowIfNull(evaluated);
        var sections = new EvaluationSections(evaluated);
        var page = new HtmlPage($"{evaluated.Model.Name} on {evaluated.Data.Name}", evaluated.DataPath);
        string[] plots = WritePlots(path, sections.Plots);
        page.Figures(sections.Figures());
        sections.AddTo(page, plots);
        Save(path, page, versions, FacesOf(evaluated));
    }

    /// <summary>Writes a page on a training and on how its best network reads the validation split.</summary>
    /// <param name="path">The page's file; one that exists is replaced.</param>
    /// <param name="run">The training.</param>
    /// <param name="evaluated">The best network and its evaluation.</param>
    /// <param name="versions">The libraries that took part.</param>
    /// <exception cref="MienException">A file cannot be written.</exception>
    public static void WriteTraining(string path, TrainedRun run, EvaluatedModel evaluated, params IReadOnlyList<string> versions)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(evaluated);
        var training = new TrainingSections([run]);
        var evaluation = new EvaluationSections(evaluated);
        var page = new HtmlPage($"Training of {run.Recipe.Name}", $"{evaluated.DataPath}; the best network, of epoch {run.Best.Epoch}, on {evaluated.Data.Name}");
        string[] plots = WritePlots(path, [.. training.Plots, .. evaluation.Plots]);
        page.Figures(evaluation.Figures());
        TrainingSections.AddCurves(page, plots.AsSpan(0, 2));
        training.AddFigures(page);
        evaluation.AddTo(page, plots.AsSpan(2));
        training.AddRecipes(page);
        Save(path, page, versions, FacesOf(evaluated));
    }

    /// <summary>Writes a page that compares trainings: their curves on the same axes, their figures, what differs in their recipes.</summary>
    /// <param name="path">The page's file; one that exists is replaced.</param>
    /// <param name="runs">The trainings, at least one.</param>
    /// <exception cref="MienException">A file cannot be written.</exception>
    public static void WriteComparison(string path, IReadOnlyList<TrainedRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentOutOfRangeException.ThrowIfZero(runs.Count);
        var sections = new TrainingSections(Distinguish(runs));
        var page = new HtmlPage(runs.Count == 1 ? $"Training of {runs[0].Recipe.Name}" : $"{runs.Count} trainings", string.Join(", ", runs.Select(run => run.Name)));
        string[] plots = WritePlots(path, sections.Plots);
        TrainingSections.AddCurves(page, plots);
        sections.AddFigures(page);
        sections.AddRecipes(page);
        Save(path, page, [], "");
    }

    /// <summary>Writes a page on a video or a session: expressions and valence over time, segments, faces, moments, alerts.</summary>
    /// <param name="path">The page's file; one that exists is replaced.</param>
    /// <param name="report">What is told.</param>
    /// <exception cref="MienException">A file cannot be written.</exception>
    public static void WriteSession(string path, SessionReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var sections = new SessionSections(report);
        var page = new HtmlPage(report.Title, report.Source);
        string[] plots = WritePlots(path, sections.Plots);
        page.Figures(sections.Figures());
        sections.AddTo(page, plots);
        Save(path, page, [], report.Portraits.Count > 0 ? "This page shows the faces of people: share it only as far as they agree. " : "");
    }

    /// <summary>Folders of the same name get a number each, or their curves would be one.</summary>
    private static TrainedRun[] Distinguish(IReadOnlyList<TrainedRun> runs) => [.. runs.Select((run, i) =>
        runs.Count(other => other.Name == run.Name) > 1 ? run with { Name = $"{run.Name} ({i + 1})" } : run)];

    /// <summary>Writes a file for each plot, and gives them as parts of the page.</summary>
    private static string[] WritePlots(string path, IReadOnlyList<Figure> plots)
    {
        foreach (Figure plot in plots)
            Write(Path.ChangeExtension(path, $".{plot.Name}.svg"), plot.Svg);
        return [.. plots.Select(plot => $"<figure class=\"plot\">{plot.Svg}</figure>\n")];
    }

    private static string FacesOf(EvaluatedModel evaluated) => $"This page holds faces of the data set {evaluated.DataPath}: share it only as the terms of that data set allow. ";

    private static void Save(string path, HtmlPage page, IEnumerable<string> versions, string warning)
    {
        string version = typeof(HtmlReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
        string[] made = [$"Mien {version}", RuntimeInformation.FrameworkDescription, .. versions, RuntimeInformation.OSDescription, RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()];
        Write(path, page.ToHtml(HtmlPage.Text($"{warning}Written on {DateTime.Now:yyyy-MM-dd HH:mm} by {string.Join(", ", made)}.")));
    }

    private static void Write(string path, string text)
    {
        try
        {
            File.WriteAllText(path, text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MienException($"{path}: cannot be written: {error.Message}", error);
        }
    }
}
