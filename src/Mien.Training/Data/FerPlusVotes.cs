using System.Globalization;

namespace Mien.Training;

/// <summary>The votes of FER+'s ten annotators and what they say about an image.</summary>
/// <remarks>
/// Row i belongs to row i of FER-2013's CSV; the number in the image name does not count rows. The rules are those of the
/// authors' own reader (Barsoum, Zhang, Canton Ferrer and Zhang, "Training deep networks for facial expression recognition
/// with crowd-sourced label distribution", ICMI 2016, arXiv 1608.01041; <c>ferplus.py</c> and
/// <c>generate_training_data.py</c> in github.com/microsoft/FERPlus), the order of emotions that of <see cref="Emotion.All"/>:
/// <list type="number">
/// <item>A row without an image name shows no face and is left out.</item>
/// <item>A single vote for a class is an outlier and is removed.</item>
/// <item>Majority: the class with more than half of the votes left; left out if there is none, or if it is "unknown" or "no face".</item>
/// <item>Distribution: classes are taken from the most voted down, equals together, until they hold three quarters of the
/// votes or are three. "Unknown" or "no face" ends that: it stays only if nothing stands before it or beside it. Left out if what was
/// taken holds no more than half of the votes, or more than three classes, or if "unknown" or "no face" leads. The
/// votes taken are divided by their sum.</item>
/// </list>
/// </remarks>
internal sealed class FerPlusVotes
{
    public const string NoFace = "FER+: shows no face";
    public const string Unknown = "FER+: most annotators did not know";
    public const string NoMajority = "FER+: the annotators disagree";

    private const int Columns = 10;
    private const int UnknownColumn = 8;

    private static readonly string[] Header = [.. Emotion.All, "unknown", "NF"];

    private readonly string _path;
    private readonly List<Row> _rows;

    private FerPlusVotes(string path, List<Row> rows) => (_path, _rows) = (path, rows);

    /// <summary>A row's votes; <see cref="Votes"/> is null where the row is malformed, which is already reported.</summary>
    private readonly record struct Row(string Usage, bool HasImage, byte[]? Votes);

    public string Path => _path;

    /// <summary>Where the votes are expected: beside the CSV of FER-2013, which may be given as the folder it lies in.</summary>
    public static string Beside(string data) =>
        System.IO.Path.Combine(Directory.Exists(data) ? data : System.IO.Path.GetDirectoryName(data) ?? "", "fer2013new.csv");

    public int Count => _rows.Count;

    /// <summary>Reads the votes; malformed rows are reported and keep their place.</summary>
    public static FerPlusVotes Read(string path, FaultLog faults)
    {
        if (!File.Exists(path))
            throw new MienException($"{path}: the FER+ votes are missing. Put fer2013new.csv from github.com/microsoft/FERPlus there, or name another path.");
        using var lines = File.ReadLines(path).GetEnumerator();
        string[] header = lines.MoveNext() ? lines.Current.TrimStart('\uFEFF').Split(',', StringSplitOptions.TrimEntries) : [];
        int usage = Column("Usage"), image = Column("Image name");
        int[] votes = [.. Header.Select(Column)];

        var rows = new List<Row>(36_000);
        for (int line = 2; lines.MoveNext(); line++)
        {
            if (lines.Current.AsSpan().Trim().IsEmpty)
                continue;
            string[] fields = lines.Current.Split(',', StringSplitOptions.TrimEntries);
            var row = new Row(fields.ElementAtOrDefault(usage) ?? "", fields.ElementAtOrDefault(image) is { Length: > 0 }, new byte[Columns]);
            for (int i = 0; i < Columns; i++)
            {
                string field = fields.ElementAtOrDefault(votes[i]) ?? "";
                if (byte.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out row.Votes![i]))
                    continue;
                faults.Add(path, line, $"'{field}' in column {Header[i]} is no number of votes");
                row = row with { Votes = null };
                break;
            }
            rows.Add(row);
        }
        return new(path, rows);

        int Column(string name)
        {
            int index = Array.FindIndex(header, field => field.Equals(name, StringComparison.OrdinalIgnoreCase));
            return index >= 0 ? index : throw new MienException($"{path}:1: column '{name}' is missing; expected Usage, Image name, {string.Join(", ", Header)}.");
        }
    }

    /// <summary>Fails if the votes do not belong to the data: a row of each at the same place must name the same split.</summary>
    public void CheckRow(int row, string usage, string csv)
    {
        if (row >= _rows.Count)
            throw new MienException($"{_path} has {_rows.Count} rows of votes, {csv} has more. Row i of one belongs to row i of the other: use the complete files.");
        if (!_rows[row].Usage.Equals(usage, StringComparison.OrdinalIgnoreCase))
            throw new MienException($"{_path} does not belong to {csv}: row {row + 1} is '{_rows[row].Usage}' in the one and '{usage}' in the other.");
    }

    /// <summary>What the votes say about a row.</summary>
    /// <param name="row">The row, from 0.</param>
    /// <param name="labels">Majority or distribution.</param>
    /// <param name="probabilities">Is filled with a probability for each of the eight emotions, where the row is kept.</param>
    /// <param name="malformed">Whether the row is malformed, which is already reported.</param>
    /// <returns>Why the row is left out, or null.</returns>
    public string? Label(int row, LabelSet labels, Span<float> probabilities, out bool malformed)
    {
        var (_, hasImage, votes) = _rows[row];
        malformed = votes is null;
        if (votes is null)
            return null;
        return hasImage ? Label(votes, labels, probabilities) : NoFace;
    }

    /// <summary>How many annotators chose an emotion, if no other class has as many votes; else 0.</summary>
    public int Agreement(int row, string emotion)
    {
        if (row >= _rows.Count || _rows[row].Votes is not { } votes)
            return 0;
        int column = Array.IndexOf(Header, emotion);
        for (int i = 0; i < Columns; i++)
        {
            if (i != column && votes[i] >= votes[column])
                return 0;
        }
        return votes[column];
    }

    /// <inheritdoc cref="Label(int, LabelSet, Span{float}, out bool)"/>
    internal static string? Label(ReadOnlySpan<byte> votes, LabelSet labels, Span<float> probabilities)
    {
        Span<int> left = stackalloc int[Columns];
        int total = 0;
        for (int i = 0; i < Columns; i++)
        {
            left[i] = votes[i] > 1 ? votes[i] : 0;
            total += left[i];
        }
        Span<int> taken = stackalloc int[Columns];
        taken.Clear();
        bool clear = labels == LabelSet.FerPlusMajority ? TakeMajority(left, total, taken) : TakeLeading(left, total, taken);
        if (!clear)
            return NoMajority;
        int top = IndexOfMost(taken);
        if (top >= UnknownColumn)
            return top == UnknownColumn ? Unknown : NoFace;
        var emotions = taken[..UnknownColumn];
        int sum = 0;
        foreach (int count in emotions)
            sum += count;
        for (int i = 0; i < UnknownColumn; i++)
            probabilities[i] = (float)emotions[i] / sum;
        return null;
    }

    private static bool TakeMajority(ReadOnlySpan<int> votes, int total, Span<int> taken)
    {
        int top = IndexOfMost(votes);
        taken[top] = votes[top];
        return 2 * votes[top] > total;
    }

    private static bool TakeLeading(Span<int> votes, int total, Span<int> taken)
    {
        int seen = 0, kept = 0, classes = 0;
        bool ended = false;
        while (4 * seen < 3 * total && classes < 3 && !ended)
        {
            int most = votes[IndexOfMost(votes)];
            for (int i = 0; i < Columns && !ended; i++)
            {
                if (votes[i] != most)
                    continue;
                votes[i] = 0;
                seen += most;
                ended = i >= UnknownColumn;
                if (ended && kept > 0)
                    break;
                taken[i] = most;
                kept += most;
                classes++;
            }
        }
        return 2 * kept > total && classes <= 3;
    }

    private static int IndexOfMost(ReadOnlySpan<int> values)
    {
        int top = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] > values[top])
                top = i;
        }
        return top;
    }
}
