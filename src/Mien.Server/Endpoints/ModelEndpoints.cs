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
    }

    private static Results<Ok<ModelDescription>, ProblemHttpResult> Find(string name, ModelCatalog catalog) =>
        catalog.Models.FirstOrDefault(model => model.Name == name) is { } found
            ? TypedResults.Ok(found)
            : Problem.UnknownModel.Because($"There is no model of this name. There are: {string.Join(", ", catalog.Models.Select(model => model.Name))}.");
}
