using System.Text.Json;

namespace Mien.Cli.Output;

/// <summary>Explanations for programs: JSON lines, one object a picture; the schema is documented in docs/explain-output.md.</summary>
internal sealed class ExplanationJson(Stream stream)
{
    public void Write(string source, Image image, IReadOnlyList<FaceExplanation> faces) => PictureJson.Write(stream, source, image, faces, WriteFace);

    private static void WriteFace(Utf8JsonWriter json, FaceExplanation explanation)
    {
        (var face, var region, var map) = explanation;
        json.WriteStartObject();
        PictureJson.WritePixels(json, "box", face.Box.X, face.Box.Y, face.Box.Width, face.Box.Height);
        json.WriteStartObject("region");
        json.WriteNumber("centerX", Math.Round((decimal)region.CenterX, 2));
        json.WriteNumber("centerY", Math.Round((decimal)region.CenterY, 2));
        json.WriteNumber("side", Math.Round((decimal)region.Side, 2));
        json.WriteNumber("angle", PictureJson.Round(region.Angle));
        json.WriteEndObject();
        json.WriteString("label", map.Label);
        json.WriteNumber("probability", PictureJson.Round(map.Probability));
        json.WriteNumber("lowest", PictureJson.Round(map.Lowest));
        json.WriteStartArray("map");
        for (int row = 0; row < map.Cells; row++)
        {
            json.WriteStartArray();
            for (int column = 0; column < map.Cells; column++)
                json.WriteNumberValue(PictureJson.Round(map[column, row]));
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
