using System.IO.Compression;
using Mien.Tests;

namespace Mien.Training.Tests.Data;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder;

    public ImageFolderTests()
    {
        DataFile.RequirePictures();
        _folder = new();
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("train", "test", "train,test")]
    [InlineData("train", "validation", "train,validation")]
    [InlineData("Training", "val", "train,validation")]
    [InlineData("images/train", "images/validation", "train,validation")]
    [InlineData("archive/images/train", "archive/images/valid", "train,validation")]
    public void Split_folders_keep_their_meaning(string first, string second, string splits)
    {
        Put(first, "angry", "b.png", 10);
        Put(first, "happy", "a.png", 20);
        Put(second, "Anger", "c.png", 30);
        Put(second, "happiness", "d.png", 40);

        FaceDatasets data = DataFile.Open(_folder.Path);

        Assert.Equal(splits, string.Join(',', data.Splits.Select(split => split.Name)));
        Assert.Equal([Emotion.Happiness, Emotion.Anger], data.Labels);
        Assert.Equal(DataKind.Folders, data.Kind);
        Assert.All(data.Splits, split => Assert.Equal([1, 1], split.ClassCounts()));
        Assert.Equal([1, 0], data.Train!.Targets);
        Assert.Equal([10, 20], [data.Train.PixelsOf(0)[5], data.Train.PixelsOf(1)[5]]);
        Assert.EndsWith("b.png", data.Train.Sources[0], StringComparison.Ordinal);
        Assert.Empty(data.Train.Groups);
    }

    [Fact]
    public void Class_folders_alone_are_one_split_in_ordinal_order()
    {
        Put("sad", "", "b.png", 1);
        Put("sad", "deeper", "a.png", 2);
        Put("surprised", "", "c.png", 3);

        FaceDatasets data = DataFile.Open(_folder.Path + Path.DirectorySeparatorChar);

        FaceDataset all = Assert.Single(data.Splits);
        Assert.Equal("all", all.Name);
        Assert.Equal([Emotion.Surprise, Emotion.Sadness], data.Labels);
        Assert.Equal(["b.png", "a.png", "c.png"], all.Sources.Select(Path.GetFileName));
    }

    [Fact]
    public void Own_classes_keep_their_names()
    {
        Put("train", "Bored", "a.png", 1);
        Put("train", "attentive", "b.png", 2);

        Assert.Equal(["Bored", "attentive"], DataFile.Open(_folder.Path).Labels);
    }

    [Fact]
    public void A_misspelled_class_is_named()
    {
        Put("train", "happy", "a.png", 1);
        Put("train", "angery", "b.png", 2);
        string message = Refusal();
        Assert.Contains("angery is no emotion that Mien knows", message, StringComparison.Ordinal);
        Assert.Contains("rename it", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_misspelled_split_is_named()
    {
        Put("train", "happy", "a.png", 1);
        Put("tset", "happy", "b.png", 2);
        Assert.Contains("tset is neither train, validation nor test", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_folders_of_one_split_are_named()
    {
        Put("val", "happy", "a.png", 1);
        Put("validation", "sad", "b.png", 2);
        Assert.Contains("both mean the validation split", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Own_classes_that_differ_in_capitals_are_named()
    {
        Put("train", "bored", "a.png", 1);
        Put("train", "keen", "b.png", 1);
        Put("test", "Bored", "c.png", 2);
        Assert.Contains("differ in capitals only: Bored, bored", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_folder_says_so() => Assert.Contains("holds no folders of classes", Refusal(), StringComparison.Ordinal);

    [Fact]
    public void A_folder_of_pictures_without_classes_says_so()
    {
        Put("train", "", "a.png", 1);
        Assert.Contains("Give each class a folder of its own", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Class_folders_without_pictures_say_so()
    {
        Directory.CreateDirectory(_folder.File("happy", "x"));
        Directory.CreateDirectory(_folder.File("sad", "x"));
        Assert.Contains("holds no pictures in class folders", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_is_reported_and_the_rest_is_kept()
    {
        Put("happy", "", "good.png", 1);
        Put("sad", "", "good.png", 2);
        string broken = _folder.File("happy", "broken.png");
        File.WriteAllBytes(broken, Png(3)[..60]);
        string empty = _folder.File("happy", "empty.jpg");
        File.WriteAllBytes(empty, []);
        string text = _folder.Write(Path.Combine("sad", "notes.txt"), "hello");
        string loose = _folder.File("loose.png");
        File.WriteAllBytes(loose, Png(4));
        Directory.CreateDirectory(Path.Combine(_folder.Path, "fear"));
        _folder.Write("LICENSE", "not a picture");
        _folder.Write(Path.Combine("happy", ".DS_Store"), "");

        FaceDatasets data = DataFile.Open(_folder.Path);

        Assert.Equal(2, data.Count);
        Assert.Equal([Emotion.Happiness, Emotion.Sadness, Emotion.Fear], data.Labels);
        Assert.Equal(new[] { loose, text, Path.Combine(_folder.Path, "fear"), broken, empty }, data.Faults.Select(fault => fault.File));
        Assert.All(data.Faults, fault => Assert.DoesNotContain(fault.File, fault.Message, StringComparison.Ordinal));
        Assert.All(data.Faults, fault => Assert.Null(fault.Line));
    }

    [Fact]
    public void Too_many_unreadable_files_stop_the_reading()
    {
        Put("happy", "", "good.png", 1);
        Put("sad", "", "good.png", 2);
        for (int i = 0; i < 20; i++)
            File.WriteAllBytes(_folder.File("sad", $"broken{i:D2}.png"), [1, 2, 3]);

        MienException error = Assert.Throws<MienException>(() => DataFile.Open(_folder.Path, new() { MaxFaults = 3 }));

        Assert.Contains("3 faults are allowed", error.Message, StringComparison.Ordinal);
        Assert.Contains("broken00.png", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_without_a_single_readable_file_is_none()
    {
        File.WriteAllBytes(_folder.File("happy", "broken.png"), [1, 2, 3]);
        File.WriteAllBytes(_folder.File("sad", "broken.png"), [1, 2, 3]);
        Assert.Contains("None of the 2 pictures", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void FerPlus_labels_need_the_csv()
    {
        Put("happy", "", "a.png", 1);
        Assert.Contains("FER+", Assert.Throws<MienException>(() => DataFile.Open(_folder.Path, new() { Labels = LabelSet.FerPlusMajority })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_of_any_size_are_brought_to_one()
    {
        Save(Image.FromPixels(5, 9, PixelFormat.Gray8, [.. Enumerable.Repeat((byte)9, 45)]), "happy", "small.png");
        Save(Image.FromPixels(120, 100, PixelFormat.Rgb24, [.. Enumerable.Repeat((byte)200, 36_000)]), "sad", "large.png");

        FaceDatasets data = DataFile.Open(_folder.Path, new() { Size = 32, Format = PixelFormat.Rgb24 });

        FaceDataset all = data["all"];
        Assert.Equal((32, PixelFormat.Rgb24, 3072), (all.Size, all.Format, all.ImageBytes));
        Assert.All(all.PixelsOf(0).ToArray(), pixel => Assert.Equal(9, pixel));
        Assert.All(all.PixelsOf(1).ToArray(), pixel => Assert.Equal(200, pixel));
    }

    [Fact]
    public void Subject_and_sequence_are_read_from_the_file_name()
    {
        Put("happy", "", "S010_004_00000017.png", 1);
        Put("sad", "", "S011_002_00000003.png", 1);

        FaceDatasets data = DataFile.Open(_folder.Path);

        Assert.Equal(DataKind.CohnKanade, data.Kind);
        Assert.Equal(["S010", "S011"], data["all"].Groups);
        Assert.Equal(["S010_004", "S011_002"], data["all"].Sequences);
        Put("sad", "", "other.png", 1);
        FaceDatasets mixed = DataFile.Open(_folder.Path);
        Assert.Equal(DataKind.Folders, mixed.Kind);
        Assert.Equal(["S010", "S011", null], mixed["all"].Groups);
    }

    [Fact]
    public void A_zip_with_a_damaged_member_reports_it_and_keeps_the_rest()
    {
        string path = _folder.File("data.zip");
        using (ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            foreach (string name in (string[])["happy/a.bmp", "happy/b.bmp", "sad/c.bmp", "__MACOSX/happy/._a.bmp"])
            {
                using Stream stream = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
                stream.Write(Image.FromPixels(48, 48, PixelFormat.Gray8, [.. Enumerable.Repeat((byte)77, 2304)]).Encode(".bmp"));
            }
        }
        byte[] bytes = File.ReadAllBytes(path);
        bytes[2000] ^= 0xff; // a pixel of the first member
        File.WriteAllBytes(path, bytes);

        FaceDatasets data = DataFile.Open(path);

        Assert.Equal(2, data.Count);
        DataFault fault = Assert.Single(data.Faults);
        Assert.EndsWith("a.bmp", fault.File, StringComparison.Ordinal);
        Assert.Contains("checksum", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_zip_says_so()
    {
        string whole = SharedData.Require("data", "CK+48.zip");
        string path = _folder.File("data.zip");
        File.WriteAllBytes(path, File.ReadAllBytes(whole)[..100_000]);
        Assert.Contains("is no zip, or it is damaged", Assert.Throws<MienException>(() => DataFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CohnKanade_has_the_published_counts_as_zip_and_as_folder()
    {
        string zip = SharedData.Require("data", "CK+48.zip");
        ZipFile.ExtractToDirectory(zip, _folder.Path);

        FaceDatasets data = DataFile.Open(zip), unpacked = DataFile.Open(_folder.Path);

        FaceDataset all = Assert.Single(data.Splits);
        Assert.Equal(DataKind.CohnKanade, data.Kind);
        Assert.Empty(data.Faults);
        Assert.Equal(981, all.Count);
        Assert.Equal(["happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"], data.Labels);
        Assert.Equal([207, 249, 84, 135, 177, 75, 54], all.ClassCounts());
        Assert.Equal(118, all.Groups.Distinct().Count());
        Assert.Equal(327, all.Sequences.Distinct().Count());
        Assert.Equal(all.Pixels, unpacked["all"].Pixels);
        Assert.Equal(all.Targets, unpacked["all"].Targets);
    }

    private static byte[] Png(byte value) => Image.FromPixels(48, 48, PixelFormat.Gray8, [.. Enumerable.Repeat(value, 2304)]).Encode(".png");

    private void Put(string first, string second, string name, byte value) => File.WriteAllBytes(_folder.File(first, second, name), Png(value));

    private void Save(Image image, params string[] parts) => image.Save(_folder.File(parts));

    private string Refusal() => Assert.Throws<MienException>(() => DataFile.Open(_folder.Path)).Message;
}
