namespace Mien.Video.Ffmpeg;

/// <summary>The cameras of a Windows machine, which ffmpeg opens by name.</summary>
internal static class DirectShowCameras
{
    /// <summary>Asks ffmpeg for their names.</summary>
    public static IReadOnlyList<string> List(FfmpegProgram program)
    {
        var log = new FfmpegLog("dummy", "dummy");
        try
        {
            FfmpegProgram.Ask(program.Ffmpeg, ["-hide_banner", "-loglevel", "repeat+level+info", "-f", "dshow", "-list_devices", "true", "-i", "dummy"], log);
        }
        catch (FfmpegException)
        {
            // It lists them and then fails, because there is no such device.
        }
        return Read(log.Details);
    }

    /// <summary>Reads the names: <c>"Integrated Camera" (video)</c>, before FFmpeg 5 <c>"Integrated Camera"</c> below a headline.</summary>
    public static IReadOnlyList<string> Read(IReadOnlyList<string> lines)
    {
        var names = new List<string>();
        bool areVideo = false;
        foreach (string line in lines.Select(line => line.Trim()))
        {
            if (line.StartsWith("DirectShow ", StringComparison.Ordinal))
                areVideo = line.StartsWith("DirectShow video devices", StringComparison.Ordinal);
            else if (line.StartsWith('"') && (line.EndsWith("\" (video)", StringComparison.Ordinal) || (areVideo && line.EndsWith('"'))))
                names.Add(line[1..line.LastIndexOf('"')]);
        }
        return names;
    }

    /// <summary>The name of a camera by its number.</summary>
    /// <exception cref="VideoException">There is no such camera.</exception>
    public static string Choose(string number, IReadOnlyList<string> names) =>
        int.TryParse(number, out int place) && place < names.Count ? names[place]
        : throw new VideoException(names.Count == 0
            ? $"{number}: there is no such camera; none is connected to this machine."
            : $"{number}: there is no such camera; there are {string.Join(", ", names.Select((name, index) => $"{index} ({name})"))}.");
}
