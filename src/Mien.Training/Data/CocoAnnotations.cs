using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Mien.Training;

/// <summary>Reads faces marked in photos from the JSON of COCO's detection task, https://cocodataset.org/#format-data.</summary>
public static class CocoAnnotations
{
    /// <summary>Reads the photos and the faces marked in them.</summary>
    /// <param name="path">The JSON file. The photos lie in the folder <c>images</c> beside it or, if there is none, beside it.</param>
    /// <param name="faults">Is given what was left out, and why: malformed entries, boxes without size, photos that are not there.</param>
    /// <returns>The photos in the file's order, those without faces included.</returns>
    /// <exception cref="MienException">The file cannot be read, or is not such JSON.</exception>
    public static IReadOnlyList<AnnotatedPhoto> Read(string path, ICollection<DataFault>? faults = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        CocoFile file = Parse(path);
        void Fault(string message) => faults?.Add(new(path, null, message));

        var categories = new Dictionary<long, string>();
        foreach (CocoCategory category in Entries(file.Categories!, CocoJson.Default.CocoCategory, "categories", Fault))
        {
            if (!categories.TryAdd(category.Id, category.Name))
                Fault($"category {category.Id} is there twice; \"{category.Name}\" is left out");
        }
        string beside = Path.GetDirectoryName(Path.GetFullPath(path))!, images = Path.Combine(beside, "images");
        string folder = Directory.Exists(images) ? images : beside;
        var photos = new List<(long Id, AnnotatedPhoto Photo)>();
        var faces = new Dictionary<long, List<AnnotatedFace>>();
        var absent = new HashSet<long>();
        foreach (CocoImage image in Entries(file.Images!, CocoJson.Default.CocoImage, "images", Fault))
        {
            string photo = Path.Combine(folder, image.FileName);
            string? fault = faces.ContainsKey(image.Id) || absent.Contains(image.Id) ? "its id is there twice"
                : image.Width <= 0 || image.Height <= 0 ? $"its size is {image.Width}x{image.Height}"
                : !File.Exists(photo) ? $"there is no file {photo}"
                : null;
            if (fault is not null)
            {
                Fault($"image {image.Id} ({image.FileName}) is left out: {fault}");
                absent.Add(image.Id);
                continue;
            }
            photos.Add((image.Id, new(photo, image.Width, image.Height, faces[image.Id] = [])));
        }
        foreach (CocoAnnotation annotation in Entries(file.Annotations!, CocoJson.Default.CocoAnnotation, "annotations", Fault))
        {
            if (absent.Contains(annotation.ImageId) && !faces.ContainsKey(annotation.ImageId))
                continue;
            string? fault = !faces.ContainsKey(annotation.ImageId) ? $"there is no image {annotation.ImageId}"
                : !categories.ContainsKey(annotation.CategoryId) ? $"there is no category {annotation.CategoryId}"
                : annotation.IsCrowd != 0 ? "it marks a crowd, not a face"
                : annotation.Box is not [_, _, > 0, > 0] box || !float.IsFinite(box[0] + box[1] + box[2] + box[3]) ? "its bbox is no box: x, y, and a width and height above 0"
                : null;
            if (fault is not null)
                Fault($"annotation {annotation.Id} is left out: {fault}");
            else
                faces[annotation.ImageId].Add(new(new(annotation.Box[0], annotation.Box[1], annotation.Box[2], annotation.Box[3]), categories[annotation.CategoryId]));
        }
        return [.. photos.Select(photo => photo.Photo)];
    }

    private static CocoFile Parse(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            if (JsonSerializer.Deserialize(stream, CocoJson.Default.CocoFile) is { Images: not null, Annotations: not null, Categories: not null } file)
                return file;
            throw new MienException($"{path} holds no COCO annotations: it needs the lists images, annotations and categories.");
        }
        catch (JsonException error)
        {
            throw new MienException($"{path} holds no COCO annotations: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MienException($"{path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>The entries of a list one by one, so that a malformed one costs no other.</summary>
    private static List<T> Entries<T>(IReadOnlyList<JsonElement> list, JsonTypeInfo<T> type, string name, Action<string> fault)
    {
        var entries = new List<T>(list.Count);
        for (int i = 0; i < list.Count; i++)
        {
            try
            {
                entries.Add(list[i].Deserialize(type) ?? throw new JsonException("It is null."));
            }
            catch (JsonException error)
            {
                fault($"{name}[{i}] is left out: {error.Message}");
            }
        }
        return entries;
    }
}

internal sealed record CocoFile(IReadOnlyList<JsonElement>? Images, IReadOnlyList<JsonElement>? Annotations, IReadOnlyList<JsonElement>? Categories);

internal sealed record CocoImage(long Id, string FileName, int Width, int Height);

internal sealed record CocoCategory(long Id, string Name);

internal sealed record CocoAnnotation(long ImageId, long CategoryId, [property: JsonPropertyName("bbox")] float[] Box, long Id = 0, [property: JsonPropertyName("iscrowd")] int IsCrowd = 0);

/// <summary>Serialisation without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CocoFile))]
[JsonSerializable(typeof(CocoImage))]
[JsonSerializable(typeof(CocoCategory))]
[JsonSerializable(typeof(CocoAnnotation))]
internal sealed partial class CocoJson : JsonSerializerContext;
