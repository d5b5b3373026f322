using System.CommandLine;
using Mien.Cli.Output;
using Mien.Output;

namespace Mien.Cli.Commands;

/// <summary><c>mien watch</c>: reads the faces of a camera, a stream or a video while it runs.</summary>
internal static class WatchCommand
{
    private static readonly Argument<string> Source = new("source")
    {
        Description = "A camera by its number or device, an rtsp:// or http:// address, a video file, a folder of frames, or - for video on stdin.",
    };

    private static readonly Option<string> Detector = PictureArguments.Detector();

    private static readonly Option<string?> Model = PictureArguments.Model();

    private static readonly Option<string?> Labels = PictureArguments.Labels();

    private static readonly Option<bool> RealTime = new("--real-time") { Description = "Play a file at its own pace, like a camera: frames that come too fast are dropped." };

    private static readonly Option<string?> Raw = new("--raw") { Description = "The layout of raw frames on stdin: WIDTHxHEIGHT[@RATE][:PIXELS], such as 640x480@30:rgb24." };

    private static readonly Option<double> Rate = new("--rate")
    {
        Description = "Frames a second of a folder, or of JPEG files on stdin.", DefaultValueFactory = _ => new FrameSourceOptions().FrameRate,
    };

    private static readonly Option<bool> Json = new("--json") { Description = "JSON lines, one object a frame or event (docs/video-output.md)." };

    private static readonly Option<bool> Csv = new("--csv") { Description = "CSV, one row a face and frame." };

    private static readonly Option<string?> Annotate = new("--annotate") { Description = "Write a copy of the video with boxes, ids, labels and bars." };

    private static readonly Option<bool> Window = new("--window") { Description = "Show the annotated frames in a window (on Linux by GTK 3)." };

    public static Command Create()
    {
        var command = new Command("watch", "Read the faces of a camera, a stream or a video while it runs. Ctrl+C ends it; m sets a marker.")
        {
            Source, Detector, Model, Labels, RealTime, Raw, Rate, Json, Csv, Annotate, Window,
        };
        foreach (var option in VideoArguments.All.Concat(SessionArguments.All))
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Json) && result.GetValue(Csv))
                result.AddError("Choose one of --json and --csv.");
        });
        Rate.Validators.Add(result =>
        {
            if (!(result.GetValue(Rate) is > 0 and < 1000))
                result.AddError($"{Rate.Name} must be more than 0 and less than 1000.");
        });
        command.SetAction((arguments, cancellation) => Task.Run(() => RunAsync(arguments, cancellation), CancellationToken.None));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        string name = arguments.GetValue(Source)!;
        SessionArguments.Check(arguments, videos: 1);
        if (arguments.GetValue(Annotate) is { } target)
            AnnotatedVideo.Check(target, name);
        if (arguments.GetValue(Window))
            DesktopWindow.Check();
        using var analyzer = EmotionAnalyzer.Create(
            new AnalyzerOptions { Model = arguments.GetValue(Model), Labels = arguments.GetValue(Labels) }.WithDetector(arguments.GetValue(Detector)!));
        var request = VideoArguments.Read(arguments, analyzer.Model.Labels);
        var source = FrameSource.Open(name, new FrameSourceOptions
        {
            FrameRate = arguments.GetValue(Rate),
            Raw = arguments.GetValue(Raw) is { } layout ? RawVideoFormat.Parse(layout) : null,
            Interrupted = drop => Terminal.Note($"{drop.Source}: the stream dropped ({drop.Reason}); trying again in {drop.Delay.TotalSeconds:0} s."),
        }, cancellation);
        using var run = new VideoRun(arguments.GetValue(RealTime) ? new RealTimeSource(source) : source, request, cancellation);

        if (arguments.GetValue(Json))
            run.AddOutput(new VideoJson(Terminal.OpenOutput(), source.Name));
        if (arguments.GetValue(Csv))
            run.AddOutput(new VideoCsv(new StreamWriter(Terminal.OpenOutput()), source.Name, analyzer.Model.Labels, header: true));
        if (arguments.GetValue(Annotate) is { } path)
            run.AddOutput(new AnnotatedVideo(path, source.FrameRate));
        foreach (var sink in SessionArguments.Sinks(arguments, source.Name, source.FrameRate, analyzer.Model))
            run.AddOutput(sink);
        if (arguments.GetValue(Window))
            run.AddOutput(new DesktopWindow($"{source.Name} - Mien", run.Stop));
        var display = new WatchDisplay(source.Name);
        run.AddDisplay(display);
        var summary = arguments.GetValue(Json) || arguments.GetValue(Csv) ? null : new SummaryTable(Terminal.Out, source.Name, source.FrameRate);
        if (summary is not null)
            run.AddOutput(summary);
        await run.RunAsync(analyzer, (watch, start) => display.ShowAsync(watch, start, run.Stop));
        summary?.Print();
        // Nothing else ends a camera.
        return run.HasFailed ? 1 : 0;
    }
}
