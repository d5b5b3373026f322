namespace Mien.Training.Tests.Augmentation;

public sealed class VariationsTests
{
    private static readonly AugmentationRecipe Everything = new()
    {
        Rotation = 20, Shift = 0.1, Zoom = 0.2, Flip = 0.5, Brightness = 0.1, Contrast = 0.3, Erasing = 0.5, ErasingArea = [0.05, 0.1],
    };

    [Fact]
    public void The_same_keys_give_the_same_choices_and_others_give_others()
    {
        float[] Draw(params long[] keys) => Variations.Draw(Everything, 5, 48, new RandomStream(RandomPurpose.Augmentation, keys)).Theta;
        Assert.Equal(Draw(1, 2, 3), Draw(1, 2, 3));
        Assert.NotEqual(Draw(1, 2, 3), Draw(1, 2, 4));
        Assert.NotEqual(Draw(1, 2, 3), Draw(1, 3, 2));
        Assert.NotEqual(Draw(1, 2, 3), Draw(2, 2, 3));
    }

    [Fact]
    public void Random_numbers_are_the_same_in_every_version()
    {
        var random = new RandomStream(RandomPurpose.Order, 1, 2);
        // From the same algorithm written in Python, whose first output for the state 0 is the published E220A8397B1DCDAF.
        Assert.Equal([9, 4, 1, 8, 2, 7, 5, 6, 0, 3], random.Permutation(10));
    }

    [Fact]
    public void A_permutation_holds_every_number_once()
    {
        int[] order = new RandomStream(RandomPurpose.Order, 5).Permutation(1000);
        Assert.NotEqual(Enumerable.Range(0, 1000), order);
        Assert.Equal(Enumerable.Range(0, 1000), order.Order());
    }

    [Fact]
    public void Choices_stay_within_the_recipe_and_use_its_range()
    {
        const int Count = 4000;
        Variations drawn = Variations.Draw(Everything, Count, 48, new RandomStream(RandomPurpose.Augmentation, 1));
        int mirrored = 0, erased = 0;
        double leastZoom = 9, mostZoom = 0, mostShift = 0, mostAngle = 0;
        for (int i = 0; i < Count; i++)
        {
            ReadOnlySpan<float> t = drawn.Theta.AsSpan(i * 6, 6);
            double zoom = 1 / Math.Sqrt(Math.Abs((t[0] * t[4]) - (t[1] * t[3])));
            leastZoom = Math.Min(leastZoom, zoom);
            mostZoom = Math.Max(mostZoom, zoom);
            mostShift = Math.Max(mostShift, Math.Max(Math.Abs(t[2]), Math.Abs(t[5])));
            mostAngle = Math.Max(mostAngle, Math.Abs(Math.Atan2(-t[1], t[4])) * 180 / Math.PI);
            mirrored += (t[0] * t[4]) - (t[1] * t[3]) < 0 ? 1 : 0;
            float area = drawn.ErasedRows.AsSpan(i * 48, 48).ToArray().Sum() * drawn.ErasedColumns.AsSpan(i * 48, 48).ToArray().Sum() / (48 * 48);
            erased += area > 0 ? 1 : 0;
            Assert.True(area is 0 or (> 0.035f and < 0.12f), $"area {area}");
        }
        Assert.InRange(leastZoom, 0.8, 0.81);
        Assert.InRange(mostZoom, 1.19, 1.2);
        Assert.InRange(mostShift, 0.19, 0.2);
        Assert.InRange(mostAngle, 19.5, 20.0001);
        Assert.InRange(mirrored, Count * 0.45, Count * 0.55);
        Assert.InRange(erased, Count * 0.45, Count * 0.55);
        Assert.InRange(drawn.Contrast.Min(), 0.7, 0.71);
        Assert.InRange(drawn.Brightness.Max(), 25, 25.5);
    }

    [Fact]
    public void Switching_one_kind_off_leaves_the_others_as_they_are()
    {
        Variations all = Variations.Draw(Everything, 50, 48, new RandomStream(RandomPurpose.Augmentation, 1));
        Variations some = Variations.Draw(Everything with { Rotation = 0, Flip = 0, Erasing = 0 }, 50, 48, new RandomStream(RandomPurpose.Augmentation, 1));
        Assert.Equal(all.Contrast, some.Contrast);
        Assert.Equal(all.Brightness, some.Brightness);
        Assert.All(some.ErasedRows, value => Assert.Equal(0, value));
    }
}
