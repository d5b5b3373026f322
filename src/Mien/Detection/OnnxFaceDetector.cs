using Mien.Detection;
using Mien.Inference;

namespace Mien;

/// <summary>Finds faces with a network: Mien's own or YuNet, both with landmarks, or Ultra-Light. Safe to share between threads.</summary>
public sealed class OnnxFaceDetector : IFaceDetector
{
    private const string Supported = "Mien's own (outputs scores, boxes, landmarks), YuNet (outputs cls_8, obj_8, bbox_8, kps_8 and the same for 16 and 32) and Ultra-Light (outputs scores, boxes)";

    /// <summary>The sides of a free input are multiples of this, the coarsest grid of YuNet.</summary>
    private const int SideStep = 32;

    /// <summary>
    /// How much a small picture is enlarged at most: enlarging finds more small faces, but a tight face crop that is
    /// blown up to the whole input is larger than what these networks were trained on, and they miss it.
    /// </summary>
    private const float MostEnlarged = 2;

    private readonly IOnnxSession _session;
    private readonly OnnxDetectorOptions _options;
    private readonly OnnxFaceDecoder _decoder;

    /// <summary>Takes over a session, which is disposed with this detector or if the network is none that is supported.</summary>
    internal OnnxFaceDetector(IOnnxSession session, OnnxDetectorOptions options)
    {
        _session = session;
        _options = options;
        try
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MaximumSide, nameof(options));
            if (session.Input.Shape is not [< 0 or 1, < 0 or 3, _, _])
                throw new ModelException($"{session.Source}: a face detector's input must be 1 x 3 x height x width, but it is {session.Input}.");
            _decoder = MienFaceDecoder.Recognise(session.Outputs) ?? YuNet.Recognise(session.Outputs) ?? UltraFace.Recognise(session.Outputs) as OnnxFaceDecoder
                ?? throw new ModelException($"{session.Source}: not a face detector that Mien knows. It has the outputs {string.Join(", ", session.Outputs.Select(output => output.Name))}; supported are {Supported}.");
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public BoxToCrop BoxToCrop => _decoder.BoxToCrop;

    /// <summary>The confidence from which on a find of this network is a face, unless the options say otherwise; 0 to 1.</summary>
    public float UsualConfidence => _decoder.UsualConfidence;

    /// <summary>Loads a detector; which family it is of is recognised by the names of its outputs.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="options">How to look for faces.</param>
    /// <param name="runtime">How to run the network.</param>
    /// <exception cref="ModelException">The file is missing, broken or of another kind.</exception>
    /// <exception cref="NativeLibraryException">There is no ONNX Runtime for this system.</exception>
    public static OnnxFaceDetector Load(string path, OnnxDetectorOptions? options = null, OnnxOptions? runtime = null) =>
        new(OnnxModel.Open(path, runtime), options ?? new());

    /// <inheritdoc/>
    public IReadOnlyList<DetectedFace> Detect(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var candidates = Search(image);
        if (_options.Tiles)
        {
            float least = PictureTile.LeastFaceOf(_options.MaximumSide, (float)Math.Max(image.Width, image.Height) / _options.MaximumSide);
            candidates.RemoveAll(face => Math.Max(face.Box.Width, face.Box.Height) < least);
            candidates.AddRange(PictureTile.Of(image.Width, image.Height, _options.MaximumSide).SelectMany(tile => tile.Whole(Search(tile.Cut(image)))));
        }
        return NonMaximumSuppression.Keep(candidates, _options.NmsThreshold);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    /// <summary>The faces of a picture that is searched at once, overlapping ones included.</summary>
    private List<DetectedFace> Search(Image image)
    {
        var fit = Fit(image);
        var seen = fit.SeenWidth == image.Width && fit.SeenHeight == image.Height ? image : FaceCrop.Resize(image, fit.SeenWidth, fit.SeenHeight);
        using var call = _session.Prepare([1, 3, fit.Height, fit.Width]);
        Fill(seen, call.Input, fit.Width, fit.Height);
        call.Run();
        var candidates = new List<DetectedFace>();
        try
        {
            _decoder.Decode(call, fit.Width, fit.Height, _options.MinimumConfidence ?? UsualConfidence, candidates);
        }
        catch (ModelException error)
        {
            throw new ModelException($"{_session.Source}: {error.Message}", error);
        }
        candidates.RemoveAll(face => !(face.Box.Width > 0 && face.Box.Height > 0 && float.IsFinite(face.Box.X + face.Box.Y + face.Box.Area)));
        float scaleX = (float)image.Width / fit.SeenWidth, scaleY = (float)image.Height / fit.SeenHeight;
        return candidates.ConvertAll(face => face.At(0, 0, scaleX, scaleY));
    }

    /// <summary>The input's size, and the size of the picture in its upper left corner; what is left of it stays empty.</summary>
    private (int Width, int Height, int SeenWidth, int SeenHeight) Fit(Image image)
    {
        int height = (int)_session.Input.Shape[2], width = (int)_session.Input.Shape[3];
        float scale = Math.Min(
            (width > 0 ? width : (float)_options.MaximumSide) / image.Width,
            (height > 0 ? height : (float)_options.MaximumSide) / image.Height);
        scale = Math.Min(scale, MostEnlarged);
        int seenWidth = Math.Max(1, (int)MathF.Round(image.Width * scale)), seenHeight = Math.Max(1, (int)MathF.Round(image.Height * scale));
        return (width > 0 ? width : RoundUp(seenWidth), height > 0 ? height : RoundUp(seenHeight), seenWidth, seenHeight);
    }

    private static int RoundUp(int side) => (side + SideStep - 1) / SideStep * SideStep;

    private void Fill(Image image, Span<float> input, int width, int height)
    {
        if (image.Width != width || image.Height != height)
            input.Clear();
        int plane = width * height;
        // A channel that comes first in a picture goes to the last plane of a network that wants blue first.
        int red = _decoder.Color == ColorOrder.Bgr ? 2 : 0, blue = 2 - red;
        for (int y = 0; y < image.Height; y++)
        {
            var row = image.Pixels.Slice(y * image.Width * image.Channels, image.Width * image.Channels);
            Span<float> reds = Row(input, red), greens = Row(input, 1), blues = Row(input, blue);
            if (image.Format == PixelFormat.Rgb24)
            {
                PixelPlanes.Split(row, reds, greens, blues, _decoder.Mean, 1 / _decoder.Deviation);
                continue;
            }
            for (int x = 0; x < reds.Length; x++)
                reds[x] = (row[x] - _decoder.Mean) / _decoder.Deviation;
            reds.CopyTo(greens);
            reds.CopyTo(blues);

            Span<float> Row(Span<float> planes, int channel) => planes.Slice((channel * plane) + (y * width), image.Width);
        }
    }
}
