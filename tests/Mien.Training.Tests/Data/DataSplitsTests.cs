namespace Mien.Training.Tests.Data;

public sealed class DataSplitsTests
{
    private static readonly FaceDataset Data = new("all", ["a", "b"], 1, PixelFormat.Gray8, [.. Enumerable.Range(0, 100).Select(i => (byte)i)], [.. Enumerable.Range(0, 100).Select(i => i % 2)])
    {
        Groups = [.. Enumerable.Range(0, 100).Select(i => $"S{i * i % 17}")],
        Sources = [.. Enumerable.Range(0, 100).Select(i => $"{i}.png")],
    };

    [Fact]
    public void A_random_split_shares_out_all_images_and_repeats_with_its_seed()
    {
        var (train, validation) = Data.SplitRandom(0.8, seed: 5);

        Assert.Equal((80, 20), (train.Count, validation.Count));
        Assert.Equal(Data.Pixels, train.Pixels.Concat(validation.Pixels).Order());
        Assert.Equal(train.Pixels, Data.SplitRandom(0.8, seed: 5).Train.Pixels);
        Assert.NotEqual(train.Pixels, Data.SplitRandom(0.8, seed: 6).Train.Pixels);
        Assert.Equal($"{train.Pixels[3]}.png", train.Sources[3]);
        Assert.Equal(train.Pixels[3] % 2, train.Targets[3]);
    }

    [Fact]
    public void No_person_is_on_both_sides_of_a_fold()
    {
        var folds = Data.GroupFolds(3, seed: 1);

        Assert.Equal(3, folds.Count);
        Assert.Equal(Data.Pixels, folds.SelectMany(fold => fold.Validation.Pixels).Order());
        Assert.All(folds, fold =>
        {
            Assert.Empty(fold.Train.Groups.Intersect(fold.Validation.Groups));
            Assert.Equal(100, fold.Train.Count + fold.Validation.Count);
            Assert.InRange(fold.Validation.Count, 25, 42);
        });
    }

    [Fact]
    public void Folds_by_person_need_persons()
    {
        var nameless = new FaceDataset("all", ["a"], 1, PixelFormat.Gray8, [1, 2], [0, 0]);
        Assert.Contains("person of every image", Assert.Throws<MienException>(() => nameless.GroupFolds(2, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("at least as many persons", Assert.Throws<MienException>(() => Data.GroupFolds(50, 1)).Message, StringComparison.Ordinal);
    }
}
