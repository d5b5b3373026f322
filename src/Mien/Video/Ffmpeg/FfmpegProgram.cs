using System.Text;

namespace Mien.Video.Ffmpeg;

/// <summary>The programs ffmpeg and ffprobe of this machine. Safe to share between threads.</summary>
internal sealed class FfmpegProgram
{
    /// <summary>The environment variable that names the folder of both programs, or ffmpeg itself with ffprobe beside it.</summary>
    public const string Variable = "MIEN_FFMPEG";

    /// <summary>What to do where a program is missing.</summary>
    public const string Remedy = "Videos, streams and cameras are read by the programs ffmpeg and ffprobe, version 4.4 or later: " +
        "apt-get install ffmpeg (Debian, Ubuntu), brew install ffmpeg (macOS) or winget install ffmpeg (Windows); " + Variable + " names their folder if it is not on the PATH.";

    /// <summary>The most that a program's answer may hold.</summary>
    private const int LongestAnswer = 4 << 20;

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(60);

    // A failure is not kept: ffmpeg may be installed while the program runs.
    private static readonly Lazy<FfmpegProgram> Found =
        new(() => Find(Environment.GetEnvironmentVariable(Variable), Environment.GetEnvironmentVariable("PATH")), LazyThreadSafetyMode.PublicationOnly);

    /// <summary>Takes two programs as they are named.</summary>
    public FfmpegProgram(string ffmpeg, string ffprobe) => (Ffmpeg, Ffprobe) = (ffmpeg, ffprobe);

    /// <summary>The programs that <c>MIEN_FFMPEG</c> names, or those on the PATH, found at the first use.</summary>
    /// <exception cref="NativeLibraryException">They are missing.</exception>
    public static FfmpegProgram Shared => Found.Value;

    /// <summary>The path of ffmpeg.</summary>
    public string Ffmpeg { get; }

    /// <summary>The path of ffprobe.</summary>
    public string Ffprobe { get; }

    /// <summary>The version, such as <c>5.1.9-0+deb12u1</c>; asked for once, unless a program has told it by the way.</summary>
    public string Version { get => field ??= ReadVersion(); set; }

    /// <summary>The names of the video encoders that this ffmpeg has.</summary>
    public IReadOnlySet<string> Encoders => field ??= ReadEncoders();

    /// <summary>The option that keeps each frame at its own time; renamed in 5.1, and the old name left in 9.</summary>
    public string KeepTimes => IsBefore51(Version) ? "-vsync" : "-fps_mode";

    /// <summary>Finds the programs.</summary>
    /// <param name="named">A folder or the path of ffmpeg; null or empty to search.</param>
    /// <param name="path">The folders to search, as in PATH.</param>
    /// <exception cref="NativeLibraryException">One is missing.</exception>
    public static FfmpegProgram Find(string? named, string? path)
    {
        string extension = OperatingSystem.IsWindows() ? ".exe" : "";
        string folder;
        if (!string.IsNullOrEmpty(named))
        {
            folder = Directory.Exists(named) ? named : Path.GetDirectoryName(Path.GetFullPath(named))!;
            string ffmpeg = Directory.Exists(named) ? Path.Combine(named, $"ffmpeg{extension}") : named;
            string ffprobe = Path.Combine(folder, Path.GetFileName(ffmpeg).Replace("ffmpeg", "ffprobe", StringComparison.Ordinal));
            foreach (string program in (string[])[ffmpeg, ffprobe])
            {
                if (!File.Exists(program))
                    throw new NativeLibraryException($"{program}: there is no such program, although {Variable} names it or its folder. {Remedy}");
            }
            return new FfmpegProgram(ffmpeg, ffprobe);
        }
        return new FfmpegProgram(Search("ffmpeg"), Search("ffprobe"));

        string Search(string name) =>
            (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Select(place => Path.Combine(place, name + extension)).FirstOrDefault(File.Exists)
            ?? throw new NativeLibraryException($"The program {name} is missing. {Remedy}");
    }

    /// <summary>Runs a program to its end and gives what it wrote to standard output.</summary>
    /// <param name="program"><see cref="Ffmpeg"/> or <see cref="Ffprobe"/>.</param>
    /// <param name="arguments">What it is to do.</param>
    /// <param name="log">Takes what it says.</param>
    /// <param name="cancellation">Kills it.</param>
    /// <exception cref="FfmpegException">It failed, took too long or wrote too much.</exception>
    /// <exception cref="OperationCanceledException">The token asked for it.</exception>
    public static byte[] Ask(string program, IEnumerable<string> arguments, FfmpegLog log, CancellationToken cancellation = default)
    {
        using var late = new CancellationTokenSource(AnswerTime);
        using var process = new FfmpegProcess(program, arguments, log);
        using var killedIfLate = late.Token.UnsafeRegister(_ => process.Kill(), null);
        using var killed = cancellation.UnsafeRegister(_ => process.Kill(), null);
        var answer = new byte[LongestAnswer];
        int length = process.Output.ReadAtLeast(answer, answer.Length, throwOnEndOfStream: false);
        FfmpegException? failure = length == answer.Length ? new(FfmpegFailure.Other, "it describes more than any video has") : process.Conclude();
        cancellation.ThrowIfCancellationRequested();
        if (late.IsCancellationRequested)
            throw new FfmpegException(FfmpegFailure.TimedOut, $"no answer within {AnswerTime.TotalSeconds} s");
        return failure is null ? answer[..length] : throw failure;
    }

    private static bool IsBefore51(string version)
    {
        string[] parts = version.TrimStart('n').Split('.', '-');
        // A build between releases has a date or a number of changes instead.
        return parts.Length > 1 && int.TryParse(parts[0], out int major) && int.TryParse(parts[1], out int minor) && (major, minor).CompareTo((5, 1)) < 0;
    }

    private string ReadVersion() =>
        Lines(["-version"]).FirstOrDefault("").Split(' ') is ["ffmpeg", "version", var version, ..] ? version : "of an unknown version";

    // " V....D libx264              libx264 H.264 / AVC"
    private HashSet<string> ReadEncoders() => [.. Lines(["-hide_banner", "-encoders"]).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words.Length > 1 && words[0].StartsWith('V') && words[0].Length == 6).Select(words => words[1])];

    private string[] Lines(string[] arguments) =>
        Encoding.UTF8.GetString(Ask(Ffmpeg, arguments, new FfmpegLog(Ffmpeg, Ffmpeg))).Split('\n', StringSplitOptions.TrimEntries);
}
