using System.Numerics;

namespace Mien;

/// <summary>A square of a picture, possibly turned, that a face crop shows.</summary>
/// <param name="CenterX">Centre, in pixels of the picture.</param>
/// <param name="CenterY">Centre, in pixels of the picture.</param>
/// <param name="Side">Side of the square, in pixels of the picture, more than 0.</param>
/// <param name="Angle">Turn of the face, clockwise as seen, in radians: the crop shows it upright.</param>
public readonly record struct CropRegion(float CenterX, float CenterY, float Side, float Angle = 0)
{
    /// <summary>Where the five landmarks lie in FER-2013's faces, as shares of the picture's side: medians, made symmetric (benchmarks/README.md, "crop").</summary>
    private static readonly Complex[] Standard =
    [
        new(0.316, 0.382), new(0.684, 0.382), new(0.50, 0.596), new(0.346, 0.758), new(0.654, 0.758),
    ];

    /// <summary>Radians, 8 degrees, that landmarks err by: a face that is turned less is shown as it is, another one is turned back by what is more.</summary>
    private const double LeastAngle = 0.14;

    /// <summary>The largest centred square of a picture: for pictures that are face crops already.</summary>
    public static CropRegion Whole(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new(image.Width / 2f, image.Height / 2f, Math.Min(image.Width, image.Height));
    }

    /// <summary>The standard crop of a detected face, which shows it as FER-2013 does: turned by its landmarks, halfway between where they and its box put it; by the box alone where there are none.</summary>
    public static CropRegion Of(DetectedFace face, BoxToCrop boxToCrop)
    {
        ArgumentNullException.ThrowIfNull(face);
        var byBox = Around(face.Box, boxToCrop);
        if (face.Landmarks is not { } landmarks)
            return byBox;
        // Landmarks err most on blurred faces, boxes on turned heads: halfway, neither errs much.
        var byLandmarks = Aligned(landmarks);
        return byLandmarks with
        {
            CenterX = (byLandmarks.CenterX + byBox.CenterX) / 2,
            CenterY = (byLandmarks.CenterY + byBox.CenterY) / 2,
            Side = MathF.Sqrt(byLandmarks.Side * byBox.Side),
        };
    }

    /// <summary>The same region with room added on each side, as a share of its own side.</summary>
    public CropRegion WithMargin(float margin) => this with { Side = Side * (1 + (2 * margin)) };

    private static CropRegion Around(Box box, BoxToCrop boxToCrop) =>
        new(box.X + (box.Width / 2), box.Y + (box.Height * (0.5f + boxToCrop.ShiftY)), Math.Max(box.Width, box.Height) * boxToCrop.Scale);

    /// <summary>The square in which the landmarks come closest, by least squares, to where they lie in FER-2013 (Umeyama 1991, two dimensions), turned by <see cref="LeastAngle"/> less.</summary>
    private static CropRegion Aligned(FaceLandmarks landmarks)
    {
        ReadOnlySpan<Complex> standard = Standard;
        ReadOnlySpan<Complex> found = [At(landmarks.LeftEye), At(landmarks.RightEye), At(landmarks.Nose), At(landmarks.LeftMouth), At(landmarks.RightMouth)];
        Complex standardMean = Mean(standard), foundMean = Mean(found), numerator = 0;
        double denominator = 0;
        for (int i = 0; i < found.Length; i++)
        {
            var offset = standard[i] - standardMean;
            numerator += (found[i] - foundMean) * Complex.Conjugate(offset);
            denominator += (offset * Complex.Conjugate(offset)).Real;
        }
        // As complex numbers a similarity is z -> turn * z + shift; the crop is the unit square turned, scaled and moved by it.
        var turn = numerator / denominator;
        turn = Complex.FromPolarCoordinates(turn.Magnitude, Math.CopySign(Math.Max(0, Math.Abs(turn.Phase) - LeastAngle), turn.Phase));
        var center = foundMean + (turn * (new Complex(0.5, 0.5) - standardMean));
        return new((float)center.Real, (float)center.Imaginary, Math.Max(1, (float)turn.Magnitude), (float)turn.Phase);
    }

    private static Complex At(Landmark landmark) => new(landmark.X, landmark.Y);

    private static Complex Mean(ReadOnlySpan<Complex> points)
    {
        Complex sum = 0;
        foreach (var point in points)
            sum += point;
        return sum / points.Length;
    }
}
