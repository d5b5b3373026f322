using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Mien.Server.Problems;
using Mien.Server.Security;
using Mien.Server.Sessions;
using Mien.Server.Uploads;
using Mien.Server.Videos;

namespace Mien.Server.Endpoints;

/// <summary>The videos that were sent.</summary>
/// <param name="Videos">The oldest first.</param>
internal sealed record VideoList(IReadOnlyList<VideoAnswer> Videos);

/// <summary><c>/v1/videos</c></summary>
internal static class VideoEndpoints
{
    /// <summary>What a video is called that came without a name.</summary>
    private const string Nameless = "video";

    /// <summary>How often a file is looked at that still grows.</summary>
    private static readonly TimeSpan FollowEvery = TimeSpan.FromSeconds(0.1);

    public static void MapVideos(this IEndpointRouteBuilder app, ServerOptions options)
    {
        var videos = app.MapGroup("/v1/videos").WithTags("videos");
        videos.MapPost("", SendAsync).WithName("video-send").WithSummary("Send a video to be read, and ask for the result later.")
            .WithDescription("The file lies in a private temporary folder until it is read, and is deleted then; what it reads as is kept until it is deleted, or forgotten for a newer video, or the server stops.")
            .ProducesProblem(400).ProducesProblem(413).ProducesProblem(415).ProducesProblem(422).ProducesProblem(503).ProducesProblem(507)
            .WithMetadata(new RequestSizeLimitAttribute(options.MaximumVideoBytes)).RequireRateLimiting(RequestLimits.Work);
        videos.MapGet("", (VideoJobs jobs) => TypedResults.Ok(new VideoList([.. jobs.All.Select(job => job.Answer)]))).WithName("videos").WithSummary("The videos that were sent.");
        videos.MapGet("/{id}", (string id, VideoJobs jobs) => TypedResults.Ok(Find(jobs, id).Answer)).WithName("video").WithSummary("How far a video is.").ProducesProblem(404);
        videos.MapGet("/{id}/readings", FollowAsync).WithName("video-readings").WithSummary("What a video reads as, in the lines of `mien analyze VIDEO --json`.")
            .WithDescription("While the video is read, the answer goes on with it.").Produces<string>(200, "application/x-ndjson").ProducesProblem(404).ProducesProblem(503)
            .RequireRateLimiting(RequestLimits.Streams);
        videos.MapGet("/{id}/summary", (string id, VideoJobs jobs) => TypedResults.Ok(Find(jobs, id).Summary)).WithName("video-summary")
            .WithSummary("What came of a video so far: in all and over time.").ProducesProblem(404);
        videos.MapDelete("/{id}", Forget).WithName("video-forget").WithSummary("Stop the reading of a video, if it has not ended, and forget it.").Produces(204).ProducesProblem(404);
    }

    private static async Task<Accepted<VideoAnswer>> SendAsync(HttpRequest request, VideoJobs jobs,
        [Description("What the readings call the video; the file's name if left out.")] string? name,
        [Description("Stores the readings as a session of this name.")] string? session, CancellationToken cancellation)
    {
        Parameters.Check(request, nameof(name), nameof(session));
        string? source = name is null ? null : PostedValues.Name(name, "The name of a video"), stored = session is null ? null : PostedValues.SessionName(session);
        var job = await jobs.AddAsync(async path =>
        {
            string? file = await VideoUpload.ReceiveAsync(request, path, cancellation);
            return source ?? (PostedValues.IsName(file) ? file : Nameless);
        }, stored);
        return TypedResults.Accepted($"/v1/videos/{job.Id}", job.Answer);
    }

    private static async Task FollowAsync(string id, HttpResponse response, VideoJobs jobs, CancellationToken cancellation)
    {
        var job = Find(jobs, id);
        response.ContentType = "application/x-ndjson";
        await using var file = new FileStream(job.Readings, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        while (true)
        {
            // Asked before, so that nothing is missed that comes between the two.
            bool ended = job.HasEnded;
            await file.CopyToAsync(response.Body, cancellation);
            if (ended)
                return;
            await response.Body.FlushAsync(cancellation);
            await Task.Delay(FollowEvery, cancellation);
        }
    }

    private static NoContent Forget(string id, VideoJobs jobs) => jobs.Remove(id) ? TypedResults.NoContent() : throw Unknown();

    private static VideoJob Find(VideoJobs jobs, string id) => jobs.Find(id) ?? throw Unknown();

    private static ProblemException Unknown() => Problem.UnknownVideo.Exception("There is no video of this id: it was deleted, or forgotten for a newer one. GET /v1/videos lists those there are.");
}
