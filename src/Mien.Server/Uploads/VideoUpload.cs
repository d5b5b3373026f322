using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Mien.Imaging.Files;
using Mien.Server.Problems;

namespace Mien.Server.Uploads;

/// <summary>Writes the video of a request into a file as it comes: it may be larger than memory.</summary>
internal static class VideoUpload
{
    public const string AnyVideo = "video/*";

    private const int SniffLength = 512, Portion = 1 << 16;

    /// <param name="request">The request: one multipart field, or the bytes themselves.</param>
    /// <param name="path">The file, which must not exist.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What the request calls the video; null if it has no name.</returns>
    /// <exception cref="ProblemException">There is none, it is of another kind, too large, or there is no room for it.</exception>
    public static async Task<string?> ReceiveAsync(HttpRequest request, string path, CancellationToken cancellation)
    {
        var type = MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed) ? parsed : new MediaTypeHeaderValue("x/none");
        string? name = null;
        if (Is(UploadReader.Multipart))
            name = await MultipartUploads.ReadOneAsync(request, HeaderUtilities.RemoveQuotes(type.Boundary).Value, body => CopyAsync(body, path, cancellation), cancellation);
        else if (type.Type.Equals("video", StringComparison.OrdinalIgnoreCase) || Is(UploadReader.Bytes) || Is("image/gif"))
            await CopyAsync(request.Body, path, cancellation);
        else
            throw Problem.UnsupportedContentType.Exception($"Send a video as {UploadReader.Multipart} with one field called '{MultipartUploads.Field}', as {AnyVideo} or as {UploadReader.Bytes}.");
        Check(path);
        return name;

        bool Is(string expected) => type.MediaType.Equals(expected, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task CopyAsync(Stream body, string path, CancellationToken cancellation)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = await InRoom(() => Task.FromResult(new FileStream(path, options)));
        var portion = new byte[Portion];
        while (await body.ReadAsync(portion, cancellation) is > 0 and var count)
        {
            await InRoom(async () =>
            {
                await file.WriteAsync(portion.AsMemory(0, count), cancellation);
                return true;
            });
        }
    }

    /// <summary>Tells a full disk from a body that breaks off, which is an <see cref="IOException"/> too.</summary>
    private static async Task<T> InRoom<T>(Func<Task<T>> write)
    {
        try
        {
            return await write();
        }
        catch (IOException)
        {
            throw Problem.NoRoom.Exception("The video does not fit on the server's disk.");
        }
    }

    /// <summary>Refuses at once what is certainly no video.</summary>
    private static void Check(string path)
    {
        using var file = new FileStream(path, FileMode.Open);
        var start = new byte[SniffLength];
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (start.Length == 0)
            throw Problem.NoVideo.Exception("Send a video.");
        if (PictureFile.Identify(start) is not (null or PictureFormat.Gif))
            throw Problem.UnreadableVideo.Exception("This is a picture; POST /v1/analyze reads pictures.");
        if (PictureFile.IsText(start))
            throw Problem.UnreadableVideo.Exception("This looks like text. Playlists are not read either, for they name other files.");
    }
}
