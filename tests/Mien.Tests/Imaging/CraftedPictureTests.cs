namespace Mien.Tests.Imaging;

/// <summary>A crafted picture is an error and never the end of the process. More of them: benchmarks/README.md, "pictures".</summary>
public sealed class CraftedPictureTests
{
    private const int Mutations = 60;

    public static TheoryData<string> Kinds() => [.. PictureSeeds.All.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_damaged_picture_is_read_or_named(string kind)
    {
        byte[] file = PictureSeeds.All[kind];
        Assert.NotNull(Image.Decode(file));
        var mutator = new PictureMutator(seed: kind.Length);
        // What claims to be large is refused soon, so that the test is not about waiting.
        var limits = new ImageLimits { MaximumPixels = 1_000_000 };
        for (int i = 0; i < Mutations; i++)
        {
            try
            {
                Image.Decode(mutator.Mutate(file), "crafted", limits);
            }
            catch (ImageException error)
            {
                Assert.StartsWith("crafted: ", error.Message, StringComparison.Ordinal);
            }
        }
    }
}
