using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Mien.Server.Problems;

namespace Mien.Server.Endpoints;

/// <summary>How a server is.</summary>
/// <param name="Status">Always ok: anything else is a problem.</param>
internal sealed record Health(string Status);

/// <summary><c>/healthz</c> and <c>/readyz</c>, for whoever watches the process; no key is asked for.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("").WithTags("operation").AllowAnonymous().DisableRateLimiting();
        health.MapGet("/healthz", () => TypedResults.Ok(new Health("ok"))).WithName("healthz").WithSummary("Whether the process answers.");
        health.MapGet("/readyz", Ready).WithName("readyz").WithSummary("Whether it takes new work: the models are loaded, and it is not stopping.").ProducesProblem(503);
    }

    private static Results<Ok<Health>, ProblemHttpResult> Ready(IHostApplicationLifetime lifetime) =>
        lifetime.ApplicationStopping.IsCancellationRequested ? Problem.Busy.Because("The server is stopping.") : TypedResults.Ok(new Health("ok"));
}
