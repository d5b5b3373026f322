using System.Text.Json;
using System.Text.Json.Nodes;
using Mien.Output;
using Mien.Server.Problems;

namespace Mien.Server.Streams;

/// <summary>A text message of a client.</summary>
/// <param name="Type">start, mark or stop.</param>
/// <param name="Source">start: what the readings call the stream.</param>
/// <param name="Labels">start: another set of labels that the model knows.</param>
/// <param name="Session">start: stores the readings under this name.</param>
/// <param name="Marker">mark: the name of the segment that begins.</param>
/// <param name="Time">mark: when, in seconds.</param>
internal sealed record StreamCommand(string Type, string? Source = null, string? Labels = null, string? Session = null, string? Marker = null, double? Time = null);

/// <summary>What a stream's work consists of, in the order in which it came.</summary>
internal abstract record StreamItem;

/// <summary>The client begins.</summary>
internal sealed record StreamStart(StreamCommand Command) : StreamItem;

/// <summary>A frame; its bytes are rented.</summary>
internal sealed record StreamFrame(uint Id, double Time, byte[] Buffer, ReadOnlyMemory<byte> Picture) : StreamItem;

/// <summary>A segment begins.</summary>
internal sealed record StreamMark(StreamCommand Command) : StreamItem;

/// <summary>The text messages of the server.</summary>
internal static class StreamMessages
{
    public static JsonObject Ready(int credits, ModelMetadata model) => new()
    {
        ["type"] = "ready", ["credits"] = credits, ["model"] = model.Name, ["labels"] = new JsonArray([.. model.Labels.Select(label => JsonValue.Create(label))]),
    };

    public static JsonObject Frame(FrameAnalysis frame)
    {
        var message = Typed("frame", JsonSerializer.SerializeToNode(frame, PictureJson.Default.FrameAnalysis));
        message.Insert(1, "credits", 1);
        return message;
    }

    public static JsonObject Event(TimelineEvent happened) => Typed("event", JsonSerializer.SerializeToNode(happened, PictureJson.Default.TimelineEvent));

    public static JsonObject Summary(RecordingSummary summary) => Typed("summary", JsonSerializer.SerializeToNode(summary, PictureJson.Default.RecordingSummary));

    /// <param name="problem">What is wrong.</param>
    /// <param name="frame">The frame that it is about, whose credit is given back; null if it is about the stream.</param>
    public static JsonObject Fault(ProblemException problem, uint? frame = null)
    {
        var message = new JsonObject
        {
            ["type"] = "problem", ["problem"] = new JsonObject { ["type"] = problem.Problem.Type, ["title"] = problem.Problem.Title, ["detail"] = problem.Message },
        };
        if (frame is { } id)
        {
            message.Insert(1, "frame", id);
            message.Insert(2, "credits", 1);
        }
        return message;
    }

    private static JsonObject Typed(string type, JsonNode? content)
    {
        var message = content!.AsObject();
        message.Insert(0, "type", type);
        return message;
    }
}
