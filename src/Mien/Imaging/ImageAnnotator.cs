using System.Globalization;
using System.Text;
using Mien.Interop;

namespace Mien;

/// <summary>Draws what was read from faces into a copy of their picture.</summary>
public static partial class ImageAnnotator
{
    /// <summary>Pictures with a shorter long side are enlarged by a whole factor, because a label needs room.</summary>
    private const int ShortestLongSide = 480;

    /// <summary>Height of a capital letter at scale 1 of the font, in pixels.</summary>
    private const double LetterHeight = 22;

    private const int Black = 0x000000, White = 0xffffff;

    /// <summary>The colours of labels that are no known emotion, in turn.</summary>
    private static readonly int[] OtherColors = [0x1f77b4, 0x8c564b, 0x17a589, 0xe377c2, 0xbcbd22];

    /// <summary>A copy of the picture with a box around each face and above or below it the label and its probability.</summary>
    /// <remarks>Lines and letters grow with the picture. A picture of less than 480 pixels is enlarged by a whole factor, so that letters can be read.</remarks>
    /// <param name="image">The picture.</param>
    /// <param name="faces">What was read from it.</param>
    /// <exception cref="NativeLibraryException">OpenCV or the binding to it is missing.</exception>
    public static Image Draw(Image image, IReadOnlyList<FaceReading> faces) => Draw(image, faces, vision: null);

    /// <inheritdoc cref="Draw(Image, IReadOnlyList{FaceReading})"/>
    internal static Image Draw(Image image, IReadOnlyList<FaceReading> faces, IVision? vision)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(faces);
        vision ??= VisionLibrary.Shared;
        int zoom = Math.Max(1, (int)Math.Ceiling((double)ShortestLongSide / Math.Max(image.Width, image.Height)));
        Canvas canvas = Enlarge(image, zoom);
        Pixels[] boxes = [.. faces.Select(f => Pixels.Around(f.Box, zoom))];
        try
        {
            int line = LineWidth(canvas);
            for (int i = 0; i < boxes.Length; i++)
                vision.DrawRectangle(canvas, boxes[i].X, boxes[i].Y, boxes[i].Width, boxes[i].Height, Color(faces[i].Scores), line);
            DrawLabels(vision, canvas, boxes, faces.Select(face => Text($"{face.Scores.Top} {face.Scores.Confidence:P0}")), [.. faces.Select(face => Color(face.Scores))]);
        }
        catch (VisionException error)
        {
            throw Failure(vision, canvas, error);
        }
        return Image.FromPixels(canvas.Width, canvas.Height, PixelFormat.Rgb24, canvas.Pixels);
    }

    private static MienException Failure(IVision vision, Canvas canvas, VisionException error) =>
        new($"OpenCV {vision.Version} cannot draw into {canvas.Width}x{canvas.Height} pixels: {error.Message}.", error);

    private static void DrawLabels(IVision vision, Canvas canvas, Pixels[] boxes, IEnumerable<string> texts, int[] colors)
    {
        var strips = new List<Pixels>();
        foreach (string text in texts)
            strips.Add(DrawLabel(vision, canvas, text, colors[strips.Count], boxes, strips.Count, strips));
    }

    private static Pixels DrawLabel(IVision vision, Canvas canvas, string text, int color, Pixels[] boxes, int index, List<Pixels> strips)
    {
        Pixels box = boxes[index];
        int longSide = Math.Max(canvas.Width, canvas.Height);
        double letters = Math.Clamp(box.Width / 9.0, Math.Max(11, longSide / 60.0), Math.Max(11, longSide / 36.0));
        double scale = letters / LetterHeight;
        int thickness = Math.Max(1, (int)Math.Round(letters / 14));
        TextSize size = vision.MeasureText(text, scale, thickness);
        int pad = Math.Max(2, (int)(letters / 3));
        if (size.Width + (2 * pad) > canvas.Width)
        {
            scale *= Math.Max(0.1, canvas.Width - (2.0 * pad)) / size.Width;
            thickness = 1;
            size = vision.MeasureText(text, scale, thickness);
        }

        Pixels strip = Place(box, size.Width + (2 * pad), size.Height + (2 * pad), canvas, boxes, index, strips);
        vision.DrawRectangle(canvas, strip.X, strip.Y, strip.Width, strip.Height, color, IVision.Filled);
        vision.DrawText(canvas, text, strip.X + pad, strip.Y + pad + size.Height, scale, IsLight(color) ? Black : White, thickness);
        return strip;
    }

    /// <summary>Where a label covers least: above the box, below it, or inside it at the top or bottom; always within the picture.</summary>
    private static Pixels Place(Pixels box, int width, int height, Canvas canvas, Pixels[] boxes, int index, List<Pixels> strips)
    {
        int line = LineWidth(canvas), half = line / 2;
        int left = box.X - half, top = box.Y - half, right = box.X + box.Width + half, bottom = box.Y + box.Height + half;
        Pixels best = default;
        double least = double.MaxValue;
        foreach (int x in (int[])[left, right - width])
        {
            foreach (int y in (int[])[top - height, bottom, top, bottom - height])
            {
                var strip = new Pixels(Math.Clamp(x, 0, Math.Max(0, canvas.Width - width)), Math.Clamp(y, 0, Math.Max(0, canvas.Height - height)), width, height);
                // Another label must stay readable first, then other faces, then this one.
                double cost = strips.Sum(s => 100.0 * s.Overlap(strip)) + (0.5 * box.Overlap(strip));
                for (int i = 0; i < boxes.Length; i++)
                    cost += i == index ? 0 : boxes[i].Overlap(strip);
                if (cost < least)
                    (best, least) = (strip, cost);
            }
        }
        return best;
    }

    private static int LineWidth(Canvas canvas) => Math.Max(2, (int)Math.Round(Math.Max(canvas.Width, canvas.Height) / 400.0));

    private static int Color(EmotionScores scores) => Color(scores, scores.Top);

    private static int Color(EmotionScores scores, string label) => label switch
    {
        Emotion.Neutral => 0xa9bccf,
        Emotion.Happiness => 0xffc107,
        Emotion.Surprise => 0xff7f0e,
        Emotion.Sadness => 0x2f6fd0,
        Emotion.Anger => 0xd62728,
        Emotion.Disgust => 0x2e8b2e,
        Emotion.Fear => 0x7b3fb5,
        Emotion.Contempt => 0x9c5a1f,
        _ => OtherColors[Math.Max(0, scores.Labels.ToList().IndexOf(label)) % OtherColors.Length],
    };

    private static string Text(FormattableString text) => Ascii(text.ToString(CultureInfo.InvariantCulture));

    private static bool IsLight(int color) => Image.Luma((byte)(color >> 16), (byte)(color >> 8), (byte)color) > 140;

    /// <summary>OpenCV's fonts hold ASCII only; any other letter of a user's own label becomes a question mark.</summary>
    private static string Ascii(string text)
    {
        var ascii = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            ascii.Append(rune.Value is >= 0x20 and < 0x7f ? (char)rune.Value : '?');
        return ascii.ToString();
    }

    private static Canvas Enlarge(Image image, int zoom)
    {
        if (zoom == 1 && image.Format == PixelFormat.Rgb24)
            return new Canvas(image.Width, image.Height, 3, image.Pixels.ToArray());
        int width = image.Width * zoom, height = image.Height * zoom, channels = image.Channels;
        var pixels = new byte[width * height * 3];
        ReadOnlySpan<byte> from = image.Pixels;
        for (int y = 0, to = 0; y < height; y++)
        {
            int row = y / zoom * image.Width;
            for (int x = 0; x < width; x++, to += 3)
            {
                int source = (row + (x / zoom)) * channels;
                pixels[to] = from[source];
                pixels[to + 1] = from[source + (channels == 1 ? 0 : 1)];
                pixels[to + 2] = from[source + (channels == 1 ? 0 : 2)];
            }
        }
        return new Canvas(width, height, 3, pixels);
    }

    private readonly record struct Pixels(int X, int Y, int Width, int Height)
    {
        public static Pixels Around(Box box, int zoom)
        {
            int x = (int)MathF.Round(box.X * zoom), y = (int)MathF.Round(box.Y * zoom);
            return new(x, y, Math.Max(1, (int)MathF.Round(box.Right * zoom) - x), Math.Max(1, (int)MathF.Round(box.Bottom * zoom) - y));
        }

        public double Overlap(Pixels other) =>
            Math.Max(0.0, Math.Min(X + Width, other.X + other.Width) - Math.Max(X, other.X)) *
            Math.Max(0.0, Math.Min(Y + Height, other.Y + other.Height) - Math.Max(Y, other.Y));
    }
}
