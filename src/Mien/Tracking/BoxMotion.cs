namespace Mien.Tracking;

/// <summary>How a face's box moves and grows: centre and size on an axis each, the size as a logarithm.</summary>
internal readonly record struct BoxMotion
{
    // As shares of the box's side: how detectors' boxes jitter, how fast a face may be at first, how its speed may change in a second.
    private const double PlaceNoise = 0.06, FirstSpeed = 1.5, Acceleration = 2;
    private const double SizeNoise = 0.1, FirstGrowth = 0.3, GrowthChange = 0.4;

    private readonly KalmanAxis _x, _y, _size;

    private BoxMotion(KalmanAxis x, KalmanAxis y, KalmanAxis size) => (_x, _y, _size) = (x, y, size);

    /// <summary>By how much the place moves in a second, in pixels.</summary>
    public (double X, double Y) Speed => (_x.Speed, _y.Speed);

    /// <summary>By how much the logarithm of the side grows in a second.</summary>
    public double Growth => _size.Speed;

    /// <summary>A box seen for the first time.</summary>
    public static BoxMotion Of(Box box)
    {
        double side = Side(box);
        return new(
            KalmanAxis.At(CenterX(box), PlaceNoise * side, FirstSpeed * side),
            KalmanAxis.At(CenterY(box), PlaceNoise * side, FirstSpeed * side),
            KalmanAxis.At(Math.Log(side), SizeNoise, FirstGrowth));
    }

    /// <summary>What is expected later.</summary>
    public BoxMotion After(double seconds)
    {
        double acceleration = Acceleration * Math.Exp(_size.Place);
        return new(_x.After(seconds, acceleration), _y.After(seconds, acceleration), _size.After(seconds, GrowthChange));
    }

    /// <summary>The estimate after the box was seen.</summary>
    public BoxMotion Measured(Box box)
    {
        double noise = PlaceNoise * Side(box);
        return new(_x.Measured(CenterX(box), noise), _y.Measured(CenterY(box), noise), _size.Measured(Math.Log(Side(box)), SizeNoise));
    }

    /// <summary>How far a box is from the expected one: a squared distance in standard deviations, of three degrees of freedom.</summary>
    public double Surprise(Box box)
    {
        double noise = PlaceNoise * Side(box);
        return _x.Surprise(CenterX(box), noise) + _y.Surprise(CenterY(box), noise) + _size.Surprise(Math.Log(Side(box)), SizeNoise);
    }

    private static double CenterX(Box box) => box.X + (box.Width / 2);

    private static double CenterY(Box box) => box.Y + (box.Height / 2);

    private static double Side(Box box) => Math.Sqrt(box.Area);
}
