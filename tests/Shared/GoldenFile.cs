using System.Globalization;

namespace Mien.Tests;

/// <summary>Values that a build once gave, as text: whatever computes them later must still give them.</summary>
/// <remarks>
/// A line is a name, a colon and values. Each run leaves what it found beside the test program; with the committed file it shows what moved
/// within the tolerances too.
/// </remarks>
internal static class GoldenFile
{
    private const int MostLines = 20, MostValues = 12;

    /// <summary>Fails unless the committed file has the lines that were found, their numbers within a tolerance.</summary>
    /// <param name="name">The file, in the folder <c>Golden</c> of the test project.</param>
    /// <param name="found">The lines; each name is there once.</param>
    /// <param name="tolerance">How much a number of a line may differ, by the line's name; null: not at all.</param>
    public static void Check(string name, IEnumerable<string> found, Func<string, double>? tolerance = null)
    {
        string folder = $"tests/{typeof(GoldenFile).Assembly.GetName().Name}/Golden", path = Path.Combine(SharedData.Checkout, folder, name);
        string[] lines = [.. found];
        string copy = Path.Combine(AppContext.BaseDirectory, name);
        File.WriteAllText(copy, string.Concat(lines.Select(line => line + "\n")));
        Dictionary<string, string[]> expected = Parse(File.Exists(path) ? File.ReadAllLines(path) : []), actual = Parse(lines);
        List<string> differences =
        [
            .. expected.Keys.Except(actual.Keys).Select(key => $"{key}: is gone"),
            .. actual.Keys.Except(expected.Keys).Select(key => $"{key}: is new"),
            .. expected.Where(line => actual.ContainsKey(line.Key))
                .Select(line => (line.Key, Text: Compare(line.Value, actual[line.Key], tolerance?.Invoke(line.Key) ?? 0)))
                .Where(difference => difference.Text.Length > 0).Select(difference => $"{difference.Key}: {difference.Text}"),
        ];
        if (differences.Count > 0)
        {
            Assert.Fail($"{differences.Count} lines of {folder}/{name} differ from what this build gives:\n{string.Join('\n', Some(differences, MostLines))}\n"
                + $"If that is meant, say what moved and why, and copy {copy} there.");
        }
    }

    /// <summary>A number, in as many digits as it takes to get the same number back.</summary>
    public static string Number(float value) => value.ToString("G9", CultureInfo.InvariantCulture);

    /// <summary>A number with so many digits after the point.</summary>
    public static string Number(double value, int digits) => Math.Round(value, digits).ToString(CultureInfo.InvariantCulture);

    private static Dictionary<string, string[]> Parse(IEnumerable<string> lines) => lines.Select(line => line.Split(": ", 2))
        .ToDictionary(parts => parts[0], parts => parts[1].Split(' '), StringComparer.Ordinal);

    /// <summary>What differs, with the place of each value from 0; empty if nothing does.</summary>
    private static string Compare(string[] expected, string[] found, double tolerance)
    {
        if (expected.Length != found.Length)
            return $"{found.Length} values instead of {expected.Length}";
        List<string> differences = [.. Enumerable.Range(0, found.Length).Where(i => !IsSame(expected[i], found[i], tolerance)).Select(i => $"[{i}] {found[i]} instead of {expected[i]}")];
        return string.Join(", ", Some(differences, MostValues));
    }

    private static bool IsSame(string expected, string found, double tolerance) => expected == found
        || (double.TryParse(expected, CultureInfo.InvariantCulture, out double one) && double.TryParse(found, CultureInfo.InvariantCulture, out double other) && Math.Abs(one - other) <= tolerance);

    private static List<string> Some(List<string> texts, int most) => texts.Count <= most ? texts : [.. texts[..most], $"and {texts.Count - most} more"];
}
