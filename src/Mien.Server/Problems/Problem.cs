using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Mien.Server.Problems;

/// <summary>A kind of answer that says what is wrong with a request (RFC 9457); each is described in docs/api.md.</summary>
/// <param name="Name">The end of its type, which never changes.</param>
/// <param name="Status">Its HTTP status.</param>
/// <param name="Title">What is wrong, in general.</param>
internal sealed record Problem(string Name, int Status, string Title)
{
    public static readonly Problem NoPicture = new("no-picture", 400, "The request holds no picture");
    public static readonly Problem NoVideo = new("no-video", 400, "The request holds no video");
    public static readonly Problem MalformedJson = new("malformed-json", 400, "The JSON cannot be read");
    public static readonly Problem BadBase64 = new("bad-base64", 400, "A picture is not valid base64");
    public static readonly Problem MalformedMultipart = new("malformed-multipart", 400, "The multipart body cannot be read");
    public static readonly Problem UnknownLabels = new("unknown-labels", 400, "The model has no such labels");
    public static readonly Problem UnknownLabel = new("unknown-label", 400, "The model has no such label");
    public static readonly Problem UnknownParameter = new("unknown-parameter", 400, "There is no such query parameter");
    public static readonly Problem BadValue = new("bad-value", 400, "A value is not one that it can have");
    public static readonly Problem NotStarted = new("not-started", 400, "The stream has not been started");
    public static readonly Problem MalformedMessage = new("malformed-message", 400, "A message of the stream cannot be read");
    public static readonly Problem BadRequest = new("bad-request", 400, "The request cannot be read");
    public static readonly Problem ForeignHost = new("foreign-host", 400, "The server is not known by this name");
    public static readonly Problem Unauthorized = new("unauthorized", 401, "An API key is needed");
    public static readonly Problem ForeignOrigin = new("foreign-origin", 403, "Another site's page may not use this server");
    public static readonly Problem NotFound = new("not-found", 404, "There is nothing here");
    public static readonly Problem UnknownModel = new("unknown-model", 404, "There is no such model");
    public static readonly Problem UnknownSession = new("unknown-session", 404, "There is no such session");
    public static readonly Problem UnknownVideo = new("unknown-video", 404, "There is no such video");
    public static readonly Problem MethodNotAllowed = new("method-not-allowed", 405, "The method does not fit");
    public static readonly Problem RequestTimeout = new("request-timeout", 408, "The request came too slowly");
    public static readonly Problem OtherLabels = new("other-labels", 409, "The session holds readings of other labels");
    public static readonly Problem SessionNotOpen = new("session-not-open", 409, "The session is not being recorded");
    public static readonly Problem RequestTooLarge = new("request-too-large", 413, "The request is too large");
    public static readonly Problem TooManyPictures = new("too-many-pictures", 413, "The request holds too many pictures");
    public static readonly Problem PictureTooLarge = new("picture-too-large", 413, "A picture has too many pixels");
    public static readonly Problem VideoTooLong = new("video-too-long", 413, "The video is too long");
    public static readonly Problem UnsupportedContentType = new("unsupported-content-type", 415, "The body cannot be sent as this content type");
    public static readonly Problem NotAPicture = new("not-a-picture", 422, "The bytes are no picture of a known format");
    public static readonly Problem DamagedPicture = new("damaged-picture", 422, "A picture is truncated or damaged");
    public static readonly Problem UnreadableVideo = new("unreadable-video", 422, "The video cannot be read");
    public static readonly Problem WebSocketNeeded = new("websocket-needed", 426, "This endpoint is a WebSocket");
    public static readonly Problem NoCredit = new("no-credit", 429, "A frame came without a credit");
    public static readonly Problem TooManyRequests = new("too-many-requests", 429, "This client sends too many requests");
    public static readonly Problem Internal = new("internal", 500, "The server failed");
    public static readonly Problem Busy = new("busy", 503, "The server has all hands full");

    public static readonly Problem StoreFailed = new("store-failed", 503, "The store of sessions cannot be used");
    public static readonly Problem NoRoom = new("no-room", 507, "There is no room for the video");

    /// <summary>All kinds, for the document and its test.</summary>
    public static IReadOnlyList<Problem> All { get; } =
    [
        NoPicture, NoVideo, MalformedJson, BadBase64, MalformedMultipart, UnknownLabels, UnknownLabel, UnknownParameter, BadValue, NotStarted, MalformedMessage, BadRequest, ForeignHost, Unauthorized, ForeignOrigin,
        NotFound, UnknownModel, UnknownSession, UnknownVideo, MethodNotAllowed, RequestTimeout, OtherLabels, SessionNotOpen, RequestTooLarge, TooManyPictures, PictureTooLarge, VideoTooLong, UnsupportedContentType,
        NotAPicture, DamagedPicture, UnreadableVideo, WebSocketNeeded, NoCredit, TooManyRequests, Internal, Busy, StoreFailed, NoRoom,
    ];

    /// <summary>The type by which programs tell it apart.</summary>
    public string Type => $"urn:mien:problem:{Name}";

    /// <summary>The answer to a request.</summary>
    /// <param name="detail">What is wrong with this request, and the remedy.</param>
    public ProblemHttpResult Because(string detail) => TypedResults.Problem(new ProblemDetails { Type = Type, Title = Title, Status = Status, Detail = detail });

    /// <summary>The same for where no answer can be given yet.</summary>
    /// <param name="detail">What is wrong with this request, and the remedy.</param>
    public ProblemException Exception(string detail) => new(this, detail);

    /// <summary>The kind that a bare HTTP status stands for.</summary>
    public static Problem Of(int status) => status switch
    {
        404 => NotFound,
        405 => MethodNotAllowed,
        408 => RequestTimeout,
        413 => RequestTooLarge,
        415 => UnsupportedContentType,
        >= 500 => Internal,
        _ => BadRequest,
    };
}

/// <summary>A request that cannot be answered as it was meant.</summary>
internal sealed class ProblemException(Problem problem, string detail) : Exception(detail)
{
    public Problem Problem => problem;

    public ProblemHttpResult Result => problem.Because(Message);
}
