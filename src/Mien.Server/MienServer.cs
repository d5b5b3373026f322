using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Mien.Server.Endpoints;
using Mien.Server.Monitoring;
using Mien.Server.Problems;
using Mien.Server.Recognition;
using Mien.Server.Security;

namespace Mien.Server;

/// <summary>The HTTP API of Mien as one ASP.NET Core application.</summary>
public static class MienServer
{
    /// <summary>Loads the models and puts the application together; it listens once it is started.</summary>
    /// <param name="options">What to serve.</param>
    /// <param name="log">Where the line about each request goes; nowhere if null.</param>
    /// <exception cref="MienException">An option, a model or the API keys do not do.</exception>
    public static WebApplication Build(ServerOptions options, Action<ILoggingBuilder>? log = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var builder = ServerHost.CreateBuilder(options);
        log?.Invoke(builder.Logging);
        builder.Services.AddMien(options);
        var app = builder.Build();

        app.UseRequestMonitor();
        app.UseSecurityHeaders();
        app.UseProblems();
        app.UseHostRules(options);
        app.UseWebSockets();
        app.UseRouting();
        app.UseRateLimiter();
        app.UseApiKeys(options);

        app.MapAnalyze();
        app.MapExplain();
        app.MapModels();
        app.MapVideos(options);
        app.MapSessions();
        app.MapStream();
        app.MapHealth();
        app.MapMetrics();
        app.MapReference();
        app.MapPage(options);

        // Loaded now, so that a bad model stops the start and not the first request.
        app.Services.GetRequiredService<Recognizer>();
        return app;
    }

    /// <summary>Serves, with its log on stderr, until it is cancelled or the process is asked to stop, then finishes what is in flight.</summary>
    /// <param name="options">What to serve.</param>
    /// <param name="listening">Told the addresses once requests are accepted.</param>
    /// <param name="cancellation">Asks the server to stop.</param>
    /// <exception cref="MienException">An option, a model or the API keys do not do, or an address is taken.</exception>
    public static async Task RunAsync(ServerOptions options, Action<IEnumerable<string>> listening, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(listening);
        await using var app = Build(options, LogToStderr);
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            throw new MienException($"{string.Join(", ", options.Urls)}: the address is in use, perhaps by another `mien serve`. Stop that, or name another address with --urls.", error);
        }
        catch (Exception error) when (error is SocketException or CryptographicException or InvalidOperationException)
        {
            // No right to the port, no such address on this machine, no certificate for HTTPS.
            throw new MienException($"{string.Join(", ", options.Urls)}: the server cannot listen there: {error.Message}", error);
        }
        listening(app.Urls);
        await app.WaitForShutdownAsync(cancellation);
    }

    private static void LogToStderr(ILoggingBuilder log)
    {
        log.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp) = (true, "yyyy-MM-ddTHH:mm:ssZ ", true));
        log.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
