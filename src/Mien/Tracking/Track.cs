namespace Mien.Tracking;

/// <summary>One face over time, as of when it was last seen.</summary>
internal sealed class Track(TimeSpan time, ObservedFace first)
{
    /// <summary>How fast the usual appearance follows the latest, in seconds.</summary>
    private const double AppearanceMemory = 0.5;

    private BoxMotion _motion = BoxMotion.Of(first.Face.Box);
    // A head that turns is like itself a moment ago, one that comes out behind something like its usual self.
    private FaceAppearance _latest = first.Appearance;
    private FaceAppearance _usual = first.Appearance;

    /// <summary>The id, once the face has entered.</summary>
    public int? Id { get; set; }

    /// <summary>When the face was seen first.</summary>
    public TimeSpan FirstSeen { get; } = time;

    /// <summary>When the face was seen last.</summary>
    public TimeSpan LastSeen { get; private set; } = time;

    /// <summary>What the detector found last.</summary>
    public DetectedFace Face { get; private set; } = first.Face;

    /// <summary>How unlikely it is that a face is this one, 0 to 1, or forbidden: the mean of how far it is away and how different it looks.</summary>
    /// <param name="time">When the face was found.</param>
    /// <param name="face">What was found.</param>
    /// <param name="gate">The squared distance in standard deviations from which on it is too far.</param>
    /// <param name="tolerance">How far the similarity may be from 1.</param>
    public double Cost(TimeSpan time, ObservedFace face, double gate, float tolerance)
    {
        double distance = _motion.After((time - LastSeen).TotalSeconds).Surprise(face.Face.Box) / gate;
        double difference = (1 - Math.Max(_latest.Similarity(face.Appearance), _usual.Similarity(face.Appearance))) / tolerance;
        return distance <= 1 && difference <= 1 ? (distance + difference) / 2 : Assignment.Forbidden;
    }

    /// <summary>Goes on with a face that was found.</summary>
    public void Continue(TimeSpan time, ObservedFace face)
    {
        double elapsed = (time - LastSeen).TotalSeconds;
        _motion = _motion.After(elapsed).Measured(face.Face.Box);
        _usual = _usual.Towards(face.Appearance, (float)(1 - Math.Exp(-elapsed / AppearanceMemory)));
        (LastSeen, Face, _latest) = (time, face.Face, face.Appearance);
    }

    /// <summary>The last detection, moved and grown as the face has been moving and growing.</summary>
    public DetectedFace At(TimeSpan time)
    {
        float elapsed = (float)(time - LastSeen).TotalSeconds;
        float scale = MathF.Exp((float)_motion.Growth * elapsed);
        var box = Face.Box;
        float centerX = box.X + (box.Width / 2), centerY = box.Y + (box.Height / 2);
        float newX = centerX + ((float)_motion.Speed.X * elapsed), newY = centerY + ((float)_motion.Speed.Y * elapsed);
        Landmark Move(Landmark point) => new(newX + (scale * (point.X - centerX)), newY + (scale * (point.Y - centerY)));
        var moved = new Box(newX - (scale * box.Width / 2), newY - (scale * box.Height / 2), scale * box.Width, scale * box.Height);
        var landmarks = Face.Landmarks is not { } found ? null : new FaceLandmarks(
            Move(found.LeftEye), Move(found.RightEye), Move(found.Nose), Move(found.LeftMouth), Move(found.RightMouth));
        return Face with { Box = moved, Landmarks = landmarks };
    }
}
