using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Mien.Server.Monitoring;

/// <summary>Collects metrics of the server, of ASP.NET Core and of the runtime: for Prometheus, and for a collector that the operator names.</summary>
/// <remarks>Metrics only: traces and logs would hold paths, and so the names of sessions.</remarks>
internal static class Telemetry
{
    /// <summary>OpenTelemetry's own setting for where to send; without it nothing is sent, and not to its default address either.</summary>
    private const string Collector = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <exception cref="MienException">The collector's address is none.</exception>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ServerMetrics>();
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("mien"))
            .WithMetrics(metrics => metrics
                .AddMeter(ServerMetrics.MeterName)
                .AddAspNetCoreInstrumentation()
                .AddRuntimeInstrumentation()
                .AddPrometheusExporter(exporter => exporter.ScopeInfoEnabled = false));
        builder.Services.ConfigureOpenTelemetryMeterProvider((services, metrics) =>
        {
            // Meters are asked for by name, which the meters of another server in this process have too.
            var own = services.GetRequiredService<IMeterFactory>();
            metrics.AddView(instrument => instrument.Meter.Scope is null || instrument.Meter.Scope == own ? null : MetricStreamConfiguration.Drop);
        });
        if (builder.Configuration[Collector] is not { Length: > 0 } address)
            return;
        // OpenTelemetry would send to its default address instead.
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
            throw new MienException($"{Collector}={address}: not the address of a collector of OpenTelemetry; it is to look like http://collector:4317.");
        builder.Services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddOtlpExporter());
    }
}
