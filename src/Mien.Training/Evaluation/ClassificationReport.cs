using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mien.Training;

/// <summary>The figures of one class.</summary>
/// <param name="Label">The class.</param>
/// <param name="Precision">Of the predictions of this class, the share that is right; 0 where it was never predicted.</param>
/// <param name="Recall">Of the true members of this class, the share that was found; 0 where there are none.</param>
/// <param name="F1">The harmonic mean of precision and recall; 0 where both are 0.</param>
/// <param name="Support">How many true members of this class there are.</param>
public sealed record ClassReport(string Label, double Precision, double Recall, double F1, int Support);

/// <summary>How well predicted probabilities meet the truth, with the definitions of scikit-learn at <c>zero_division=0</c>.</summary>
/// <remarks>
/// No figure is ever NaN. A precision, recall or F1 whose denominator is zero is 0. Balanced accuracy is the mean recall
/// over the classes that occur in the truth; macro-F1 is the mean F1 over the classes that occur in the truth or among the
/// predictions, so a class that neither side knows does not pull it down. Without any sample every figure is 0.
/// </remarks>
public sealed record ClassificationReport
{
    /// <summary>The smallest probability that the log loss believes in: the resolution of single precision, as in scikit-learn.</summary>
    private const double Epsilon = 1.1920928955078125e-7;

    private ClassificationReport() { }

    /// <summary>How many samples were judged.</summary>
    public required int N { get; init; }

    /// <summary>The share of samples whose most probable class is the true one.</summary>
    public required double Accuracy { get; init; }

    /// <summary>The lower end of the 95 % interval of <see cref="Accuracy"/>, by 2,000 resamples of the samples.</summary>
    public required double AccuracyLow { get; init; }

    /// <summary>The upper end of that interval.</summary>
    public required double AccuracyHigh { get; init; }

    /// <summary>The accuracy without the samples that, or near copies of which, are among the training images; null where that is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AccuracyWithoutDuplicates { get; init; }

    /// <summary>How many samples that leaves out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Duplicates { get; init; }

    /// <summary>The mean recall over the classes that occur in the truth.</summary>
    public required double BalancedAccuracy { get; init; }

    /// <summary>The mean F1 over the classes that occur in the truth or among the predictions.</summary>
    [JsonPropertyName("macroF1")]
    public required double MacroF1 { get; init; }

    /// <summary>The mean of -log of the probability given to the true class.</summary>
    public required double LogLoss { get; init; }

    /// <summary>The expected calibration error, 0 to 1: how far confidence is from accuracy on average, over 15 bins of equal width.</summary>
    public required double Ece { get; init; }

    /// <summary>What <see cref="Ece"/> would be without the model's temperature; null where the model has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? EceWithoutTemperature { get; init; }

    /// <summary>The classes, in the order of the rows and columns of <see cref="Confusion"/>.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The figures of each class, in the order of <see cref="Labels"/>.</summary>
    public required IReadOnlyList<ClassReport> PerClass { get; init; }

    /// <summary>Counts: the row is the true class, the column the predicted one.</summary>
    public required int[][] Confusion { get; init; }

    /// <summary>The bins of <see cref="Ece"/>, from the least confidence to the most.</summary>
    [JsonIgnore]
    public IReadOnlyList<ReliabilityBin> Reliability { get; init; } = [];

    /// <summary>Judges probabilities against the truth.</summary>
    /// <param name="labels">The classes, K of them.</param>
    /// <param name="probabilities">N rows of K probabilities, one row after the other. A row that does not add up to 1 is scaled to do so.</param>
    /// <param name="targets">The true class of each of the N samples, 0 to K - 1.</param>
    /// <exception cref="ArgumentException">The sizes do not fit together, or a probability is negative or no number.</exception>
    public static ClassificationReport Create(IReadOnlyList<string> labels, ReadOnlySpan<float> probabilities, ReadOnlySpan<int> targets)
    {
        ArgumentNullException.ThrowIfNull(labels);
        int classes = labels.Count;
        if (classes == 0)
            throw new ArgumentException("A report needs at least one class.", nameof(labels));
        if (probabilities.Length != (long)targets.Length * classes)
            throw new ArgumentException($"{targets.Length} targets of {classes} classes need {(long)targets.Length * classes} probabilities, got {probabilities.Length}.", nameof(probabilities));

        int[][] confusion = [.. Enumerable.Range(0, classes).Select(_ => new int[classes])];
        var reliability = new Reliability();
        double loss = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            int target = targets[i];
            if ((uint)target >= (uint)classes)
                throw new ArgumentException($"Target {target} of sample {i} is none of the {classes} classes.", nameof(targets));
            ReadOnlySpan<float> row = probabilities.Slice(i * classes, classes);
            double sum = 0;
            int top = 0;
            for (int j = 0; j < classes; j++)
            {
                if (!(row[j] >= 0) || float.IsInfinity(row[j]))
                    throw new ArgumentException(FormattableString.Invariant($"The probability {row[j]} of sample {i}, class \"{labels[j]}\", is none."), nameof(probabilities));
                sum += row[j];
                if (row[j] > row[top])
                    top = j;
            }
            confusion[target][top]++;
            reliability.Add(sum > 0 ? row[top] / sum : 0, top == target);
            loss -= Math.Log(Math.Clamp(sum > 0 ? row[target] / sum : 0, Epsilon, 1 - Epsilon));
        }
        return FromConfusion(labels, confusion, targets.Length == 0 ? 0 : loss / targets.Length, reliability.ToBins());
    }

    /// <summary>This report as JSON: <c>n</c>, <c>accuracy</c>, <c>accuracyLow</c>, <c>accuracyHigh</c>, <c>accuracyWithoutDuplicates</c> and <c>duplicates</c> if known, <c>balancedAccuracy</c>, <c>macroF1</c>, <c>logLoss</c>, <c>ece</c>, <c>eceWithoutTemperature</c> if there is one, <c>labels</c>, <c>perClass</c>, <c>confusion</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EvaluationJson.Default.ClassificationReport);

    private static ClassificationReport FromConfusion(IReadOnlyList<string> labels, int[][] confusion, double logLoss, ReliabilityBin[] reliability)
    {
        int count = 0, right = 0, inTruth = 0, seen = 0;
        double recalls = 0, scores = 0;
        var perClass = new ClassReport[labels.Count];
        for (int c = 0; c < labels.Count; c++)
        {
            int hits = confusion[c][c];
            int support = confusion[c].Sum();
            int predicted = confusion.Sum(row => row[c]);
            perClass[c] = new ClassReport(labels[c], Share(hits, predicted), Share(hits, support), Share(2.0 * hits, support + predicted), support);
            count += support;
            right += hits;
            if (support > 0)
            {
                inTruth++;
                recalls += perClass[c].Recall;
            }
            if (support + predicted > 0)
            {
                seen++;
                scores += perClass[c].F1;
            }
        }
        (double low, double high) = AccuracyInterval.Bootstrap(right, count);
        return new ClassificationReport
        {
            N = count,
            Accuracy = Share(right, count),
            AccuracyLow = low,
            AccuracyHigh = high,
            BalancedAccuracy = Share(recalls, inTruth),
            MacroF1 = Share(scores, seen),
            LogLoss = logLoss,
            Ece = Training.Reliability.Error(reliability),
            Labels = [.. labels],
            PerClass = perClass,
            Confusion = confusion,
            Reliability = reliability,
        };
    }

    private static double Share(double part, int whole) => whole == 0 ? 0 : part / whole;
}

/// <summary>Serialisation without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ClassificationReport))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
