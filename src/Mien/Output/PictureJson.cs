using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mien.Output;

/// <summary>How pictures and their faces are written as JSON: source generated, and with file names in any letters.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PictureAnalysis))]
[JsonSerializable(typeof(PictureExplanation))]
internal sealed partial class PictureJson : JsonSerializerContext
{
    /// <summary>Version of the format; raised when a field changes its meaning or goes away.</summary>
    public const int SchemaVersion = 1;

    /// <summary>For output that is no HTML: file names may hold any letter.</summary>
    public static PictureJson Plain => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Pixels, to the hundredth.</summary>
    public static decimal Pixels(float value) => Math.Round((decimal)value, 2);

    /// <summary>A point or a box in pixels, to the hundredth.</summary>
    public static decimal[] Pixels(params ReadOnlySpan<float> values)
    {
        var rounded = new decimal[values.Length];
        for (int i = 0; i < rounded.Length; i++)
            rounded[i] = Pixels(values[i]);
        return rounded;
    }

    /// <summary>A probability or an angle, to five digits.</summary>
    public static decimal Round(float value) => Math.Round((decimal)value, 5);
}
