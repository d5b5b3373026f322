using System.Numerics;

namespace Mien.Training;

/// <summary>From a photo to the picture: scaled, turned, perhaps mirrored.</summary>
internal readonly struct Similarity
{
    private readonly Vector2 _source;
    private readonly Vector2 _place;
    private readonly float _scale;
    private readonly float _mirror;
    private readonly float _sin;
    private readonly float _cos;

    public Similarity(Vector2 source, Vector2 place, float scale, float turn, bool mirror)
    {
        (_source, _place, _scale, _mirror) = (source, place, scale, mirror ? -1 : 1);
        (_sin, _cos) = MathF.SinCos(turn);
    }

    public float Scale => _scale;

    /// <summary>Where a step to the right, or down, in the picture leads in the photo.</summary>
    public (Vector2 Right, Vector2 Down) Steps => (new Vector2(_mirror * _cos, -_sin) / _scale, new Vector2(_mirror * _sin, _cos) / _scale);

    public Vector2 Back(Vector2 at)
    {
        (Vector2 right, Vector2 down) = Steps;
        Vector2 offset = at - _place;
        return _source + (right * offset.X) + (down * offset.Y);
    }

    public TargetFace Apply(TargetFace face)
    {
        Vector2 center = Forward(new Vector2(face.Box.X + (face.Box.Width / 2), face.Box.Y + (face.Box.Height / 2)));
        // A face is nearer to the ellipse in its box than to the box: the turned ellipse has this width and height.
        float width = _scale * MathF.Sqrt(Square(face.Box.Width * _cos) + Square(face.Box.Height * _sin));
        float height = _scale * MathF.Sqrt(Square(face.Box.Width * _sin) + Square(face.Box.Height * _cos));
        return face with { Box = new Box(center.X - (width / 2), center.Y - (height / 2), width, height), Landmarks = Apply(face.Landmarks) };
    }

    private FaceLandmarks? Apply(FaceLandmarks? at) => at is null ? null
        : _mirror > 0 ? new(To(at.LeftEye), To(at.RightEye), To(at.Nose), To(at.LeftMouth), To(at.RightMouth))
        : new(To(at.RightEye), To(at.LeftEye), To(at.Nose), To(at.RightMouth), To(at.LeftMouth));

    private Landmark To(Landmark point)
    {
        Vector2 at = Forward(new Vector2(point.X, point.Y));
        return new(at.X, at.Y);
    }

    private Vector2 Forward(Vector2 at)
    {
        Vector2 offset = at - _source;
        offset.X *= _mirror;
        return _place + (_scale * new Vector2((_cos * offset.X) - (_sin * offset.Y), (_sin * offset.X) + (_cos * offset.Y)));
    }

    private static float Square(float value) => value * value;
}
