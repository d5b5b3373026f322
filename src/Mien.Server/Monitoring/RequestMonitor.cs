using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
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
            string route = NoRoute;
            try
            {
                await next(context);
            }
            finally
            {
                if (context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } pattern })
                    route = pattern;
                var duration = Stopwatch.GetElapsedTime(began);
                metrics.Ended(route, context.Response.StatusCode, duration);
                LogRequest(logger, route, context.Response.StatusCode, context.Request.ContentLength ?? 0, duration.TotalMilliseconds);
            }
        });
    }

    [LoggerMessage(LogLevel.Information, "{Route} {Status}, {Bytes} bytes, {Milliseconds:F1} ms")]
    private static partial void LogRequest(ILogger logger, string route, int status, long bytes, double milliseconds);
}
