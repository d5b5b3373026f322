using Mien.Tests;

namespace Mien.Training.Tests.Data;

public sealed class CocoAnnotationsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_faces_of_the_shared_photos_are_read()
    {
        List<DataFault> faults = [];
        var photos = CocoAnnotations.Read(SharedData.Require("data", "faces", "annotations.coco.json"), faults);
        Assert.Empty(faults);
        Assert.Equal(1414, photos.Count);
        var categories = photos.SelectMany(photo => photo.Faces).CountBy(face => face.Category).ToDictionary();
        Assert.Equal(new() { ["face, masked"] = 4710, ["face"] = 1377, ["face, mask worn badly"] = 186 }, categories);
        Assert.Equal(1377, photos.SelectMany(photo => photo.Faces).Count(face => !face.IsMasked));
        Assert.EndsWith(Path.Combine("images", "m0000.jpg"), photos[0].Path, StringComparison.Ordinal);
        Assert.Equal((512, 366), (photos[0].Width, photos[0].Height));
        Assert.Equal(new(new(79, 105, 30, 37), "face"), photos[0].Faces[0]);
        Assert.All(photos, photo => Assert.All(photo.Faces, face => Assert.True(face.Box is { X: >= 0, Y: >= 0 } && face.Box.Right <= photo.Width + 1 && face.Box.Bottom <= photo.Height + 1)));
    }

    [Fact]
    public void What_is_malformed_is_left_out_and_named()
    {
        File.WriteAllBytes(_folder.File("images", "a.jpg"), []);
        File.WriteAllBytes(_folder.File("images", "b.jpg"), []);
        string path = _folder.Write("faces.json", """
            {"info": {"year": 2020}, "categories": [{"id": 1, "name": "face"}, {"id": 2}],
             "images": [{"id": 1, "file_name": "a.jpg", "width": 64, "height": 48}, {"id": 2, "file_name": "gone.jpg", "width": 64, "height": 48},
                        {"id": 1, "file_name": "b.jpg", "width": 64, "height": 48}, {"id": 4, "file_name": "b.jpg", "width": 64, "height": 0}, "image", null],
             "annotations": [{"id": 10, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3.5, 4]}, {"id": 11, "image_id": 9, "category_id": 1, "bbox": [1, 2, 3, 4]},
                             {"id": 12, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 0]}, {"id": 13, "image_id": 1, "category_id": 2, "bbox": [1, 2, 3, 4]},
                             {"id": 14, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3]}, {"id": 15, "image_id": 1, "category_id": 1, "bbox": "box"},
                             {"id": 16, "image_id": 2, "category_id": 1, "bbox": [1, 2, 3, 4]}, {"id": 17, "image_id": 1, "category_id": 1, "iscrowd": 1, "bbox": [1, 2, 3, 4]},
                             {"id": 18, "image_id": 1, "category_id": 1}]}
            """);
        List<DataFault> faults = [];
        var photo = Assert.Single(CocoAnnotations.Read(path, faults));
        Assert.Equal([new(new(1, 2, 3.5f, 4), "face")], photo.Faces);
        Assert.All(faults, fault => Assert.Equal(path, fault.File));
        string[] named = ["categories[1]", "images[4]", "images[5]", "image 2 (gone.jpg)", "image 1 (b.jpg)", "image 4 (b.jpg)",
            "annotations[5]", "annotations[8]", "annotation 11", "annotation 12", "annotation 13", "annotation 14", "annotation 17"];
        Assert.All(named, name => Assert.Single(faults, fault => fault.Message.StartsWith(name, StringComparison.Ordinal)));
        Assert.Equal(named.Length, faults.Count);
    }

    [Theory]
    [InlineData("faces 1 2 3")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"images": [], "annotations": []}""")]
    [InlineData("""{"images": [], "annotations": [], "categories": null}""")]
    public void A_file_of_another_kind_is_refused(string text)
    {
        string path = _folder.Write("faces.json", text);
        string message = Assert.Throws<MienException>(() => CocoAnnotations.Read(path)).Message;
        Assert.StartsWith($"{path} holds no COCO annotations", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        string path = _folder.File("none.json");
        Assert.Contains(path, Assert.Throws<MienException>(() => CocoAnnotations.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Boxes_grow_within_the_photo()
    {
        var photo = new AnnotatedPhoto("a.jpg", 100, 100, [new(new(10, 50, 20, 40), "face"), new(new(40, 2, 20, 40), "face")]).WithBoxesExtended(0.1f, 0.5f);
        Assert.Equal([new(10, 46, 20, 54), new(40, 0, 20, 62)], photo.Faces.Select(face => face.Box));
    }
}
