using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Mien.Output;
using Mien.Server.Security;
using Mien.Server.Sessions;
using Mien.Server.Uploads;

namespace Mien.Server.Endpoints;

/// <summary>The sessions of a store.</summary>
/// <param name="Sessions">By name.</param>
internal sealed record SessionList(IReadOnlyList<SessionAnswer> Sessions);

/// <summary>What a store knows of a session without its readings.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">The labels of all its readings.</param>
/// <param name="Created">When its first part began.</param>
/// <param name="Updated">When something was recorded last.</param>
/// <param name="Seconds">The time of its last frame or marker.</param>
/// <param name="Frames">How many frames are stored.</param>
/// <param name="Tracks">The highest id of a face.</param>
/// <param name="Bytes">What its readings take.</param>
/// <param name="RetentionDays">How many days a reading is kept; absent if until it is deleted.</param>
/// <param name="Parts">The runs that recorded it, in order.</param>
internal sealed record SessionAnswer(string Name, IReadOnlyList<string> Labels, DateTimeOffset Created, DateTimeOffset Updated, decimal Seconds, long Frames, int Tracks, long Bytes,
    double? RetentionDays, IReadOnlyList<PartAnswer> Parts)
{
    public static SessionAnswer Of(StoredSession session) => new(session.Name, session.Labels, session.Started, session.Updated, PictureJson.Seconds(session.Duration), session.Frames,
        session.Tracks, session.Size, session.Retention?.TotalDays, [.. session.Parts.Select(part => new PartAnswer(part.Source, part.Model, part.Started, PictureJson.Seconds(part.Start)))]);
}

/// <summary>A run that recorded readings of a session.</summary>
/// <param name="Source">Where the frames came from.</param>
/// <param name="Model">The name of the model that read them.</param>
/// <param name="Started">When the run began.</param>
/// <param name="Start">The time of the session at which its readings begin, in seconds.</param>
internal sealed record PartAnswer(string Source, string Model, DateTimeOffset Started, decimal Start);

/// <summary>A session and what came of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">The labels of all its readings.</param>
/// <param name="Created">When its first part began.</param>
/// <param name="Updated">When something was recorded last.</param>
/// <param name="Seconds">The time of its last frame or marker.</param>
/// <param name="Frames">How many frames are stored.</param>
/// <param name="Tracks">The highest id of a face.</param>
/// <param name="Bytes">What its readings take.</param>
/// <param name="RetentionDays">How many days a reading is kept; absent if until it is deleted.</param>
/// <param name="Parts">The runs that recorded it, in order.</param>
/// <param name="Summary">In all, and from marker to marker.</param>
/// <param name="Timeline">How many people were there and what they read as, in bins of equal length; at most 600.</param>
/// <param name="Markers">The markers, by time.</param>
internal sealed record SessionDetail(string Name, IReadOnlyList<string> Labels, DateTimeOffset Created, DateTimeOffset Updated, decimal Seconds, long Frames, int Tracks, long Bytes,
    double? RetentionDays, IReadOnlyList<PartAnswer> Parts, SummaryAnalysis Summary, IReadOnlyList<BinAnalysis> Timeline, IReadOnlyList<MarkerAnalysis> Markers)
{
    public static SessionDetail Of(StoredSession session, RecordingSummary recording)
    {
        var (name, labels, created, updated, seconds, frames, tracks, bytes, retention, parts) = SessionAnswer.Of(session);
        return new(name, labels, created, updated, seconds, frames, tracks, bytes, retention, parts, recording.Summary, recording.Timeline, recording.Markers);
    }
}

/// <summary><c>/v1/sessions</c></summary>
internal static class SessionEndpoints
{
    private const string Json = "ndjson", Csv = "csv";

    /// <summary>About how many bytes are gathered before they are sent.</summary>
    private const int Portion = 1 << 16;

    public static void MapSessions(this IEndpointRouteBuilder app)
    {
        var sessions = app.MapGroup("/v1/sessions").WithTags("sessions").RequireRateLimiting(RequestLimits.Work);
        sessions.MapGet("", List).WithName("sessions").WithSummary("All stored sessions, by name.").ProducesProblem(503);
        sessions.MapPost("", Begin).WithName("session-begin").WithSummary("Begin to record a session, or a further part of one.")
            .WithDescription("For programs that read faces themselves and store what they read: numbers, never pictures. A session of the same name is continued: times go on where it ended, and faces get new ids.")
            .Accepts<PostedSession>(UploadReader.Json).ProducesProblem(400).ProducesProblem(409).ProducesProblem(415).ProducesProblem(503);
        sessions.MapGet("/{name}", Show).WithName("session").WithSummary("What came of a session: in all, from marker to marker, and over time.").ProducesProblem(404).ProducesProblem(503);
        sessions.MapGet("/{name}/readings", ReadAsync).WithName("session-readings").WithSummary("The readings of a session, as `mien sessions export` writes them.")
            .Produces<string>(200, "application/x-ndjson", "text/csv").ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);
        sessions.MapPost("/{name}/readings", Append).WithName("session-append").WithSummary("Store readings of a session that was begun here; they are on disk when this is answered.")
            .Accepts<PostedReadings>(UploadReader.Json).Produces(204).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(415).ProducesProblem(503);
        sessions.MapPost("/{name}/markers", Mark).WithName("session-mark").WithSummary("Set a marker: a segment begins.")
            .Accepts<PostedMarker>(UploadReader.Json).Produces(204).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(415).ProducesProblem(503);
        sessions.MapDelete("/{name}", Delete).WithName("session-delete").WithSummary("Delete a session and overwrite what was stored of it.").Produces(204).ProducesProblem(404).ProducesProblem(503);
    }

    private static Ok<SessionList> List(SessionArchive archive) =>
        TypedResults.Ok(new SessionList(archive.Read(store => store.List().Select(SessionAnswer.Of).ToList(), [])));

    private static async Task<Created<SessionAnswer>> Begin(HttpRequest request, SessionArchive archive, CancellationToken cancellation)
    {
        var posted = await JsonBody.ReadAsync(request, ServerJson.Default.PostedSession, """{"name":"...","labels":["..."],"source":"...","model":"..."}""", cancellation);
        var session = archive.Begin(PostedValues.Description(posted));
        return TypedResults.Created($"/v1/sessions/{Uri.EscapeDataString(session.Name)}", SessionAnswer.Of(session));
    }

    private static Ok<SessionDetail> Show(string name, SessionArchive archive, CancellationToken cancellation)
    {
        var (store, session) = archive.Open(Decoded(name));
        using var _ = store;
        var summarizer = new RecordingSummarizer(session.Duration > TimeSpan.Zero && session.Frames > 0 ? session.Frames / session.Duration.TotalSeconds : null);
        archive.Try(() =>
        {
            store.Replay(session.Name, summarizer, cancellation);
            return true;
        });
        return TypedResults.Ok(SessionDetail.Of(session, summarizer.Summarize()));
    }

    private static async Task ReadAsync(string name, HttpContext context, SessionArchive archive,
        [Description("ndjson, which is usual, or csv.")] string? format, CancellationToken cancellation)
    {
        Parameters.Check(context.Request, nameof(format));
        if (format is not (null or Json or Csv))
            throw PostedValues.Bad($"The format is {Json} or {Csv}.");
        var (store, session) = archive.Open(Decoded(name));
        using var _ = store;
        context.Response.ContentType = format == Csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
        using var lines = new MemoryStream();
        using IReadingSink sink = format == Csv ? new VideoCsv(new StreamWriter(lines), session.Name, session.Labels, header: true) : new VideoJson(lines, session.Name);
        try
        {
            // Between two portions nothing waits for the client but this request.
            foreach (int _1 in store.ReplaySteps(session.Name, sink))
            {
                if (lines.Length >= Portion)
                    await SendAsync();
            }
        }
        catch (MienException error) when (!context.Response.HasStarted)
        {
            throw archive.Failure(error);
        }
        await SendAsync();

        async Task SendAsync()
        {
            await context.Response.Body.WriteAsync(lines.GetBuffer().AsMemory(0, (int)lines.Length), cancellation);
            lines.SetLength(0);
        }
    }

    private static async Task<NoContent> Append(string name, HttpRequest request, SessionArchive archive, CancellationToken cancellation)
    {
        var posted = await JsonBody.ReadAsync(request, ServerJson.Default.PostedReadings, """{"frames":[{"frame":0,"time":0,"width":640,"height":480,"faces":[...]}],"events":[...]}""", cancellation);
        archive.Add(Decoded(name), (session, store) => session.Append(store, posted));
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Mark(string name, HttpRequest request, SessionArchive archive, CancellationToken cancellation)
    {
        var posted = await JsonBody.ReadAsync(request, ServerJson.Default.PostedMarker, """{"time":0,"marker":"..."}""", cancellation);
        var (time, marker) = (PostedValues.Time(posted.Time), PostedValues.Name(posted.Marker, "A marker"));
        archive.Add(Decoded(name), (session, store) => session.Mark(store, time, marker));
        return TypedResults.NoContent();
    }

    private static NoContent Delete(string name, SessionArchive archive)
    {
        archive.Delete(Decoded(name));
        return TypedResults.NoContent();
    }

    /// <summary>A name from an address: routing leaves the slash alone that <c>mien</c> allows in names.</summary>
    private static string Decoded(string name) => name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
