using Mien.Imaging.Files;
using Mien.Output;
using Mien.Server.Monitoring;
using Mien.Server.Problems;
using Mien.Server.Uploads;

namespace Mien.Server.Recognition;

/// <summary>Reads pictures for all requests: so many are decoded and searched at a time, and their faces are classified together.</summary>
internal sealed class Recognizer : IDisposable
{
    private readonly IFaceDetector _detector;
    private readonly ClassifierQueue _classifier;
    private readonly Dictionary<string, Lazy<ClassifierQueue>> _alternatives;
    private readonly ImageLimits _limits;
    private readonly SemaphoreSlim _turns;

    /// <summary>Loads the detector and the model.</summary>
    /// <exception cref="MienException">One of them cannot be loaded.</exception>
    public Recognizer(ServerOptions options, ServerMetrics metrics)
    {
        var analyzer = options.Analyzer;
        ModelFile = analyzer.Model ?? ModelBox.Find(ModelBox.Default);
        _limits = options.Pictures;
        _turns = new(options.Concurrency);
        _classifier = Load(analyzer.Labels);
        _alternatives = Model.Alternatives.ToDictionary(labels => labels.Name, labels => new Lazy<ClassifierQueue>(() => Load(labels.Name)));
        try
        {
            _detector = FaceDetectors.Create(analyzer);
        }
        catch
        {
            _classifier.Dispose();
            throw;
        }

        ClassifierQueue Load(string? labels) => new(EmotionClassifier.Load(ModelFile, analyzer.Runtime, labels), metrics);
    }

    /// <summary>The model that classifies.</summary>
    public ModelMetadata Model => _classifier.Classifier.Metadata;

    /// <summary>Its file.</summary>
    public string ModelFile { get; }

    /// <summary>The classifier for a set of labels.</summary>
    /// <param name="labels">The name of one of the model's alternatives; null for the labels that the server was started with.</param>
    /// <exception cref="ProblemException">The model has no such labels.</exception>
    public ClassifierQueue ClassifierFor(string? labels) =>
        labels is null ? _classifier
        : _alternatives.TryGetValue(labels, out var alternative) ? alternative.Value
        : throw Problem.UnknownLabels.Exception($"The model {Model.Name} has no labels of this name. It has: {(_alternatives.Count > 0 ? string.Join(", ", _alternatives.Keys) : "none")}. Leave the parameter out for {string.Join(", ", Model.Labels)}.");

    /// <summary>Finds the faces of a picture and says what each reads as.</summary>
    /// <exception cref="ProblemException">The picture cannot be read or is too large.</exception>
    public async Task<PictureAnalysis> AnalyzeAsync(PictureUpload upload, ClassifierQueue queue, CancellationToken cancellation)
    {
        var (image, found) = await InTurnAsync(() =>
        {
            var image = Decode(upload, cancellation);
            return (image, FoundFaces.In(image, _detector, queue.Classifier));
        }, cancellation);
        var faces = found.Faces.Count == 0 ? [] : found.Read(await queue.ClassifyAsync(found.Crops, cancellation));
        return PictureAnalysis.Of(upload.Source, image, faces);
    }

    /// <summary>Finds the faces of a picture and says which parts of each carried a label.</summary>
    /// <param name="upload">The picture.</param>
    /// <param name="queue">The classifier.</param>
    /// <param name="label">The label, in any usual spelling; null for what each face reads as.</param>
    /// <param name="cancellation">Stops before the next face.</param>
    /// <exception cref="ProblemException">The picture cannot be read or is too large, or the model does not know the label.</exception>
    public async Task<PictureExplanation> ExplainAsync(PictureUpload upload, ClassifierQueue queue, string? label, CancellationToken cancellation)
    {
        var classifier = queue.Classifier;
        string? known = label is null ? null
            : OcclusionSensitivity.FindLabel(classifier, label) ?? throw Problem.UnknownLabel.Exception($"The model {Model.Name} does not know this label. It knows: {string.Join(", ", classifier.Labels)}.");
        var (image, faces) = await InTurnAsync(() =>
        {
            var image = Decode(upload, cancellation);
            return (image, _detector.Detect(image));
        }, cancellation);
        var explanations = new List<FaceExplanation>(faces.Count);
        // A turn for each face, because one takes as long as many pictures.
        foreach (var face in faces)
            explanations.Add(await InTurnAsync(() => FaceExplanation.Of(image, face, _detector, classifier, known), cancellation));
        return PictureExplanation.Of(upload.Source, image, explanations);
    }

    /// <summary>Begins a video whose frames are read with <see cref="ReadAsync"/>.</summary>
    public VideoAnalyzer BeginVideo(ClassifierQueue queue) => new(_detector, queue.Classifier);

    /// <summary>Reads the next frame of a video.</summary>
    /// <param name="video">The video.</param>
    /// <param name="upload">The frame's picture.</param>
    /// <param name="number">The frame's number.</param>
    /// <param name="time">Its time, later than that of the frame before.</param>
    /// <param name="queue">The classifier.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="ProblemException">The picture cannot be read or is too large.</exception>
    public async Task<(FrameReading Reading, Image Picture)> ReadAsync(VideoAnalyzer video, PictureUpload upload, long number, TimeSpan time, ClassifierQueue queue, CancellationToken cancellation)
    {
        var (frame, found) = await InTurnAsync(() =>
        {
            var frame = new VideoFrame(Decode(upload, cancellation), number, time);
            return (frame, video.Find(frame));
        }, cancellation);
        return (video.Read(frame, found, found.Crops.Length == 0 ? [] : await queue.ClassifyAsync(found.Crops, cancellation)), frame.Image);
    }

    public void Dispose()
    {
        _detector.Dispose();
        _classifier.Dispose();
        foreach (var alternative in _alternatives.Values.Where(alternative => alternative.IsValueCreated))
            alternative.Value.Dispose();
        _turns.Dispose();
    }

    /// <summary>Computes when it is this work's turn.</summary>
    private async Task<T> InTurnAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        await _turns.WaitAsync(cancellation);
        try
        {
            return work();
        }
        finally
        {
            _turns.Release();
        }
    }

    private Image Decode(PictureUpload upload, CancellationToken cancellation)
    {
        var bytes = upload.Bytes.Span;
        var file = new PictureBytes(bytes, upload.Source);
        if (PictureFile.Identify(bytes) is null)
            throw Problem.NotAPicture.Exception(PictureFile.Unsupported(file).Message);
        try
        {
            var header = PictureFile.ReadHeader(file);
            if (header.Width > _limits.MaximumPixels / header.Height)
                throw Problem.PictureTooLarge.Exception($"{upload.Source}: {header.Width}x{header.Height} pixels are more than this server's limit of {_limits.MaximumPixels / 1e6:0.######} megapixels. Send it smaller.");
            return Image.Decode(bytes, upload.Source, _limits, cancellation);
        }
        catch (ImageException error)
        {
            throw Problem.DamagedPicture.Exception(error.Message);
        }
    }
}
