using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Mien.Server.Problems;

namespace Mien.Server.Uploads;

/// <summary>Pictures as fields of a multipart body, read into memory: the framework's own form reader would write large ones to disk.</summary>
internal static class MultipartUploads
{
    /// <summary>The name of each field.</summary>
    public const string Field = "file";

    // RFC 2046 allows no longer one.
    private const int LongestBoundary = 70;

    public static async Task<IReadOnlyList<PictureUpload>> ReadAsync(HttpRequest request, string? boundary, int most, CancellationToken cancellation)
    {
        if (boundary is null or { Length: 0 or > LongestBoundary })
            throw Problem.MalformedMultipart.Exception($"The content type must name the boundary between the parts, of 1 to {LongestBoundary} characters.");
        var pictures = new List<PictureUpload>();
        try
        {
            var reader = new MultipartReader(boundary, request.Body);
            while (await reader.ReadNextSectionAsync(cancellation) is { } section)
            {
                UploadReader.CheckCount(pictures.Count + 1, most);
                pictures.Add(await ReadAsync(section, pictures.Count, cancellation));
            }
        }
        catch (Exception error) when (error is InvalidDataException or (IOException and not BadHttpRequestException))
        {
            throw Problem.MalformedMultipart.Exception($"The multipart body breaks off or is not well formed: {error.Message}");
        }
        return pictures;
    }

    private static async Task<PictureUpload> ReadAsync(MultipartSection section, int index, CancellationToken cancellation)
    {
        var disposition = section.GetContentDispositionHeader();
        if (disposition?.Name.Value?.Trim('"') is not Field)
            throw Problem.MalformedMultipart.Exception($"Part {index + 1} is not called '{Field}', as each picture must be; other fields are not known.");
        string? name = disposition.FileNameStar.HasValue ? disposition.FileNameStar.Value : disposition.FileName.Value?.Trim('"');
        using var bytes = new MemoryStream();
        await section.Body.CopyToAsync(bytes, cancellation);
        return new(string.IsNullOrEmpty(name) ? PictureUpload.NameOf(index) : name, bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
    }
}
