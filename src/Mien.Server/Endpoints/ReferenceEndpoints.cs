using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mien.Server.Endpoints;

/// <summary><c>/openapi/v1.json</c> and the page that shows it; both are the same for everybody, so no key is asked for.</summary>
internal static class ReferenceEndpoints
{
    public static void MapReference(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        MapFile("/reference", "reference.html", "text/html; charset=utf-8");
        MapFile("/reference/reference.js", "reference.js", "text/javascript; charset=utf-8");
        MapFile("/reference/reference.css", "reference.css", "text/css; charset=utf-8");

        void MapFile(string path, string name, string type)
        {
            byte[] content = Read(name);
            app.MapGet(path, () => TypedResults.Bytes(content, type)).AllowAnonymous().ExcludeFromDescription();
        }
    }

    private static byte[] Read(string name)
    {
        using var resource = typeof(ReferenceEndpoints).Assembly.GetManifestResourceStream($"reference/{name}")!;
        using var content = new MemoryStream();
        resource.CopyTo(content);
        return content.ToArray();
    }
}
