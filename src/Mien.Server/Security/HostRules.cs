using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Mien.Server.Problems;

namespace Mien.Server.Security;

/// <summary>Keeps the pages of other sites away from a server on the user's own machine.</summary>
internal static class HostRules
{
    public static void UseHostRules(this IApplicationBuilder app, ServerOptions options)
    {
        bool loopback = Addresses.AreLoopback(options.Urls);
        app.Use((context, next) =>
        {
            var request = context.Request;
            // A site can point its own name at 127.0.0.1 and then counts as the same origin: DNS rebinding.
            if (loopback && !Addresses.IsLoopbackHost(request.Host.Host))
                return Problem.ForeignHost.Because("This server is for its own machine only: call it localhost or 127.0.0.1.").ExecuteAsync(context);
            // A page may send requests to any server without being allowed to read the answers; they are not even worked on.
            if (request.Headers.Origin is [var origin, ..] && !IsOwn(origin, request.Host))
                return Problem.ForeignOrigin.Because("Requests from the pages of other sites are refused; programs that send no Origin are welcome.").ExecuteAsync(context);
            return next(context);
        });
    }

    private static bool IsOwn(string? origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase);
}
