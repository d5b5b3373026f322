using Mien.Output;

namespace Mien.Cli.Output;

/// <summary>Explanations for programs: JSON lines, one object a picture; the schema is documented in docs/explain-output.md.</summary>
internal sealed class ExplanationJson(Stream stream)
{
    private readonly JsonLines _lines = new(stream);

    public void Write(string source, Image image, IReadOnlyList<FaceExplanation> faces) =>
        _lines.Write(PictureExplanation.Of(source, image, faces), PictureJson.Plain.PictureExplanation);
}
