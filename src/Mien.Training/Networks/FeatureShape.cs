namespace Mien.Training;

/// <summary>What one sample looks like between two layers: channels by height by width; a flat vector has height and width 1.</summary>
/// <param name="Channels">Channels, or the length of a flat vector.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Width">Width in pixels.</param>
public readonly record struct FeatureShape(int Channels, int Height = 1, int Width = 1)
{
    /// <summary>The number of values.</summary>
    public int Count => checked(Channels * Height * Width);

    /// <inheritdoc/>
    public override string ToString() => $"{Channels}x{Height}x{Width}";
}
