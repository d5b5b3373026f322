using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mien.Cli.Output;

/// <summary>For programs: JSON lines, one object a picture; the schema is documented in docs/analyze-output.md.</summary>
internal sealed class AnalysisJson(Stream stream) : IAnalysisWriter
{
    private const int SchemaVersion = 1;

    // File names may hold any letter; the output is no HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Write(string source, Image image, IReadOnlyList<FaceReading> faces)
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

    private static void WriteFace(Utf8JsonWriter json, FaceReading face)
    {
        json.WriteStartObject();
        WriteNumbers(json, "box", face.Box.X, face.Box.Y, face.Box.Width, face.Box.Height);
        json.WriteNumber("detection", Round(face.Detection));
        if (face.Landmarks is { } landmarks)
        {
            json.WriteStartObject("landmarks");
            WriteNumbers(json, "leftEye", landmarks.LeftEye.X, landmarks.LeftEye.Y);
            WriteNumbers(json, "rightEye", landmarks.RightEye.X, landmarks.RightEye.Y);
            WriteNumbers(json, "nose", landmarks.Nose.X, landmarks.Nose.Y);
            WriteNumbers(json, "leftMouth", landmarks.LeftMouth.X, landmarks.LeftMouth.Y);
            WriteNumbers(json, "rightMouth", landmarks.RightMouth.X, landmarks.RightMouth.Y);
            json.WriteEndObject();
        }
        json.WriteString("label", face.Scores.Top);
        json.WriteNumber("confidence", Round(face.Scores.Confidence));
        json.WriteStartObject("scores");
        foreach (string label in face.Scores.Labels)
            json.WriteNumber(label, Round(face.Scores[label]));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, params ReadOnlySpan<float> values)
    {
        json.WriteStartArray(name);
        foreach (float value in values)
            json.WriteNumberValue(Math.Round((decimal)value, 2));
        json.WriteEndArray();
    }

    private static decimal Round(float value) => Math.Round((decimal)value, 5);
}
