using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Mien.Server.Problems;

namespace Mien.Server.Uploads;

/// <summary>Reads the pictures of a request, in any of the three ways of sending them.</summary>
internal static class UploadReader
{
    public const string Multipart = "multipart/form-data";
    public const string Json = "application/json";
    public const string Bytes = "application/octet-stream";
    public const string AnyPicture = "image/*";

    private const int UsualBytes = 1 << 20;

    /// <summary>The pictures in the order of the request, at least one.</summary>
    /// <param name="request">The request.</param>
    /// <param name="most">The most pictures that it may bring.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ProblemException">The request is not as it must be, or too large.</exception>
    public static async Task<IReadOnlyList<PictureUpload>> ReadAsync(HttpRequest request, int most, CancellationToken cancellation)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
            throw Unsupported("The request names no content type.");
        var pictures = type.MediaType.Value switch
        {
            string multipart when Is(multipart, Multipart) => await MultipartUploads.ReadAsync(request, HeaderUtilities.RemoveQuotes(type.Boundary).Value, most, cancellation),
            string json when Is(json, Json) => await JsonUploads.ReadAsync(request, most, cancellation),
            string bytes when Is(bytes, Bytes) || bytes.StartsWith("image/", StringComparison.OrdinalIgnoreCase) => await ReadBytesAsync(request, cancellation),
            _ => throw Unsupported($"The request is sent as {type.MediaType}."),
        };
        return pictures.Count > 0 ? pictures : throw Problem.NoPicture.Exception("Send at least one picture.");

        static bool Is(string actual, string expected) => actual.Equals(expected, StringComparison.OrdinalIgnoreCase);
    }

    /// <exception cref="ProblemException">There are as many pictures as may be already.</exception>
    public static void CheckCount(int count, int most)
    {
        if (count > most)
            throw Problem.TooManyPictures.Exception($"{most} {(most == 1 ? "picture" : "pictures")} at most {(most == 1 ? "goes" : "go")} into this request. Send the others in further requests.");
    }

    private static async Task<IReadOnlyList<PictureUpload>> ReadBytesAsync(HttpRequest request, CancellationToken cancellation)
    {
        // What the client claims is not believed beyond the size of a usual photo.
        using var bytes = new MemoryStream((int)Math.Min(request.ContentLength ?? 0, UsualBytes));
        await request.Body.CopyToAsync(bytes, cancellation);
        return bytes.Length == 0 ? [] : [new(PictureUpload.NameOf(0), bytes.GetBuffer().AsMemory(0, (int)bytes.Length))];
    }

    private static ProblemException Unsupported(string fault) =>
        Problem.UnsupportedContentType.Exception($"{fault} Send pictures as {Multipart} with fields called '{MultipartUploads.Field}', as {Json} with base64, or one as {AnyPicture} or {Bytes}.");
}
