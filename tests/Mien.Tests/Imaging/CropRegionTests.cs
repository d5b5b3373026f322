namespace Mien.Tests.Imaging;

public sealed class CropRegionTests
{
    private static readonly BoxToCrop Exact = new(Scale: 1, ShiftY: 0);
    private static readonly BoxToCrop Wide = new(Scale: 1.5f, ShiftY: 0.1f);

    [Fact]
    public void A_box_without_landmarks_is_scaled_and_shifted_as_its_detector_needs()
    {
        var region = CropRegion.Of(new DetectedFace(new Box(10, 20, 80, 100), 1), Wide);
        Assert.Equal(new CropRegion(50, 80, 150), region);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.1f, 0)]
    [InlineData(0.5f, 0.36f)]
    [InlineData(-1.2f, -1.06f)]
    public void Landmarks_turn_the_crop_by_what_is_beyond_their_error(float angle, float turned)
    {
        var region = CropRegion.Of(Face(angle, new Box(200, 300, 200, 200)), Exact);
        Assert.Equal(300, region.CenterX, tolerance: 1.3);
        Assert.Equal(400, region.CenterY, tolerance: 1.3);
        Assert.Equal(200, region.Side, tolerance: 0.01);
        Assert.Equal(turned, region.Angle, tolerance: 1e-4);
    }

    [Fact]
    public void The_crop_lies_halfway_between_where_box_and_landmarks_put_it()
    {
        // By the box: around (320, 420), with a side of 288.
        var region = CropRegion.Of(Face(0, new Box(224, 264, 192, 192)), new BoxToCrop(Scale: 1.5f, ShiftY: 0.3125f));
        Assert.Equal(310, region.CenterX, tolerance: 0.2);
        Assert.Equal(410, region.CenterY, tolerance: 0.2);
        Assert.Equal(240, region.Side, tolerance: 0.1);
    }

    [Fact]
    public void Landmarks_that_coincide_still_give_a_region_that_can_be_cut()
    {
        var point = new Landmark(5, 5);
        var region = CropRegion.Of(new DetectedFace(new Box(0, 0, 10, 10), 1, new(point, point, point, point, point)), Wide);
        var image = Image.FromPixels(10, 10, PixelFormat.Gray8, new byte[100]);
        Assert.Equal(48, FaceCrop.Cut(image, region, 48, PixelFormat.Gray8).Width);
    }

    [Fact]
    public void A_margin_is_added_on_each_side() =>
        Assert.Equal(new CropRegion(5, 5, 150), new CropRegion(5, 5, 100).WithMargin(0.25f));

    /// <summary>A face whose landmarks lie as in FER-2013, in a square of side 200 around (300, 400), turned.</summary>
    private static DetectedFace Face(float angle, Box box) =>
        new(box, 1, Turned(angle, (0.316f, 0.382f), (0.684f, 0.382f), (0.5f, 0.596f), (0.346f, 0.758f), (0.654f, 0.758f)));

    private static FaceLandmarks Turned(float angle, params (float X, float Y)[] shares)
    {
        var (sin, cos) = MathF.SinCos(angle);
        var points = shares.Select(share => ((share.X - 0.5f) * 200, (share.Y - 0.5f) * 200))
            .Select(offset => new Landmark(300 + (offset.Item1 * cos) - (offset.Item2 * sin), 400 + (offset.Item1 * sin) + (offset.Item2 * cos))).ToArray();
        return new(points[0], points[1], points[2], points[3], points[4]);
    }
}
