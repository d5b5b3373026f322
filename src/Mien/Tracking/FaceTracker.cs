using Mien.Tracking;

namespace Mien;

/// <summary>Follows faces through the frames of a video: each gets an id that lives through short occlusions and crossings.</summary>
/// <remarks>
/// Where a face is expected comes from a Kalman filter with constant velocity; who is who is decided by an optimal assignment on
/// place and appearance, certain detections first and then uncertain ones (as in ByteTrack, Zhang et al. 2022, arXiv 2110.06864),
/// and faces that have an id first. All is a function of times and faces: the same input gives the same ids. One tracker serves
/// one video, from one thread.
/// </remarks>
public sealed class FaceTracker
{
    /// <summary>A face is looked for where it is with a probability of 99.9 %: chi-squared of three degrees of freedom.</summary>
    private const double Gate = 16.27;

    private readonly TrackerOptions _options;
    private readonly List<Track> _tracks = [];
    private TimeSpan _time = TimeSpan.MinValue;
    private TimeSpan _detected = TimeSpan.MinValue;
    private int _lastId;

    /// <summary>Begins with no face known.</summary>
    /// <param name="options">When to believe what; null for the defaults.</param>
    public FaceTracker(TrackerOptions? options = null) => _options = options ?? new();

    /// <summary>How many faces are remembered, those out of sight and those without an id among them.</summary>
    internal int Known => _tracks.Count;

    /// <summary>
    /// Whether frames are so few or so far apart that one look at a face has to do: it enters with its first detection, and has
    /// left when a look has missed it.
    /// </summary>
    internal bool IsSparse { get; set; }

    /// <summary>Takes the faces that were detected in a frame.</summary>
    /// <param name="time">When the frame was taken; not before the last one.</param>
    /// <param name="faces">All faces detected, in any order.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is before that of the last frame.</exception>
    public TrackedFrame Update(TimeSpan time, IReadOnlyList<ObservedFace> faces)
    {
        ArgumentNullException.ThrowIfNull(faces);
        Advance(time);
        var before = _detected;
        _detected = time;
        var events = new List<TrackEvent>();
        Leave(track => time - track.LastSeen > _options.LeaveAfter && !(IsSparse && track.LastSeen == before), events);

        var certain = Enumerable.Range(0, faces.Count).Where(index => faces[index].Face.Confidence >= _options.MinimumConfidence).ToList();
        var uncertain = Enumerable.Range(0, faces.Count).Except(certain).ToList();
        var known = _tracks.FindAll(track => track.Id is not null);
        var candidates = _tracks.FindAll(track => track.Id is null);
        var matches = new Dictionary<Track, int>();
        Match(known, certain);
        Match(known, uncertain);
        Match(candidates, certain);

        _tracks.RemoveAll(track => track.Id is null && !matches.ContainsKey(track));
        foreach (int index in certain)
        {
            var track = new Track(time, faces[index]);
            _tracks.Add(track);
            if (IsSparse)
                matches.Add(track, index);
        }
        foreach (var track in _tracks)
        {
            if (track.Id is null && (IsSparse || (track.LastSeen > track.FirstSeen && time - track.FirstSeen >= _options.EnterAfter)))
            {
                track.Id = ++_lastId;
                events.Add(new(TrackEventKind.Entered, _lastId, track.FirstSeen));
            }
        }
        return new([.. matches.Where(match => match.Key.Id is not null).OrderBy(match => match.Key.Id)
            .Select(match => new TrackedFace(match.Key.Id!.Value, match.Key.Face, match.Value))], [.. events.OrderBy(happened => happened.Time)]);

        // Pairs tracks with faces; both lists keep what found no partner.
        void Match(List<Track> tracks, List<int> indices)
        {
            var cost = new double[tracks.Count, indices.Count];
            for (int i = 0; i < tracks.Count; i++)
            {
                for (int j = 0; j < indices.Count; j++)
                    cost[i, j] = tracks[i].Cost(time, faces[indices[j]], Gate, Tolerance(tracks[i]));
            }
            var found = Assignment.Solve(cost);
            for (int i = tracks.Count - 1; i >= 0; i--)
            {
                if (found[i] < 0)
                    continue;
                tracks[i].Continue(time, faces[indices[found[i]]]);
                matches.Add(tracks[i], indices[found[i]]);
                tracks.RemoveAt(i);
            }
            indices.RemoveAll(matches.ContainsValue);
        }

        // From one detection to the next a face changes the more the later that is; who was out of sight may be somebody else by now.
        float Tolerance(Track track)
        {
            float most = 1 - _options.MinimumSimilarity;
            double lateness = track.LastSeen < before ? 0 : Math.Min(1, (time - track.LastSeen) / _options.EnterAfter);
            return most * (float)(1 + lateness) / 2;
        }
    }

    /// <summary>Where the faces of the last frame with detections are by now, for a frame in which none are looked for.</summary>
    /// <param name="time">When the frame was taken; not before the last one.</param>
    /// <returns>The faces that have an id, by id.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is before that of the last frame.</exception>
    public IReadOnlyList<TrackedFace> Predict(TimeSpan time)
    {
        Advance(time);
        return [.. _tracks.Where(track => track.Id is not null && track.LastSeen == _detected).OrderBy(track => track.Id)
            .Select(track => new TrackedFace(track.Id!.Value, track.At(time), Index: null))];
    }

    /// <summary>Ends the video: all who are still there leave.</summary>
    public IReadOnlyList<TrackEvent> Finish()
    {
        var events = new List<TrackEvent>();
        Leave(_ => true, events);
        return [.. events.OrderBy(happened => happened.Time)];
    }

    private void Advance(TimeSpan time)
    {
        if (time < _time)
            throw new ArgumentOutOfRangeException(nameof(time), time, $"Frames come in the order of their times; the last one was at {_time}.");
        _time = time;
    }

    private void Leave(Predicate<Track> gone, List<TrackEvent> events)
    {
        foreach (var track in _tracks.FindAll(gone))
        {
            _tracks.Remove(track);
            if (track.Id is { } id)
                events.Add(new(TrackEventKind.Left, id, track.LastSeen));
        }
    }
}
