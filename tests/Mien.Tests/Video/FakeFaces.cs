using Mien.Tests.Inference;

namespace Mien.Tests.Video;

/// <summary>Faces whose place and expression the test says: a detector that knows where they are, and a classifier that sees how bright they are.</summary>
internal sealed class FakeFaces : IFaceDetector
{
    public const int Width = 320, Height = 180, Side = 60;

    private const int Input = 16;
    private static readonly byte[][] Patterns = [.. Enumerable.Range(0, 4).Select(person =>
    {
        var pattern = new byte[8 * 8];
        new Random(person).NextBytes(pattern);
        return pattern;
    })];

    private IReadOnlyList<DetectedFace> _faces = [];

    public FakeFaces()
    {
        Session = new FakeSession([-1, 1, Input, Input], [("scores", [-1, 2])], (input, shape) =>
        {
            var scores = new float[shape[0] * 2];
            for (int i = 0; i < shape[0]; i++)
            {
                float brightness = input.AsSpan(i * Input * Input, Input * Input).ToArray().Average() / 255;
                (scores[2 * i], scores[(2 * i) + 1]) = brightness > 0.5f ? (0.9f, 0.1f) : (0.1f, 0.9f);
            }
            return [scores];
        });
        var model = new ModelMetadata
        {
            Task = "emotion", Name = "fake", Labels = [Emotion.Happiness, Emotion.Sadness], InputSize = Input, Color = ColorOrder.Gray,
            NormalizationInGraph = true, SoftmaxInGraph = true,
        };
        Analyzer = new EmotionAnalyzer(this, new EmotionClassifier(Session, model));
    }

    public EmotionAnalyzer Analyzer { get; }

    public FakeSession Session { get; }

    /// <summary>How often faces were looked for.</summary>
    public int Detections { get; private set; }

    public BoxToCrop BoxToCrop => new(1, 0);

    /// <summary>A frame with faces, each a person at a place; it is to be analyzed before the next one is made.</summary>
    public VideoFrame Frame(long number, TimeSpan time, params (int Person, double X, double Y, bool Happy)[] faces)
    {
        var pixels = new byte[Width * Height];
        foreach (var (person, left, top, happy) in faces)
        {
            for (int y = 0; y < Side; y++)
            {
                for (int x = 0; x < Side; x++)
                    pixels[(((int)top + y) * Width) + (int)left + x] = (byte)((Patterns[person][(y * 8 / Side * 8) + (x * 8 / Side)] / 3) + (happy ? 150 : 10));
            }
        }
        _faces = [.. faces.Select(face => new DetectedFace(new((float)(int)face.X, (float)(int)face.Y, Side, Side), 0.9f))];
        return new(Image.FromPixels(Width, Height, PixelFormat.Gray8, pixels), number, time);
    }

    public IReadOnlyList<DetectedFace> Detect(Image image)
    {
        Detections++;
        return _faces;
    }

    public void Dispose() { }
}
