using System.Globalization;

namespace Mien.Output;

/// <summary>Rows of CSV, as RFC 4180 has them.</summary>
internal sealed class CsvRows(TextWriter writer)
{
    /// <summary>A number of four digits after the point.</summary>
    public static string Number(float value) => Math.Round(value, 4).ToString(CultureInfo.InvariantCulture);

    public void Write(IEnumerable<string> cells) => writer.Write(string.Join(',', cells.Select(Quote)) + "\r\n");

    public void Flush() => writer.Flush();

    private static string Quote(string cell) =>
        cell.AsSpan().ContainsAny(",\"\r\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
