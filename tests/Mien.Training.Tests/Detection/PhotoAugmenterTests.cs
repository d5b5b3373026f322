namespace Mien.Training.Tests.Detection;

public sealed class PhotoAugmenterTests
{
    /// <summary>A photo on which the face is a disc of one colour, and its landmarks are specks on it.</summary>
    private static readonly TrainingPhoto Photo = Disc();

    [Fact]
    public void Faces_and_landmarks_go_where_the_pixels_go()
    {
        PhotoAugmenter augmenter = Augmenter(new AugmentationRecipe { Rotation = 40, Flip = 0.5 });
        int checkedFaces = 0;
        for (int number = 0; number < 60; number++)
        {
            TrainingPhoto picture = augmenter.Draw(0, number, 128);
            foreach (TargetFace face in picture.Faces.Where(face => face.Weight > 0 && face.Landmarks is not null && face.Box.Width > 24))
            {
                if (face.Box.X <= 0 || face.Box.Y <= 0 || face.Box.Right >= 128 || face.Box.Bottom >= 128)
                    continue;
                Assert.True(Red(picture.Image, face.Box.X + (face.Box.Width / 2), face.Box.Y + (face.Box.Height / 2)) > 200, $"picture {number}: no face in the middle of {face.Box}");
                Assert.True(Red(picture.Image, face.Box.X - 2, face.Box.Y + (face.Box.Height / 2)) < 100, $"picture {number}: {face.Box} begins within the face");
                Assert.True(Blue(picture.Image, face.Landmarks!.LeftEye) > 150, $"picture {number}: no left eye at {face.Landmarks.LeftEye}");
                Assert.True(face.Landmarks.LeftEye.X < face.Landmarks.RightEye.X, "left and right are as seen in the picture");
                checkedFaces++;
            }
        }
        Assert.True(checkedFaces > 10, $"{checkedFaces} faces could be checked");
    }

    [Fact]
    public void The_same_epoch_and_number_give_the_same_picture_and_others_another()
    {
        PhotoAugmenter augmenter = Augmenter(new AugmentationRecipe { Rotation = 20, Contrast = 0.3, Brightness = 0.1, Erasing = 0.5 });
        Assert.Equal(augmenter.Draw(2, 5, 128).Image.Pixels.ToArray(), augmenter.Draw(2, 5, 128).Image.Pixels.ToArray());
        Assert.NotEqual(augmenter.Draw(2, 5, 128).Image.Pixels.ToArray(), augmenter.Draw(3, 5, 128).Image.Pixels.ToArray());
        Assert.NotEqual(augmenter.Draw(2, 5, 128).Image.Pixels.ToArray(), augmenter.Draw(2, 6, 128).Image.Pixels.ToArray());
    }

    [Fact]
    public void Faces_of_all_sizes_occur_and_those_that_hardly_show_are_no_targets()
    {
        PhotoAugmenter augmenter = Augmenter(new AugmentationRecipe(), new DetectionRecipe { Mosaic = 0.5, Pasted = 0, FaceSide = [8, 120], Jpeg = 0 });
        TargetFace[] faces = [.. Enumerable.Range(0, 200).SelectMany(number => augmenter.Draw(0, number, 128).Faces)];
        TargetFace[] targets = [.. faces.Where(face => face.Weight > 0)];
        Assert.Contains(targets, face => face.Box.Height < 25);
        Assert.Contains(targets, face => face.Box.Height > 90);
        Assert.All(targets, face => Assert.True(Math.Max(face.Box.Width, face.Box.Height) >= 8));
        Assert.All(faces, face => Assert.InRange(face.Box.X, 0, 128));
    }

    [Fact]
    public void Crops_are_pasted_with_their_faces()
    {
        TrainingPhoto empty = new(Image.FromPixels(100, 100, PixelFormat.Rgb24, new byte[30000]), []);
        var recipe = new DetectionRecipe { Mosaic = 0, Pasted = 1, Jpeg = 0, Noise = 0, Blur = 0, Gray = 0 };
        var augmenter = new PhotoAugmenter(Recipe(new AugmentationRecipe(), recipe), [empty], [0], [Photo]);
        TrainingPhoto picture = Enumerable.Range(0, 20).Select(number => augmenter.Draw(0, number, 128)).First(picture => picture.Faces.Any(face => face.Box.Width > 20));
        TargetFace face = picture.Faces.First(face => face.Box.Width > 20);
        Assert.True(Red(picture.Image, face.Box.X + (face.Box.Width / 2), face.Box.Y + (face.Box.Height / 2)) > 150);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public void Shapes_and_words_are_drawn_where_no_face_is(double shapes, double words)
    {
        var plain = new DetectionRecipe { Mosaic = 0, Pasted = 0, FaceSide = [30, 60], Jpeg = 0, Noise = 0, Blur = 0, Gray = 0 };
        PhotoAugmenter without = Augmenter(new AugmentationRecipe(), plain), with = Augmenter(new AugmentationRecipe(), plain with { Shapes = shapes, Words = words });
        int drawn = 0;
        for (int number = 0; number < 30; number++)
        {
            TrainingPhoto before = without.Draw(0, number, 128), after = with.Draw(0, number, 128);
            Assert.Equal(before.Faces, after.Faces);
            foreach (TargetFace face in after.Faces.Where(face => face.Box.Width > 20))
                Assert.True(Red(after.Image, face.Box.X + (face.Box.Width / 2), face.Box.Y + (face.Box.Height / 2)) > 200, $"picture {number}: something covers {face.Box}");
            drawn += before.Image.Pixels.SequenceEqual(after.Image.Pixels) ? 0 : 1;
        }
        Assert.InRange(drawn, 10, 30);
    }

    private static PhotoAugmenter Augmenter(AugmentationRecipe variations, DetectionRecipe? recipe = null) =>
        new(Recipe(variations, recipe ?? new DetectionRecipe { Mosaic = 0, Pasted = 0, FaceSide = [16, 90], Gray = 0, Blur = 0, Noise = 0, Jpeg = 0 }), [Photo], [0], []);

    private static Recipe Recipe(AugmentationRecipe variations, DetectionRecipe detection) => new()
    {
        Name = "test", Network = new NetworkSpec { Name = "face-detector" }, Optimizer = new SgdRecipe { LearningRate = 0.1 }, Epochs = 1,
        Input = new InputRecipe { Channels = 3 }, Augmentation = variations, Detection = detection,
    };

    private static TrainingPhoto Disc()
    {
        const int size = 160, x = 90, y = 70, radius = 24;
        var pixels = new byte[size * size * 3];
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++)
            {
                double distance = Math.Sqrt(Math.Pow(column + 0.5 - x, 2) + Math.Pow(row + 0.5 - y, 2));
                if (distance <= radius)
                    pixels[((row * size) + column) * 3] = 255;
                // The left eye is blue and large enough to survive resampling.
                if (Math.Abs(column + 0.5 - (x - 10)) <= 5 && Math.Abs(row + 0.5 - (y - 8)) <= 5 || Math.Abs(column + 0.5 - (x + 10)) <= 5 && Math.Abs(row + 0.5 - (y - 8)) <= 5)
                    pixels[(((row * size) + column) * 3) + 2] = 255;
            }
        }
        return new(Image.FromPixels(size, size, PixelFormat.Rgb24, pixels),
            [new TargetFace(new Box(x - radius, y - radius, 2 * radius, 2 * radius), new(new(x - 10, y - 8), new(x + 10, y - 8), new(x, y), new(x - 8, y + 10), new(x + 8, y + 10)))]);
    }

    private static byte Red(Image image, float x, float y) => image.Pixels[(((int)y * image.Width) + (int)x) * 3];

    private static byte Blue(Image image, Landmark point) => image.Pixels[((((int)point.Y * image.Width) + (int)point.X) * 3) + 2];
}
