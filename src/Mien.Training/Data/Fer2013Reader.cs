using System.Text;

namespace Mien.Training;

/// <summary>Reads the CSV of FER-2013, plain or compressed.</summary>
internal sealed class Fer2013Reader
{
    /// <summary>Side of the images.</summary>
    public const int Side = 48;

    /// <summary>The classes in the order of the CSV's numbers.</summary>
    public static IReadOnlyList<string> Labels { get; } =
        [Emotion.Anger, Emotion.Disgust, Emotion.Fear, Emotion.Happiness, Emotion.Sadness, Emotion.Surprise, Emotion.Neutral];

    private readonly string _path;
    private readonly DataOptions _options;
    private readonly FaultLog _faults;
    private readonly FerPlusVotes? _votes;
    private readonly IReadOnlyList<string> _labels;
    private readonly SplitBuilder[] _splits;
    private readonly Dictionary<(string Split, string Reason), int> _drops = [];
    private readonly byte[] _pixels = new byte[Side * Side];
    private readonly float[] _probabilities;
    private int _emotionColumn;
    private int _pixelsColumn;
    private int _usageColumn;

    private Fer2013Reader(string path, DataOptions options)
    {
        (_path, _options, _faults) = (path, options, new(options.MaxFaults));
        _labels = options.Labels is LabelSet.Original or LabelSet.OriginalAndFerPlus ? Labels : Emotion.All;
        _probabilities = new float[Emotion.All.Count];
        _splits = [.. Usages.Select(usage => new SplitBuilder(usage.Split, Side, options.Labels))];
        if (options.Labels != LabelSet.Original)
            _votes = FerPlusVotes.Read(options.VotesPath ?? FerPlusVotes.Beside(path), _faults);
    }

    /// <summary>The values of the column Usage, and the splits that they name.</summary>
    public static IReadOnlyList<(string Usage, string Split)> Usages { get; } =
        [("Training", SplitName.Train), ("PublicTest", SplitName.Validation), ("PrivateTest", SplitName.Test)];

    public static FaceDatasets Read(string path, DataOptions options, IProgress<DataProgress>? progress, CancellationToken cancellation) =>
        new Fer2013Reader(path, options).Read(progress, cancellation);

    private FaceDatasets Read(IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        bool compressed = _path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        using Stream text = compressed ? GzipText.Open(file) : file;
        var lines = new LineReader(text);
        string stage = $"reading {Path.GetFileName(_path)}";
        int rows = 0;
        bool complete = !compressed;
        try
        {
            ReadHeader(lines);
            while (lines.TryRead(out var line))
            {
                if (compressed && line.SequenceEqual(GzipText.LastLine))
                {
                    complete = true;
                    break;
                }
                if (line.Trim((byte)' ').IsEmpty)
                    continue;
                if (rows % 256 == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                    progress?.Report(new(stage, file.Position, file.Length));
                }
                ReadRow(line, rows, lines.Line);
                rows++;
            }
            if (!complete)
                throw new InvalidDataException("the compressed data ends too early.");
        }
        catch (InvalidDataException error)
        {
            throw new MienException($"{_path} is damaged after line {lines.Line}: {error.Message} Get the file again.", error);
        }
        if (_votes is not null && _votes.Count != rows)
            throw new MienException($"{_votes.Path} has {_votes.Count} rows of votes, {_path} has {rows}. Row i of one belongs to row i of the other: use the complete files.");
        if (rows == 0)
            throw new MienException($"{_path} has no rows.");
        progress?.Report(new(stage, file.Length, file.Length));
        return new(_path, DataKind.Fer2013, _labels,
            [.. _splits.Where(split => split.Count > 0).Select(split => split.Build(_labels, _options))],
            _faults.ToList(),
            [.. _drops.Select(drop => new DataDrop(drop.Key.Split, drop.Key.Reason, drop.Value))
                .OrderBy(drop => SplitName.Rank(drop.Split)).ThenBy(drop => drop.Reason, StringComparer.Ordinal)]);
    }

    private void ReadHeader(LineReader lines)
    {
        lines.TryRead(out var line);
        string text = Encoding.UTF8.GetString(line[..Math.Min(line.Length, 200)]).TrimStart('\uFEFF');
        string[] names = text.Split(',', StringSplitOptions.TrimEntries);
        _emotionColumn = Column("emotion");
        _pixelsColumn = Column("pixels");
        _usageColumn = Column("Usage");

        int Column(string name)
        {
            int index = Array.FindIndex(names, field => field.Equals(name, StringComparison.OrdinalIgnoreCase));
            return index >= 0
                ? index
                : throw new MienException($"{_path}:1: column '{name}' is missing. The first line of FER-2013's CSV is 'emotion,pixels,Usage'; this one is '{Shorten(text)}'.");
        }
    }

    private void ReadRow(ReadOnlySpan<byte> line, int row, int number)
    {
        if (!TryField(line, _emotionColumn, out var emotion) || !TryField(line, _pixelsColumn, out var pixels) || !TryField(line, _usageColumn, out var usage))
        {
            Fault("has too few columns");
            return;
        }
        int split = 0;
        while (split < Usages.Count && !Ascii.EqualsIgnoreCase(usage, Usages[split].Usage))
            split++;
        if (split == Usages.Count)
        {
            Fault($"Usage '{Shorten(usage)}' is none of {string.Join(", ", Usages.Select(known => known.Usage))}");
            return;
        }
        _votes?.CheckRow(row, Usages[split].Usage, _path);
        if (emotion is not [>= (byte)'0' and <= (byte)'6'])
        {
            Fault($"emotion '{Shorten(emotion)}' is not 0 to 6");
            return;
        }
        if (ParsePixels(pixels) is { } fault)
        {
            Fault(fault);
            return;
        }
        int target = emotion[0] - '0';
        ReadOnlySpan<float> distribution = [];
        if (_votes is not null)
        {
            bool beside = _options.Labels == LabelSet.OriginalAndFerPlus;
            string? reason = _votes.Label(row, beside ? LabelSet.FerPlusDistribution : _options.Labels, _probabilities, out bool malformed);
            if (malformed)
                return;
            if (beside && reason is not null)
            {
                _probabilities.AsSpan().Clear();
            }
            else if (reason is not null)
            {
                var key = (Usages[split].Split, reason);
                _drops[key] = _drops.GetValueOrDefault(key) + 1;
                return;
            }
            if (!beside)
                target = _probabilities.IndexOf(_probabilities.Max());
            if (_options.Labels != LabelSet.FerPlusMajority)
                distribution = _probabilities;
        }
        _splits[split].Add(_pixels, target, distribution, $"{_path}:{number}", row);

        void Fault(string message) => _faults.Add(_path, number, message);
    }

    /// <summary>Fills <see cref="_pixels"/>; returns what is wrong with the text, or null.</summary>
    private string? ParsePixels(ReadOnlySpan<byte> text)
    {
        int count = 0, p = 0;
        while (p < text.Length)
        {
            int value = text[p] - '0';
            if ((uint)value > 9)
            {
                if (text[p] != ' ')
                    return Wrong(text);
                p++;
                continue;
            }
            for (p++; p < text.Length; p++)
            {
                int digit = text[p] - '0';
                if ((uint)digit > 9)
                    break;
                value = (value * 10) + digit;
                if (value > 255)
                    return Wrong(text);
            }
            if (p < text.Length && text[p] != ' ')
                return Wrong(text);
            if (count < _pixels.Length)
                _pixels[count] = (byte)value;
            count++;
        }
        return count == _pixels.Length ? null : $"has {count} pixels, not {_pixels.Length}";

        string Wrong(ReadOnlySpan<byte> text)
        {
            int start = text[..p].LastIndexOf((byte)' ') + 1;
            int length = text[start..].IndexOf((byte)' ');
            return $"pixel {count + 1} '{Shorten(length < 0 ? text[start..] : text.Slice(start, length))}' is not 0 to 255";
        }
    }

    private static bool TryField(ReadOnlySpan<byte> line, int column, out ReadOnlySpan<byte> field)
    {
        field = line;
        for (; column > 0; column--)
        {
            int comma = field.IndexOf((byte)',');
            if (comma < 0)
                return false;
            field = field[(comma + 1)..];
        }
        int end = field.IndexOf((byte)',');
        field = (end < 0 ? field : field[..end]).Trim(" \""u8);
        return true;
    }

    private static string Shorten(ReadOnlySpan<byte> text) => Shorten(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 100)]));

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "...";
}
