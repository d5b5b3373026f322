using System.Text.Json;

namespace Mien.Cli.Output;

/// <summary>For programs: JSON lines, one object a picture; the schema is documented in docs/analyze-output.md.</summary>
internal sealed class AnalysisJson(Stream stream) : IAnalysisWriter
{
    public void Write(string source, Image image, IReadOnlyList<FaceReading> faces) => PictureJson.Write(stream, source, image, faces, WriteFace);

    /// <summary>The fields of a face.</summary>
    public static void WriteFields(Utf8JsonWriter json, FaceReading face)
    {
        PictureJson.WritePixels(json, "box", face.Box.X, face.Box.Y, face.Box.Width, face.Box.Height);
        json.WriteNumber("detection", PictureJson.Round(face.Detection));
        if (face.Landmarks is { } landmarks)
        {
            json.WriteStartObject("landmarks");
            PictureJson.WritePixels(json, "leftEye", landmarks.LeftEye.X, landmarks.LeftEye.Y);
            PictureJson.WritePixels(json, "rightEye", landmarks.RightEye.X, landmarks.RightEye.Y);
            PictureJson.WritePixels(json, "nose", landmarks.Nose.X, landmarks.Nose.Y);
            PictureJson.WritePixels(json, "leftMouth", landmarks.LeftMouth.X, landmarks.LeftMouth.Y);
            PictureJson.WritePixels(json, "rightMouth", landmarks.RightMouth.X, landmarks.RightMouth.Y);
            json.WriteEndObject();
        }
        json.WriteString("label", face.Scores.Top);
        json.WriteNumber("confidence", PictureJson.Round(face.Scores.Confidence));
        WriteScores(json, "scores", face.Scores);
    }

    /// <summary>An object with the probability of each label.</summary>
    public static void WriteScores(Utf8JsonWriter json, string name, EmotionScores scores)
    {
        json.WriteStartObject(name);
        foreach (string label in scores.Labels)
            json.WriteNumber(label, PictureJson.Round(scores[label]));
        json.WriteEndObject();
    }

    private static void WriteFace(Utf8JsonWriter json, FaceReading face)
    {
        json.WriteStartObject();
        WriteFields(json, face);
        json.WriteEndObject();
    }
}
