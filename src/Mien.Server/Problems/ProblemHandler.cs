using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;

namespace Mien.Server.Problems;

/// <summary>Turns what no endpoint has answered into a problem: exceptions, and statuses without a body.</summary>
internal sealed partial class ProblemHandler(ILogger<ProblemHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        await Answer(exception).ExecuteAsync(httpContext);
        return true;
    }

    private ProblemHttpResult Answer(Exception exception)
    {
        switch (exception)
        {
            case ProblemException problem:
                return problem.Result;
            case BadHttpRequestException bad:
                return Problem.Of(bad.StatusCode).Because(bad.Message);
            default:
                // No message: it may quote the request.
                LogFailure(logger, exception.GetType().FullName, exception.StackTrace);
                return Problem.Internal.Because("The server's log says more. The request may be sent again.");
        }
    }

    [LoggerMessage(LogLevel.Error, "{Failure}\n{Trace}")]
    private static partial void LogFailure(ILogger logger, string? failure, string? trace);
}

/// <summary>Puts the handling of problems into the application.</summary>
internal static class ProblemApplication
{
    public static void UseProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions { AllowStatusCode404Response = true, ExceptionHandler = _ => Task.CompletedTask });
        app.UseStatusCodePages(async pages =>
        {
            var context = pages.HttpContext;
            var problem = Problem.Of(context.Response.StatusCode);
            await problem.Because($"{context.Request.Method} is not answered at this path; /openapi/v1.json lists what is.").ExecuteAsync(context);
        });
    }
}
