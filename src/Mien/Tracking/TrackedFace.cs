namespace Mien;

/// <summary>A face of a frame as a tracker gets it.</summary>
/// <param name="Face">What the detector found.</param>
/// <param name="Appearance">What it looks like.</param>
public sealed record ObservedFace(DetectedFace Face, FaceAppearance Appearance);

/// <summary>A face of a frame that has an id.</summary>
/// <param name="Track">The id: from 1 on in the order of entering, never used twice.</param>
/// <param name="Face">What the detector found; in frames between detections, the last detection moved along.</param>
/// <param name="Index">Which of the frame's detected faces it is; null in frames between detections.</param>
public sealed record TrackedFace(int Track, DetectedFace Face, int? Index);

/// <summary>What a <see cref="TrackEvent"/> tells.</summary>
public enum TrackEventKind
{
    /// <summary>A face came into view.</summary>
    Entered,

    /// <summary>A face went out of view.</summary>
    Left,
}

/// <summary>A face came or went.</summary>
/// <param name="Kind">Which of the two.</param>
/// <param name="Track">The face's id.</param>
/// <param name="Time">
/// When it was first or last seen. The event is given later, when it is certain: by <see cref="TrackerOptions.EnterAfter"/>
/// or <see cref="TrackerOptions.LeaveAfter"/>.
/// </param>
public sealed record TrackEvent(TrackEventKind Kind, int Track, TimeSpan Time);

/// <summary>What a tracker makes of a frame.</summary>
/// <param name="Faces">The faces that have an id and were found in this frame, by id.</param>
/// <param name="Events">Who came and went, by time.</param>
public sealed record TrackedFrame(IReadOnlyList<TrackedFace> Faces, IReadOnlyList<TrackEvent> Events);
