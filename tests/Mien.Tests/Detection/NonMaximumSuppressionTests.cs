using Mien.Detection;

namespace Mien.Tests.Detection;

public sealed class NonMaximumSuppressionTests
{
    [Fact]
    public void Of_overlapping_boxes_the_most_confident_stays()
    {
        DetectedFace weak = new(new(0, 0, 10, 10), 0.5f), strong = new(new(1, 1, 10, 10), 0.9f), apart = new(new(50, 0, 10, 10), 0.6f);
        Assert.Equal([strong, apart], NonMaximumSuppression.Keep([weak, strong, apart], 0.3f));
    }

    [Fact]
    public void A_box_is_only_compared_with_those_that_stay()
    {
        // The middle one overlaps both others; it goes with the first, and so the last one stays.
        DetectedFace[] row = [new(new(0, 0, 10, 10), 0.9f), new(new(5, 0, 10, 10), 0.8f), new(new(10, 0, 10, 10), 0.7f)];
        Assert.Equal([row[0], row[2]], NonMaximumSuppression.Keep(row, 0.3f));
    }

    [Fact]
    public void The_threshold_is_intersection_over_union()
    {
        DetectedFace[] pair = [new(new(0, 0, 10, 10), 0.9f), new(new(5, 0, 10, 10), 0.8f)];
        Assert.Single(NonMaximumSuppression.Keep(pair, 0.33f));
        Assert.Equal(2, NonMaximumSuppression.Keep(pair, 0.34f).Count);
        Assert.Empty(NonMaximumSuppression.Keep([], 0.3f));
    }
}
