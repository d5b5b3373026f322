using System.CommandLine;
using Mien.Cli.Output;
using Mien.OpenCv;
using Mien.Output;
using Spectre.Console;

namespace Mien.Cli.Commands;

/// <summary><c>mien analyze</c>: finds the faces of pictures and videos and says what each expresses.</summary>
internal static class AnalyzeCommand
{
    private static readonly Argument<string[]> Paths = PictureArguments.Paths("Pictures, videos");

    private static readonly Option<string> Detector = PictureArguments.Detector();

    private static readonly Option<string?> Model = PictureArguments.Model();

    private static readonly Option<string?> Labels = PictureArguments.Labels();

    private static readonly Option<int?> MinimumSize = new("--min-size") { Description = "Least side of a face in pixels (Haar)." };

    private static readonly Option<int?> MinimumNeighbors = new("--min-neighbors") { Description = "How many overlapping hits make a face (Haar); more: fewer false faces." };

    private static readonly Option<float?> MinimumConfidence = new("--min-confidence") { Description = "Least confidence of a detection, 0 to 1 (ONNX detectors)." };

    private static readonly Option<int> Side = PictureArguments.Side();

    private static readonly Option<bool> Tiles = new("--tiles") { Description = "Search large pictures part by part too, for small faces in group photos (ONNX detectors)." };

    private static readonly Option<bool> Json = new("--json") { Description = "JSON lines, one object a picture (docs/analyze-output.md) or frame (docs/video-output.md)." };

    private static readonly Option<bool> Csv = new("--csv") { Description = "CSV, one row a face; of a video, one row a face and frame." };

    private static readonly Option<string?> Annotate = new("--annotate") { Description = "Write copies with boxes and labels: a file for one picture or video, a folder for more." };

    public static Command Create()
    {
        var command = new Command("analyze", "Find the faces of pictures and videos and say what each expression reads as.")
        {
            Paths, Detector, Model, Labels, MinimumSize, MinimumNeighbors, MinimumConfidence, Side, Tiles, Json, Csv, Annotate,
        };
        foreach (var option in VideoArguments.All.Concat(SessionArguments.All))
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Json) && result.GetValue(Csv))
                result.AddError("Choose one of --json and --csv.");
        });
        PictureArguments.Limit(MinimumSize, 1, 100_000);
        PictureArguments.Limit(MinimumNeighbors, 0, 1000);
        PictureArguments.Limit(MinimumConfidence, 0f, 1f);
        command.SetAction((arguments, cancellation) => Task.Run(() => RunAsync(arguments, cancellation), CancellationToken.None));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var kinds = arguments.GetValue(Paths)!.ToLookup(VideoArguments.IsVideo);
        string[] videos = [.. kinds[true]];
        var pictures = Pictures.Find([.. kinds[false]]);
        if (arguments.GetValue(Csv) && videos.Length > 0 && pictures.Count > 0)
            throw new MienException($"{Csv.Name} has other columns for videos than for pictures. Analyze them one after the other.");
        SessionArguments.Check(arguments, videos.Length);
        var copies = AnnotatedVideos(arguments, videos, pictures.Count);
        using var analyzer = EmotionAnalyzer.Create(Options(arguments));
        var request = VideoArguments.Read(arguments, analyzer.Model.Labels);
        bool failed = pictures.Count > 0 && !AnalyzePictures(arguments, pictures, videos.Length, analyzer, cancellation);
        for (int i = 0; i < videos.Length; i++)
        {
            try
            {
                failed |= !await AnalyzeVideoAsync(arguments, videos[i], copies[i], header: i == 0, analyzer, request, cancellation);
            }
            catch (MienException error) when (error is not NativeLibraryException)
            {
                failed = true;
                Terminal.Fail(error.Message);
            }
        }
        return failed ? 1 : 0;
    }

    /// <summary>Where the annotated copy of each video goes: the file that is named for one, else a file in the folder.</summary>
    private static string?[] AnnotatedVideos(ParseResult arguments, string[] videos, int pictures)
    {
        var copies = new string?[videos.Length];
        if (videos.Length == 0 || arguments.GetValue(Annotate) is not { } target)
            return copies;
        bool isFolder = Directory.Exists(target) || !Path.HasExtension(target);
        if (!isFolder && videos.Length + pictures > 1)
            throw new MienException($"{Annotate.Name} {target} names one file for {videos.Length + pictures} pictures and videos. Name a folder instead.");
        for (int i = 0; i < videos.Length; i++)
        {
            copies[i] = isFolder ? Path.Combine(target, Path.ChangeExtension(Path.GetFileName(videos[i]), ".mp4")) : target;
            AnnotatedVideo.Check(copies[i]!, videos[i]);
        }
        if (isFolder)
            Directory.CreateDirectory(target);
        return copies;
    }

    /// <summary>Whether all pictures could be analyzed.</summary>
    private static bool AnalyzePictures(ParseResult arguments, IReadOnlyList<Picture> pictures, int videos, EmotionAnalyzer analyzer, CancellationToken cancellation)
    {
        bool machine = arguments.GetValue(Json) || arguments.GetValue(Csv);
        var writer = Writer(arguments, analyzer.Model.Labels);
        var annotated = arguments.GetValue(Annotate) is { } target ? AnnotatedCopies.At(Annotate.Name, target, pictures.Count + videos) : null;

        // On a terminal the tables themselves are the progress.
        int failed = pictures.Count > 1 && Console.IsOutputRedirected
            ? Terminal.WithProgress("Analyzing", progress => AnalyzeAll(analyzer, pictures, writer, annotated, progress, cancellation))
            : AnalyzeAll(analyzer, pictures, writer, annotated, progress: null, cancellation);
        if (!machine && failed < pictures.Count)
            Terminal.Out.WriteLine(Terminal.Caution);
        if (failed > 0 && pictures.Count > 1)
            Terminal.Fail($"{failed} of {pictures.Count} pictures could not be analyzed.");
        return failed == 0;
    }

    /// <summary>Whether anything of a video could be read, and written where it should be.</summary>
    private static async Task<bool> AnalyzeVideoAsync(ParseResult arguments, string path, string? annotated, bool header, EmotionAnalyzer analyzer, VideoRequest request, CancellationToken cancellation)
    {
        var source = FrameSource.Open(path, cancellation: cancellation);
        using var run = new VideoRun(source, request, cancellation);
        if (arguments.GetValue(Json))
            run.AddOutput(new VideoJson(Terminal.OpenOutput(), source.Name));
        if (arguments.GetValue(Csv))
            run.AddOutput(new VideoCsv(new StreamWriter(Terminal.OpenOutput()), source.Name, analyzer.Model.Labels, header));
        if (annotated is not null)
            run.AddOutput(new AnnotatedVideo(annotated, source.FrameRate));
        foreach (var sink in SessionArguments.Sinks(arguments, source.Name, source.FrameRate, analyzer.Model))
            run.AddOutput(sink);
        var summary = arguments.GetValue(Json) || arguments.GetValue(Csv) ? null : new SummaryTable(Terminal.Out, source.Name, source.FrameRate);
        if (summary is not null)
            run.AddOutput(summary);
        var display = new VideoProgress(source);
        run.AddDisplay(display);
        await run.RunAsync(analyzer, display.ShowAsync);
        summary?.Print();
        cancellation.ThrowIfCancellationRequested();
        return !run.HasFailed;
    }

    private static int AnalyzeAll(EmotionAnalyzer analyzer, IReadOnlyList<Picture> pictures, IAnalysisWriter writer,
        AnnotatedCopies? annotated, IProgress<(long, long)>? progress, CancellationToken cancellation)
    {
        int done = 0, failed = 0;
        foreach (var (picture, reading) in ReadAhead.InOrder(pictures, Read))
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                var (image, faces) = reading.GetAwaiter().GetResult();
                writer.Write(picture.Name, image, faces);
                annotated?.Write(picture, () => ImageAnnotator.Draw(image, faces));
            }
            catch (MienException error) when (error is not NativeLibraryException)
            {
                failed++;
                Terminal.Fail(error.Message);
            }
            progress?.Report((++done, pictures.Count));
        }
        return failed;

        (Image Image, IReadOnlyList<FaceReading> Faces) Read(Picture picture)
        {
            var image = picture.Read();
            return (image, analyzer.Analyze(image));
        }
    }

    private static AnalyzerOptions Options(ParseResult arguments)
    {
        var options = new AnalyzerOptions { Model = arguments.GetValue(Model), Labels = arguments.GetValue(Labels) };
        var haar = new HaarOptions();
        haar = haar with
        {
            MinimumSize = arguments.GetValue(MinimumSize) ?? haar.MinimumSize,
            MinimumNeighbors = arguments.GetValue(MinimumNeighbors) ?? haar.MinimumNeighbors,
        };
        options = options with
        {
            Onnx = options.Onnx with
            {
                MinimumConfidence = arguments.GetValue(MinimumConfidence) ?? options.Onnx.MinimumConfidence,
                MaximumSide = arguments.GetValue(Side),
                Tiles = arguments.GetValue(Tiles),
            },
        };
        return options.WithDetector(arguments.GetValue(Detector)!, haar);
    }

    private static IAnalysisWriter Writer(ParseResult arguments, IReadOnlyList<string> labels) =>
        arguments.GetValue(Json) ? new AnalysisJson(Console.OpenStandardOutput())
        : arguments.GetValue(Csv) ? new AnalysisCsv(Console.Out, labels)
        : new AnalysisTable(Terminal.Out);
}
