using System.Globalization;
using Mien.Training;

namespace Mien.Benchmarks;

/// <summary>
/// How much of an accuracy on FER-2013 can be memory: nearly one test image of seven is among the training images too. A network
/// that learns those by heart answers with the label that their copies have in training, so its accuracy is that of these labels
/// on the copies and its own on the other images.
/// </summary>
internal static class CopiesMeasurement
{
    public static void Run(string data, string splitName, IReadOnlyList<string> models)
    {
        var splits = FaceData.Open(data);
        FaceDataset train = splits["train"], split = splits[splitName];
        var remembered = NearDuplicates.Matches(split, train)
            .GroupBy(match => match.Image, match => train.Targets[match.Other])
            .ToDictionary(copies => copies.Key, copies => copies.CountBy(label => label).MaxBy(votes => votes.Value).Key);
        int agree = remembered.Count(copy => copy.Value == split.Targets[copy.Key]);
        Print($"{splitName}: {remembered.Count} of {split.Count} images have copies in training, whose label agrees for {Share(agree, remembered.Count):P1}");
        foreach (string model in models)
        {
            int[] right = Right(model, split);
            int copies = right.Count(remembered.ContainsKey), others = right.Length - copies;
            Print($"{model}: {Share(copies, remembered.Count):P2} of the copies, {Share(others, split.Count - remembered.Count):P2} of the others, {Share(right.Length, split.Count):P2} of all");
            Print($"    {Share(agree + others, split.Count):P2} of all, had it learned the copies by heart");
        }
    }

    private static int[] Right(string model, FaceDataset faces)
    {
        using var classifier = EmotionClassifier.Load(model, new OnnxOptions { Threads = 0 });
        var answers = classifier.Classify([.. Enumerable.Range(0, faces.Count).Select(faces.ImageAt)]);
        return [.. Enumerable.Range(0, faces.Count).Where(i => answers[i].Top == faces.Labels[faces.Targets[i]])];
    }

    private static double Share(int part, int whole) => (double)part / whole;

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
