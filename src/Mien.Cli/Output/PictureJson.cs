using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mien.Cli.Output;

/// <summary>The JSON lines about pictures, one object a picture with its faces in it; how a face is written differs.</summary>
internal static class PictureJson
{
    private const int SchemaVersion = 1;

    // File names may hold any letter; the output is no HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write<T>(Stream stream, string source, Image image, IReadOnlyList<T> faces, Action<Utf8JsonWriter, T> writeFace)
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
                writeFace(json, face);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        stream.Flush();
    }

    /// <summary>Pixels, to the hundredth.</summary>
    public static void WritePixels(Utf8JsonWriter json, string name, params ReadOnlySpan<float> values)
    {
        json.WriteStartArray(name);
        foreach (float value in values)
            json.WriteNumberValue(Math.Round((decimal)value, 2));
        json.WriteEndArray();
    }

    /// <summary>A probability or an angle, to five digits.</summary>
    public static decimal Round(float value) => Math.Round((decimal)value, 5);
}
