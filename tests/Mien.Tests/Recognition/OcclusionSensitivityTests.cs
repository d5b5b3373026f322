using Mien.OpenCv;
using Mien.Tests.Inference;

namespace Mien.Tests.Recognition;

public sealed class OcclusionSensitivityTests
{
    [Theory]
    [InlineData(48, ColorOrder.Gray, 6, 30, 9)]
    [InlineData(48, ColorOrder.Gray, 24, 3, 12)]
    [InlineData(64, ColorOrder.Rgb, 8, 8, 16)]
    [InlineData(112, ColorOrder.Bgr, 70, 84, 14)]
    [InlineData(50, ColorOrder.Gray, 41, 41, 9)]
    public void A_model_that_looks_at_one_place_has_its_peak_there(int size, ColorOrder color, int left, int top, int side)
    {
        using var classifier = LooksAt(size, color, left, top, side);
        var map = OcclusionSensitivity.Explain(classifier, Bright(size, color, left, top, side));
        Assert.Equal("light", map.Label);
        Assert.Equal(16, map.Cells);
        int peak = map.Values.IndexOf(map.Values.ToArray().Max());
        Assert.InRange(((peak % 16) + 0.5f) * size / 16, left, left + side);
        Assert.InRange(((peak / 16) + 0.5f) * size / 16, top, top + side);
        for (int cell = 0; cell < 256; cell++)
        {
            // A patch reaches two cells from its own, so one that meets the place covers nothing further than five from it.
            float x = (cell % 16) * size / 16f, y = (cell / 16) * size / 16f, reach = 6 * size / 16f;
            if (x < left - reach || x > left + side + reach || y < top - reach || y > top + side + reach)
                Assert.Equal(0, map[cell % 16, cell / 16], tolerance: 1e-5f);
        }
        Assert.InRange(map.Lowest, 0, map.Probability - map.Values.ToArray().Max() + 1e-5f);
    }

    [Fact]
    public void What_carries_one_of_two_labels_speaks_against_the_other()
    {
        using var classifier = LooksAt(48, ColorOrder.Gray, 12, 12, 12);
        var face = Bright(48, ColorOrder.Gray, 12, 12, 12);
        float[] light = OcclusionSensitivity.Explain(classifier, face).Values.ToArray(), dark = OcclusionSensitivity.Explain(classifier, face, "dark").Values.ToArray();
        Assert.Equal(light, dark.Select(value => -value), (a, b) => MathF.Abs(a - b) < 1e-5f);
        Assert.True(light.Max() > 0.2f);
    }

    [Fact]
    public void Covered_faces_are_run_in_batches_and_the_batches_make_no_difference()
    {
        var together = Session(-1, 48, 1, 20, 20, 9);
        var oneByOne = Session(1, 48, 1, 20, 20, 9);
        using var first = new EmotionClassifier(together, Metadata(48, ColorOrder.Gray));
        using var second = new EmotionClassifier(oneByOne, Metadata(48, ColorOrder.Gray));
        var face = Bright(48, ColorOrder.Gray, 20, 20, 9);
        Assert.Equal(OcclusionSensitivity.Explain(first, face).Values, OcclusionSensitivity.Explain(second, face).Values);
        Assert.Equal([1, 64, 64, 64, 64], together.Runs.Select(shape => shape[0]));
        Assert.Equal(1 + 256, oneByOne.Runs.Count);
    }

    [Fact]
    public void A_crop_of_any_size_and_colour_is_brought_to_the_models_own()
    {
        using var classifier = LooksAt(48, ColorOrder.Gray, 12, 12, 12);
        var large = FaceCrop.Resize(Bright(48, ColorOrder.Rgb, 12, 12, 12), 96, 96);
        var map = OcclusionSensitivity.Explain(classifier, large);
        int peak = map.Values.IndexOf(map.Values.ToArray().Max());
        Assert.InRange(peak % 16, 4, 7);
        Assert.InRange(peak / 16, 4, 7);
    }

    [Fact]
    public void An_input_smaller_than_the_map_has_a_cell_a_pixel()
    {
        using var classifier = LooksAt(6, ColorOrder.Gray, 0, 0, 1);
        var map = OcclusionSensitivity.Explain(classifier, Bright(6, ColorOrder.Gray, 0, 0, 1));
        Assert.Equal((6, 36), (map.Cells, map.Values.Length));
        Assert.True(map[0, 0] > 0 && map[5, 5] == 0);
    }

    [Fact]
    public void A_label_that_the_model_does_not_know_is_named_with_those_it_knows()
    {
        using var classifier = LooksAt(48, ColorOrder.Gray, 0, 0, 8);
        var error = Assert.Throws<MienException>(() => OcclusionSensitivity.Explain(classifier, Bright(48, ColorOrder.Gray, 0, 0, 8), "joyful"));
        Assert.Contains("'joyful'", error.Message, StringComparison.Ordinal);
        Assert.Contains("light, dark", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_face_of_a_picture_is_explained_as_it_reads()
    {
        using var analyzer = EmotionAnalyzer.Create(new AnalyzerOptions().WithHaar());
        var image = Image.Load(Path.Combine(SharedData.Checkout, "samples", "average-faces.png"));
        var readings = analyzer.Analyze(image);
        var explanations = analyzer.Explain(image);
        Assert.Equal(readings.Select(reading => $"{reading.Box} {reading.Scores}"), explanations.Select(explanation => $"{explanation.Face.Box} {explanation.Face.Scores}"));
        Assert.All(explanations, explanation => Assert.Equal(explanation.Face.Scores.Top, explanation.Map.Label));
        // What makes the open mouth of the third face read as surprise lies in its lower half.
        var surprised = explanations.Where(explanation => explanation.Map.Label == Emotion.Surprise).MaxBy(explanation => explanation.Map.Probability)!.Map;
        Assert.True(surprised.Values.IndexOf(surprised.Values.ToArray().Max()) / 16 >= 8);
        Assert.All(analyzer.Explain(image, "angry"), explanation => Assert.Equal(Emotion.Anger, explanation.Map.Label));
    }

    [Fact]
    public void A_picture_without_a_face_has_nothing_to_explain()
    {
        using var analyzer = EmotionAnalyzer.Create();
        Assert.Empty(analyzer.Explain(Image.FromPixels(320, 240, PixelFormat.Gray8, new byte[320 * 240])));
    }

    private static EmotionClassifier LooksAt(int size, ColorOrder color, int left, int top, int side) =>
        new(Session(-1, size, color == ColorOrder.Gray ? 1 : 3, left, top, side), Metadata(size, color));

    private static ModelMetadata Metadata(int size, ColorOrder color) => new() { Name = "place", Labels = ["light", "dark"], InputSize = size, Color = color };

    /// <summary>A model whose probability of "light" is the brightness of the last channel in one place, and that is blind elsewhere.</summary>
    private static FakeSession Session(int batch, int size, int channels, int left, int top, int side) =>
        new([batch, channels, size, size], [("scores", [batch, 2])], (input, shape) =>
        {
            var scores = new float[shape[0] * 2];
            for (int face = 0; face < shape[0]; face++)
            {
                int plane = ((face * channels) + channels - 1) * size * size;
                float sum = 0;
                for (int y = top; y < top + side; y++)
                {
                    for (int x = left; x < left + side; x++)
                        sum += input[plane + (y * size) + x];
                }
                scores[2 * face] = sum / (side * side * 255);
                scores[(2 * face) + 1] = 1 - scores[2 * face];
            }
            return [scores];
        });

    /// <summary>A dark picture with a white square.</summary>
    private static Image Bright(int size, ColorOrder color, int left, int top, int side)
    {
        int channels = color == ColorOrder.Gray ? 1 : 3;
        var pixels = new byte[size * size * channels];
        for (int y = top; y < top + side; y++)
            pixels.AsSpan(((y * size) + left) * channels, side * channels).Fill(255);
        return Image.FromPixels(size, size, channels == 1 ? PixelFormat.Gray8 : PixelFormat.Rgb24, pixels);
    }
}
