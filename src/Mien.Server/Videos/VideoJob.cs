using Mien.Output;
using Mien.Server.Problems;
using Mien.Server.Sessions;

namespace Mien.Server.Videos;

/// <summary>How far a video is.</summary>
internal enum VideoStatus
{
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
}

/// <summary>A video that was sent to be read. May be asked from any thread while it is read.</summary>
/// <param name="id">Its id, which cannot be guessed.</param>
/// <param name="source">What its sender calls it.</param>
/// <param name="session">The session that stores its readings; null for none.</param>
/// <param name="video">The file that was sent.</param>
/// <param name="readings">The file for what it reads as.</param>
internal sealed class VideoJob(string id, string source, string? session, string video, string readings) : IReadingSink
{
    private readonly CancellationTokenSource _cancelled = new();
    private readonly Lock _lock = new();
    private RecordingSummarizer _summarizer = new(frameRate: null);
    private VideoStatus _status;
    private TimeSpan? _duration;
    private TimeSpan _time;
    private long _frames;
    private ProblemException? _problem;
    private string? _message;

    public string Id => id;

    public string Source => source;

    public string? Session => session;

    public string Video => video;

    /// <summary>JSON lines, as `mien analyze VIDEO --json` writes them; grows while the video is read.</summary>
    public string Readings => readings;

    /// <summary>Asks the reading to stop.</summary>
    public CancellationToken Cancelled => _cancelled.Token;

    /// <summary>Whether it will change no more.</summary>
    public bool HasEnded => Status is not (VideoStatus.Queued or VideoStatus.Running);

    public VideoStatus Status
    {
        get
        {
            lock (_lock)
                return _status;
        }
    }

    /// <summary>How far it is.</summary>
    public VideoAnswer Answer
    {
        get
        {
            lock (_lock)
            {
                decimal? progress = _status == VideoStatus.Done ? 1 : _duration > TimeSpan.Zero ? Math.Round((decimal)Math.Clamp(_time / _duration.Value, 0, 1), 4) : null;
                var problem = _problem is null ? null : new VideoProblem(_problem.Problem.Type, _problem.Problem.Title, _problem.Message);
                return new(id, source, _status.ToString().ToLowerInvariant(), _frames, PictureJson.Seconds(_time), progress, problem, _message);
            }
        }
    }

    /// <summary>What came of it so far.</summary>
    public RecordingSummary Summary
    {
        get
        {
            lock (_lock)
                return _summarizer.Summarize();
        }
    }

    public void Cancel() => _cancelled.Cancel();

    /// <summary>Tells that it is read from now on.</summary>
    public void Begin(TimeSpan? duration, double? frameRate)
    {
        lock (_lock)
            (_status, _duration, _summarizer) = (VideoStatus.Running, duration, new(frameRate));
    }

    /// <summary>Tells how it ended.</summary>
    /// <param name="status">How.</param>
    /// <param name="problem">Why it failed.</param>
    /// <param name="message">Where reading stopped, if before the end.</param>
    public void End(VideoStatus status, ProblemException? problem = null, string? message = null)
    {
        lock (_lock)
            (_status, _problem, _message) = (status, problem, message ?? _message);
    }

    /// <summary>Notes what a person should know, although the reading goes on.</summary>
    public void Note(string message)
    {
        lock (_lock)
            _message = message;
    }

    public void Add(FrameReading reading, Image picture)
    {
        lock (_lock)
        {
            (_frames, _time) = (_frames + 1, reading.Time);
            _summarizer.Add(reading, picture);
        }
    }

    public void Alert(AlertEvent alert) { }

    public void Mark(TimeSpan time, string marker) { }

    public void Finish(IReadOnlyList<TrackEvent> events) { }

    public void Dispose()
    {
        _cancelled.Dispose();
        _summarizer.Dispose();
    }
}

/// <summary>A video that was sent to be read.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Source">What its sender calls it.</param>
/// <param name="Status">queued, running, done, failed or cancelled.</param>
/// <param name="Frames">How many frames were read so far.</param>
/// <param name="Seconds">The time of the last one.</param>
/// <param name="Progress">0 to 1; absent where the video does not say how long it is.</param>
/// <param name="Problem">Why it failed.</param>
/// <param name="Message">Where reading stopped, if before the video's end, or what else a person should know.</param>
internal sealed record VideoAnswer(string Id, string Source, string Status, long Frames, decimal Seconds, decimal? Progress, VideoProblem? Problem, string? Message);

/// <summary>Why a video could not be read.</summary>
/// <param name="Type">The type of the problem.</param>
/// <param name="Title">What is wrong, in general.</param>
/// <param name="Detail">What is wrong with this video.</param>
internal sealed record VideoProblem(string Type, string Title, string Detail);
