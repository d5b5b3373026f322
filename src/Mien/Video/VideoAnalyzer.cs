namespace Mien;

/// <summary>Reads the faces of a video frame by frame, each with its id and its smoothed scores. One serves one video, from one thread at a time.</summary>
/// <remarks>
/// A face is read in each frame from the moment that it has an id, which is <see cref="TrackerOptions.EnterAfter"/> after it came;
/// readings before that would have to wait for it. Faces are looked for every <see cref="VideoAnalyzerOptions.DetectEvery"/> only.
/// What is remembered grows with the number of faces in view, not with time.
/// </remarks>
public sealed class VideoAnalyzer
{
    private readonly IFaceDetector _detector;
    private readonly EmotionClassifier _classifier;
    private readonly VideoAnalyzerOptions _options;
    private readonly FaceTracker _tracker;
    private readonly Dictionary<int, ScoreSmoother> _smoothers = [];
    private TimeSpan _nextDetection = TimeSpan.MinValue;

    /// <summary>Begins a video.</summary>
    /// <param name="analyzer">The detector and classifier; any number of videos share one, and it is not disposed of.</param>
    /// <param name="options">How to go about; null for the defaults.</param>
    public VideoAnalyzer(EmotionAnalyzer analyzer, VideoAnalyzerOptions? options = null)
        : this((analyzer ?? throw new ArgumentNullException(nameof(analyzer))).Detector, analyzer.Classifier, options)
    {
    }

    internal VideoAnalyzer(IFaceDetector detector, EmotionClassifier classifier, VideoAnalyzerOptions? options = null)
    {
        (_detector, _classifier) = (detector, classifier);
        _options = options ?? new();
        _tracker = new(_options.Tracking);
    }

    /// <summary>Prepares for a video that is too short, or shows too few frames, for a second look at a face.</summary>
    /// <param name="frameRate">Frames a second on average; null if not known.</param>
    /// <param name="duration">How long it lasts; null if not known.</param>
    internal void Expect(double? frameRate, TimeSpan? duration) => _tracker.IsSparse =
        1 / frameRate > _options.Tracking.LeaveAfter.TotalSeconds || duration < _options.Tracking.EnterAfter + _options.DetectEvery;

    /// <summary>Reads the next frame; all its faces go through the classifier together.</summary>
    /// <param name="frame">The frame; it may be disposed of afterwards.</param>
    /// <exception cref="ArgumentOutOfRangeException">The frame's time is before that of the last one.</exception>
    public FrameReading Analyze(VideoFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var found = Find(frame);
        return Read(frame, found, found.Crops.Length > 0 ? _classifier.Classify(found.Crops) : []);
    }

    /// <summary>Ends the video: all who are still there leave.</summary>
    public IReadOnlyList<TrackEvent> Finish() => _tracker.Finish();

    /// <summary>The first half of <see cref="Analyze"/>: which faces there are, cut out for the classifier.</summary>
    internal FoundTracks Find(VideoFrame frame) => frame.Time >= _nextDetection ? Detect(frame) : Predict(frame);

    /// <summary>The second half of <see cref="Analyze"/>, for the same frame before the next one is looked at.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="found">Its faces.</param>
    /// <param name="scores">What they read as, in the same order.</param>
    internal FrameReading Read(VideoFrame frame, FoundTracks found, IReadOnlyList<EmotionScores> scores)
    {
        var (tracked, crops) = found;
        var readings = new TrackedReading[crops.Length];
        for (int i = 0; i < readings.Length; i++)
        {
            var (track, face, _) = tracked.Faces[i];
            if (!_smoothers.TryGetValue(track, out var smoother))
                _smoothers.Add(track, smoother = new(_options.Smoothing));
            readings[i] = new(track, new(face.Box, face.Confidence, face.Landmarks, scores[i]), smoother.Smooth(frame.Time, scores[i]));
        }
        foreach (var happened in tracked.Events)
        {
            if (happened.Kind == TrackEventKind.Left)
                _smoothers.Remove(happened.Track);
        }
        return new(frame.Number, frame.Time, readings, tracked.Events);
    }

    private FoundTracks Detect(VideoFrame frame)
    {
        // By appointment and not by what has passed since the last time, so that the frames' rounded times do not matter.
        _nextDetection = _nextDetection + _options.DetectEvery is var next && next > frame.Time ? next
            : frame.Time + _options.DetectEvery;
        var faces = _detector.Detect(frame.Image);
        Image[] crops = [.. faces.Select(face => Crop(frame, face))];
        var tracked = _tracker.Update(frame.Time, [.. faces.Zip(crops, (face, crop) => new ObservedFace(face, FaceAppearance.Of(crop)))]);
        return new(tracked, [.. tracked.Faces.Select(face => crops[face.Index!.Value])]);
    }

    private FoundTracks Predict(VideoFrame frame)
    {
        var faces = _tracker.Predict(frame.Time);
        return new(new(faces, []), [.. faces.Select(face => Crop(frame, face.Face))]);
    }

    private Image Crop(VideoFrame frame, DetectedFace face) =>
        _classifier.Crop(frame.Image, CropRegion.Of(face, _detector.BoxToCrop));
}

/// <summary>The faces of a frame that have an id.</summary>
/// <param name="Tracked">Who is there, and who came and went.</param>
/// <param name="Crops">The faces cut out as the classifier wants them, in the same order.</param>
internal sealed record FoundTracks(TrackedFrame Tracked, Image[] Crops);
