using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mien.Server.Endpoints;
using Mien.Server.Monitoring;
using Mien.Server.Problems;
using Mien.Server.Recognition;
using Mien.Server.Security;
using Mien.Server.Sessions;
using Mien.Server.Videos;

namespace Mien.Server;

/// <summary>The host and the services of the application.</summary>
internal static class ServerHost
{
    public static WebApplicationBuilder CreateBuilder(ServerOptions options)
    {
        // Beside the program, not in the working folder: a stray appsettings.json must not change what is served.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = Environments.Production });
        if (builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
            throw new MienException("The setting Kestrel:Endpoints would hide from Mien what it listens on, and so whether it needs API keys. Name the addresses with --urls.");
        builder.WebHost.UseUrls([.. options.Urls]);
        // Certificates come from ASP.NET Core's own settings: Kestrel__Certificates__Default__Path and so on.
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaximumRequestBytes;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);

        // The framework's own messages hold addresses and paths; Mien logs sizes and times.
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.None).AddFilter("Mien", LogLevel.Information);
        builder.AddTelemetry();
        return builder;
    }

    public static void AddMien(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<Recognizer>();
        services.AddSingleton<ModelCatalog>();
        services.AddSingleton<SessionArchive>();
        services.AddSingleton<VideoReader>();
        services.AddSingleton<VideoJobs>();
        services.AddHostedService(provider => provider.GetRequiredService<VideoJobs>());
        services.AddExceptionHandler<ProblemHandler>();
        services.AddRequestLimits(options);
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolver = JsonTypeInfoResolver.Combine(ServerJson.Default, json.SerializerOptions.TypeInfoResolver);
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        services.AddOpenApi("v1", ApiDescription.Configure);
    }
}
