using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Mien.Server.Monitoring;

namespace Mien.Server.Endpoints;

/// <summary><c>/metrics</c></summary>
internal static class MetricsEndpoints
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static void MapMetrics(this IEndpointRouteBuilder app) =>
        app.MapGet("/metrics", (ServerMetrics metrics) => TypedResults.Text(metrics.ToText(), ContentType))
            .WithName("metrics").WithTags("operation").WithSummary("Counters for Prometheus.").Produces<string>(200, "text/plain");
}
