using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mien.Server.Monitoring;
using Mien.Server.Problems;
using Mien.Server.Recognition;
using Mien.Server.Security;
using Mien.Server.Sessions;
using Mien.Server.Streams;

namespace Mien.Server.Endpoints;

/// <summary><c>/v1/stream</c></summary>
internal static class StreamEndpoints
{
    private const string Protocol = "mien.v1";

    /// <summary>How often a client that says nothing is asked whether it is there, and how long it may take to say so.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    public static void MapStream(this IEndpointRouteBuilder app) => app.MapGet("/v1/stream", StreamAsync)
        .WithName("stream").WithTags("videos").WithSummary("A WebSocket: frames go in, what their faces read as comes out, with ids that stay.")
        .WithDescription($"Subprotocol {Protocol}. A text {{\"type\":\"start\"}} begins; then each frame is a binary message of 4 bytes of an id (big endian), 8 of its time in seconds (IEEE double, big endian) and a JPEG, PNG or WebP file. Each costs a credit, each answer gives one back. docs/api.md has the rest.")
        .Produces(101).ProducesProblem(426).ProducesProblem(503)
        .RequireRateLimiting(RequestLimits.Streams);

    private static async Task StreamAsync(HttpContext context, Recognizer recognizer, SessionArchive archive, ServerMetrics metrics, ServerOptions options,
        ILogger<StreamConnection> logger, IHostApplicationLifetime lifetime)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Upgrade = "websocket";
            await Problem.WebSocketNeeded.Because($"Open it as a WebSocket with the subprotocol {Protocol}; docs/api.md describes its messages.").ExecuteAsync(context);
            return;
        }
        string? protocol = context.WebSockets.WebSocketRequestedProtocols.Contains(Protocol) ? Protocol : null;
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { SubProtocol = protocol, KeepAliveInterval = KeepAlive, KeepAliveTimeout = KeepAlive });
        metrics.StreamBegan();
        try
        {
            using var stream = new StreamConnection(socket, recognizer, archive, metrics, options, logger);
            await stream.RunAsync(lifetime.ApplicationStopping);
        }
        finally
        {
            metrics.StreamEnded();
        }
    }
}
