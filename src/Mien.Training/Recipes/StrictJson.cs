using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Mien.Training;

/// <summary>Reads JSON so that a mistake is reported with the property at fault and what is allowed there.</summary>
internal static class StrictJson
{
    /// <summary>Reads a value; unknown properties and unknown names are errors.</summary>
    public static T Parse<T>(string json, string source, JsonTypeInfo<T> type)
    {
        try
        {
            using (var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = type.Options.ReadCommentHandling, AllowDuplicateProperties = type.Options.AllowDuplicateProperties }))
                Check(document.RootElement, type, source, "");
            return JsonSerializer.Deserialize(json, type) ?? throw new MienException($"{source}: is empty.");
        }
        catch (JsonException error)
        {
            throw new MienException($"{source}: {Explain(error)}", error);
        }
    }

    /// <summary>Walks a value along its type, because the serialiser's own messages do not say what is allowed.</summary>
    private static void Check(JsonElement value, JsonTypeInfo type, string source, string path)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return;
        if (type.Type.IsEnum)
        {
            string[] allowed = [.. Enum.GetValuesAsUnderlyingType(type.Type).Cast<object>()
                .Select(member => JsonSerializer.SerializeToElement(Enum.ToObject(type.Type, member), type).GetString()!)];
            if (value.ValueKind != JsonValueKind.String || !allowed.Contains(value.GetString()))
                throw new MienException($"{source}: {path} is {value.GetRawText()}; allowed: {string.Join(", ", allowed)}.");
            return;
        }
        if (type.Kind != JsonTypeInfoKind.Object)
            return;
        if (value.ValueKind != JsonValueKind.Object)
            throw new MienException($"{source}: {(path.Length == 0 ? "the file" : path)} must be an object, is {value.GetRawText()}.");

        string? discriminator = null;
        if (type.PolymorphismOptions is { } options)
        {
            discriminator = options.TypeDiscriminatorPropertyName;
            string allowed = string.Join(", ", options.DerivedTypes.Select(derived => derived.TypeDiscriminator));
            if (!value.TryGetProperty(discriminator, out JsonElement name))
                throw new MienException($"{source}: {path}.{discriminator} is missing; allowed: {allowed}.");
            Type? chosen = options.DerivedTypes.FirstOrDefault(derived => derived.TypeDiscriminator is string text && name.ValueKind == JsonValueKind.String && name.GetString() == text).DerivedType;
            type = chosen is null
                ? throw new MienException($"{source}: {path}.{discriminator} is {name.GetRawText()}; allowed: {allowed}.")
                : type.Options.GetTypeInfo(chosen);
        }
        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (property.Name == discriminator)
                continue;
            string inner = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            JsonPropertyInfo? known = type.Properties.FirstOrDefault(candidate => candidate.Name == property.Name);
            if (known is null && type.Properties.Any(candidate => candidate.IsExtensionData))
                continue;
            if (known is null)
            {
                IEnumerable<string> allowed = type.Properties.Select(candidate => candidate.Name);
                throw new MienException($"{source}: unknown property {inner}; allowed: {string.Join(", ", discriminator is null ? allowed : allowed.Prepend(discriminator))}.");
            }
            Check(property.Value, type.Options.GetTypeInfo(Nullable.GetUnderlyingType(known.PropertyType) ?? known.PropertyType), source, inner);
        }
        foreach (JsonPropertyInfo property in type.Properties)
        {
            if (property.IsRequired && !value.TryGetProperty(property.Name, out _))
                throw new MienException($"{source}: {(path.Length == 0 ? property.Name : $"{path}.{property.Name}")} is missing.");
        }
    }

    private static string Explain(JsonException error)
    {
        string place = error.LineNumber is { } line ? $"line {(line + 1).ToString(CultureInfo.InvariantCulture)}: " : "";
        string property = error.Path is { Length: > 2 } path ? $"{path[2..]}: " : "";
        string message = error.Message;
        int details = message.IndexOf(" Path: ", StringComparison.Ordinal);
        if (details < 0)
            details = message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        return $"{place}{property}{(details < 0 ? message : message[..details])}";
    }
}

/// <summary>Checks of values that a type does not rule out.</summary>
internal readonly struct RangeCheck(string source)
{
    public void That(bool holds, string property, string fault)
    {
        if (!holds)
            throw new MienException($"{source}: {property} {fault}.");
    }

    public void Between(string property, double value, double least, double most) =>
        That(value >= least && value <= most, property, $"must be {Text(least)} to {Text(most)}, is {Text(value)}");

    public void Name(string property, string value) =>
        That(!string.IsNullOrWhiteSpace(value), property, "must not be empty");

    public static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
