using System.Collections.Concurrent;
using OpenCvSharp;

namespace Mien.OpenCv;

/// <summary>Finds frontal faces with a cascade of Haar features (Viola and Jones 2001), as trained by the makers of OpenCV.</summary>
/// <remarks>
/// The boxes are exactly those of OpenCV's <c>detectMultiScale</c> on the gray picture, without equalisation.
/// Safe to share between threads: each search borrows a cascade of its own.
/// </remarks>
public sealed class HaarFaceDetector : IFaceDetector
{
    /// <summary>After how many merged windows the confidence has risen to 1 - 1/e.</summary>
    private const double WindowsForConfidence = 10;

    /// <summary>How much windows may differ that are merged: what OpenCV's own search takes.</summary>
    private const double GroupingTolerance = 0.2;

    private readonly string _path;
    private readonly string _xml;
    private readonly HaarOptions _options;

    // OpenCV's classifier keeps the state of its search in itself, so it serves one thread at a time.
    private readonly ConcurrentBag<CascadeClassifier> _idle = [];
    private volatile bool _disposed;

    /// <summary>Loads the cascade.</summary>
    /// <param name="options">How to search; null for the defaults.</param>
    /// <exception cref="ModelException">The cascade file is missing, unreadable or of another format.</exception>
    /// <exception cref="NativeLibraryException">OpenCV or a library that it needs is missing.</exception>
    public HaarFaceDetector(HaarOptions? options = null)
    {
        _options = options ?? new();
        if (_options.MaximumSize < _options.MinimumSize)
            throw new ArgumentException($"The largest face ({_options.MaximumSize}) is smaller than the smallest ({_options.MinimumSize}).", nameof(options));
        _path = HaarCascadeFile.Find(_options.Cascade);
        try
        {
            _xml = File.ReadAllText(_path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{_path}: the cascade file cannot be read: {error.Message}", error);
        }
        OpenCvLibrary.Require();
        _idle.Add(CreateCascade());
    }

    /// <inheritdoc/>
    public BoxToCrop BoxToCrop { get; } = new(Scale: 1.04f, ShiftY: 0);

    /// <inheritdoc/>
    /// <remarks>
    /// The confidence is 1 - exp(-n / 10) for a box merged from n windows: it rises with the number of windows that agree,
    /// and is no calibrated probability.
    /// </remarks>
    public IReadOnlyList<DetectedFace> Detect(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        ObjectDisposedException.ThrowIf(_disposed, this);
        CascadeClassifier cascade = _idle.TryTake(out CascadeClassifier? idle) ? idle : CreateCascade();
        try
        {
            var (boxes, windows) = Search(cascade, image.ToGray());
            return [.. boxes.Zip(windows)
                .OrderByDescending(d => d.Second).ThenBy(d => d.First.Y).ThenBy(d => d.First.X).ThenBy(d => d.First.Width)
                .Select(d => new DetectedFace(new Box(d.First.X, d.First.Y, d.First.Width, d.First.Height), Confidence(d.Second)))];
        }
        catch (OpenCVException error)
        {
            throw new MienException($"OpenCV {OpenCvLibrary.Require()} failed to search {image.Width}x{image.Height} pixels for faces: {error.Message}.", error);
        }
        finally
        {
            _idle.Add(cascade);
            if (_disposed)
                DisposeIdle();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        DisposeIdle();
    }

    /// <summary>The confidence of the least sure face that these options let through: OpenCV wants more windows than it is told.</summary>
    internal static float LeastConfidence(HaarOptions options) => Confidence(options.MinimumNeighbors + 1);

    /// <summary>The confidence of a box merged from so many windows.</summary>
    internal static float Confidence(int windows) => (float)(1 - Math.Exp(-windows / WindowsForConfidence));

    /// <summary>Searches, and merges in a second step, because OpenCV's C# tells only so from how many windows a box was merged.</summary>
    private unsafe (IEnumerable<Rect> Boxes, int[] Windows) Search(CascadeClassifier cascade, Image gray)
    {
        Rect[] found;
        fixed (byte* pixels = gray.Pixels)
        {
            using var picture = Mat.FromPixelData(gray.Height, gray.Width, MatType.CV_8UC1, (IntPtr)pixels);
            Size smallest = new(_options.MinimumSize, _options.MinimumSize), largest = new(_options.MaximumSize ?? 0, _options.MaximumSize ?? 0);
            found = cascade.DetectMultiScale(picture, _options.ScaleFactor, minNeighbors: 0, 0, smallest, largest);
        }
        if (_options.MinimumNeighbors == 0)
            return (found, [.. Enumerable.Repeat(1, found.Length)]);
        var boxes = found.ToList();
        Cv2.GroupRectangles(boxes, out int[] windows, _options.MinimumNeighbors, GroupingTolerance);
        return (boxes, windows);
    }

    private CascadeClassifier CreateCascade()
    {
        var cascade = new CascadeClassifier();
        try
        {
            using var storage = new FileStorage(_xml, FileStorage.Modes.Read | FileStorage.Modes.Memory);
            using FileNode? root = storage.IsOpened() ? storage.GetFirstTopLevelNode() : null;
            if (root is not null && cascade.Read(root))
                return cascade;
            cascade.Dispose();
            throw new ModelException($"{_path}: it is no cascade of OpenCV's current format (opencv-cascade-classifier).");
        }
        catch (OpenCVException error)
        {
            cascade.Dispose();
            throw new ModelException($"{_path}: OpenCV {OpenCvLibrary.Require()} cannot read the cascade: {error.Message}.", error);
        }
    }

    private void DisposeIdle()
    {
        while (_idle.TryTake(out CascadeClassifier? cascade))
            cascade.Dispose();
    }
}
