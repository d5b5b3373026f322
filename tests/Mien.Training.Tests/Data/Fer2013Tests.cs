using Mien.Tests;

namespace Mien.Training.Tests.Data;

[Collection(Fer2013Shared.Name)]
public sealed class Fer2013Tests(Fer2013Fixture fixture)
{
    [Fact]
    public void Both_label_sets_are_read_side_by_side()
    {
        string path = SharedData.Require("data", "fer2013", "fer2013.csv.gz");
        var both = DataFile.Open(path, new DataOptions { Labels = LabelSet.OriginalAndFerPlus })["validation"];
        var votes = DataFile.Open(path, new DataOptions { Labels = LabelSet.FerPlusDistribution })["validation"];
        Assert.Equal(fixture.Original["validation"].Targets, both.Targets);
        Assert.Equal(fixture.Original["validation"].Labels, both.Labels);
        Dictionary<int, float[]> known = Enumerable.Range(0, votes.Count).ToDictionary(i => votes.Rows[i], i => votes.Distributions![(i * 8)..((i + 1) * 8)]);
        for (int i = 0; i < both.Count; i++)
            Assert.Equal(known.GetValueOrDefault(both.Rows[i], new float[8]), both.Votes![(i * 8)..((i + 1) * 8)]);
        Assert.Equal(both.Votes![8..16], both.Subset([1]).Votes);
    }

    [Fact]
    public void The_official_splits_and_class_counts_are_the_published_ones()
    {
        FaceDatasets data = fixture.Original;

        Assert.Equal([("train", 28709), ("validation", 3589), ("test", 3589)], data.Splits.Select(split => (split.Name, split.Count)));
        Assert.Equal(["anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"], data.Labels);
        Assert.Equal([3995, 436, 4097, 7215, 4830, 3171, 4965], data.Train!.ClassCounts());
        Assert.Equal([467, 56, 496, 895, 653, 415, 607], data.Validation!.ClassCounts());
        Assert.Equal([491, 55, 528, 879, 594, 416, 626], data.Test!.ClassCounts());
        Assert.Empty(data.Faults);
        Assert.Empty(data.Drops);
        Assert.Equal([70, 80, 82, 72], data.Train.PixelsOf(0)[..4].ToArray());
        Assert.EndsWith("fer2013.csv.gz:2", data.Train.Sources[0], StringComparison.Ordinal);
        Assert.Same(data.Test, data["PrivateTest"]);
    }

    /// <summary>The counts come from a separate count of the votes by the rules of the authors' reader.</summary>
    [Fact]
    public void FerPlus_majorities_and_what_they_leave_out_are_counted()
    {
        FaceDatasets data = DataFile.Open(SharedData.Require("data", "fer2013"), new() { Labels = LabelSet.FerPlusMajority });

        Assert.Equal(Emotion.All, data.Labels);
        Assert.Equal([8740, 7287, 3149, 3014, 2100, 119, 532, 119], data.Train!.ClassCounts());
        Assert.Equal([1182, 865, 415, 351, 287, 24, 62, 13], data.Validation!.ClassCounts());
        Assert.Equal([1090, 893, 396, 384, 273, 18, 83, 16], data.Test!.ClassCounts());
        Assert.Equal(35887, data.Count + data.Drops.Sum(drop => drop.Count));
        Assert.Contains(new DataDrop("test", FerPlusVotes.NoMajority, 410), data.Drops);
        Assert.Contains(new DataDrop("test", FerPlusVotes.Unknown, 10), data.Drops);
        Assert.Contains(new DataDrop("test", FerPlusVotes.NoFace, 16), data.Drops);
        Assert.Null(data.Train.Distributions);
    }

    [Fact]
    public void FerPlus_distributions_sum_to_one()
    {
        FaceDatasets data = DataFile.Open(SharedData.Require("data", "fer2013"), new() { Labels = LabelSet.FerPlusDistribution });

        Assert.Equal([10122, 7503, 3524, 3430, 2407, 169, 641, 160], data.Train!.ClassCounts());
        Assert.Equal([27956, 3505, 3505], data.Splits.Select(split => split.Count));
        foreach (FaceDataset split in data.Splits)
        {
            Assert.Equal(split.Count * 8, split.Distributions!.Length);
            for (int i = 0; i < split.Count; i++)
            {
                var distribution = split.Distributions.AsSpan(i * 8, 8);
                float sum = 0;
                foreach (float probability in distribution)
                    sum += probability;
                Assert.Equal(1, sum, 1e-5f);
                Assert.True(distribution[split.Targets[i]] > 0);
            }
        }
    }
}
