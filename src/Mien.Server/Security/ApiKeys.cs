using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Mien.Server.Problems;

namespace Mien.Server.Security;

/// <summary>Asks for an API key where the server can be reached from other machines, at every path but those that are open to all.</summary>
internal static class ApiKeys
{
    private const string Header = "X-Api-Key";
    private const string Scheme = "Bearer ";

    /// <summary>What goes before a key that comes as a subprotocol, because pages cannot set headers of a WebSocket.</summary>
    private const string Subprotocol = "mien.key.";

    /// <exception cref="MienException">A key would be asked for, and there is none.</exception>
    public static void UseApiKeys(this IApplicationBuilder app, ServerOptions options)
    {
        if (!options.Authentication || Addresses.AreLoopback(options.Urls))
            return;
        var keys = new ApiKeyFile(options.KeyFile);
        if (keys.Keys.Count == 0)
            throw new MienException($"{string.Join(", ", options.Urls)}: other machines could reach this server, and there is no API key yet. Make one with `mien keys create`, listen on {ServerOptions.DefaultUrl} only, or give --no-auth to let everybody in.");
        app.Use(async (context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null || (KeyOf(context.Request) is { Length: > 0 } key && keys.Accepts(key)))
            {
                await next(context);
                return;
            }
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await Problem.Unauthorized.Because($"Send an API key as 'Authorization: Bearer KEY' or '{Header}: KEY'. The server's operator makes one with `mien keys create`.").ExecuteAsync(context);
        });
    }

    private static string? KeyOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } authorization] && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..].Trim()
        : request.Headers[Header] is [{ } key] ? key
        : request.HttpContext.WebSockets.WebSocketRequestedProtocols.FirstOrDefault(name => name.StartsWith(Subprotocol, StringComparison.Ordinal)) is { } name ? name[Subprotocol.Length..]
        : null;
}
