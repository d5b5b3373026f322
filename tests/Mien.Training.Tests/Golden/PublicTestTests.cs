using Mien.Tests;
using Mien.Training.Tests.Data;

namespace Mien.Training.Tests.Golden;

/// <summary>What the classifiers in the box say of FER-2013's PublicTest.</summary>
[Collection(Fer2013Shared.Name)]
public sealed class PublicTestTests(Fer2013Fixture data)
{
    private const int Faces = 200;

    private static readonly string[] Models = ["mien-s", "mien-b"];

    [Fact]
    public void Faces_have_the_scores_that_they_had()
    {
        FaceDataset faces = data.Original.Validation!;
        int[] rows = [.. Enumerable.Range(0, Faces).Select(i => i * faces.Count / Faces)];
        Image[] images = [.. rows.Select(faces.ImageAt)];
        GoldenFile.Check("publictest-scores.txt", Models.SelectMany(Score), _ => 1e-5);

        IEnumerable<string> Score(string model) => new[] { null, AlternativeLabels.FerPlus }.SelectMany(labels =>
        {
            using EmotionClassifier classifier = EmotionClassifier.Load(ModelBox.Find(model), labels: labels);
            return classifier.Classify(images).Select((scores, i) => $"{model} {labels ?? "original"} {rows[i]}: {string.Join(' ', scores.Values.ToArray().Select(score => GoldenFile.Number(score)))}");
        });
    }

    /// <summary>The place of each image's label among the model's, so that a difference names the image, counted from 0.</summary>
    [Fact]
    public void Every_image_has_the_label_that_it_had()
    {
        FaceDataset faces = data.Original.Validation!;
        Image[] images = [.. Enumerable.Range(0, faces.Count).Select(faces.ImageAt)];
        GoldenFile.Check("publictest-labels.txt", Models.SelectMany(Label));

        IEnumerable<string> Label(string model)
        {
            using EmotionClassifier classifier = EmotionClassifier.Load(ModelBox.Find(model));
            string[] labels = [.. classifier.Classify(images).Select(scores => scores.Top)], known = [.. classifier.Labels];
            return
            [
                $"{model} right: {labels.Index().Count(label => label.Item == faces.Labels[faces.Targets[label.Index]])} of {labels.Length}",
                $"{model} labels: {string.Join(' ', labels.Select(label => known.IndexOf(label)))}",
            ];
        }
    }
}
