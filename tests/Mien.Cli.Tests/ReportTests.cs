using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Mien.Reporting;
using Mien.Training;

namespace Mien.Tests;

public sealed partial class ReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_training_and_an_evaluation_become_pages_that_need_nothing_else()
    {
        if (!Mien.Training.TorchRuntime.IsAvailable)
            Assert.Skip("needs libtorch: dotnet build build/Libtorch");
        TwoShades.Write(_folder);
        var trained = await CommandLine.Run("train", _folder["tiny.json"], "--data", _folder["data"], "--run", _folder["run"], "--report", _folder["pages", "training.html"]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Contains("calibration error", trained.Output, StringComparison.Ordinal);
        string page = ReadSelfContained("pages", "training.html");
        foreach (string part in (ReadOnlySpan<string>)["Curves", "Confusion matrix", "Reliability", "Sample faces", "Most confident mistakes", "Recipe", "libtorch", "ONNX Runtime", "reads as"])
            Assert.Contains(part, page, StringComparison.Ordinal);
        Assert.Equal(["training.accuracy.svg", "training.confusion.svg", "training.loss.svg", "training.reliability.svg"], Plots("pages"));
        Assert.Contains("\"epochs\": 4", System.Net.WebUtility.HtmlDecode(page), StringComparison.Ordinal);

        var measured = await CommandLine.Run("evaluate", _folder["run", "tiny.onnx"], _folder["data"], "--json", "--report", _folder["evaluation.html"]);
        Assert.True(measured.ExitCode == 0, measured.Error);
        var report = JsonDocument.Parse(Assert.Single(measured.Lines)).RootElement;
        Assert.InRange(report.GetProperty("ece").GetDouble(), 0, 1);
        Assert.Equal((1, 1), (report.GetProperty("accuracyLow").GetDouble(), report.GetProperty("accuracyHigh").GetDouble()));
        page = ReadSelfContained("evaluation.html");
        Assert.Equal(20, FacePattern().Count(page));
        Assert.DoesNotContain("Curves", page, StringComparison.Ordinal);
        Assert.Equal(["evaluation.confusion.svg", "evaluation.reliability.svg"], Plots());
    }

    [Fact]
    public async Task Runs_are_compared_and_a_folder_that_is_none_loses_no_other()
    {
        WriteRun("first", learningRate: 0.1, accuracy: 0.5);
        WriteRun("second", learningRate: 0.025, accuracy: 0.625);
        var result = await CommandLine.Run("report", _folder["first"], _folder["nowhere"], _folder["second"], "-o", _folder["both.html"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(_folder["nowhere"], Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        string page = ReadSelfContained("both.html");
        Assert.Contains("62.50 %", page, StringComparison.Ordinal);
        Assert.Matches("optimizer.learningRate</th><td>0.1</td><td>0.025<", page);
        Assert.DoesNotContain("batchSize", page, StringComparison.Ordinal);
        Assert.Equal(["both.accuracy.svg", "both.loss.svg"], Plots());
        Assert.Contains("second", File.ReadAllText(_folder["both.loss.svg"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_in_a_plot_stays_text_in_any_script_and_takes_the_ink_of_the_page()
    {
        string[] names = ["größe – été", "面接 😀", "a & <b>"];
        foreach (string name in names)
            WriteRun(name, learningRate: 0.1, accuracy: 0.5);
        var result = await CommandLine.Run(["report", .. names.Select(name => _folder[name]), "-o", _folder["page.html"]]);
        Assert.True(result.ExitCode == 0, result.Error);
        string page = ReadSelfContained("page.html");
        foreach (string plot in Plots())
        {
            XElement svg = XDocument.Load(_folder[plot]).Root!;
            XElement[] texts = [.. svg.Descendants().Where(element => element.Name.LocalName == "text")];
            Assert.Subset(texts.Select(text => text.Value).ToHashSet(), names.Append("epoch").Append("training").Append("validation").ToHashSet());
            Assert.All(texts, text => Assert.Equal("currentColor", text.Attribute("fill")!.Value));
            Assert.Contains("sans-serif", svg.Attribute("font-family")!.Value, StringComparison.Ordinal);
            Assert.Contains(svg.ToString(SaveOptions.DisableFormatting), page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_page_of_another_kind_is_refused_before_the_work()
    {
        var result = await CommandLine.Run("evaluate", ModelBox.Default, _folder["data"], "--report", _folder["page.pdf"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(".html", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void The_surest_mistakes_come_first_and_names_are_no_markup()
    {
        string[] labels = ["calm <b>&", "other"];
        var data = new FaceDataset("all", labels, 1, PixelFormat.Gray8, [10, 20, 30, 40], [0, 0, 0, 1]) { Sources = ["a", "b", "c\" onload=\"x", "d"] };
        var predictions = LabelMapping.Create(labels, labels).Apply([.9f, .1f, .4f, .6f, .2f, .8f, .3f, .7f], data.Targets);
        HtmlReport.WriteEvaluation(_folder["page.html"], new EvaluatedModel
        {
            Model = new ModelMetadata { Name = "<i>model</i>", Labels = labels },
            DataPath = "somewhere",
            Data = data,
            Predictions = predictions,
            Report = ClassificationReport.Create(labels, predictions.Probabilities, predictions.Targets),
        });
        string page = ReadSelfContained("page.html");
        Assert.DoesNotContain("<i>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("\" onload", page, StringComparison.Ordinal);
        string mistakes = page[page.IndexOf("Most confident mistakes", StringComparison.Ordinal)..];
        Assert.Equal(["other 80", "other 60"], AnswerPattern().Matches(mistakes).Select(match => match.Value));
    }

    /// <summary>A page that loads nothing; its plots are well-formed.</summary>
    private string ReadSelfContained(params string[] path)
    {
        string page = File.ReadAllText(_folder[path]);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<link", page, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", page, StringComparison.Ordinal);
        Assert.All(SourcePattern().Matches(page), match => Assert.StartsWith("data:image/png;base64,", match.Groups[1].Value, StringComparison.Ordinal));
        return page;
    }

    private string[] Plots(params string[] folder)
    {
        string[] files = Directory.GetFiles(folder.Length == 0 ? _folder.Path : _folder[folder], "*.svg");
        Assert.All(files, file => Assert.Equal("svg", XDocument.Load(file).Root!.Name.LocalName));
        return [.. files.Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
    }

    private void WriteRun(string name, double learningRate, double accuracy)
    {
        Directory.CreateDirectory(_folder[name]);
        var recipe = Recipe.Parse(TwoShades.Recipe.Replace("0.02", FormattableString.Invariant($"{learningRate}"), StringComparison.Ordinal), name);
        File.WriteAllText(_folder[name, "recipe.json"], recipe.ToJson());
        File.WriteAllLines(_folder[name, "history.jsonl"], Enumerable.Range(1, 4).Select(epoch => FormattableString.Invariant(
            $$"""{"epoch":{{epoch}},"trainLoss":{{2.0 / epoch}},"trainAccuracy":0.4,"validationLoss":{{1.5 / epoch}},"validationAccuracy":{{(epoch == 3 ? accuracy : 0.3)}},"learningRate":0.1,"seconds":30,"imagesPerSecond":100}""")));
    }

    [GeneratedRegex("<figure class=\"face")]
    private static partial Regex FacePattern();

    [GeneratedRegex("\\s(?:src|href)=\"([^\"]*)")]
    private static partial Regex SourcePattern();

    [GeneratedRegex("other \\d+(?=&nbsp;%)")]
    private static partial Regex AnswerPattern();
}
