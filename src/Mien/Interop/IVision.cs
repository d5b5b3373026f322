namespace Mien.Interop;

/// <summary>What Mien asks of OpenCV, behind an interface so that failures are tested without it.</summary>
/// <remarks>Every call may throw <see cref="VisionException"/>. Safe to share between threads.</remarks>
internal interface IVision
{
    /// <summary>The version of OpenCV.</summary>
    string Version { get; }

    /// <summary>Decodes a picture file.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="orientation">EXIF's orientation, 1 to 8, by which the picture is turned upright.</param>
    DecodedPicture Decode(ReadOnlySpan<byte> file, int orientation);

    /// <summary>The bytes of a picture file.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="format">The format's usual extension: <c>.png</c>.</param>
    /// <param name="quality">1 to 100, heeded by the formats with loss.</param>
    byte[] Encode(Image image, string format, int quality);

    /// <summary>Makes a cascade from the text of its XML file.</summary>
    ICascade CreateCascade(ReadOnlySpan<byte> xml);

    /// <summary>Draws a rectangle into the canvas.</summary>
    /// <param name="canvas">Where to draw.</param>
    /// <param name="x">Left edge.</param>
    /// <param name="y">Top edge.</param>
    /// <param name="width">Width.</param>
    /// <param name="height">Height.</param>
    /// <param name="color">0xRRGGBB.</param>
    /// <param name="thickness">Of the line in pixels, or <see cref="Filled"/>.</param>
    void DrawRectangle(Canvas canvas, int x, int y, int width, int height, int color, int thickness);

    /// <summary>Draws ASCII text with smooth edges into the canvas; (x, y) is the left end of its base line.</summary>
    void DrawText(Canvas canvas, string text, int x, int y, double scale, int color, int thickness);

    /// <summary>The size of a text that <see cref="DrawText"/> would draw.</summary>
    TextSize MeasureText(string text, double scale, int thickness);

    /// <summary>A line thickness that fills the shape.</summary>
    public const int Filled = -1;
}

/// <summary>A Haar cascade; for one thread at a time.</summary>
internal interface ICascade : IDisposable
{
    /// <summary>The boxes found in a gray picture, in no order.</summary>
    CascadeDetection[] Detect(Image gray, CascadeOptions options);
}

/// <summary>How a cascade searches; laid out as the native library expects it.</summary>
/// <param name="ScaleFactor">From one window size to the next, more than 1.</param>
/// <param name="MinimumNeighbors">How many windows must agree.</param>
/// <param name="MinimumSize">Side of the smallest window in pixels, 0 for none.</param>
/// <param name="MaximumSize">Side of the largest window in pixels, 0 for none.</param>
internal readonly record struct CascadeOptions(double ScaleFactor, int MinimumNeighbors, int MinimumSize, int MaximumSize);

/// <summary>A box that a cascade found; laid out as the native library writes it.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Top edge.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
/// <param name="Neighbors">How many windows were merged into this box.</param>
internal readonly record struct CascadeDetection(int X, int Y, int Width, int Height, int Neighbors);

/// <summary>A decoded picture, 8 bits a channel whatever the file has.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Channels">1 gray, 3 RGB, 4 RGBA.</param>
/// <param name="Pixels">Height x Width x Channels bytes.</param>
internal readonly record struct DecodedPicture(int Width, int Height, int Channels, byte[] Pixels);

/// <summary>Pixels that may be drawn into.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Channels">1 gray, 3 RGB.</param>
/// <param name="Pixels">Height x Width x Channels bytes.</param>
internal readonly record struct Canvas(int Width, int Height, int Channels, byte[] Pixels);

/// <summary>The size of a drawn text in pixels.</summary>
/// <param name="Width">Width.</param>
/// <param name="Height">Height above the base line.</param>
/// <param name="Below">What hangs below the base line.</param>
internal readonly record struct TextSize(int Width, int Height, int Below);

/// <summary>A call that OpenCV failed; the message is the reason alone, the caller adds what was being done.</summary>
internal sealed class VisionException(string message) : MienException(message);
