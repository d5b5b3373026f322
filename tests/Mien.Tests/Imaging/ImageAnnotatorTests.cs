using Mien.Drawing;

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
        Image drawn = ImageAnnotator.Draw(TestPictures.Pattern(width, height, PixelFormat.Gray8), []);
        Assert.Equal((expectedWidth, expectedHeight, PixelFormat.Rgb24), (drawn.Width, drawn.Height, drawn.Format));
    }

    [Theory]
    [InlineData(PixelFormat.Gray8)]
    [InlineData(PixelFormat.Rgb24)]
    public void Without_faces_the_picture_stays_as_it_is(PixelFormat format)
    {
        Image image = TestPictures.Pattern(500, 40, format);
        Image drawn = ImageAnnotator.Draw(image, []);
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
        var marks = ImageAnnotator.Marks(TestPictures.Pattern(640, 480, PixelFormat.Rgb24), [Face(x, y, side)]);
        AssertInside(Assert.Single(Filled(marks)), 640, 480);
        Assert.Equal(["happiness 92 %"], Texts(marks));
    }

    [Fact]
    public void A_label_wider_than_the_picture_shrinks()
    {
        var marks = ImageAnnotator.Marks(TestPictures.Pattern(30, 600, PixelFormat.Rgb24), [Face(0, 100, 30)]);
        AssertInside(Assert.Single(Filled(marks)), 30, 600);
    }

    [Fact]
    public void Labels_of_neighbours_do_not_cover_each_other()
    {
        FaceReading[] faces = [Face(100, 100, 60), Face(165, 105, 60), Face(230, 95, 60), Face(110, 190, 60), Face(180, 200, 60)];
        var marks = ImageAnnotator.Marks(TestPictures.Pattern(640, 480, PixelFormat.Rgb24), faces);
        var strips = Filled(marks);
        Assert.Equal(faces.Length, strips.Count);
        for (int i = 0; i < faces.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                (int ax, int ay, int aw, int ah) = strips[i];
                (int bx, int by, int bw, int bh) = strips[j];
                Assert.False(ax < bx + bw && bx < ax + aw && ay < by + bh && by < ay + ah, $"labels {i} and {j} overlap");
            }
        }
    }

    [Fact]
    public void Letters_of_other_alphabets_are_drawn_and_those_that_no_font_has_become_question_marks()
    {
        var face = new FaceReading(new Box(5, 5, 50, 50), 1, null, new EmotionScores(["Freude ü Радость Χαρά"], [1]));
        Assert.Equal(["Freude ü Радость Χαρά 100 %"], Texts(ImageAnnotator.Marks(TestPictures.Pattern(640, 480, PixelFormat.Rgb24), [face])));
        Assert.Equal(["Freude ü Радость Χαρά"], TextRun.Split("Freude ü Радость Χαρά", 20).Select(run => run.Text));
        Assert.Equal("a?b?", string.Concat(TextRun.Split("a\U0010fffdb\n", 20).Select(run => run.Text)));
    }

    [Fact]
    public void Letters_that_the_font_in_the_box_lacks_are_taken_from_the_system()
    {
        const string text = "joy 喜び";
        TextRun[] runs = [.. TextRun.Split(text, 20)];
        Assert.SkipWhen(runs is [{ Text: "joy ??" }], "no font of this system has Japanese letters");
        Assert.Equal(text, string.Concat(runs.Select(run => run.Text)));
        Assert.True(runs.Length > 1);
        Assert.All(runs, run => Assert.True(run.Font.ContainsGlyphs(run.Text)));
    }

    [Fact]
    public void The_box_and_the_label_are_drawn_and_the_original_is_not_touched()
    {
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
        Image image = TestPictures.Pattern(640, 480, PixelFormat.Rgb24);
        var region = new CropRegion(300, 200, 120, angle);
        // The label is carried by what is right of the middle of the upright face, and what is left of it speaks against it.
        FaceExplanation[] explanations = [Explained(region, (column, _) => column == 12 ? 0.4f : column == 3 ? -0.4f : 0)];
        Image drawn = ImageAnnotator.DrawHeatMaps(image, explanations);
        var size = DrawingSize.Of(image);
        Assert.Equal(["happiness 92% > 50%"], Texts(ImageAnnotator.HeatMapMarks(size, explanations)));
        Assert.Equal(["speaks against", "carries the label"], HeatLegend.Below(size).Texts.Take(2).Select(text => text.Text));
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
        Image image = TestPictures.Pattern(30, 20, PixelFormat.Gray8);
        FaceExplanation[] explanations = [Explained(new CropRegion(0, 0, 40, 0.3f), (_, _) => 0), Explained(new CropRegion(500, 10, 20), (_, _) => 1)];
        Assert.Equal(480, ImageAnnotator.DrawHeatMaps(image, explanations).Width);
        foreach (var strip in Filled(ImageAnnotator.HeatMapMarks(DrawingSize.Of(image), explanations)))
            AssertInside(strip, 480, 320);
    }

    [Fact]
    public void Without_faces_there_is_no_legend()
    {
        Image drawn = ImageAnnotator.DrawHeatMaps(TestPictures.Pattern(500, 40, PixelFormat.Gray8), []);
        Assert.Equal((500, 40), (drawn.Width, drawn.Height));
    }

    [Fact]
    public void Bars_lie_beside_their_face_and_cover_no_other()
    {
        var marks = ImageAnnotator.TrackMarks(TestPictures.Pattern(640, 360, PixelFormat.Rgb24), [Tracked(1, 150, 100, 150), Tracked(2, 310, 100, 150)]);
        Assert.Equal(["1 happiness 92 %", "2 happiness 92 %"], Texts(marks)[^2..]);
        Assert.Equal([Emotion.Happiness, Emotion.Sadness, Emotion.Happiness, Emotion.Sadness], Texts(marks)[..^2]);
        var bars = Filled(marks)[..^2];
        Assert.Equal(4, bars.Count);
        Assert.All(bars, bar => AssertInside(bar, 640, 360));
        Assert.All(bars[..2], bar => Assert.True(bar.X + bar.Width <= 150));
        Assert.All(bars[2..], bar => Assert.True(bar.X >= 460));
        Assert.Equal(0.92 / 0.08, (double)bars[0].Width / bars[1].Width, 3.0);
    }

    [Fact]
    public void Where_there_is_no_room_for_bars_one_bar_in_the_box_is_divided()
    {
        var marks = ImageAnnotator.TrackMarks(TestPictures.Pattern(640, 360, PixelFormat.Rgb24), [Tracked(1, 100, 100, 12)]);
        Assert.Equal(["1 happiness 92 %"], Texts(marks));
        var bars = Filled(marks)[..^1];
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

    /// <summary>The rectangles that are covered, without the shade behind bars.</summary>
    private static List<PixelBox> Filled(List<Mark> marks) => [.. marks.OfType<Area>().Where(area => area.Opacity == byte.MaxValue).Select(area => area.Place)];

    private static List<string> Texts(List<Mark> marks) => [.. marks.OfType<TextLine>().Select(line => line.Text)];

    private static byte[] Pixel(Image image, (int X, int Y) place) => Pixel(image, place.X, place.Y);

    private static FaceReading Face(int x, int y, int side) =>
        new(new Box(x, y, side, side), 0.9f, null, new EmotionScores([Emotion.Happiness, Emotion.Neutral], [0.92f, 0.08f]));

    private static byte[] Pixel(Image image, int x, int y) => image.Pixels.Slice(((y * image.Width) + x) * 3, 3).ToArray();

    private static void AssertInside(PixelBox strip, int width, int height) =>
        Assert.True(strip.X >= 0 && strip.Y >= 0 && strip.X + strip.Width <= width && strip.Y + strip.Height <= height, $"{strip} is not within {width}x{height}");
}
