using Mien.Tests;

namespace Mien.Training.Tests.Data;

[Collection(Fer2013Shared.Name)]
public sealed class AverageFacesTests(Fer2013Fixture fixture)
{
    [Fact]
    public void The_faces_that_people_agree_on_most_are_chosen()
    {
        FaceDatasets data = fixture.Original;
        string votes = SharedData.Require("data", "fer2013", "fer2013new.csv");

        FaceDataset faces = AverageFaces.MostAgreed(data.Train!, votes, 130);

        // Only 123 training images of disgust have disgust as their most frequent vote.
        Assert.Equal([130, 123, 130, 130, 130, 130, 130], faces.ClassCounts());
        string[] rows = File.ReadAllLines(votes);
        Assert.All(Enumerable.Range(0, 130), i => Assert.InRange(int.Parse(rows[faces.Rows[i] + 1].Split(',')[6], null), 9, 10));
    }

    [Fact]
    public void Each_emotion_has_its_mean_in_the_order_of_the_emotions()
    {
        using var detector = new LandmarksAt();
        FaceDataset faces = Faces([Emotion.Anger, Emotion.Happiness], perClass: 60);

        Image picture = AverageFaces.Render(faces, detector, null, TestContext.Current.CancellationToken);

        Assert.Equal((600, 336, PixelFormat.Gray8), (picture.Width, picture.Height, picture.Format));
        // Faces of happiness are bright above, those of anger below; noise averages out.
        Assert.True(At(picture, 168, 120) > At(picture, 168, 220) + 50);
        Assert.True(At(picture, 432, 120) < At(picture, 432, 220) - 50);
        Assert.Equal(At(picture, 120, 150), At(picture, 72 + 191 - (120 - 72), 150));
        Assert.Equal(picture.Pixels, AverageFaces.Render(faces, detector, null, TestContext.Current.CancellationToken).Pixels);
    }

    [Fact]
    public void Copies_of_a_photo_do_not_count_as_many_faces()
    {
        using var detector = new LandmarksAt();
        FaceDataset faces = Faces([Emotion.Fear], perClass: 40);
        FaceDataset repeated = faces.Subset([.. Enumerable.Range(0, 40), .. Enumerable.Range(0, 40)]);

        MienException error = Assert.Throws<MienException>(() => AverageFaces.Render(repeated, detector, null, TestContext.Current.CancellationToken));

        Assert.StartsWith("Only 40 different faces of fear could be aligned", error.Message, StringComparison.Ordinal);
    }

    private static byte At(Image image, int x, int y) => image.Pixels[(y * image.Width) + x];

    /// <summary>Strong noise, a little brighter above (happiness) or below (all others).</summary>
    private static FaceDataset Faces(string[] labels, int perClass)
    {
        var random = new Random(1);
        int[] targets = [.. Enumerable.Range(0, labels.Length).SelectMany(label => Enumerable.Repeat(label, perClass))];
        var pixels = new byte[targets.Length * 48 * 48];
        for (int i = 0; i < pixels.Length; i++)
        {
            bool above = i % (48 * 48) < 48 * 24;
            bool bright = above == (labels[targets[i / (48 * 48)]] == Emotion.Happiness);
            pixels[i] = (byte)(random.Next(200) + (bright ? 40 : 0));
        }
        return new("train", labels, 48, PixelFormat.Gray8, pixels, targets);
    }

    /// <summary>Finds one face, in the middle, with landmarks where the standard crop has them.</summary>
    private sealed class LandmarksAt : IFaceDetector
    {
        public BoxToCrop BoxToCrop => new(1, 0);

        public IReadOnlyList<DetectedFace> Detect(Image image)
        {
            float side = image.Width / 2f, left = image.Width / 4f;
            Landmark Of(float x, float y) => new(left + (x * side), left + (y * side));
            return [new(new(left, left, side, side), 1, new(Of(0.3f, 0.4f), Of(0.7f, 0.4f), Of(0.5f, 0.6f), Of(0.35f, 0.78f), Of(0.65f, 0.78f)))];
        }

        public void Dispose() { }
    }
}
