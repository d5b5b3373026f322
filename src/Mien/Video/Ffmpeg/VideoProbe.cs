using System.Globalization;
using System.Text.Json;

namespace Mien.Video.Ffmpeg;

/// <summary>Asks what a container says of its video: a file of ffprobe, anything else of what ffmpeg says while it opens it.</summary>
internal static class VideoProbe
{
    /// <summary>FFmpeg gives the clock's rate where it has seen too few frames.</summary>
    private const double HighestRate = 1000;

    /// <summary>Asks ffprobe.</summary>
    /// <exception cref="FfmpegException">It cannot be opened, or holds no video.</exception>
    /// <exception cref="OperationCanceledException">The token asked for it.</exception>
    public static VideoInfo OfFile(FfmpegProgram program, VideoInput input, CancellationToken cancellation)
    {
        var log = new FfmpegLog(input.Url, input.Shown);
        byte[] answer = FfmpegProgram.Ask(program.Ffprobe,
        [
            "-hide_banner", "-loglevel", "repeat+level+warning", "-of", "json", "-show_entries",
            "program_version=version:stream=index,codec_type,width,height,avg_frame_rate,r_frame_rate,duration,nb_frames:stream_disposition=default,attached_pic:format=format_name,start_time,duration",
            .. input.Arguments(),
        ], log, cancellation);
        try
        {
            using var document = JsonDocument.Parse(answer);
            if (document.RootElement.TryGetProperty("program_version", out JsonElement version))
                program.Version = Text(version, "version");
            return Read(document.RootElement, log.DurationIsGuessed);
        }
        catch (JsonException error)
        {
            throw new FfmpegException($"ffprobe's answer is no JSON: {error.Message.TrimEnd('.')}");
        }
    }

    /// <summary>Reads what ffmpeg logs of its input: <c>Input #0, mpegts, from ...</c>, <c>  Duration: ...</c>, <c>  Stream #0:0: Video: ...</c></summary>
    /// <exception cref="FfmpegException">It holds no video.</exception>
    public static VideoInfo OfLog(IReadOnlyList<string> lines, bool durationIsGuessed)
    {
        string format = "";
        double start = 0, duration = 0, rate = 0;
        bool sawVideo = false, sawCover = false;
        foreach (string line in lines)
        {
            string text = line.TrimStart();
            if (text.StartsWith("Input #0, ", StringComparison.Ordinal) && text.IndexOf(", from '", StringComparison.Ordinal) is > 0 and var from)
                format = text["Input #0, ".Length..from];
            else if (line.StartsWith("  Duration: ", StringComparison.Ordinal))
            {
                string[] parts = text["Duration: ".Length..].Split(", ");
                if (!durationIsGuessed && TimeSpan.TryParse(parts[0], CultureInfo.InvariantCulture, out TimeSpan time))
                    duration = time.TotalSeconds;
                if (Array.Find(parts, part => part.StartsWith("start: ", StringComparison.Ordinal)) is { } begin)
                    start = Number(begin["start: ".Length..]);
            }
            else if (line.StartsWith("  Stream #0:", StringComparison.Ordinal) && text.Contains(": Video: ", StringComparison.Ordinal))
            {
                if (text.EndsWith("(attached pic)", StringComparison.Ordinal))
                {
                    sawCover = true;
                    continue;
                }
                sawVideo = true;
                if (rate == 0 && Array.Find(text.Split(", "), part => part.EndsWith(" fps", StringComparison.Ordinal)) is { } fps)
                    rate = Number(fps[..^" fps".Length]);
            }
        }
        if (!sawVideo && sawCover)
            throw OnlySound(cover: true);
        return new VideoInfo(0, 0, rate <= HighestRate ? rate : 0, start, duration, 0, format);
    }

    private static VideoInfo Read(JsonElement answer, bool durationIsGuessed)
    {
        JsonElement[] streams = answer.TryGetProperty("streams", out JsonElement all) ? [.. all.EnumerateArray()] : [];
        JsonElement[] pictures = [.. streams.Where(stream => Text(stream, "codec_type") == "video")];
        JsonElement[] videos = [.. pictures.Where(stream => !Has(stream, "attached_pic"))];
        if (videos.Length == 0)
        {
            throw streams.Any(stream => Text(stream, "codec_type") == "audio")
                ? OnlySound(cover: pictures.Length > 0) : new FfmpegException("there is no video in it");
        }
        // The one that players show; of several the largest.
        JsonElement best = videos.OrderByDescending(stream => Has(stream, "default")).ThenByDescending(stream => Number(stream, "width") * Number(stream, "height")).First();
        JsonElement container = answer.TryGetProperty("format", out JsonElement found) ? found : default;
        double rate = Ratio(best, "avg_frame_rate") is > 0 and var average ? average : Ratio(best, "r_frame_rate");
        // The stream's own end, where it is known: sound often lasts longer.
        double duration = Number(best, "duration") is > 0 and var own ? own : Number(container, "duration");
        return new VideoInfo((int)Number(best, "width"), (int)Number(best, "height"), rate <= HighestRate ? rate : 0, Number(container, "start_time"),
            durationIsGuessed ? 0 : Math.Max(0, duration), (long)Number(best, "nb_frames"), Text(container, "format_name"), (int)Number(best, "index"));
    }

    private static FfmpegException OnlySound(bool cover) =>
        new(FfmpegFailure.NoVideo, cover ? "it holds sound with a cover picture, no video" : "it holds sound alone, no video");

    private static bool Has(JsonElement stream, string disposition) =>
        stream.TryGetProperty("disposition", out JsonElement all) && Number(all, disposition) != 0;

    private static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) ? value.ToString() : "";

    /// <summary>A number, which may be written as a text; 0 if there is none.</summary>
    private static double Number(JsonElement element, string name) => Number(Text(element, name));

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && Math.Abs(number) < int.MaxValue ? number : 0;

    private static double Ratio(JsonElement element, string name) =>
        Text(element, name).Split('/') is [var numerator, var denominator] && Number(denominator) is > 0 and var divisor ? Number(numerator) / divisor : 0;
}
