using System.Text.Json;
using Mien.Tests;

namespace Mien.Training.Tests.Evaluation;

public sealed class DetectionReportTests
{
    private static readonly AnnotatedFace Face = new(new(0, 0, 100, 100), "face");
    private static readonly AnnotatedFace Masked = new(new(200, 0, 100, 100), "face, masked");

    [Fact]
    public void Average_precision_is_that_computed_by_hand()
    {
        // Three faces: one found at .9 exactly, one at .7 with an overlap of 0.6, one missed; a false one at .8.
        PhotoDetections[] photos = [
            Photo([Face], Found(0, 0, 100, 100, .9f), Found(300, 300, 50, 50, .8f)),
            Photo([Face, new(new(200, 200, 60, 60), "face")], Found(0, 0, 100, 60, .7f))];
        var report = DetectionReport.Create(photos, 0.5f);
        // Up to an overlap of 0.6 the precision is 1 at the recalls 0 to .33 and 2/3 at .34 to .66; above it is 1 at 0 to .33.
        const double loose = (34 + (33 * 2 / 3.0)) / 101, tight = 34 / 101.0;
        Assert.Equal((2, 3), (report.Photos, report.Faces));
        Assert.Equal(loose, report.Ap50, 12);
        Assert.Equal(((3 * loose) + (7 * tight)) / 10, report.Ap, 12);
    }

    [Fact]
    public void Figures_are_those_of_cocos_own_evaluation()
    {
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(SharedData.Checkout, "tests", "Mien.Training.Tests", "Evaluation", "detection-reference.json")));
        var report = DetectionReport.Create([.. reference.RootElement.GetProperty("photos").EnumerateArray().Select(photo => Photo(
            [.. photo.GetProperty("faces").EnumerateArray().Select(face => new AnnotatedFace(BoxOf(face), face[4].GetString()!))],
            [.. photo.GetProperty("detections").EnumerateArray().Select(found => new DetectedFace(BoxOf(found), found[4].GetSingle()))]))], 0.5f);
        var expected = reference.RootElement.GetProperty("expected").Deserialize<Dictionary<string, Dictionary<string, double>>>()!;
        foreach (var (name, figures) in ((string, DetectionFigures)[])[
            ("all", new(report.Faces, report.Ap50, report.Ap)),
            ("under20", report.ByHeight.Under20), ("from20To40", report.ByHeight.From20To40), ("above40", report.ByHeight.Above40),
            ("masked", report.Masked), ("unmasked", report.Unmasked)])
        {
            Assert.Equal(expected[name]["faces"], figures.Faces);
            Assert.Equal(expected[name]["ap50"], figures.Ap50, 9);
            Assert.Equal(expected[name]["ap"], figures.Ap, 9);
        }
    }

    [Fact]
    public void Faces_of_another_kind_are_neither_right_nor_wrong()
    {
        var report = DetectionReport.Create([Photo([Face, Masked], Found(200, 0, 100, 100, .9f), Found(0, 0, 100, 100, .8f))], 0.5f);
        Assert.Equal(new(1, 1, 1), report.Unmasked);
        Assert.Equal(new(1, 1, 1), report.Masked);
        Assert.Equal(new(0, 0, 0), report.ByHeight.Under20);
        Assert.Equal(new(2, 1, 1), report.ByHeight.Above40);
    }

    [Fact]
    public void A_second_detection_of_a_face_is_false()
    {
        var report = DetectionReport.Create([Photo([Face, Masked], Found(0, 0, 100, 100, .9f), Found(0, 0, 100, 98, .8f), Found(200, 0, 100, 100, .7f))], 0.5f);
        Assert.Equal((51 + (50 * 2 / 3.0)) / 101, report.Ap50, 12);
    }

    [Fact]
    public void Recall_is_taken_at_the_usual_confidence_and_where_one_photo_in_ten_has_a_false_face()
    {
        var small = new AnnotatedFace(new(0, 0, 19, 19), "face");
        List<PhotoDetections> photos = [.. Enumerable.Repeat(Photo([]), 8)];
        // In order: right .9, false .8, right .7, then a right and a false one that no threshold tells apart.
        photos.Add(Photo([Face, Masked], Found(0, 0, 100, 100, .9f), Found(200, 0, 100, 100, .5f), Found(300, 300, 50, 50, .8f)));
        photos.Add(Photo([Face, small], Found(0, 0, 100, 100, .7f), Found(300, 300, 50, 50, .5f)));
        var report = DetectionReport.Create(photos, 0.75f);
        Assert.Equal(2 / 4.0, report.RecallAtTenthFalse, 12);
        Assert.Equal(1 / 2.0, report.RecallUnmasked, 12);
        Assert.Equal(1, report.RecallUnmaskedAtMost, 12);
        Assert.Equal(1 / 10.0, report.FalsePerPhoto, 12);
        Assert.Equal(1, DetectionReport.Create(photos, 0.6f).RecallUnmasked, 12);
        Assert.Equal(2 / 10.0, DetectionReport.Create(photos, 0.5f).FalsePerPhoto, 12);
    }

    [Fact]
    public void No_face_and_no_photo_give_zeros()
    {
        foreach (PhotoDetections[] photos in (PhotoDetections[][])[[], [Photo([], Found(0, 0, 9, 9, .9f))]])
        {
            var report = DetectionReport.Create(photos, 0.5f);
            Assert.Equal((0, 0, 0, 0, 0), (report.Faces, report.Ap50, report.Ap, report.RecallUnmasked, report.RecallAtTenthFalse));
            Assert.Equal((0, photos.Length), (report.RecallUnmaskedAtMost, report.FalsePerPhoto));
        }
    }

    [Fact]
    public void Landmarks_are_measured_on_faces_that_both_found()
    {
        FaceLandmarks at = new(new(30, 30), new(70, 30), new(50, 50), new(35, 70), new(65, 70));
        // Two of five landmarks are 5 pixels off, in a box whose side is 100.
        FaceLandmarks off = at with { LeftEye = new(33, 34), Nose = new(50, 45) };
        PhotoDetections[] found = [Photo([Face, Masked], Found(0, 0, 100, 100, .9f, off), Found(200, 0, 100, 100, .8f, at))];
        PhotoDetections[] teacher = [Photo([Face, Masked], Found(0, 0, 80, 125, .9f, at), Found(200, 0, 100, 100, .8f))];
        var error = LandmarkError.Measure(found, teacher);
        Assert.Equal(1, error.Faces);
        Assert.Equal(0.02, error.Mean, 9);
        Assert.Throws<ArgumentException>(() => LandmarkError.Measure(found, []));
    }

    private static PhotoDetections Photo(AnnotatedFace[] faces, params DetectedFace[] found) => new(new("photo.jpg", 500, 500, faces), found);

    private static DetectedFace Found(float x, float y, float width, float height, float confidence, FaceLandmarks? landmarks = null) =>
        new(new(x, y, width, height), confidence, landmarks);

    private static Box BoxOf(JsonElement values) => new(values[0].GetSingle(), values[1].GetSingle(), values[2].GetSingle(), values[3].GetSingle());
}
