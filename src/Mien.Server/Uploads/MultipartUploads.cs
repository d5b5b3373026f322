using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Mien.Server.Problems;

namespace Mien.Server.Uploads;

/// <summary>Files as fields of a multipart body: the framework's own form reader would write large ones to disk where it likes.</summary>
internal static class MultipartUploads
{
    /// <summary>The name of each field.</summary>
    public const string Field = "file";

    // RFC 2046 allows no longer one.
    private const int LongestBoundary = 70;

    /// <summary>The pictures of a request.</summary>
    public static async Task<IReadOnlyList<PictureUpload>> ReadAsync(HttpRequest request, string? boundary, int most, CancellationToken cancellation)
    {
        var pictures = new List<PictureUpload>();
        await ReadAsync(request, boundary, async (name, body) =>
        {
            UploadReader.CheckCount(pictures.Count + 1, most);
            using var bytes = new MemoryStream();
            await body.CopyToAsync(bytes, cancellation);
            pictures.Add(new(name ?? PictureUpload.NameOf(pictures.Count), bytes.GetBuffer().AsMemory(0, (int)bytes.Length)));
        }, cancellation);
        return pictures;
    }

    /// <summary>The only file of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="boundary">What its parts begin with.</param>
    /// <param name="take">Takes the file as it comes.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What the request calls it; null if it has no name.</returns>
    public static async Task<string?> ReadOneAsync(HttpRequest request, string? boundary, Func<Stream, Task> take, CancellationToken cancellation)
    {
        var names = new List<string?>();
        await ReadAsync(request, boundary, async (name, body) =>
        {
            names.Add(name);
            if (names.Count > 1)
                throw Problem.MalformedMultipart.Exception($"There is to be one field called '{Field}', and there are more.");
            await take(body);
        }, cancellation);
        return names is [var only] ? only : throw Problem.MalformedMultipart.Exception($"There is no field called '{Field}'.");
    }

    private static async Task ReadAsync(HttpRequest request, string? boundary, Func<string?, Stream, Task> take, CancellationToken cancellation)
    {
        if (boundary is null or { Length: 0 or > LongestBoundary })
            throw Problem.MalformedMultipart.Exception($"The content type must name the boundary between the parts, of 1 to {LongestBoundary} characters.");
        try
        {
            var reader = new MultipartReader(boundary, request.Body);
            for (int part = 1; await reader.ReadNextSectionAsync(cancellation) is { } section; part++)
            {
                var disposition = section.GetContentDispositionHeader();
                if (disposition?.Name.Value?.Trim('"') is not Field)
                    throw Problem.MalformedMultipart.Exception($"Part {part} is not called '{Field}', as each file must be; other fields are not known.");
                string? name = disposition.FileNameStar.HasValue ? disposition.FileNameStar.Value : disposition.FileName.Value?.Trim('"');
                await take(string.IsNullOrEmpty(name) ? null : name, section.Body);
            }
        }
        catch (Exception error) when (error is InvalidDataException or (IOException and not BadHttpRequestException))
        {
            throw Problem.MalformedMultipart.Exception($"The multipart body breaks off or is not well formed: {error.Message}");
        }
    }
}
