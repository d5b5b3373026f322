using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Mien.Output;
using Mien.Server.Monitoring;
using Mien.Server.Problems;
using Mien.Server.Recognition;
using Mien.Server.Security;
using Mien.Server.Uploads;

namespace Mien.Server.Endpoints;

/// <summary>What the faces of pictures read as.</summary>
/// <param name="Pictures">The pictures that could be read, in the order of the request; each as `mien analyze --json` writes it.</param>
/// <param name="Problems">Those that could not; a request of which no picture can be read is answered with the problem of the first.</param>
internal sealed record AnalyzeAnswer(IReadOnlyList<PictureAnalysis> Pictures, IReadOnlyList<PictureProblem> Problems);

/// <summary>A picture of the request that could not be read.</summary>
/// <param name="Index">Its place in the request, from 0.</param>
/// <param name="Source">What the request calls it.</param>
/// <param name="Type">The type of the problem.</param>
/// <param name="Title">What is wrong, in general.</param>
/// <param name="Detail">What is wrong with this picture.</param>
internal sealed record PictureProblem(int Index, string Source, string Type, string Title, string Detail);

/// <summary><c>/v1/analyze</c></summary>
internal static class AnalyzeEndpoints
{
    public static void MapAnalyze(this IEndpointRouteBuilder app) => app.MapPost("/v1/analyze", Analyze)
        .WithName("analyze").WithTags("pictures")
        .WithSummary("Find the faces of pictures and say what each expression reads as.")
        .WithDescription("A label is a prediction from a facial expression, not a person's inner state. Pictures are JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC, AVIF, JPEG 2000 or JPEG XL; they stay in memory and are forgotten with the answer.")
        .ProducesProblem(400).ProducesProblem(413).ProducesProblem(415).ProducesProblem(422).ProducesProblem(503)
        .RequireRateLimiting(RequestLimits.Work);

    private static async Task<Ok<AnalyzeAnswer>> Analyze(
        HttpRequest request, Recognizer recognizer, ServerOptions options, ServerMetrics metrics,
        [Description("Another set of labels that the model knows, such as ferplus; its own if left out.")] string? labels, CancellationToken cancellation)
    {
        Parameters.Check(request, nameof(labels));
        var classifier = recognizer.ClassifierFor(labels);
        var uploads = await UploadReader.ReadAsync(request, options.MaximumPictures, cancellation);
        var outcomes = await Task.WhenAll(uploads.Select(upload => Outcome.Of(recognizer.AnalyzeAsync(upload, classifier, cancellation))));
        return Join(uploads, outcomes, metrics);
    }

    private static Ok<AnalyzeAnswer> Join(IReadOnlyList<PictureUpload> uploads, Outcome[] outcomes, ServerMetrics metrics)
    {
        var pictures = new List<PictureAnalysis>(outcomes.Length);
        var problems = new List<PictureProblem>();
        for (int i = 0; i < outcomes.Length; i++)
        {
            if (outcomes[i].Picture is { } picture)
                pictures.Add(picture);
            else if (outcomes[i].Fault is { } fault)
                problems.Add(new(i, uploads[i].Source, fault.Problem.Type, fault.Problem.Title, fault.Message));
        }
        if (pictures.Count == 0)
            throw outcomes[0].Fault!;
        metrics.Analyzed(pictures.Count, pictures.Sum(picture => picture.Faces.Count));
        return TypedResults.Ok(new AnalyzeAnswer(pictures, problems));
    }

    /// <summary>A picture or what is wrong with it: one bad picture does not spoil the others.</summary>
    private readonly record struct Outcome(PictureAnalysis? Picture, ProblemException? Fault)
    {
        public static async Task<Outcome> Of(Task<PictureAnalysis> analysis)
        {
            try
            {
                return new(await analysis, null);
            }
            catch (ProblemException fault)
            {
                return new(null, fault);
            }
        }
    }
}
