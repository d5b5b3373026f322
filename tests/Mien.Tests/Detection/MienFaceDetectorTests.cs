using Mien.Detection;
using Mien.Tests.Inference;

namespace Mien.Tests.Detection;

public sealed class MienFaceDetectorTests
{
    private static readonly (string, long[])[] Outputs = [("scores", [-1, -1]), ("boxes", [-1, -1, 4]), ("landmarks", [-1, -1, 10])];

    [Fact]
    public void Cells_become_boxes_and_landmarks_of_the_picture()
    {
        using var session = new FakeSession([-1, 3, -1, -1], Outputs, (_, shape) =>
        {
            var outputs = Quiet(shape);
            // 64 x 64 has 64 cells of 8 pixels, 16 of 16 and 4 of 32; this one of 16 is in column 2 of row 1, its centre at (40, 24).
            const int cell = 64 + 6;
            outputs[0][cell] = 0.8f;
            new[] { 0.5f, -0.25f, MathF.Log(2), 0 }.CopyTo(outputs[1], cell * 4);
            new[] { -0.5f, -0.5f, 0.5f, -0.5f, 0, 0, -0.25f, 0.5f, 0.25f, 0.5f }.CopyTo(outputs[2], cell * 10);
            return outputs;
        });
        using var detector = new OnnxFaceDetector(session, new());
        var face = Assert.Single(detector.Detect(Image.FromPixels(32, 32, PixelFormat.Gray8, new byte[32 * 32])));
        Assert.Equal(0.8f, face.Confidence);
        // The picture is half as large as what the network sees.
        Assert.Equal(new Box(16, 6, 16, 8), face.Box);
        Assert.Equal(new FaceLandmarks(new(16, 8), new(24, 8), new(20, 12), new(18, 16), new(22, 16)), face.Landmarks);
    }

    [Fact]
    public void Outputs_that_do_not_fit_the_input_are_refused()
    {
        using var session = new FakeSession([-1, 3, -1, -1], Outputs, (_, _) => Quiet([1, 3, 32, 32]));
        using var detector = new OnnxFaceDetector(session, new());
        Assert.StartsWith("fake.onnx: this detector gave 21 scores", Assert.Throws<ModelException>(() => detector.Detect(Image.FromPixels(64, 64, PixelFormat.Gray8, new byte[64 * 64]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tiles_find_a_small_face_that_the_whole_picture_hides_and_give_it_once()
    {
        var photo = Spot(width: 1500, height: 900, x: 1010, y: 413, side: 12);
        using var whole = new OnnxFaceDetector(SpotDetector(), new() { MaximumSide = 320 });
        using var tiled = new OnnxFaceDetector(SpotDetector(), new() { MaximumSide = 320, Tiles = true });
        Assert.Empty(whole.Detect(photo));
        var face = Assert.Single(tiled.Detect(photo));
        Assert.InRange(face.Box.IntersectionOverUnion(new Box(1010, 413, 12, 12)), 0.3f, 1);
    }

    [Fact]
    public void Every_face_up_to_a_quarter_of_a_tile_lies_whole_in_a_tile_and_tiles_stay_in_the_picture()
    {
        foreach (var (width, height) in ((int, int)[])[(4000, 3000), (641, 640), (1500, 200), (640, 640), (30, 2000)])
        {
            PictureTile[] tiles = [.. PictureTile.Of(width, height, 640)];
            Assert.Equal(Math.Max(width, height) > 640, tiles.Length > 0);
            Assert.All(tiles, tile => Assert.True(tile.X >= 0 && tile.Y >= 0 && tile.X + tile.Width <= width && tile.Y + tile.Height <= height));
            var random = new Random(4);
            for (int i = 0; i < 200 && tiles.Length > 0; i++)
            {
                int side = Math.Min(random.Next(1, 160), Math.Min(width, height));
                int x = random.Next(width - side + 1), y = random.Next(height - side + 1);
                Assert.Contains(tiles, tile => tile.Shrink == 1 && x >= tile.X && y >= tile.Y && x + side <= tile.X + tile.Width && y + side <= tile.Y + tile.Height);
            }
        }
    }

    [Fact]
    public void A_face_that_a_tile_cuts_is_left_to_its_neighbour()
    {
        var tile = new PictureTile(640, 0, 640, 640, 2000, 640, 1, 0);
        var whole = new DetectedFace(new Box(10, 0, 50, 50), 1);
        var cut = new DetectedFace(new Box(-5, 100, 50, 50), 1);
        Assert.Equal([new Box(650, 0, 50, 50)], tile.Whole([whole, cut]).Select(face => face.Box));
    }

    [Fact]
    public void A_face_is_taken_from_the_scale_that_shows_it_best()
    {
        PictureTile[] tiles = [.. PictureTile.Of(2560, 2560, 640)];
        var small = new DetectedFace(new Box(10, 10, 40, 30), 1);
        var large = new DetectedFace(new Box(200, 200, 80, 100), 1);
        foreach (var tile in tiles)
            Assert.Equal(tile.Shrink == 1 ? [small.Confidence, large.Confidence] : [large.Confidence], tile.Whole([small, large]).Select(face => face.Confidence));
        Assert.Equal([1, 2], tiles.Select(tile => tile.Shrink).Distinct());
    }

    /// <summary>A network that sees a face in each bright cell of 8 pixels, if it is bright over its whole area.</summary>
    private static FakeSession SpotDetector() => new([-1, 3, -1, -1], Outputs, (input, shape) =>
    {
        var outputs = Quiet(shape);
        int width = (int)shape[3], columns = width / 8;
        for (int cell = 0; cell < columns * (shape[2] / 8); cell++)
        {
            int x = cell % columns * 8, y = cell / columns * 8;
            if (Enumerable.Range(0, 16).All(i => input[((y + 2 + (i / 4)) * width) + x + 2 + (i % 4)] > 200))
            {
                outputs[0][cell] = 0.9f;
                outputs[1][(cell * 4) + 2] = outputs[1][(cell * 4) + 3] = MathF.Log(2);
            }
        }
        return outputs;
    });

    private static Image Spot(int width, int height, int x, int y, int side)
    {
        var pixels = new byte[width * height];
        for (int row = y; row < y + side; row++)
            pixels.AsSpan((row * width) + x, side).Fill(255);
        return Image.FromPixels(width, height, PixelFormat.Gray8, pixels);
    }

    private static float[][] Quiet(long[] shape)
    {
        int cells = FaceCells.Count((int)shape[3], (int)shape[2]);
        return [new float[cells], new float[cells * 4], new float[cells * 10]];
    }
}
