namespace Mien;

/// <summary>Reads the faces of a video frame by frame, each with its id and its smoothed scores. One serves one video, from one thread at a time.</summary>
/// <remarks>
/// A face is read in each frame from the moment that it has an id, which is <see cref="TrackerOptions.EnterAfter"/> after it came;
/// readings before that would have to wait for it. Faces are looked for every <see cref="VideoAnalyzerOptions.DetectEvery"/> only.
/// What is remembered grows with the number of faces in view, not with time.
/// </remarks>
public sealed class VideoAnalyzer
{
    private readonly EmotionAnalyzer _analyzer;
    private readonly VideoAnalyzerOptions _options;
    private readonly FaceTracker _tracker;
    private readonly Dictionary<int, ScoreSmoother> _smoothers = [];
    private TimeSpan _nextDetection = TimeSpan.MinValue;

    /// <summary>Begins a video.</summary>
    /// <param name="analyzer">The detector and classifier; any number of videos share one, and it is not disposed of.</param>
    /// <param name="options">How to go about; null for the defaults.</param>
    public VideoAnalyzer(EmotionAnalyzer analyzer, VideoAnalyzerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(analyzer);
        _analyzer = analyzer;
        _options = options ?? new();
        _tracker = new(_options.Tracking);
    }

    /// <summary>Reads the next frame; all its faces go through the classifier together.</summary>
    /// <param name="frame">The frame; it may be disposed of afterwards.</param>
    /// <exception cref="ArgumentOutOfRangeException">The frame's time is before that of the last one.</exception>
    public FrameReading Analyze(VideoFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var (tracked, crops) = frame.Time >= _nextDetection ? Detect(frame) : Predict(frame);
        var scores = crops.Length > 0 ? _analyzer.Classifier.Classify(crops) : [];
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

    /// <summary>Ends the video: all who are still there leave.</summary>
    public IReadOnlyList<TrackEvent> Finish() => _tracker.Finish();

    private (TrackedFrame Tracked, Image[] Crops) Detect(VideoFrame frame)
    {
        // By appointment and not by what has passed since the last time, so that the frames' rounded times do not matter.
        _nextDetection = _nextDetection + _options.DetectEvery is var next && next > frame.Time ? next
            : frame.Time + _options.DetectEvery;
        var faces = _analyzer.Detector.Detect(frame.Image);
        Image[] crops = [.. faces.Select(face => Crop(frame, face))];
        var tracked = _tracker.Update(frame.Time, [.. faces.Zip(crops, (face, crop) => new ObservedFace(face, FaceAppearance.Of(crop)))]);
        return (tracked, [.. tracked.Faces.Select(face => crops[face.Index!.Value])]);
    }

    private (TrackedFrame Tracked, Image[] Crops) Predict(VideoFrame frame)
    {
        var faces = _tracker.Predict(frame.Time);
        return (new(faces, []), [.. faces.Select(face => Crop(frame, face.Face))]);
    }

    private Image Crop(VideoFrame frame, DetectedFace face) =>
        _analyzer.Classifier.Crop(frame.Image, CropRegion.Of(face, _analyzer.Detector.BoxToCrop));
}
