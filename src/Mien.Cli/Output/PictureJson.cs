using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mien.Cli.Output;

/// <summary>The JSON lines about pictures, one object a picture with its faces in it; how a face is written differs.</summary>
internal static class PictureJson
{
    private const int SchemaVersion = 1;

    // File names may hold any letter; the output is no HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write<T>(Stream stream, string source, Image image, IReadOnlyList<T> faces, Action<Utf8JsonWriter, T> writeFace) =>
        WriteLine(stream, source, json => WritePicture(json, image, faces, writeFace));

    /// <summary>Writes an object on a line of its own, in one piece.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="source">What the line is about.</param>
    /// <param name="write">Writes what follows.</param>
    public static void WriteLine(Stream stream, string source, Action<Utf8JsonWriter> write)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", SchemaVersion);
            json.WriteString("source", source);
            write(json);
            json.WriteEndObject();
        }
        line.Write("\n"u8);
        stream.Write(line.WrittenSpan);
        stream.Flush();
    }

    /// <summary>The fields of a picture: its size and its faces.</summary>
    public static void WritePicture<T>(Utf8JsonWriter json, Image image, IReadOnlyList<T> faces, Action<Utf8JsonWriter, T> writeFace)
    {
        json.WriteNumber("width", image.Width);
        json.WriteNumber("height", image.Height);
        json.WriteStartArray("faces");
        foreach (var face in faces)
            writeFace(json, face);
        json.WriteEndArray();
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
