using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mien.Output;

/// <summary>How pictures and their faces are written as JSON: source generated, and with file names in any letters.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PictureAnalysis))]
[JsonSerializable(typeof(PictureExplanation))]
[JsonSerializable(typeof(FrameAnalysis))]
[JsonSerializable(typeof(TimelineEvent))]
[JsonSerializable(typeof(RecordingSummary))]
internal sealed partial class PictureJson : JsonSerializerContext
{
    /// <summary>Version of the format; raised when a field changes its meaning or goes away.</summary>
    public const int SchemaVersion = 1;

    /// <summary>For output that is no HTML: file names may hold any letter.</summary>
    public static PictureJson Plain => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Pixels, to the hundredth.</summary>
    public static decimal Pixels(float value) => Math.Round((decimal)value, 2);

    /// <summary>A point in pixels, to the hundredth.</summary>
    public static decimal[] Pixels(float x, float y) => [Pixels(x), Pixels(y)];

    /// <summary>A box in pixels, to the hundredth: [x, y, width, height].</summary>
    public static decimal[] Pixels(Box box) => [Pixels(box.X), Pixels(box.Y), Pixels(box.Width), Pixels(box.Height)];

    /// <summary>A probability or an angle, to five digits.</summary>
    public static decimal Round(float value) => Math.Round((decimal)value, 5);

    /// <summary>A time from the start of a source, in seconds to the microsecond.</summary>
    public static decimal Seconds(TimeSpan time) => Math.Round((decimal)time.TotalSeconds, 6);

    /// <summary>The probability of each label.</summary>
    public static IReadOnlyDictionary<string, decimal> Scores(EmotionScores scores) => scores.Labels.ToDictionary(label => label, label => Round(scores[label]));
}
