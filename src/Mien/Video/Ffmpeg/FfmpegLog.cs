using System.Globalization;
using System.Text;

namespace Mien.Video.Ffmpeg;

/// <summary>What ffmpeg or ffprobe writes to standard error: faults are counted, the last errors are kept. Memory is bounded, whatever it writes.</summary>
/// <remarks>Expects <c>-loglevel level+...</c>: lines such as <c>[h264 @ 0x55d0] [error] error while decoding</c>. One thread adds, any may ask.</remarks>
/// <param name="source">The file or address as the program was given it.</param>
/// <param name="shown">What messages call it instead: addresses carry passwords.</param>
internal sealed class FfmpegLog(string source, string shown)
{
    private const int LongestLine = 1000, LongestMessage = 300, MostErrors = 4, MostDetails = 100;

    private static readonly string[] Levels = ["quiet", "panic", "fatal", "error", "warning", "info", "verbose", "debug"];

    /// <summary>What is said of frames and packets that are given although they are known to be damaged.</summary>
    private static readonly string[] Concealed = ["corrupt decoded frame", "corrupt input packet"];

    private readonly Lock _lock = new();
    private readonly Queue<string> _errors = [];
    private readonly List<string> _details = [];
    private readonly TaskCompletionSource _inputDescribed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _first;
    private int _faults;

    /// <summary>Waits until the program has described its input, or has ended.</summary>
    public void WaitForDescription(TimeSpan timeout) => _inputDescribed.Task.Wait(timeout);

    /// <summary>What it said of its input, line by line, at level info.</summary>
    public IReadOnlyList<string> Details
    {
        get
        {
            lock (_lock)
                return [.. _details];
        }
    }

    /// <summary>Whether the duration of the input is a guess by its bit rate.</summary>
    public bool DurationIsGuessed { get; private set; }

    /// <summary>Takes the number of faults since the last call.</summary>
    public int TakeFaults() => Interlocked.Exchange(ref _faults, 0);

    /// <summary>Why the program failed, in its own last words; null if it said nothing.</summary>
    public string? Reason
    {
        get
        {
            lock (_lock)
                return Join([.. _errors.Reverse().Take(2)]);
        }
    }

    /// <summary>Why the program failed before it did anything: its last words and its first.</summary>
    public string? Cause
    {
        get
        {
            lock (_lock)
                return Join([.. _errors.TakeLast(1), .. _first is null ? [] : (string[])[_first]]);
        }
    }

    /// <summary>Reads standard error to its end.</summary>
    public void ReadAll(Stream stream)
    {
        try
        {
            var block = new byte[4096];
            var line = new byte[LongestLine];
            int length = 0;
            for (int count; (count = stream.Read(block)) > 0;)
            {
                foreach (byte value in block.AsSpan(0, count))
                {
                    if (value is (byte)'\n' or (byte)'\r')
                    {
                        Add(Encoding.UTF8.GetString(line, 0, length));
                        length = 0;
                    }
                    else if (length < line.Length)
                        line[length++] = value;
                }
            }
            Add(Encoding.UTF8.GetString(line, 0, length));
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The program was killed.
        }
        _inputDescribed.TrySetResult();
    }

    /// <summary>Takes one line.</summary>
    internal void Add(string line)
    {
        string? level = null;
        while (level is null && line.StartsWith('[') && line.IndexOf("] ", StringComparison.Ordinal) is > 0 and var end)
        {
            string tag = line[1..end];
            line = line[(end + 2)..];
            level = Levels.Contains(tag) ? tag : null;
        }
        switch (level)
        {
            case "panic" or "fatal" or "error":
                Interlocked.Increment(ref _faults);
                if (Clean(line) is { Length: > 0 } message)
                    Keep(message);
                break;
            case "warning":
                if (Array.Exists(Concealed, line.Contains))
                    Interlocked.Increment(ref _faults);
                DurationIsGuessed |= line.StartsWith("Estimating duration from bitrate", StringComparison.Ordinal);
                break;
            case "info" when !_inputDescribed.Task.IsCompleted:
                if (line.StartsWith("Stream mapping:", StringComparison.Ordinal) || line.StartsWith("Output #", StringComparison.Ordinal))
                    _inputDescribed.TrySetResult();
                else
                {
                    lock (_lock)
                    {
                        if (_details.Count < MostDetails)
                            _details.Add(line);
                    }
                }
                break;
        }
    }

    private static string? Join(string[] errors) => errors switch
    {
        [] => null,
        [var last, var before] when !last.Contains(before, StringComparison.Ordinal) => $"{last} ({before})",
        [var last, ..] => last,
    };

    private void Keep(string message)
    {
        lock (_lock)
        {
            _first ??= message;
            // One that comes again and again would leave no room for the cause.
            if (_errors.Contains(message))
                return;
            if (_errors.Count == MostErrors)
                _errors.Dequeue();
            _errors.Enqueue(message);
        }
    }

    /// <summary>The message without what only says that the source could not be opened, without passwords and control characters.</summary>
    private string Clean(string line)
    {
        // FFmpeg 6 says it thrice.
        if (line.StartsWith("Error opening input file ", StringComparison.Ordinal))
            return "";
        foreach (string prefix in (ReadOnlySpan<string>)[$"{source}: ", "Error opening input: ", "Error opening input files: "])
        {
            if (line.StartsWith(prefix, StringComparison.Ordinal))
                line = line[prefix.Length..];
        }
        line = line.Replace(source, shown, StringComparison.Ordinal);
        var text = new StringBuilder(line.Length);
        foreach (char letter in line)
        {
            if (char.GetUnicodeCategory(letter) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator))
                text.Append(letter);
        }
        string clean = text.ToString().Trim(' ', '.');
        return clean.Length <= LongestMessage ? clean : $"{clean[..LongestMessage]}...";
    }
}
