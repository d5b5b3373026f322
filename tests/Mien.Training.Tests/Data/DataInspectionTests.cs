namespace Mien.Training.Tests.Data;

[Collection(Fer2013Shared.Name)]
public sealed class DataInspectionTests(Fer2013Fixture fixture)
{
    [Fact]
    public void The_known_faults_of_FER2013_are_found()
    {
        DataInspection inspection = DataInspection.Of(fixture.Original);

        Assert.Equal(34034, inspection.DistinctImages);
        Assert.Equal(57, inspection.ConflictingImages);
        Assert.Equal([28709 - 27473, 3589 - 3563, 3589 - 3572], inspection.Splits.Select(split => split.Repeats));
        Assert.Equal([39, 1, 2], inspection.Splits.Select(split => split.Conflicting));
        SplitInspection validation = inspection.Splits[1], test = inspection.Splits[2];
        Assert.Equal((280, 46), (validation.AlsoIn["train"], validation.AlsoIn["test"]));
        Assert.Equal((288, 44), (test.AlsoIn["train"], test.AlsoIn["validation"]));
        Assert.Contains("train: unbalanced, happiness has 16.5 times the images of disgust (7215 and 436); look at macro-F1 and balanced accuracy too.", inspection.Warnings);
        Assert.Contains("test: 288 images are also in train, so figures on test flatter.", inspection.Warnings);
        Assert.Contains("train: 39 images are there more than once under different labels.", inspection.Warnings);
    }

    [Fact]
    public void A_class_without_images_is_told()
    {
        var train = new FaceDataset("train", ["a", "b"], 1, PixelFormat.Gray8, [1, 2], [0, 0]);
        var data = new FaceDatasets("x", DataKind.Folders, ["a", "b"], [train], [new("x", 3, "broken")], []);

        DataInspection inspection = DataInspection.Of(data);

        Assert.Equal(["train: no image of b.", "1 row or file is malformed and left out."], inspection.Warnings);
    }

    [Fact]
    public void The_sample_sheet_has_a_row_for_each_class()
    {
        DataFile.RequirePictures();
        Image sheet = SampleSheet.Render(fixture.Original, perClass: 10);

        Assert.Equal((936, 536), (sheet.Width, sheet.Height));
        Assert.Equal(PixelFormat.Rgb24, sheet.Format);
    }
}
