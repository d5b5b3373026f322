using Mien.Output;

namespace Mien.Cli.Output;

/// <summary>For programs: JSON lines, one object a picture; the schema is documented in docs/analyze-output.md.</summary>
internal sealed class AnalysisJson(Stream stream) : IAnalysisWriter
{
    private readonly JsonLines _lines = new(stream);

    public void Write(string source, Image image, IReadOnlyList<FaceReading> faces) =>
        _lines.Write(PictureAnalysis.Of(source, image, faces), PictureJson.Plain.PictureAnalysis);
}
