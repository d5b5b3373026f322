using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Mien.Output;
using Mien.Server.Monitoring;
using Mien.Server.Problems;
using Mien.Server.Recognition;
using Mien.Server.Sessions;

namespace Mien.Server.Streams;

/// <summary>One stream from its first message to its end: reads its frames in their order and answers each.</summary>
internal sealed partial class StreamConnection(WebSocket socket, Recognizer recognizer, SessionArchive archive, ServerMetrics metrics, ServerOptions options, ILogger<StreamConnection> logger)
    : IDisposable
{
    private const int MostMarkers = 1000;

    /// <summary>How long the client may take to close, once the server has.</summary>
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(3);

    private readonly RecordingSummarizer _summarizer = new(frameRate: null);
    private readonly Queue<(TimeSpan Time, string Name)> _markers = [];
    private string _source = "stream";
    private ClassifierQueue? _classifier;
    private VideoAnalyzer? _video;
    private SessionRecorder? _recorder;
    private TimeSpan? _time;
    private int _marked;

    /// <summary>Runs the stream to its end.</summary>
    /// <param name="stopping">The server stops: what has come is still answered.</param>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var receiver = new StreamReceiver(socket, options);
        using var stop = stopping.Register(() => receiver.End(new(WebSocketCloseStatus.EndpointUnavailable)));
        var receiving = receiver.RunAsync();
        try
        {
            await WorkAsync(receiver);
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or IOException)
        {
            // The client has gone, or takes no answers.
            socket.Abort();
        }
        finally
        {
            if (await Task.WhenAny(receiving, Task.Delay(ClosingTime, CancellationToken.None)) != receiving)
                socket.Abort();
            await receiving;
            while (receiver.Items.TryRead(out var item))
                GiveBack(item);
        }
    }

    public void Dispose()
    {
        _recorder?.Dispose();
        _summarizer.Dispose();
    }

    private async Task WorkAsync(StreamReceiver receiver)
    {
        ProblemException? fault = null;
        try
        {
            await foreach (var item in receiver.Items.ReadAllAsync(receiver.Gone))
                await DoAsync(item, receiver);
        }
        catch (ProblemException problem)
        {
            fault = problem;
            receiver.End(new(WebSocketCloseStatus.PolicyViolation, problem));
        }
        catch (Exception error) when (error is not (WebSocketException or OperationCanceledException or IOException))
        {
            // No message: it may quote the frame.
            LogFailure(logger, error.GetType().FullName, error.StackTrace);
            fault = Problem.Internal.Exception("The server's log says more.");
            receiver.End(new(WebSocketCloseStatus.InternalServerError, fault));
        }
        finally
        {
            await FinishAsync(receiver);
        }
        var end = fault is null ? receiver.Ending : new(receiver.Ending.Status, fault);
        if (end.Problem is { } told)
            await SendAsync(StreamMessages.Fault(told), receiver);
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            using var timeout = Timeout(receiver);
            await socket.CloseOutputAsync(end.Status, end.Problem?.Problem.Name, timeout.Token);
        }
    }

    private async Task DoAsync(StreamItem item, StreamReceiver receiver)
    {
        try
        {
            switch (item)
            {
                case StreamStart(var command):
                    await StartAsync(command, receiver);
                    break;
                case StreamFrame frame:
                    await ReadAsync(frame, receiver);
                    break;
                case StreamMark(var command):
                    Mark(command);
                    break;
            }
        }
        finally
        {
            GiveBack(item);
        }
    }

    private async Task StartAsync(StreamCommand command, StreamReceiver receiver)
    {
        _source = command.Source is null ? _source : PostedValues.Name(command.Source, "The source");
        _classifier = recognizer.ClassifierFor(command.Labels);
        var model = _classifier.Classifier.Metadata;
        if (command.Session is { } session)
            _recorder = archive.Record(new() { Name = PostedValues.SessionName(session), Source = _source, Model = model.Name, Labels = model.Labels });
        _video = recognizer.BeginVideo(_classifier);
        await SendAsync(StreamMessages.Ready(StreamReceiver.Credits, model), receiver);
    }

    private async Task ReadAsync(StreamFrame frame, StreamReceiver receiver)
    {
        JsonObject answer;
        try
        {
            var time = PostedValues.Time(frame.Time);
            if (time <= _time)
                throw PostedValues.Bad("Frames come in the order of their times, each later than the one before.");
            var (reading, picture) = await recognizer.ReadAsync(_video!, new($"frame {frame.Id}", frame.Picture), frame.Id, time, _classifier!, receiver.Gone);
            metrics.Read(reading.Faces.Count);
            await TellMarkersAsync(time, receiver);
            _time = time;
            _summarizer.Add(reading, picture);
            await RecordAsync(recorder => recorder.Add(reading, picture), receiver);
            foreach (var happened in reading.Events)
                await SendAsync(StreamMessages.Event(TimelineEvent.Of(_source, happened)), receiver);
            answer = StreamMessages.Frame(FrameAnalysis.Of(_source, reading, picture));
        }
        catch (ProblemException problem)
        {
            answer = StreamMessages.Fault(problem, frame.Id);
        }
        // Before the answer: who has it may send the next frame at once.
        receiver.GiveCredit();
        await SendAsync(answer, receiver);
    }

    private void Mark(StreamCommand command)
    {
        if (++_marked > MostMarkers)
            throw PostedValues.Bad($"A stream can have {MostMarkers} markers at most.");
        _markers.Enqueue((PostedValues.Time(command.Time ?? _time?.TotalSeconds ?? 0), PostedValues.Name(command.Marker, "A marker")));
    }

    /// <summary>Tells of the markers up to a time, each not before the last frame.</summary>
    private async Task TellMarkersAsync(TimeSpan until, StreamReceiver receiver)
    {
        while (_markers.TryPeek(out var marker) && marker.Time <= until)
        {
            _markers.Dequeue();
            var time = _time = marker.Time > _time || _time is null ? marker.Time : _time;
            _summarizer.Mark(time.Value, marker.Name);
            await RecordAsync(recorder => recorder.Mark(time.Value, marker.Name), receiver);
            await SendAsync(StreamMessages.Event(TimelineEvent.Of(_source, time.Value, marker.Name)), receiver);
        }
    }

    private async Task FinishAsync(StreamReceiver receiver)
    {
        if (_video is null)
            return;
        var leaving = _video.Finish();
        // What is stored does not depend on whether anybody still listens.
        try
        {
            await TellMarkersAsync(TimeSpan.MaxValue, receiver);
            foreach (var happened in leaving)
                await SendAsync(StreamMessages.Event(TimelineEvent.Of(_source, happened)), receiver);
        }
        finally
        {
            await RecordAsync(recorder => recorder.Finish(leaving), receiver);
        }
        await SendAsync(StreamMessages.Summary(_summarizer.Summarize()), receiver);
    }

    /// <summary>Records, if that was asked for; a store that fails is told of once, and the stream goes on without it.</summary>
    private async Task RecordAsync(Action<SessionRecorder> record, StreamReceiver receiver)
    {
        if (_recorder is null)
            return;
        try
        {
            record(_recorder);
        }
        catch (MienException error)
        {
            _recorder.Dispose();
            _recorder = null;
            await SendAsync(StreamMessages.Fault(archive.Failure(error)), receiver);
        }
    }

    private async Task SendAsync(JsonObject message, StreamReceiver receiver)
    {
        // Nobody is there to be told; what is left to be stored is stored.
        if (receiver.Gone.IsCancellationRequested)
            return;
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
            message.WriteTo(writer);
        using var timeout = Timeout(receiver);
        await socket.SendAsync(bytes.WrittenMemory, WebSocketMessageType.Text, endOfMessage: true, timeout.Token);
    }

    /// <summary>Gives up on a client that does not read its answers.</summary>
    private CancellationTokenSource Timeout(StreamReceiver receiver)
    {
        var timeout = CancellationTokenSource.CreateLinkedTokenSource(receiver.Gone);
        timeout.CancelAfter(options.StreamTimeout);
        return timeout;
    }

    private static void GiveBack(StreamItem item)
    {
        if (item is StreamFrame frame)
            ArrayPool<byte>.Shared.Return(frame.Buffer);
    }

    [LoggerMessage(LogLevel.Error, "{Failure}\n{Trace}")]
    private static partial void LogFailure(ILogger logger, string? failure, string? trace);
}
