using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Mien.Server.Problems;

namespace Mien.Server.Uploads;

/// <summary>Pictures as base64 in JSON.</summary>
/// <param name="Pictures">The pictures, at least one.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AnalyzeRequest(IReadOnlyList<EncodedPicture> Pictures);

/// <summary>One picture in JSON.</summary>
/// <param name="Data">The bytes of the picture's file in base64 (RFC 4648, section 4).</param>
/// <param name="Source">What the answer calls it; picture-1 and so on if it is left out.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record EncodedPicture(string Data, string? Source = null);

/// <summary>Reads <see cref="AnalyzeRequest"/>.</summary>
internal static class JsonUploads
{
    public static async Task<IReadOnlyList<PictureUpload>> ReadAsync(HttpRequest request, int most, CancellationToken cancellation)
    {
        var encoded = (await JsonBody.ReadAsync(request, ServerJson.Default.AnalyzeRequest, """{"pictures":[{"data":"base64","source":"name"}]}""", cancellation)).Pictures;
        UploadReader.CheckCount(encoded.Count, most);
        return [.. encoded.Select(Decode)];
    }

    private static PictureUpload Decode(EncodedPicture? picture, int index)
    {
        if (picture is null)
            throw Problem.MalformedJson.Exception($"Picture {index + 1} is null.");
        string name = string.IsNullOrEmpty(picture.Source) ? PictureUpload.NameOf(index) : picture.Source;
        try
        {
            return new(name, Convert.FromBase64String(picture.Data));
        }
        catch (FormatException)
        {
            throw Problem.BadBase64.Exception($"{name}: the data is not valid base64 (RFC 4648, section 4: A-Z, a-z, 0-9, + and /, padded with =).");
        }
    }
}
