namespace Mien.Tracking;

/// <summary>
/// A place along one axis that moves at a speed of its own: a Kalman filter with constant velocity and white acceleration, whose
/// steps are times, so that any frame rate gives the same.
/// </summary>
/// <param name="Place">The estimated place.</param>
/// <param name="Speed">The estimated speed, per second.</param>
/// <param name="PlaceVariance">How uncertain the place is.</param>
/// <param name="Covariance">How the two errors hang together.</param>
/// <param name="SpeedVariance">How uncertain the speed is.</param>
internal readonly record struct KalmanAxis(double Place, double Speed, double PlaceVariance, double Covariance, double SpeedVariance)
{
    /// <summary>Seen for the first time, at rest as far as one knows.</summary>
    public static KalmanAxis At(double place, double noise, double speedNoise) => new(place, 0, noise * noise, 0, speedNoise * speedNoise);

    /// <summary>What is expected later.</summary>
    /// <param name="seconds">How much later.</param>
    /// <param name="acceleration">By what the speed may change in a second.</param>
    public KalmanAxis After(double seconds, double acceleration)
    {
        double variance = acceleration * acceleration;
        double square = seconds * seconds;
        return new(
            Place + (Speed * seconds),
            Speed,
            PlaceVariance + (2 * seconds * Covariance) + (square * SpeedVariance) + (variance * square * seconds / 3),
            Covariance + (seconds * SpeedVariance) + (variance * square / 2),
            SpeedVariance + (variance * seconds));
    }

    /// <summary>The estimate after a measurement with the given standard deviation.</summary>
    public KalmanAxis Measured(double place, double noise)
    {
        double gain = PlaceVariance / (PlaceVariance + (noise * noise));
        double speedGain = Covariance / (PlaceVariance + (noise * noise));
        double error = place - Place;
        return new(
            Place + (gain * error),
            Speed + (speedGain * error),
            (1 - gain) * PlaceVariance,
            (1 - gain) * Covariance,
            SpeedVariance - (speedGain * Covariance));
    }

    /// <summary>The squared distance of a measurement in standard deviations.</summary>
    public double Surprise(double place, double noise) => (place - Place) * (place - Place) / (PlaceVariance + (noise * noise));
}
