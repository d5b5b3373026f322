using Mien.Interop;

namespace Mien.Tests.Imaging;

/// <summary>Stands in for OpenCV: fails as told, and notes what was drawn.</summary>
internal sealed class FakeVision : IVision
{
    /// <summary>What every call throws; null to succeed.</summary>
    public Exception? Failure { get; init; }

    /// <summary>What a cascade finds.</summary>
    public CascadeDetection[] Detections { get; init; } = [];

    public List<(int X, int Y, int Width, int Height)> FilledRectangles { get; } = [];

    public List<string> Texts { get; } = [];

    public int DecodeCalls { get; private set; }

    public int LiveCascades { get; private set; }

    public string Version => "0.0";

    public DecodedPicture Decode(ReadOnlySpan<byte> file, int orientation)
    {
        DecodeCalls++;
        Fail();
        return new DecodedPicture(1, 1, 1, [0]);
    }

    public byte[] Encode(Image image, string format, int quality)
    {
        Fail();
        return [1, 2, 3];
    }

    public ICascade CreateCascade(ReadOnlySpan<byte> xml)
    {
        Fail();
        LiveCascades++;
        return new FakeCascade(this);
    }

    public void DrawRectangle(Canvas canvas, int x, int y, int width, int height, int color, int thickness)
    {
        Fail();
        if (thickness == IVision.Filled)
            FilledRectangles.Add((x, y, width, height));
    }

    public void DrawText(Canvas canvas, string text, int x, int y, double scale, int color, int thickness) => Texts.Add(text);

    public TextSize MeasureText(string text, double scale, int thickness) => new((int)(text.Length * 18 * scale), (int)(22 * scale), 5);

    private void Fail()
    {
        if (Failure is not null)
            throw Failure;
    }

    private sealed class FakeCascade(FakeVision vision) : ICascade
    {
        public CascadeDetection[] Detect(Image gray, CascadeOptions options) => vision.Detections;

        public void Dispose() => vision.LiveCascades--;
    }
}
