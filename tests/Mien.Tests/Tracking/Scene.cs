namespace Mien.Tests.Tracking;

/// <summary>Synthetic faces: each person is a pattern of its own, seen with a little noise. Those from 500 on look alike, as real faces do.</summary>
internal sealed class Scene
{
    private const int LookAlikes = 500;

    private readonly Dictionary<int, byte[]> _patterns = [];
    private readonly Random _noise = new(7);

    /// <summary>A person's face at a place.</summary>
    public ObservedFace Face(int person, double centerX, double centerY, double side = 100, float confidence = 0.9f)
    {
        if (!_patterns.TryGetValue(person, out byte[]? pattern))
        {
            pattern = new byte[12 * 12];
            new Random(person).NextBytes(pattern);
            if (person >= LookAlikes)
            {
                var common = new byte[pattern.Length];
                new Random(LookAlikes - 1).NextBytes(common);
                pattern = [.. pattern.Zip(common, (own, shared) => (byte)((0.35 * own) + (0.65 * shared)))];
            }
            _patterns.Add(person, pattern);
        }
        byte[] pixels = [.. pattern.Select(value => (byte)Math.Clamp(value + _noise.Next(-12, 13), 0, 255))];
        double Jitter() => (_noise.NextDouble() - 0.5) * 0.06 * side;
        var box = new Box((float)(centerX - (side / 2) + Jitter()), (float)(centerY - (side / 2) + Jitter()), (float)side, (float)side);
        return new(new DetectedFace(box, confidence), FaceAppearance.Of(Image.FromPixels(12, 12, PixelFormat.Gray8, pixels)));
    }
}
