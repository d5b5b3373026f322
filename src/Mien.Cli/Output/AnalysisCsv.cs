using System.Globalization;

namespace Mien.Cli.Output;

/// <summary>For spreadsheets: a row a face, and a row without a face number for a picture without faces (RFC 4180).</summary>
internal sealed class AnalysisCsv : IAnalysisWriter
{
    private readonly TextWriter _writer;
    private readonly IReadOnlyList<string> _labels;

    public AnalysisCsv(TextWriter writer, IReadOnlyList<string> labels)
    {
        (_writer, _labels) = (writer, labels);
        WriteRow([.. Header, .. labels]);
    }

    private static IEnumerable<string> Header => ["source", "face", "x", "y", "width", "height", "detection", "label", "confidence"];

    public void Write(string source, Image image, IReadOnlyList<FaceReading> faces)
    {
        if (faces.Count == 0)
            WriteRow([source, .. Enumerable.Repeat("", Header.Count() - 1 + _labels.Count)]);
        for (int i = 0; i < faces.Count; i++)
        {
            var face = faces[i];
            WriteRow([
                source, $"{i + 1}", Number(face.Box.X), Number(face.Box.Y), Number(face.Box.Width), Number(face.Box.Height),
                Number(face.Detection), face.Scores.Top, Number(face.Scores.Confidence),
                .. _labels.Select(label => Number(face.Scores[label]))]);
        }
        _writer.Flush();
    }

    private static string Number(float value) => Math.Round(value, 4).ToString(CultureInfo.InvariantCulture);

    private void WriteRow(IEnumerable<string> cells) => _writer.Write(string.Join(',', cells.Select(Quote)) + "\r\n");

    private static string Quote(string cell) =>
        cell.AsSpan().ContainsAny(",\"\r\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
