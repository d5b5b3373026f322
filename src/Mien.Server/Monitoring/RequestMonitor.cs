using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mien.Server.Monitoring;

/// <summary>Counts requests and logs a line about each: the endpoint, the status, sizes and times, and nothing that a client sent.</summary>
internal static partial class RequestMonitor
{
    /// <summary>What requests are counted as that no endpoint answers.</summary>
    private const string NoRoute = "none";

    public static void UseRequestMonitor(this IApplicationBuilder app)
    {
        var metrics = app.ApplicationServices.GetRequiredService<ServerMetrics>();
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("Mien.Server");
        app.Use(async (context, next) =>
        {
            long began = Stopwatch.GetTimestamp();
            metrics.Began();
            try
            {
                await next(context);
            }
            finally
            {
                // After an exception the context has no endpoint any more, but the handler remembers it.
                var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
                string route = (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? NoRoute;
                var duration = Stopwatch.GetElapsedTime(began);
                metrics.Ended(route, context.Response.StatusCode, duration);
                LogRequest(logger, route, context.Response.StatusCode, context.Request.ContentLength ?? 0, duration.TotalMilliseconds);
            }
        });
    }

    [LoggerMessage(LogLevel.Information, "{Route} {Status}, {Bytes} bytes, {Milliseconds:F1} ms")]
    private static partial void LogRequest(ILogger logger, string route, int status, long bytes, double milliseconds);
}
