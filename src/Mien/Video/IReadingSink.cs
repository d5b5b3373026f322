namespace Mien;

/// <summary>Takes what a video or camera reads as while it comes: a file, a store, a terminal.</summary>
/// <remarks>Called by one thread at a time, in the order of time: for each frame first <see cref="Add"/>, then its alerts.</remarks>
public interface IReadingSink : IDisposable
{
    /// <summary>Takes a frame; also one without faces.</summary>
    /// <param name="reading">What it reads as.</param>
    /// <param name="picture">The frame itself. Its pixels are used again for later frames: it must not be kept beyond the call.</param>
    /// <exception cref="MienException">It cannot be written; this sink gets nothing more and is disposed of.</exception>
    void Add(FrameReading reading, Image picture);

    /// <summary>Takes an alert that began or ended with the last frame.</summary>
    /// <exception cref="MienException">It cannot be written; this sink gets nothing more and is disposed of.</exception>
    void Alert(AlertEvent alert);

    /// <summary>Takes a marker: a segment begins.</summary>
    /// <param name="time">When; not before the last frame.</param>
    /// <param name="marker">The segment's name.</param>
    /// <exception cref="MienException">It cannot be written; this sink gets nothing more and is disposed of.</exception>
    void Mark(TimeSpan time, string marker);

    /// <summary>Takes the end: after the last frame, also when a person or the camera ended it.</summary>
    /// <param name="events">Who was still there, and so leaves now.</param>
    /// <exception cref="MienException">It cannot be written.</exception>
    void Finish(IReadOnlyList<TrackEvent> events);
}
