using Mien.Tests;

namespace Mien.Training.Tests.Data;

public sealed class PhotoSplitsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Photos_of_one_scene_stay_together()
    {
        // Found by looking: the same photo at another size, mirrored, blurred, noisy, and a moment later.
        string[][] scenes = [["c0486", "m0824"], ["c0677", "m0415"], ["a0185", "a0188", "a0231", "a0234"], ["a0110", "a0113", "a0204", "a0208"],
            ["a0026", "a0027"], ["c0089", "c0450", "m0833"], ["m0300", "m0436"], ["m0396", "m0799"], ["m0046", "m0525"], ["c0676", "m0590"]];
        DataFile.RequirePictures();
        AnnotatedPhoto[] photos = [.. scenes.SelectMany(scene => scene).Select(name => Photo(SharedData.Require("data", "faces", "images", $"{name}.jpg")))];
        for (int seed = 0; seed < 5; seed++)
        {
            var (train, validation) = PhotoSplits.Split(photos, 0.4, seed, cancellation: TestContext.Current.CancellationToken);
            Assert.Equal(photos.Length, train.Count + validation.Count);
            Assert.NotEmpty(validation);
            var held = Names(validation);
            Assert.All(scenes, scene => Assert.Single(scene.Select(held.Contains).Distinct()));
        }
    }

    [Fact]
    public void The_split_depends_on_the_seed_and_not_on_the_order()
    {
        // None of them can be read, so that none is like another.
        AnnotatedPhoto[] photos = [.. Enumerable.Range(0, 200).Select(i => Photo(_folder.File($"{i}.jpg")))];
        DataFile.RequirePictures();
        var (train, validation) = PhotoSplits.Split(photos, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((170, 30), (train.Count, validation.Count));
        Assert.Empty(Names(train).Intersect(Names(validation)));
        var reversed = PhotoSplits.Split([.. photos.Reverse()], cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(validation.Select(photo => photo.Path), reversed.Validation.Select(photo => photo.Path));
        Assert.NotEqual(Names(validation), Names(PhotoSplits.Split(photos, seed: 1, cancellation: TestContext.Current.CancellationToken).Validation));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_share_that_leaves_a_side_empty_is_refused(double share) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PhotoSplits.Split([], share, cancellation: TestContext.Current.CancellationToken));

    private static AnnotatedPhoto Photo(string path) => new(path, 1, 1, []);

    private static HashSet<string> Names(IEnumerable<AnnotatedPhoto> photos) => [.. photos.Select(photo => Path.GetFileNameWithoutExtension(photo.Path))];
}
