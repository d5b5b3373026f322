namespace Mien.Training.Tests.Data;

[Collection(Fer2013Shared.Name)]
public sealed class NearDuplicatesTests(Fer2013Fixture fer2013)
{
    [Fact]
    public void A_photo_is_found_again_when_it_is_lit_or_cut_a_little_differently()
    {
        byte[][] faces = [.. Enumerable.Range(0, 20).Select(Texture)];
        byte[] darker = Array.ConvertAll(faces[3], value => (byte)((value * 0.7) + 10));
        byte[] shifted = [.. faces[8][1..], faces[8][^1]];
        Assert.Equal([3, 8, 11], NearDuplicates.Find(Data(faces), Data([shifted, Texture(100), faces[11], darker])));
    }

    [Fact]
    public void Nothing_is_found_where_no_photo_is_repeated()
    {
        Assert.Empty(NearDuplicates.Find(Data([.. Enumerable.Range(0, 50).Select(Texture)]), Data([.. Enumerable.Range(100, 50).Select(Texture)])));
    }

    [Fact]
    public void All_identical_images_of_fer2013_are_found_and_left_out_of_a_training()
    {
        var data = fer2013.Original;
        var validation = NearDuplicates.Find(data["validation"], data["train"]);
        var test = NearDuplicates.Find(data["test"], data["train"]);
        // 280 and 288 are identical by their bytes.
        Assert.InRange(validation.Count, 281, 600);
        Assert.InRange(test.Count, 289, 600);
        var known = data["train"].Pixels.Chunk(48 * 48).Select(Convert.ToHexString).ToHashSet();
        var identical = Enumerable.Range(0, data["test"].Count).Where(i => known.Contains(Convert.ToHexString(data["test"].PixelsOf(i)))).ToList();
        Assert.Equal(288, identical.Count);
        Assert.Superset(identical.ToHashSet(), test.ToHashSet());

        var clean = Recipe.Load("mien-s").Split(data).Train;
        Assert.InRange(data["train"].Count - clean.Count, 569, 2000);
        Assert.Empty(NearDuplicates.Find(data["test"], clean));
    }

    private static FaceDataset Data(byte[][] images) => new("all", ["anger", "fear"], 48, PixelFormat.Gray8, [.. images.SelectMany(image => image)], new int[images.Length]);

    /// <summary>Smooth random hills, as different from each other as photos are.</summary>
    private static byte[] Texture(int seed)
    {
        var random = new Random(seed);
        (double X, double Y, double Phase)[] waves = [.. Enumerable.Range(0, 12).Select(_ => (random.NextDouble() * 0.4, random.NextDouble() * 0.4, random.NextDouble() * 6))];
        return [.. Enumerable.Range(0, 48 * 48).Select(i => (byte)(128 + (10 * waves.Sum(wave => Math.Sin((wave.X * (i % 48)) + (wave.Y * (i / 48)) + wave.Phase)))))];
    }
}
