namespace Mien.Sessions;

/// <summary>A part of a session that is being recorded.</summary>
/// <param name="Session">The session's key.</param>
/// <param name="Number">The part's number, from 1.</param>
/// <param name="Start">The session's time at which it begins.</param>
/// <param name="Tracks">The highest id of a face before it.</param>
internal sealed record RecordedPart(long Session, int Number, TimeSpan Start, int Tracks)
{
    /// <summary>A frame of the part's source at its place in the session.</summary>
    public FrameReading Place(FrameReading reading) => reading with
    {
        Time = Start + reading.Time,
        Faces = [.. reading.Faces.Select(face => face with { Track = face.Track + Tracks })],
        Events = Place(reading.Events),
    };

    /// <summary>Events of the part's source at their place in the session.</summary>
    public IReadOnlyList<TrackEvent> Place(IReadOnlyList<TrackEvent> events) =>
        [.. events.Select(happened => happened with { Track = happened.Track + Tracks, Time = happened.Time + Start })];
}
