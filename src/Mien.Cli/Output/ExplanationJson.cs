using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mien.Cli.Output;

/// <summary>Explanations for programs: JSON lines, one object a picture; the schema is documented in docs/explain-output.md.</summary>
internal sealed class ExplanationJson(Stream stream)
{
    private const int SchemaVersion = 1;

    // File names may hold any letter; the output is no HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Write(string source, Image image, IReadOnlyList<FaceExplanation> faces)
    {
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", SchemaVersion);
            json.WriteString("source", source);
            json.WriteNumber("width", image.Width);
            json.WriteNumber("height", image.Height);
            json.WriteStartArray("faces");
            foreach (var face in faces)
                WriteFace(json, face);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        stream.Flush();
    }

    private static void WriteFace(Utf8JsonWriter json, FaceExplanation explanation)
    {
        (var face, var region, var map) = explanation;
        json.WriteStartObject();
        json.WriteStartArray("box");
        foreach (float value in (ReadOnlySpan<float>)[face.Box.X, face.Box.Y, face.Box.Width, face.Box.Height])
            json.WriteNumberValue(Math.Round((decimal)value, 2));
        json.WriteEndArray();
        json.WriteStartObject("region");
        json.WriteNumber("centerX", Math.Round((decimal)region.CenterX, 2));
        json.WriteNumber("centerY", Math.Round((decimal)region.CenterY, 2));
        json.WriteNumber("side", Math.Round((decimal)region.Side, 2));
        json.WriteNumber("angle", Round(region.Angle));
        json.WriteEndObject();
        json.WriteString("label", map.Label);
        json.WriteNumber("probability", Round(map.Probability));
        json.WriteNumber("lowest", Round(map.Lowest));
        json.WriteStartArray("map");
        for (int row = 0; row < map.Cells; row++)
        {
            json.WriteStartArray();
            for (int column = 0; column < map.Cells; column++)
                json.WriteNumberValue(Round(map[column, row]));
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static decimal Round(float value) => Math.Round((decimal)value, 5);
}
