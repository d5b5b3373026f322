using Mien.Imaging.Files;
using Mien.Output;
using Mien.Server.Monitoring;
using Mien.Server.Problems;
using Mien.Server.Uploads;

namespace Mien.Server.Recognition;

/// <summary>Reads pictures for all requests: so many are decoded and searched at a time, and their faces are classified together.</summary>
/// <remarks>Large pictures have workers of their own, so that one of them, which may cost a hundred times as much, holds no small one up; the system shares the processors out.</remarks>
internal sealed class Recognizer : IDisposable
{
    /// <summary>With more pixels a picture is a large one: a frame of a camera has fewer, a photo of a phone more.</summary>
    private const long LargestSmall = 4_000_000;

    private readonly IFaceDetector _detector;
    private readonly ClassifierQueue _classifier;
    private readonly Dictionary<string, Lazy<ClassifierQueue>> _alternatives;
    private readonly ImageLimits _limits;
    private readonly Workers _small, _large;

    /// <summary>Loads the detector and the model.</summary>
    /// <exception cref="MienException">One of them cannot be loaded.</exception>
    public Recognizer(ServerOptions options, ServerMetrics metrics)
    {
        var analyzer = options.Analyzer;
        ModelFile = analyzer.Model ?? ModelBox.Find(ModelBox.Default);
        _limits = options.Pictures;
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
        _small = new(options.Concurrency, "small pictures");
        _large = new(options.Concurrency, "large pictures");

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
        var (image, found) = await DecodedAsync(upload, image => (image, FoundFaces.In(image, _detector, queue.Classifier)), cancellation);
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
        var (image, faces) = await DecodedAsync(upload, image => (image, _detector.Detect(image)), cancellation);
        var explanations = new List<FaceExplanation>(faces.Count);
        // Each face by itself and as a large picture, because one takes as long as many pictures.
        foreach (var face in faces)
            explanations.Add(await _large.RunAsync(() => FaceExplanation.Of(image, face, _detector, classifier, known), cancellation));
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
        var (frame, found) = await DecodedAsync(upload, image =>
        {
            var frame = new VideoFrame(image, number, time);
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
        _small.Dispose();
        _large.Dispose();
    }

    /// <summary>Decodes a picture and goes on with it, both on a worker for pictures of its size.</summary>
    /// <exception cref="ProblemException">It cannot be read or is too large.</exception>
    private async Task<T> DecodedAsync<T>(PictureUpload upload, Func<Image, T> work, CancellationToken cancellation)
    {
        // The header says how large it is, and costs little itself.
        var (isLarge, result) = await _small.RunAsync(() => PixelsOf(upload) > LargestSmall ? (true, default!) : (false, Read()), cancellation);
        return isLarge ? await _large.RunAsync(Read, cancellation) : result;

        T Read()
        {
            var image = Decode(upload, cancellation);
            cancellation.ThrowIfCancellationRequested();
            return work(image);
        }
    }

    /// <summary>How many pixels a picture says that it has; nothing is decoded for it.</summary>
    /// <exception cref="ProblemException">It is no picture, or has more than may be.</exception>
    private long PixelsOf(PictureUpload upload)
    {
        var file = new PictureBytes(upload.Bytes.Span, upload.Source);
        if (PictureFile.Identify(file.All) is null)
            throw Problem.NotAPicture.Exception(PictureFile.Unsupported(file).Message);
        try
        {
            var header = PictureFile.ReadHeader(file);
            return header.Width <= _limits.MaximumPixels / header.Height ? header.Width * header.Height
                : throw Problem.PictureTooLarge.Exception($"{upload.Source}: {header.Width}x{header.Height} pixels are more than this server's limit of {_limits.MaximumPixels / 1e6:0.######} megapixels. Send it smaller.");
        }
        catch (ImageException error)
        {
            throw Problem.DamagedPicture.Exception(error.Message);
        }
    }

    private Image Decode(PictureUpload upload, CancellationToken cancellation)
    {
        try
        {
            return Image.Decode(upload.Bytes.Span, upload.Source, _limits, cancellation);
        }
        catch (ImageException error)
        {
            throw Problem.DamagedPicture.Exception(error.Message);
        }
    }
}
