using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Mien.Server.Endpoints;

/// <summary>The page for people: each file of the folder at a path of its own, so that no path of a request reaches the file system.</summary>
/// <remarks>It is the same for everybody and holds no data, so no key is asked for; what it asks the API for needs one.</remarks>
internal static class PageEndpoints
{
    private const string Start = "index.html";

    private const string Missing = """
        This is Mien's server. Its API is described at /reference.

        The web page is not here: it is built by `./mien setup serve`, which needs Node.js 18 or later with npm
        (Debian and Ubuntu: apt-get install nodejs npm; elsewhere: https://nodejs.org). Then start `./mien serve` again.

        """;

    public static void MapPage(this IEndpointRouteBuilder app, ServerOptions options)
    {
        string start = Path.Combine(options.PageFolder, Start);
        if (!File.Exists(start))
        {
            Map("/", () => TypedResults.Text(Missing));
            return;
        }
        foreach (string path in Directory.EnumerateFiles(options.PageFolder, "*", SearchOption.AllDirectories).Where(path => !PageFile.IsCompressed(path)))
        {
            var file = new PageFile(path, isHashed: path != start);
            Map(path == start ? "/" : "/" + Path.GetRelativePath(options.PageFolder, path).Replace('\\', '/'), file.Answer);
        }

        void Map(string path, Delegate answer) => app.MapGet(path, answer).AllowAnonymous().ExcludeFromDescription();
    }
}

/// <summary>A file of the page, with its compressed versions beside it.</summary>
internal sealed class PageFile
{
    /// <summary>Networks run as WebAssembly in several threads, pictures come from the user or the camera, and nothing comes from or goes to anywhere else.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly (string Name, string Extension)[] Encodings = [("br", ".br"), ("gzip", ".gz")];

    private static readonly FileExtensionContentTypeProvider Types = new();

    private readonly string _path;
    private readonly string _type;
    private readonly string _caching;
    private readonly (string Name, string Extension)[] _encodings;

    /// <param name="path">The file.</param>
    /// <param name="isHashed">Whether its name holds a hash of its content, so that it never changes.</param>
    public PageFile(string path, bool isHashed)
    {
        _path = path;
        _type = Path.GetExtension(path) == ".mjs" ? "text/javascript" : Types.TryGetContentType(path, out string? type) ? type : "application/octet-stream";
        _caching = isHashed ? "public, max-age=31536000, immutable" : "no-cache";
        _encodings = [.. Encodings.Where(encoding => File.Exists(path + encoding.Extension))];
    }

    public static bool IsCompressed(string path) => Encodings.Any(encoding => path.EndsWith(encoding.Extension, StringComparison.Ordinal));

    public PhysicalFileHttpResult Answer(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers["Cross-Origin-Embedder-Policy"] = "require-corp";
        headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()";
        headers.CacheControl = _caching;
        headers.Vary = HeaderNames.AcceptEncoding;
        string path = _path;
        if (Accepted(context.Request) is { Name.Length: > 0 } encoding)
        {
            headers.ContentEncoding = encoding.Name;
            path += encoding.Extension;
        }
        var file = new FileInfo(path);
        return TypedResults.PhysicalFile(path, _type, lastModified: file.LastWriteTimeUtc, entityTag: new($"\"{file.LastWriteTimeUtc.Ticks:x}-{file.Length:x}\""));
    }

    private (string Name, string Extension) Accepted(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding;
        return _encodings.FirstOrDefault(encoding => accepted.Any(value => value.Value == encoding.Name && value.Quality is not 0));
    }
}
