using System.CommandLine;
using Mien.Cli.Output;
using Spectre.Console;

namespace Mien.Cli.Commands;

/// <summary><c>mien models</c>: what is in the box, and what can be fetched.</summary>
internal static class ModelsCommand
{
    public static Command Create() => new("models", "List the models in the box; fetch others.") { List(), Pull() };

    private static Command List()
    {
        var command = new Command("list", "The models in the box and those that can be pulled.");
        command.SetAction(_ =>
        {
            var table = new Table().Border(TableBorder.Rounded).AddColumn("model").AddColumn("task").AddColumn("labels").AddColumn("trained on").AddColumn("licence").AddColumn("where");
            foreach (string name in ModelBox.Names)
            {
                using var classifier = EmotionClassifier.Load(ModelBox.Find(name));
                var model = classifier.Metadata;
                table.AddRow(Cells(name, model.Task, string.Join(", ", model.Labels), model.TrainingData, model.License, "in the box"));
            }
            foreach (var model in KnownModels.All)
                table.AddRow(Cells(model.Name, model.Task, "", "", model.License, KnownModels.Find(model.Name) ?? $"mien models pull {model.Name}"));
            Terminal.Out.Write(table);
        });
        return command;
    }

    private static Command Pull()
    {
        var name = new Argument<string>("name") { Description = $"One of: {string.Join(", ", KnownModels.All.Select(model => model.Name))}." };
        var command = new Command("pull", "Fetch another maker's model into the user's cache, verified; goes on where a fetch broke off.") { name };
        command.SetAction(async (arguments, cancellation) =>
        {
            var model = KnownModels.Get(arguments.GetValue(name)!);
            string path = await Terminal.WithProgress($"Fetching {model.Name}", progress => ModelDownload.FetchAsync(model, progress, cancellation));
            Terminal.Out.WriteLine($"{path}: {new FileInfo(path).Length} bytes, SHA-256 verified");
            return 0;
        });
        return command;
    }

    private static string[] Cells(params string[] cells) => [.. cells.Select(Markup.Escape)];
}
