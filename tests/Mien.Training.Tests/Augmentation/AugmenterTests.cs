using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training.Tests.Augmentation;

public sealed class AugmenterTests : IDisposable
{
    private readonly DisposeScope _scope;

    public AugmenterTests()
    {
        Libtorch.Require();
        _scope = NewDisposeScope();
    }

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Without_variations_a_batch_stays_what_it_is()
    {
        Tensor images = Images(3, 1, 8);
        Assert.Same(images, Apply(new AugmentationRecipe(), images));
    }

    [Fact]
    public void A_certain_flip_mirrors_each_image()
    {
        Tensor images = Images(4, 1, 9);
        AssertNear(images.flip(3), Apply(new AugmentationRecipe { Flip = 1 }, images), 0.01);
    }

    [Fact]
    public void The_border_is_repeated_where_nothing_is_known()
    {
        Tensor white = full([50, 1, 12, 12], 200.0);
        AssertNear(white, Apply(new AugmentationRecipe { Rotation = 45, Shift = 0.5, Zoom = 0.5 }, white), 0.01);
    }

    [Fact]
    public void A_shift_moves_the_image_by_up_to_its_share()
    {
        // A lit column in the middle stays lit and moves by at most a quarter of the side.
        var pixels = new float[16 * 16];
        for (int y = 0; y < 16; y++)
            pixels[(y * 16) + 8] = 255;
        Tensor images = tensor(pixels, [1, 1, 16, 16]) * ones([200, 1, 1, 1]);
        float[] profile = Apply(new AugmentationRecipe { Shift = 0.25 }, images).mean([1, 2]).data<float>().ToArray();
        double[] centres = [.. profile.Chunk(16).Select(row => row.Select((value, x) => value * x).Sum() / row.Sum())];
        Assert.InRange(centres.Min(), 3.9, 4.3);
        Assert.InRange(centres.Max(), 11.7, 12.1);
    }

    [Fact]
    public void A_crop_is_a_window_of_the_image_at_every_place()
    {
        // Each pixel is its own row and column, so that the corner of a window tells where it lies.
        Tensor images = tensor([.. Enumerable.Range(0, 100).Select(i => (float)i)], [1, 1, 10, 10]) * ones([300, 1, 1, 1]);
        Tensor cropped = Apply(new AugmentationRecipe { Crop = 8 }, images);
        Assert.Equal([300, 1, 8, 8], cropped.shape);
        float[][] windows = [.. cropped.data<float>().ToArray().Chunk(64)];
        Assert.All(windows, window => Assert.Equal(77, window[63] - window[0], 0.01f));
        Assert.InRange(windows.Min(window => window[0]), 0, 3);
        Assert.InRange(windows.Max(window => window[0]), 19, 22.01f);
    }

    [Fact]
    public void Sharpness_blurs_or_raises_detail_and_leaves_flat_places()
    {
        AssertNear(full([9, 1, 8, 8], 77.0), Apply(new AugmentationRecipe { Sharpness = 1 }, full([9, 1, 8, 8], 77.0)), 0.01);
        Tensor line = tensor([.. Enumerable.Range(0, 64).Select(i => i % 8 == 4 ? 160f : 100f)], [1, 1, 8, 8]) * ones([400, 1, 1, 1]);
        float[] ridge = [.. Apply(new AugmentationRecipe { Sharpness = 1 }, line).data<float>().ToArray().Chunk(64).Select(image => image[28])];
        // The 3x3 mean on the line is 120: from all blur to twice the detail.
        Assert.InRange(ridge.Min(), 119.9f, 121);
        Assert.InRange(ridge.Max(), 199, 200.1f);
    }

    [Fact]
    public void A_low_resolution_takes_the_detail_and_keeps_what_is_large()
    {
        // A chessboard is all detail; each image has its own brightness.
        Tensor images = tensor([.. Enumerable.Range(0, 256).Select(i => ((i / 16) + i) % 2 == 0 ? 40f : -40f)], [1, 1, 16, 16])
            + (arange(0, 100, 1, ScalarType.Float32).reshape(100, 1, 1, 1) + full([1], 70.0));
        float[][] lowered = [.. Apply(new AugmentationRecipe { LowResolution = 0.5, LeastResolution = 8 }, images).data<float>().ToArray().Chunk(256)];
        int changed = 0;
        for (int i = 0; i < lowered.Length; i++)
        {
            Assert.Equal(70 + i, lowered[i].Average(), 0.5);
            changed += lowered[i].Max() - lowered[i].Min() < 79 ? 1 : 0;
        }
        Assert.InRange(changed, 30, 70);
    }

    [Fact]
    public void Brightness_and_contrast_stay_within_the_range_of_pixels()
    {
        float[] values = Apply(new AugmentationRecipe { Brightness = 0.9, Contrast = 0.9 }, Images(50, 1, 8)).data<float>().ToArray();
        Assert.Equal(0, values.Min());
        Assert.Equal(255, values.Max());
    }

    [Fact]
    public void Contrast_is_around_the_mean_of_each_channel()
    {
        Tensor images = tensor([10f, 20f, 30f], [1, 3, 1, 1]) * ones([20, 1, 4, 4]);
        AssertNear(images, Apply(new AugmentationRecipe { Contrast = 0.9 }, images, 10, 20, 30), 0.001);
    }

    [Fact]
    public void Erasing_paints_one_rectangle_with_the_mean()
    {
        Tensor images = full([20, 3, 10, 10], 255.0);
        float[] erased = Apply(new AugmentationRecipe { Erasing = 1, ErasingArea = [0.2, 0.3] }, images, 10, 20, 30).data<float>().ToArray();
        for (int i = 0; i < 20; i++)
        {
            int[] painted = [.. Enumerable.Range(0, 3).Select(c => erased.AsSpan(((i * 3) + c) * 100, 100).ToArray().Count(value => value == 10 * (c + 1)))];
            Assert.InRange(painted[0], 12, 38);
            Assert.All(painted, count => Assert.Equal(painted[0], count));
            Assert.Equal(300 - (3 * painted[0]), erased.AsSpan(i * 300, 300).ToArray().Count(value => value == 255));
        }
    }

    [Fact]
    public void Nothing_but_the_result_is_left_in_the_scope_of_the_caller()
    {
        Tensor images = Images(2, 1, 8);
        AugmentationRecipe everything = new() { Rotation = 5, Flip = 0.5, Brightness = 0.1, Erasing = 0.5 };
        Tensor result = Apply(everything, images);
        Assert.False(result.IsInvalid);
        Assert.False(images.IsInvalid);
        Assert.Equal(images.shape, result.shape);
    }

    private static Tensor Images(int count, int channels, int size)
    {
        var random = new Random(1);
        return tensor([.. Enumerable.Range(0, count * channels * size * size).Select(_ => (float)random.Next(256))], [count, channels, size, size]);
    }

    private static Tensor Apply(AugmentationRecipe recipe, Tensor images, params float[] mean)
    {
        using var augmenter = new Augmenter(recipe, mean.Length == 0 ? [128] : mean, CPU);
        return augmenter.Apply(images, 1, 2, 3);
    }

    private static void AssertNear(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange((expected - actual).data<float>().ToArray().Max(MathF.Abs), 0, tolerance);
    }
}
