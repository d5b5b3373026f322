using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mien.Server.Problems;
using Mien.Sessions;

namespace Mien.Server.Sessions;

/// <summary>Checks what programs post, and turns it into what is stored.</summary>
internal static class PostedValues
{
    public const int LongestName = 200;

    private const int MostLabels = 100, MostFrames = 5000, MostFaces = 100, MostEvents = 1000, LargestSide = 16384, LargestTrack = 1_000_000;
    private const float LargestPosition = 100_000;

    /// <summary>How far from 1 the sum of a face's probabilities may be, which were rounded on the way.</summary>
    private const float SumTolerance = 0.02f;

    /// <summary>No recording is longer.</summary>
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(366);

    /// <summary>Whether a text can be a name of a session, source, model, marker or label.</summary>
    public static bool IsName([NotNullWhen(true)] string? name) => name is { Length: > 0 and <= LongestName } && !name.Any(char.IsControl);

    /// <summary>A name of a session, source, model, marker or label.</summary>
    /// <exception cref="ProblemException">It is none.</exception>
    public static string Name(string? name, string what) =>
        IsName(name) ? name
        : throw Bad($"{what} must be of 1 to {LongestName} letters, none of them a control character.");

    /// <summary>A name of a session, which is also a part of its address.</summary>
    /// <exception cref="ProblemException">It is none.</exception>
    public static string SessionName(string? name) =>
        Name(name, "The name of a session") is var good && good is not ("." or "..") && !good.Contains('/', StringComparison.Ordinal) ? good
        : throw Bad("The name of a session must not be '.' or '..' or hold a '/'.");

    /// <summary>A time of a recording.</summary>
    /// <exception cref="ProblemException">It is none.</exception>
    public static TimeSpan Time(double seconds) =>
        seconds >= 0 && seconds <= LongestTime.TotalSeconds ? TimeSpan.FromSeconds(seconds)
        : throw Bad(string.Create(CultureInfo.InvariantCulture, $"A time must be from 0 to {LongestTime.TotalSeconds} seconds."));

    /// <exception cref="ProblemException">A value is not one that it can have.</exception>
    public static SessionDescription Description(PostedSession posted)
    {
        const double LongestRetention = 36_500;
        if (posted.Labels.Count is < 2 or > MostLabels || posted.Labels.Distinct().Count() < posted.Labels.Count)
            throw Bad($"There must be 2 to {MostLabels} labels, each of them once.");
        if (posted.RetentionDays is { } days && !(days > 0 && days <= LongestRetention))
            throw Bad($"retentionDays must be more than 0 and at most {LongestRetention}; leave it out to keep readings until they are deleted.");
        return new()
        {
            Name = SessionName(posted.Name),
            Labels = [.. posted.Labels.Select(label => Name(label, "A label"))],
            Source = Name(posted.Source, "The source"),
            Model = Name(posted.Model, "The model"),
            Retention = posted.RetentionDays is { } kept ? TimeSpan.FromDays(kept) : null,
        };
    }

    /// <summary>The frames as they are stored, each with the events up to it.</summary>
    /// <returns>The frames in their order, and the events after the last one.</returns>
    /// <exception cref="ProblemException">A value is not one that it can have.</exception>
    public static (IReadOnlyList<SessionFrame> Frames, IReadOnlyList<TrackEvent> Left) Readings(PostedReadings posted, IReadOnlyList<string> labels)
    {
        if (posted.Frames.Count > MostFrames || posted.Events?.Count > MostEvents)
            throw Bad($"At most {MostFrames} frames and {MostEvents} events go into one request. Send the others in further requests.");
        var events = new Queue<TrackEvent>((posted.Events ?? []).Select(Event).OrderBy(happened => happened.Time));
        var frames = new List<SessionFrame>(posted.Frames.Count);
        foreach (var frame in posted.Frames)
        {
            var reading = Frame(frame, labels);
            var until = new List<TrackEvent>();
            while (events.TryPeek(out var happened) && happened.Time <= reading.Time)
                until.Add(events.Dequeue());
            frames.Add(new(reading with { Events = until }, frame.Width, frame.Height));
        }
        return (frames, [.. events]);
    }

    public static ProblemException Bad(string detail) => Problem.BadValue.Exception(detail);

    private static FrameReading Frame(PostedFrame? frame, IReadOnlyList<string> labels)
    {
        if (frame is null)
            throw Bad("A frame is null.");
        if (frame.Frame is < 0 or > uint.MaxValue)
            throw Bad($"A frame's number must be from 0 to {uint.MaxValue}.");
        if (frame.Width is < 1 or > LargestSide || frame.Height is < 1 or > LargestSide)
            throw Bad($"A frame's width and height must be from 1 to {LargestSide}.");
        if (frame.Faces.Count > MostFaces)
            throw Bad($"A frame can have {MostFaces} faces at most.");
        var faces = frame.Faces.Select(face => Face(face, labels)).ToList();
        return faces.DistinctBy(face => face.Track).Count() == faces.Count ? new(frame.Frame, Time(frame.Time), faces, [])
            : throw Bad($"Frame {frame.Frame} has two faces with the same id.");
    }

    private static TrackedReading Face(PostedFace? face, IReadOnlyList<string> labels)
    {
        if (face is null)
            throw Bad("A face is null.");
        if (face.Box is not [var x, var y, > 0 and < LargestPosition and var width, > 0 and < LargestPosition and var height]
            || !(MathF.Abs(x) < LargestPosition) || !(MathF.Abs(y) < LargestPosition))
            throw Bad("A box must be [x, y, width, height] in pixels, with a width and height of more than 0.");
        if (face.Detection is not (>= 0 and <= 1))
            throw Bad("The confidence of a detection must be from 0 to 1.");
        return new(Track(face.Track), new(new(x, y, width, height), face.Detection, null, Scores(face.Scores, labels)), Scores(face.Smoothed, labels));
    }

    private static EmotionScores Scores(IReadOnlyDictionary<string, float> posted, IReadOnlyList<string> labels)
    {
        var values = new float[labels.Count];
        for (int i = 0; i < values.Length; i++)
        {
            if (!posted.TryGetValue(labels[i], out values[i]) || values[i] is not (>= 0 and <= 1))
                throw Bad($"Scores must hold a probability from 0 to 1 for each label of the session: {string.Join(", ", labels)}.");
        }
        return posted.Count == labels.Count && MathF.Abs(values.Sum() - 1) <= SumTolerance ? new(labels, values)
            : throw Bad("The scores of a face must be those of the session's labels alone, and their sum 1.");
    }

    private static TrackEvent Event(PostedEvent? happened) => happened switch
    {
        { Event: "entered" } => new(TrackEventKind.Entered, Track(happened.Track), Time(happened.Time)),
        { Event: "left" } => new(TrackEventKind.Left, Track(happened.Track), Time(happened.Time)),
        _ => throw Bad("An event must be 'entered' or 'left'."),
    };

    private static int Track(int track) => track is >= 1 and <= LargestTrack ? track : throw Bad($"The id of a face must be from 1 to {LargestTrack}.");
}
