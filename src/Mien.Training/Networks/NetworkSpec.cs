using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Mien.Training;

/// <summary>Which network to build, as a recipe says it: <c>{ "name": "residual", "dropout": 0.3 }</c>.</summary>
public sealed record NetworkSpec
{
    /// <summary>A name that <see cref="NetworkCatalog"/> knows.</summary>
    public required string Name { get; init; }

    /// <summary>The network's own options; what is left out keeps its default.</summary>
    [JsonExtensionData]
    [SuppressMessage("Usage", "CA2227", Justification = "The JSON reader cannot fill extension data that is init-only.")]
    public IDictionary<string, JsonElement> Options { get; set; } = new Dictionary<string, JsonElement>();

    /// <summary>Reads a specification from JSON.</summary>
    /// <exception cref="MienException">The text is not such JSON.</exception>
    public static NetworkSpec Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, NetworkJson.Default.NetworkSpec) ?? throw new MienException("The network is null.");
        }
        catch (JsonException error)
        {
            throw new MienException($"The network is not valid: {error.Message}", error);
        }
    }

    /// <summary>This specification as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, NetworkJson.Default.NetworkSpec);

    /// <summary>The options as a network's own record.</summary>
    /// <exception cref="MienException">There is an option that the record does not have, or a value of the wrong kind.</exception>
    internal T Read<T>(JsonTypeInfo<T> type)
    {
        try
        {
            string json = JsonSerializer.Serialize(Options, NetworkJson.Default.IDictionaryStringJsonElement);
            return JsonSerializer.Deserialize(json, type)!;
        }
        catch (JsonException error)
        {
            string known = string.Join(", ", type.Properties.Select(property => property.Name));
            throw new MienException($"Network \"{Name}\": {error.Message} Its options are: {(known.Length == 0 ? "none" : known)}.", error);
        }
    }
}

/// <summary>Serialisation without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(NetworkSpec))]
[JsonSerializable(typeof(IDictionary<string, JsonElement>))]
[JsonSerializable(typeof(FaceDetectorOptions))]
[JsonSerializable(typeof(FourLayerOptions))]
[JsonSerializable(typeof(MobileNetOptions))]
[JsonSerializable(typeof(PlainOptions))]
[JsonSerializable(typeof(ResidualOptions))]
internal sealed partial class NetworkJson : JsonSerializerContext;
