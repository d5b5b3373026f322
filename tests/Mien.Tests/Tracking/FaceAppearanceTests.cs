namespace Mien.Tests.Tracking;

public sealed class FaceAppearanceTests
{
    [Fact]
    public void A_face_is_like_itself_in_other_light_and_unlike_another()
    {
        byte[] face = Noise(1), other = Noise(2);
        Assert.InRange(Look(face).Similarity(Look(face)), 0.999f, 1.001f);
        Assert.InRange(Look(face).Similarity(Look([.. face.Select(value => (byte)((value / 2) + 90))])), 0.99f, 1.001f);
        Assert.InRange(Look(face).Similarity(Look(other)), -1, 0.6f);
    }

    [Fact]
    public void What_covers_a_quarter_of_a_face_makes_nobody_else()
    {
        byte[] face = Noise(1), covered = [.. face], half = [.. face];
        // The lower middle, as a hand before the mouth; then all of the lower half.
        for (int i = 0; i < face.Length; i++)
        {
            if (i / 48 >= 24 && i % 48 is >= 12 and < 36)
                covered[i] = 200;
            if (i / 48 >= 24)
                half[i] = Noise(2)[i];
        }
        Assert.InRange(Look(face).Similarity(Look(covered)), 0.9f, 1.001f);
        Assert.InRange(Look(face).Similarity(Look(half)), -1, 0.8f);
    }

    [Fact]
    public void A_picture_without_contrast_is_like_nothing() => Assert.Equal(0, Look(new byte[48 * 48]).Similarity(Look(Noise(1))));

    private static FaceAppearance Look(byte[] pixels) => FaceAppearance.Of(Image.FromPixels(48, 48, PixelFormat.Gray8, pixels));

    /// <summary>Blocks of 6 pixels, each of one gray.</summary>
    private static byte[] Noise(int seed)
    {
        var random = new Random(seed);
        byte[] blocks = [.. Enumerable.Range(0, 64).Select(_ => (byte)random.Next(256))];
        return [.. Enumerable.Range(0, 48 * 48).Select(i => blocks[(i / 48 / 6 * 8) + (i % 48 / 6)])];
    }
}
