using Mien.Tests;

namespace Mien.Training.Tests.Data;

/// <summary>FER-2013, read once for all tests that look at it.</summary>
public sealed class Fer2013Fixture
{
    private readonly Lazy<FaceDatasets> _original = new(() => DataFile.Open(SharedData.Require("data", "fer2013", "fer2013.csv.gz")));

    /// <summary>With its own labels; skips the calling test where the file is absent.</summary>
    public FaceDatasets Original
    {
        get
        {
            SharedData.Require("data", "fer2013", "fer2013.csv.gz");
            return _original.Value;
        }
    }
}

[CollectionDefinition(Name)]
public sealed class Fer2013Shared : ICollectionFixture<Fer2013Fixture>
{
    public const string Name = "FER-2013";
}
