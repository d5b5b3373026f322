using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Mien.Output;
using Mien.Server.Endpoints;
using Mien.Server.Sessions;
using Mien.Server.Streams;
using Mien.Server.Uploads;

namespace Mien.Server;

/// <summary>What requests and answers hold, serialised without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(AnalyzeRequest))]
[JsonSerializable(typeof(AnalyzeAnswer))]
[JsonSerializable(typeof(PictureExplanation))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(SessionList))]
[JsonSerializable(typeof(SessionDetail))]
[JsonSerializable(typeof(PostedSession))]
[JsonSerializable(typeof(PostedReadings))]
[JsonSerializable(typeof(PostedMarker))]
[JsonSerializable(typeof(StreamCommand))]
[JsonSerializable(typeof(VideoList))]
[JsonSerializable(typeof(RecordingSummary))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class ServerJson : JsonSerializerContext;
