using Microsoft.Extensions.Logging;
using Mien.Output;
using Mien.Server.Monitoring;
using Mien.Server.Problems;
using Mien.Server.Recognition;
using Mien.Server.Sessions;

namespace Mien.Server.Videos;

/// <summary>Reads a video that was sent, from its beginning to its end or as far as it goes.</summary>
internal sealed partial class VideoReader(Recognizer recognizer, SessionArchive archive, ServerMetrics metrics, ServerOptions options, ILogger<VideoReader> logger)
{
    /// <summary>No video has more frames a second, on average over the longest time that is allowed.</summary>
    private const double MostFrameRate = 120;

    /// <summary>Reads it; whatever goes wrong is the job's problem.</summary>
    public async Task ReadAsync(VideoJob job, CancellationToken stopping)
    {
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(job.Cancelled, stopping);
            await ReadAsync(job, stop);
        }
        catch (OperationCanceledException)
        {
            job.End(VideoStatus.Cancelled);
        }
        catch (ProblemException problem)
        {
            job.End(VideoStatus.Failed, problem);
        }
        catch (ImageException error)
        {
            job.End(VideoStatus.Failed, Problem.PictureTooLarge.Exception(Named(job, error.Message)));
        }
        catch (VideoException error)
        {
            job.End(VideoStatus.Failed, Problem.UnreadableVideo.Exception(Named(job, error.Message)));
        }
        catch (NativeLibraryException error)
        {
            // Without ffmpeg no video can be read, and its sender can but pass that on.
            job.End(VideoStatus.Failed, Problem.Internal.Exception(error.Message));
        }
        catch (Exception error)
        {
            // Nobody else would learn of it, and the next video is to be read.
            LogFailure(logger, error.GetType().FullName, error.StackTrace);
            job.End(VideoStatus.Failed, Problem.Internal.Exception("The server's log says more."));
        }
    }

    private async Task ReadAsync(VideoJob job, CancellationTokenSource stop)
    {
        using var source = FrameSource.Open(job.Video, new() { Limits = options.Pictures }, stop.Token);
        if (source.Duration > options.MaximumVideoDuration)
            throw Problem.VideoTooLong.Exception($"{job.Source}: {Minutes(source.Duration.Value)} are more than this server's limit of {Minutes(options.MaximumVideoDuration)}. Send it in parts.");
        var classifier = recognizer.ClassifierFor(labels: null);
        var model = classifier.Classifier.Metadata;
        using var recorder = job.Session is null ? null : archive.Record(new() { Name = job.Session, Source = job.Source, Model = model.Name, Labels = model.Labels });
        using var file = new FileStream(job.Readings, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        using var json = new VideoJson(file, job.Source);
        using var limit = new VideoLimit(options.MaximumVideoDuration, (long)(options.MaximumVideoDuration.TotalSeconds * MostFrameRate), stop, metrics);
        job.Begin(source.Duration, source.FrameRate);
        var watch = new VideoWatch(source, recognizer.BeginVideo(classifier), [limit, json, .. recorder is null ? [] : (IReadingSink[])[recorder], job]);
        bool full = false;
        watch.SinkFailed += (sink, error) =>
        {
            if (sink == json)
            {
                full = true;
                stop.Cancel();
            }
            else if (error is MienException failure)
                job.Note($"The session is not stored to its end: {archive.Failure(failure).Message}");
        };
        try
        {
            End(job, await watch.RunAsync(stop.Token), watch.Frames);
        }
        catch (OperationCanceledException) when (limit.IsReached)
        {
            job.End(VideoStatus.Done, message: $"{job.Source}: read up to this server's limit of {Minutes(options.MaximumVideoDuration)}.");
        }
        catch (OperationCanceledException) when (full)
        {
            throw Problem.NoRoom.Exception("The server's disk is full: what the video reads as cannot be kept.");
        }
    }

    private static void End(VideoJob job, SourceEnd? end, long frames)
    {
        string? message = end is null or { Reason: SourceEndReason.Complete } ? null : Named(job, end.Message);
        if (frames == 0)
            throw Problem.UnreadableVideo.Exception(message ?? $"{job.Source}: there is no frame in it.");
        job.End(VideoStatus.Done, message: message);
    }

    /// <summary>A message about the file as one about what its sender calls it.</summary>
    private static string Named(VideoJob job, string message) => message.Replace(job.Video, job.Source, StringComparison.Ordinal);

    private static string Minutes(TimeSpan time) => FormattableString.Invariant($"{time.TotalMinutes:0.#} minutes");

    [LoggerMessage(LogLevel.Error, "{Failure}\n{Trace}")]
    private static partial void LogFailure(ILogger logger, string? failure, string? trace);
}
