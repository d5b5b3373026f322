using System.Collections.Concurrent;
using Mien.Detection;
using Mien.Interop;

namespace Mien;

/// <summary>Finds frontal faces with a cascade of Haar features (Viola and Jones 2001), as trained by the makers of OpenCV.</summary>
/// <remarks>
/// The boxes are exactly those of OpenCV's <c>detectMultiScale</c> on the gray picture, without equalisation.
/// Safe to share between threads: each search borrows a cascade of its own.
/// </remarks>
public sealed class HaarFaceDetector : IFaceDetector
{
    /// <summary>After how many merged windows the confidence has risen to 1 - 1/e.</summary>
    private const double NeighborsForConfidence = 10;

    private readonly IVision _vision;
    private readonly string _path;
    private readonly byte[] _xml;
    private readonly CascadeOptions _options;

    // OpenCV's classifier keeps the state of its search in itself, so it serves one thread at a time.
    private readonly ConcurrentBag<ICascade> _idle = [];
    private volatile bool _disposed;

    /// <summary>Loads the cascade.</summary>
    /// <param name="options">How to search; null for the defaults.</param>
    /// <exception cref="ModelException">The cascade file is missing, unreadable or of another format.</exception>
    /// <exception cref="NativeLibraryException">OpenCV or the binding to it is missing.</exception>
    public HaarFaceDetector(HaarOptions? options = null) : this(options ?? new HaarOptions(), vision: null) { }

    /// <summary>Loads the cascade through another binding.</summary>
    internal HaarFaceDetector(HaarOptions options, IVision? vision)
    {
        if (options.MaximumSize < options.MinimumSize)
            throw new ArgumentException($"The largest face ({options.MaximumSize}) is smaller than the smallest ({options.MinimumSize}).", nameof(options));
        _options = new CascadeOptions(options.ScaleFactor, options.MinimumNeighbors, options.MinimumSize, options.MaximumSize ?? 0);
        _path = HaarCascadeFile.Find(options.Cascade);
        try
        {
            _xml = File.ReadAllBytes(_path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{_path}: the cascade file cannot be read: {error.Message}", error);
        }
        _vision = vision ?? VisionLibrary.Shared;
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
        Image gray = image.ToGray();
        ICascade cascade = _idle.TryTake(out ICascade? idle) ? idle : CreateCascade();
        try
        {
            return [.. cascade.Detect(gray, _options)
                .OrderByDescending(d => d.Neighbors).ThenBy(d => d.Y).ThenBy(d => d.X).ThenBy(d => d.Width)
                .Select(d => new DetectedFace(new Box(d.X, d.Y, d.Width, d.Height), Confidence(d.Neighbors)))];
        }
        catch (VisionException error)
        {
            throw new MienException($"OpenCV {_vision.Version} failed to search {image.Width}x{image.Height} pixels for faces: {error.Message}.", error);
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

    private static float Confidence(int neighbors) => (float)(1 - Math.Exp(-neighbors / NeighborsForConfidence));

    private ICascade CreateCascade()
    {
        try
        {
            return _vision.CreateCascade(_xml);
        }
        catch (VisionException error)
        {
            throw new ModelException($"{_path}: OpenCV {_vision.Version} cannot read the cascade: {error.Message}.", error);
        }
    }

    private void DisposeIdle()
    {
        while (_idle.TryTake(out ICascade? cascade))
            cascade.Dispose();
    }
}
