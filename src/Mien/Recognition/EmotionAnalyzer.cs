namespace Mien;

/// <summary>Finds the faces of a picture and says what each expression reads as. Load once, share between threads.</summary>
public sealed class EmotionAnalyzer : IDisposable
{
    /// <summary>Puts a detector and a classifier together; both are disposed with the analyzer.</summary>
    public EmotionAnalyzer(IFaceDetector detector, EmotionClassifier classifier)
    {
        ArgumentNullException.ThrowIfNull(detector);
        ArgumentNullException.ThrowIfNull(classifier);
        Detector = detector;
        Classifier = classifier;
    }

    /// <summary>The model that classifies: its labels, origin and measured figures.</summary>
    public ModelMetadata Model => Classifier.Metadata;

    internal IFaceDetector Detector { get; }

    internal EmotionClassifier Classifier { get; }

    /// <summary>Loads the detector and the model; with no options, those in the box.</summary>
    /// <exception cref="ModelException">A model file is missing or not usable.</exception>
    /// <exception cref="NativeLibraryException">A native library is missing or too old.</exception>
    public static EmotionAnalyzer Create(AnalyzerOptions? options = null)
    {
        options ??= new();
        var classifier = EmotionClassifier.Load(options.Model ?? ModelBox.Find(ModelBox.Default), options.Runtime, options.Labels);
        try
        {
            return new(FaceDetectors.Create(options), classifier);
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    /// <summary>Reads a picture file and analyzes it.</summary>
    /// <returns>One reading a face, the most confident detection first; empty if there is no face.</returns>
    /// <exception cref="ImageException">The picture cannot be read.</exception>
    public IReadOnlyList<FaceReading> Analyze(string path) => Analyze(Image.Load(path));

    /// <summary>Analyzes a decoded picture; all its faces go through the classifier together.</summary>
    /// <returns>One reading a face, the most confident detection first; empty if there is no face.</returns>
    public IReadOnlyList<FaceReading> Analyze(Image image)
    {
        var found = FoundFaces.In(image, Detector, Classifier);
        return found.Faces.Count == 0 ? [] : found.Read(Classifier.Classify(found.Crops));
    }

    /// <summary>Analyzes a picture and explains what each face reads as, by occlusion sensitivity.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="label">The label to explain, in any usual spelling; null for the most probable one of each face.</param>
    /// <param name="progress">Told how many faces were explained, of how many.</param>
    /// <returns>One explanation a face, the most confident detection first; empty if there is no face.</returns>
    /// <exception cref="MienException">The model does not know the label.</exception>
    public IReadOnlyList<FaceExplanation> Explain(Image image, string? label = null, IProgress<(long Done, long Total)>? progress = null)
    {
        label = label is null ? null : KnownLabel(label);
        var faces = Detector.Detect(image);
        var explanations = new FaceExplanation[faces.Count];
        for (int i = 0; i < explanations.Length; i++)
        {
            explanations[i] = FaceExplanation.Of(image, faces[i], Detector, Classifier, label);
            progress?.Report((i + 1, explanations.Length));
        }
        return explanations;
    }

    /// <inheritdoc cref="OcclusionSensitivity.KnownLabel"/>
    internal string KnownLabel(string label) => OcclusionSensitivity.KnownLabel(Classifier, label);

    /// <inheritdoc/>
    public void Dispose()
    {
        Detector.Dispose();
        Classifier.Dispose();
    }
}
