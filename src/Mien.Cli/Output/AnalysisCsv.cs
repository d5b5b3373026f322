using Mien.Output;

namespace Mien.Cli.Output;

/// <summary>For spreadsheets: a row a face, and a row without a face number for a picture without faces (RFC 4180).</summary>
internal sealed class AnalysisCsv : IAnalysisWriter
{
    private readonly CsvRows _rows;
    private readonly IReadOnlyList<string> _labels;

    public AnalysisCsv(TextWriter writer, IReadOnlyList<string> labels)
    {
        (_rows, _labels) = (new(writer), labels);
        _rows.Write([.. Header, .. labels]);
    }

    private static IEnumerable<string> Header => ["source", "face", "x", "y", "width", "height", "detection", "label", "confidence"];

    public void Write(string source, Image image, IReadOnlyList<FaceReading> faces)
    {
        if (faces.Count == 0)
            _rows.Write([source, .. Enumerable.Repeat("", Header.Count() - 1 + _labels.Count)]);
        for (int i = 0; i < faces.Count; i++)
        {
            var face = faces[i];
            _rows.Write([
                source, $"{i + 1}", CsvRows.Number(face.Box.X), CsvRows.Number(face.Box.Y), CsvRows.Number(face.Box.Width), CsvRows.Number(face.Box.Height),
                CsvRows.Number(face.Detection), face.Scores.Top, CsvRows.Number(face.Scores.Confidence),
                .. _labels.Select(label => CsvRows.Number(face.Scores[label]))]);
        }
        _rows.Flush();
    }
}
