using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Mien.Output;
using Mien.Server.Recognition;
using Mien.Server.Security;
using Mien.Server.Uploads;

namespace Mien.Server.Endpoints;

/// <summary><c>/v1/explain</c></summary>
internal static class ExplainEndpoints
{
    public static void MapExplain(this IEndpointRouteBuilder app) => app.MapPost("/v1/explain", Explain)
        .WithName("explain").WithTags("pictures")
        .WithSummary("Show which parts of each face of a picture carried what it reads as.")
        .WithDescription("A heat map shows what this model looks at, not what an expression is made of. Parts of each face are covered in turn, which takes as long as some 250 readings.")
        .ProducesProblem(400).ProducesProblem(413).ProducesProblem(415).ProducesProblem(422).ProducesProblem(503)
        .RequireRateLimiting(RequestLimits.Work);

    private static async Task<Ok<PictureExplanation>> Explain(
        HttpRequest request, Recognizer recognizer,
        [Description("Another set of labels that the model knows, such as ferplus; its own if left out.")] string? labels,
        [Description("The label to explain; what each face reads as if left out.")] string? label, CancellationToken cancellation)
    {
        Parameters.Check(request, nameof(labels), nameof(label));
        var classifier = recognizer.ClassifierFor(labels);
        var uploads = await UploadReader.ReadAsync(request, most: 1, cancellation);
        return TypedResults.Ok(await recognizer.ExplainAsync(uploads[0], classifier, label, cancellation));
    }
}
