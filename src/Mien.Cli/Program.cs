using System.CommandLine;
using System.CommandLine.Help;
using Mien;
using Mien.Cli.Commands;

// No RootCommand: that would call itself after the assembly.
var root = new Command("mien", "Facial emotion recognition. A label is what an expression reads as, not what a person feels.")
{
    new HelpOption(),
    new VersionOption(),
    AnalyzeCommand.Create(),
    WatchCommand.Create(),
    SessionsCommand.Create(),
    ExplainCommand.Create(),
    TrainCommand.Create(),
    EvaluateCommand.Create(),
    ReportCommand.Create(),
    ExportCommand.Create(),
    DataCommand.Create(),
    ModelsCommand.Create(),
    ServeCommand.Create(),
    KeysCommand.Create(),
};
try
{
    // After Ctrl+C a training finishes its batch before it stops.
    return await root.Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
}
catch (OperationCanceledException)
{
    return 130;
}
catch (Exception error) when (error is MienException or IOException or UnauthorizedAccessException)
{
    // IOException: a full disk, a closed pipe, a path that cannot be created; its message names the path.
    await Console.Error.WriteLineAsync($"mien: {error.Message}");
    return 1;
}
