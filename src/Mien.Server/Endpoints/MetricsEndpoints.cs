using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mien.Server.Endpoints;

/// <summary><c>/metrics</c></summary>
internal static class MetricsEndpoints
{
    public static void MapMetrics(this IEndpointRouteBuilder app)
    {
        // Not by the exporter's own MapPrometheusScrapingEndpoint: what that maps is not in the OpenAPI document.
        Delegate scrape = app.CreateApplicationBuilder().UseOpenTelemetryPrometheusScrapingEndpoint(_ => true).Build();
        app.MapGet("/metrics", scrape)
            .WithName("metrics").WithTags("operation").WithSummary("Counters for Prometheus.").Produces<string>(200, "text/plain");
    }
}
