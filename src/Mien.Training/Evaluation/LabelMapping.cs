namespace Mien.Training;

/// <summary>How a data set's labels meet a model's, which may be in another order, spelled otherwise, or be other labels.</summary>
/// <remarks>
/// Without restriction every label of the data must be one of the model's; a label that only the model knows stays in the
/// report, and predicting it counts as an error. Restricted to the shared classes, samples of other classes are left out
/// (and counted), and the model chooses among the shared classes alone: its other probabilities are dropped and the rest
/// scaled to 1. Such a figure is not comparable with one over all classes, so a caller should say <see cref="Describe"/>.
/// </remarks>
public sealed class LabelMapping
{
    private readonly int[] _columns;
    private readonly int[] _targets;

    private LabelMapping(IReadOnlyList<string> labels, int[] columns, int[] targets, IReadOnlyList<string> onlyInModel, IReadOnlyList<string> onlyInData, int modelClasses, bool restricted)
    {
        Labels = labels;
        _columns = columns;
        _targets = targets;
        OnlyInModel = onlyInModel;
        OnlyInData = onlyInData;
        ModelClasses = modelClasses;
        IsRestricted = restricted;
    }

    /// <summary>The classes of the report.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Labels that the model knows and the data does not.</summary>
    public IReadOnlyList<string> OnlyInModel { get; }

    /// <summary>Labels that the data knows and the model does not; their samples are left out.</summary>
    public IReadOnlyList<string> OnlyInData { get; }

    /// <summary>Whether something was left out to restrict both sides to their shared classes.</summary>
    public bool IsRestricted { get; }

    private int ModelClasses { get; }

    /// <summary>Matches the labels of a model and of data.</summary>
    /// <param name="modelLabels">The model's output classes, in order.</param>
    /// <param name="dataLabels">The data's classes, in order.</param>
    /// <param name="sharedOnly">Restrict both sides to the classes that they share, instead of refusing data with classes unknown to the model.</param>
    /// <exception cref="MienException">The data has labels that the model does not know, or they share none.</exception>
    public static LabelMapping Create(IReadOnlyList<string> modelLabels, IReadOnlyList<string> dataLabels, bool sharedOnly = false)
    {
        ArgumentNullException.ThrowIfNull(modelLabels);
        ArgumentNullException.ThrowIfNull(dataLabels);
        Dictionary<string, int> model = Index(modelLabels, "model");
        Dictionary<string, int> data = Index(dataLabels, "data");
        string[] onlyInModel = [.. modelLabels.Where(label => !data.ContainsKey(Canonical(label)))];
        string[] onlyInData = [.. dataLabels.Where(label => !model.ContainsKey(Canonical(label)))];
        if (onlyInData.Length > 0 && !sharedOnly)
            throw new MienException($"The data has labels that the model does not know: {Join(onlyInData)}. The model's labels are {Join(modelLabels)}. Take data with these labels, or restrict the evaluation to the shared classes.");

        int[] columns = [.. Enumerable.Range(0, modelLabels.Count).Where(i => !sharedOnly || data.ContainsKey(Canonical(modelLabels[i])))];
        string[] labels = [.. columns.Select(i => modelLabels[i])];
        if (labels.Length == 0 || onlyInData.Length == dataLabels.Count)
            throw new MienException($"The model and the data share no label. The model's labels are {Join(modelLabels)}; the data's are {Join(dataLabels)}.");
        int[] targets = [.. dataLabels.Select(label => Array.FindIndex(labels, other => Canonical(other) == Canonical(label)))];
        bool restricted = sharedOnly && (onlyInData.Length > 0 || onlyInModel.Length > 0);
        return new LabelMapping(labels, columns, targets, onlyInModel, onlyInData, modelLabels.Count, restricted);
    }

    /// <summary>The class of the report for a class of the data, or -1 where its samples are left out.</summary>
    public int Target(int dataClass) => _targets[dataClass];

    /// <summary>Judges a model's probabilities on data.</summary>
    /// <param name="probabilities">One row for each sample, in the order of the model's labels.</param>
    /// <param name="dataClasses">The true class of each sample, in the order of the data's labels.</param>
    /// <param name="leftOut">How many samples are of a class that the model does not know.</param>
    public ClassificationReport Evaluate(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> dataClasses, out int leftOut)
    {
        Predictions kept = Apply(probabilities, dataClasses);
        leftOut = dataClasses.Length - kept.Count;
        return ClassificationReport.Create(Labels, kept.Probabilities, kept.Targets);
    }

    /// <summary>A model's probabilities in the classes of the report, without the samples that are left out.</summary>
    /// <param name="probabilities">One row for each sample, in the order of the model's labels.</param>
    /// <param name="dataClasses">The true class of each sample, in the order of the data's labels.</param>
    public Predictions Apply(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> dataClasses)
    {
        if (probabilities.Length != (long)dataClasses.Length * ModelClasses)
            throw new ArgumentException($"{dataClasses.Length} samples and {ModelClasses} classes need {(long)dataClasses.Length * ModelClasses} probabilities, got {probabilities.Length}.", nameof(probabilities));
        var kept = new List<float>(dataClasses.Length * _columns.Length);
        var (targets, images) = (new List<int>(dataClasses.Length), new List<int>(dataClasses.Length));
        for (int i = 0; i < dataClasses.Length; i++)
        {
            if (Target(dataClasses[i]) is var target and >= 0)
            {
                foreach (int column in _columns)
                    kept.Add(probabilities[(i * ModelClasses) + column]);
                targets.Add(target);
                images.Add(i);
            }
        }
        return new Predictions(Labels, [.. kept], [.. targets], [.. images]);
    }

    /// <summary>What the figures leave out or add, as a sentence; null where both sides have the same classes.</summary>
    public string? Describe()
    {
        if (IsRestricted)
        {
            var parts = new List<string>();
            if (OnlyInData.Count > 0)
                parts.Add($"samples of {Join(OnlyInData)} are left out");
            if (OnlyInModel.Count > 0)
                parts.Add($"the model may not answer {Join(OnlyInModel)}");
            return $"Restricted to the {Labels.Count} shared classes: {string.Join("; ", parts)}.";
        }
        return OnlyInModel.Count > 0 ? $"The data has no {Join(OnlyInModel)}: each such answer of the model counts as an error." : null;
    }

    private static Dictionary<string, int> Index(IReadOnlyList<string> labels, string side)
    {
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < labels.Count; i++)
        {
            if (!index.TryAdd(Canonical(labels[i]), i))
                throw new MienException($"The {side} has the label \"{labels[i]}\" twice: {Join(labels)}.");
        }
        return index;
    }

    private static string Canonical(string label) => Emotion.FromSpelling(label) ?? label;

    private static string Join(IReadOnlyList<string> labels) => string.Join(", ", labels);
}
