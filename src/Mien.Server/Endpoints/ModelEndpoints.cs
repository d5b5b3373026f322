using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Mien.Server.Problems;
using Mien.Server.Recognition;

namespace Mien.Server.Endpoints;

/// <summary>The models that a server has.</summary>
/// <param name="Models">Those that are loaded first, then the others in the box.</param>
internal sealed record ModelList(IReadOnlyList<ModelDescription> Models);

/// <summary><c>/v1/models</c></summary>
internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/models", (ModelCatalog catalog) => TypedResults.Ok(new ModelList(catalog.Models)))
            .WithName("models").WithTags("models").WithSummary("The models that are loaded and those in the box.");
        app.MapGet("/v1/models/{name}", Find)
            .WithName("model").WithTags("models").WithSummary("One model: its labels, origin and measured figures.").ProducesProblem(404);
        app.MapGet("/v1/models/{name}/card", Card)
            .WithName("model-card").WithTags("models").WithSummary("The card of a model in the box, as Markdown.").Produces<string>(200, "text/markdown").ProducesProblem(404);
        app.MapGet("/v1/models/{name}/file", File)
            .WithName("model-file").WithTags("models").WithSummary("The ONNX file of a model that is loaded or in the box, for programs that run it themselves.")
            .Produces<byte[]>(200, "application/octet-stream").Produces(304).ProducesProblem(404);
    }

    private static Results<Ok<ModelDescription>, ProblemHttpResult> Find(string name, ModelCatalog catalog) =>
        catalog.Find(name) is { } found ? TypedResults.Ok(found.Model) : Unknown(catalog);

    private static Results<PhysicalFileHttpResult, ProblemHttpResult> Card(string name, ModelCatalog catalog) =>
        catalog.Find(name) is not { } found ? Unknown(catalog)
        : found.Card is { } card ? TypedResults.PhysicalFile(Path.GetFullPath(card), "text/markdown; charset=utf-8")
        : Problem.NotFound.Because("This model has no card; those in the box do.");

    private static Results<PhysicalFileHttpResult, ProblemHttpResult> File(string name, HttpResponse response, ModelCatalog catalog)
    {
        if (catalog.Find(name) is not { } found)
            return Unknown(catalog);
        if (found.File is not { } file)
            return Problem.NotFound.Because("This model has no ONNX file.");
        // The name says nothing of the weights, so a browser asks each time and gets 304.
        response.Headers.CacheControl = "no-cache";
        return TypedResults.PhysicalFile(Path.GetFullPath(file), "application/octet-stream", entityTag: new($"\"{found.Hash}\""));
    }

    private static ProblemHttpResult Unknown(ModelCatalog catalog) =>
        Problem.UnknownModel.Because($"There is no model of this name. There are: {string.Join(", ", catalog.Models.Select(model => model.Name))}.");
}
