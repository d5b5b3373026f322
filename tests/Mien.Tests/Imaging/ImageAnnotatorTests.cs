using Mien.Interop;

namespace Mien.Tests.Imaging;

public sealed class ImageAnnotatorTests
{
    [Theory]
    [InlineData(480, 300, 480, 300)]
    [InlineData(1000, 2000, 1000, 2000)]
    [InlineData(240, 100, 480, 200)]
    [InlineData(48, 48, 480, 480)]
    [InlineData(1, 1, 480, 480)]
    public void Small_pictures_are_enlarged_by_a_whole_factor(int width, int height, int expectedWidth, int expectedHeight)
    {
        Image drawn = ImageAnnotator.Draw(TestPictures.Pattern(width, height, PixelFormat.Gray8), [], new FakeVision());
        Assert.Equal((expectedWidth, expectedHeight, PixelFormat.Rgb24), (drawn.Width, drawn.Height, drawn.Format));
    }

    [Theory]
    [InlineData(PixelFormat.Gray8)]
    [InlineData(PixelFormat.Rgb24)]
    public void Without_faces_the_picture_stays_as_it_is(PixelFormat format)
    {
        Image image = TestPictures.Pattern(500, 40, format);
        Image drawn = ImageAnnotator.Draw(image, [], new FakeVision());
        for (int i = 0; i < 500 * 40; i++)
            Assert.Equal(image.Pixels[i * image.Channels], drawn.Pixels[i * 3]);
    }

    [Theory]
    [InlineData(0, 0, 100)]
    [InlineData(540, 0, 100)]
    [InlineData(0, 380, 100)]
    [InlineData(540, 380, 100)]
    [InlineData(-50, -50, 800)]
    [InlineData(10, 10, 20)]
    public void A_label_stays_within_the_picture(int x, int y, int side)
    {
        var vision = new FakeVision();
        ImageAnnotator.Draw(TestPictures.Pattern(640, 480, PixelFormat.Rgb24), [Face(x, y, side)], vision);
        AssertInside(Assert.Single(vision.FilledRectangles), 640, 480);
        Assert.Equal(["happiness 92 %"], vision.Texts);
    }

    [Fact]
    public void A_label_wider_than_the_picture_shrinks()
    {
        var vision = new FakeVision();
        ImageAnnotator.Draw(TestPictures.Pattern(30, 600, PixelFormat.Rgb24), [Face(0, 100, 30)], vision);
        AssertInside(Assert.Single(vision.FilledRectangles), 30, 600);
    }

    [Fact]
    public void Labels_of_neighbours_do_not_cover_each_other()
    {
        var vision = new FakeVision();
        FaceReading[] faces = [Face(100, 100, 60), Face(165, 105, 60), Face(230, 95, 60), Face(110, 190, 60), Face(180, 200, 60)];
        ImageAnnotator.Draw(TestPictures.Pattern(640, 480, PixelFormat.Rgb24), faces, vision);
        Assert.Equal(faces.Length, vision.FilledRectangles.Count);
        for (int i = 0; i < faces.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                (int ax, int ay, int aw, int ah) = vision.FilledRectangles[i];
                (int bx, int by, int bw, int bh) = vision.FilledRectangles[j];
                Assert.False(ax < bx + bw && bx < ax + aw && ay < by + bh && by < ay + ah, $"labels {i} and {j} overlap");
            }
        }
    }

    [Fact]
    public void Letters_that_the_font_lacks_become_question_marks()
    {
        var vision = new FakeVision();
        var face = new FaceReading(new Box(5, 5, 50, 50), 1, null, new EmotionScores(["Freude ü😀"], [1]));
        ImageAnnotator.Draw(TestPictures.Pattern(640, 480, PixelFormat.Rgb24), [face], vision);
        Assert.Equal(["Freude ?? 100 %"], vision.Texts);
    }

    [Fact]
    public void A_failure_of_opencv_says_what_was_tried()
    {
        var vision = new FakeVision { Failure = new VisionException("no memory") };
        var error = Assert.Throws<MienException>(() => ImageAnnotator.Draw(TestPictures.Pattern(640, 480, PixelFormat.Rgb24), [Face(5, 5, 50)], vision));
        Assert.Equal("OpenCV 0.0 cannot draw into 640x480 pixels: no memory.", error.Message);
    }

    [Fact]
    public void The_box_and_the_label_are_drawn_and_the_original_is_not_touched()
    {
        VisionRequired.Vision();
        Image image = TestPictures.Pattern(640, 480, PixelFormat.Rgb24);
        byte[] before = image.Pixels.ToArray();
        Image drawn = ImageAnnotator.Draw(image, [Face(200, 200, 100)]);
        Assert.Equal(before, image.Pixels.ToArray());
        byte[] happy = [0xff, 0xc1, 0x07];
        Assert.Equal(happy, Pixel(drawn, 200, 250));
        Assert.Equal(happy, Pixel(drawn, 250, 200));
        Assert.Equal(Pixel(image, 250, 250), Pixel(drawn, 250, 250));
        int dark = 0;
        for (int y = 180; y < 200; y++)
        {
            for (int x = 200; x < 300; x++)
                dark += Pixel(drawn, x, y).Sum(v => v) < 60 ? 1 : 0;
        }
        Assert.True(dark > 50, "the label's letters are missing");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5f)]
    [InlineData(-1.2f)]
    public void A_heat_map_lies_over_its_face_and_leaves_the_rest(float angle)
    {
        var vision = new FakeVision();
        Image image = TestPictures.Pattern(640, 480, PixelFormat.Rgb24);
        var region = new CropRegion(300, 200, 120, angle);
        // The label is carried by what is right of the middle of the upright face, and what is left of it speaks against it.
        Image drawn = ImageAnnotator.DrawHeatMaps(image, [Explained(region, (column, _) => column == 12 ? 0.4f : column == 3 ? -0.4f : 0)], vision);
        Assert.Equal(["happiness 92% > 50%", "speaks against", "carries the label"], vision.Texts.Take(3));
        Assert.Equal((640, PixelFormat.Rgb24), (drawn.Width, drawn.Format));
        Assert.InRange(drawn.Height, 500, 560);

        byte[] carries = Pixel(drawn, At(12.5f)), against = Pixel(drawn, At(3.5f)), neither = Pixel(drawn, At(8.5f));
        Assert.True(carries[0] > carries[2] + 60, $"not red: {string.Join(", ", carries)}");
        Assert.True(against[2] > against[0] + 30, $"not blue: {string.Join(", ", against)}");
        Assert.Equal(neither[0], neither[2]);
        for (int x = 0; x < 640; x++)
            Assert.Equal(Pixel(image, x, 400), Pixel(drawn, x, 400));

        (int X, int Y) At(float column)
        {
            var (sin, cos) = MathF.SinCos(angle);
            float along = ((column / 16) - 0.5f) * region.Side;
            return ((int)(region.CenterX + (cos * along)), (int)(region.CenterY + (sin * along)));
        }
    }

    [Fact]
    public void A_face_beyond_the_border_and_a_map_without_heat_are_drawn_all_the_same()
    {
        var vision = new FakeVision();
        Image drawn = ImageAnnotator.DrawHeatMaps(TestPictures.Pattern(30, 20, PixelFormat.Gray8),
            [Explained(new CropRegion(0, 0, 40, 0.3f), (_, _) => 0), Explained(new CropRegion(500, 10, 20), (_, _) => 1)], vision);
        Assert.Equal(480, drawn.Width);
        foreach (var strip in vision.FilledRectangles)
            AssertInside(strip, 480, 320);
    }

    [Fact]
    public void Without_faces_there_is_no_legend()
    {
        Image drawn = ImageAnnotator.DrawHeatMaps(TestPictures.Pattern(500, 40, PixelFormat.Gray8), [], new FakeVision());
        Assert.Equal((500, 40), (drawn.Width, drawn.Height));
    }

    [Fact]
    public void Bars_lie_beside_their_face_and_cover_no_other()
    {
        var vision = new FakeVision();
        ImageAnnotator.DrawTracks(TestPictures.Pattern(640, 360, PixelFormat.Rgb24), [Tracked(1, 150, 100, 150), Tracked(2, 310, 100, 150)], vision);
        Assert.Equal(["1 happiness 92 %", "2 happiness 92 %"], vision.Texts[^2..]);
        Assert.Equal([Emotion.Happiness, Emotion.Sadness, Emotion.Happiness, Emotion.Sadness], vision.Texts[..^2]);
        var bars = vision.FilledRectangles[..^2];
        Assert.Equal(4, bars.Count);
        Assert.All(bars, bar => AssertInside(bar, 640, 360));
        Assert.All(bars[..2], bar => Assert.True(bar.X + bar.Width <= 150));
        Assert.All(bars[2..], bar => Assert.True(bar.X >= 460));
        Assert.Equal(0.92 / 0.08, (double)bars[0].Width / bars[1].Width, 3.0);
    }

    [Fact]
    public void Where_there_is_no_room_for_bars_one_bar_in_the_box_is_divided()
    {
        var vision = new FakeVision();
        ImageAnnotator.DrawTracks(TestPictures.Pattern(640, 360, PixelFormat.Rgb24), [Tracked(1, 100, 100, 12)], vision);
        Assert.Equal(["1 happiness 92 %"], vision.Texts);
        var bars = vision.FilledRectangles[..^1];
        Assert.All(bars, bar => Assert.True(bar.X >= 100 && bar.X + bar.Width <= 112 && bar.Y >= 100 && bar.Y + bar.Height <= 112));
        Assert.InRange(bars.Sum(bar => bar.Width), 7, 12);
    }

    private static TrackedReading Tracked(int track, int x, int y, int side)
    {
        var scores = new EmotionScores([Emotion.Happiness, Emotion.Sadness], [0.92f, 0.08f]);
        return new(track, new(new(x, y, side, side), 0.9f, null, scores), scores);
    }

    private static FaceExplanation Explained(CropRegion region, Func<int, int, float> heat)
    {
        var face = Face((int)region.CenterX, (int)region.CenterY, 50);
        float[] values = [.. Enumerable.Range(0, 256).Select(cell => heat(cell % 16, cell / 16))];
        return new(face, region, new OcclusionMap(face.Scores.Top, face.Scores, lowest: 0.5f, cells: 16, values));
    }

    private static byte[] Pixel(Image image, (int X, int Y) place) => Pixel(image, place.X, place.Y);

    private static FaceReading Face(int x, int y, int side) =>
        new(new Box(x, y, side, side), 0.9f, null, new EmotionScores([Emotion.Happiness, Emotion.Neutral], [0.92f, 0.08f]));

    private static byte[] Pixel(Image image, int x, int y) => image.Pixels.Slice(((y * image.Width) + x) * 3, 3).ToArray();

    private static void AssertInside((int X, int Y, int Width, int Height) strip, int width, int height) =>
        Assert.True(strip.X >= 0 && strip.Y >= 0 && strip.X + strip.Width <= width && strip.Y + strip.Height <= height, $"{strip} is not within {width}x{height}");
}
