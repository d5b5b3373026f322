using System.CommandLine;
using Mien.Cli.Output;
using Mien.Reporting;
using Mien.Training;
using Spectre.Console;

namespace Mien.Cli.Commands;

/// <summary><c>mien report</c>: several trainings in one page.</summary>
internal static class ReportCommand
{
    private static readonly Argument<string[]> Runs = new("runs") { Description = "Run folders of mien train.", Arity = ArgumentArity.OneOrMore };

    private static readonly Option<string> Output = new("--output", "-o") { Description = "The HTML file to write; its plots go beside it as SVG files.", Required = true };

    /// <summary>The option of the commands that can write a report of what they did.</summary>
    public static Option<string?> ReportOption() => new("--report")
    {
        Description = "Also write a self-contained HTML page, and its plots beside it as SVG files. It holds faces of the data set.",
        HelpName = "FILE.html",
    };

    public static Command Create()
    {
        var command = new Command("report", "Compare trainings in one self-contained HTML page.") { Runs, Output };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        string output = arguments.GetValue(Output)!;
        HtmlReport.Check(output);
        var runs = new List<TrainedRun>();
        string[] folders = arguments.GetValue(Runs)!;
        foreach (string folder in folders)
        {
            try
            {
                runs.Add(TrainedRun.Read(new RunFolder(folder)));
            }
            catch (MienException error)
            {
                Terminal.Fail(error.Message);
            }
        }
        if (runs.Count == 0)
            return 1;
        HtmlReport.WriteComparison(output, runs);
        Terminal.Out.WriteLine($"Report: {output}");
        return runs.Count == folders.Length ? 0 : 1;
    }
}
