using Mien.Interop;

namespace Mien;

public static partial class ImageAnnotator
{
    /// <summary>Length of a full bar, in heights of a letter.</summary>
    private const double BarLength = 5;

    /// <summary>How much of the picture shows through behind bars, in 256ths.</summary>
    private const int Shade = 80;

    /// <summary>
    /// A copy of a video frame with a box around each face, its id, its smoothed label and a bar for each label beside it; where there is no room
    /// for these, one bar within the box that is divided among the labels.
    /// </summary>
    /// <remarks>Like the other drawing it enlarges a picture of less than 480 pixels by a whole factor, the same for each frame of a size.</remarks>
    /// <param name="image">The frame.</param>
    /// <param name="faces">What was read from it.</param>
    /// <exception cref="NativeLibraryException">OpenCV or the binding to it is missing.</exception>
    public static Image DrawTracks(Image image, IReadOnlyList<TrackedReading> faces) => DrawTracks(image, faces, vision: null);

    /// <inheritdoc cref="DrawTracks(Image, IReadOnlyList{TrackedReading})"/>
    internal static Image DrawTracks(Image image, IReadOnlyList<TrackedReading> faces, IVision? vision)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(faces);
        vision ??= VisionLibrary.Shared;
        int zoom = Math.Max(1, (int)Math.Ceiling((double)ShortestLongSide / Math.Max(image.Width, image.Height)));
        Canvas canvas = Enlarge(image, zoom);
        Pixels[] boxes = [.. faces.Select(face => Pixels.Around(face.Face.Box, zoom))];
        try
        {
            var taken = new List<Pixels>();
            for (int i = 0; i < boxes.Length; i++)
            {
                vision.DrawRectangle(canvas, boxes[i].X, boxes[i].Y, boxes[i].Width, boxes[i].Height, Color(faces[i].Smoothed), LineWidth(canvas));
                if (BarPanel.Beside(vision, canvas, faces[i].Smoothed, boxes, i, taken) is { } panel)
                {
                    panel.Draw(vision, canvas, faces[i].Smoothed);
                    taken.Add(panel.Place);
                }
                else
                {
                    DrawDividedBar(vision, canvas, faces[i].Smoothed, boxes[i]);
                }
            }
            for (int i = 0; i < boxes.Length; i++)
                taken.Add(DrawLabel(vision, canvas, Text($"{faces[i].Track} {faces[i].Smoothed.Top} {faces[i].Smoothed.Confidence:P0}"), Color(faces[i].Smoothed), boxes, i, taken));
        }
        catch (VisionException error)
        {
            throw Failure(vision, canvas, error);
        }
        return Image.FromPixels(canvas.Width, canvas.Height, PixelFormat.Rgb24, canvas.Pixels);
    }

    /// <summary>One bar at the lower edge within a box, each label with its share.</summary>
    private static void DrawDividedBar(IVision vision, Canvas canvas, EmotionScores scores, Pixels box)
    {
        int height = Math.Max(4, box.Height / 10), line = LineWidth(canvas);
        double left = box.X + line, length = Math.Max(0, box.Width - (2 * line));
        foreach (string label in scores.Labels)
        {
            double right = left + (scores[label] * length);
            int x = (int)Math.Round(left), width = (int)Math.Round(right) - x;
            if (width > 0)
                vision.DrawRectangle(canvas, x, box.Y + box.Height - line - height, width, height, Color(scores, label), IVision.Filled);
            left = right;
        }
    }

    /// <summary>A row with name and bar for each label, on darkened ground.</summary>
    private readonly record struct BarPanel(Pixels Place, double Scale, int Row, int Names, int Pad)
    {
        /// <summary>The panel to the right or left of a face; null if it is much larger than the face, would leave the picture or cover another face or panel.</summary>
        public static BarPanel? Beside(IVision vision, Canvas canvas, EmotionScores scores, Pixels[] boxes, int index, List<Pixels> taken)
        {
            double letters = Math.Max(9, Math.Max(canvas.Width, canvas.Height) / 72.0);
            double scale = letters / LetterHeight;
            int row = (int)Math.Ceiling(1.5 * letters), pad = (int)Math.Ceiling(letters / 2);
            int names = scores.Labels.Max(label => vision.MeasureText(Ascii(label), scale, 1).Width);
            int width = names + (int)(BarLength * letters) + (3 * pad), height = (scores.Labels.Count * row) + pad;
            Pixels box = boxes[index];
            int gap = LineWidth(canvas), y = Math.Clamp(box.Y, 0, Math.Max(0, canvas.Height - height));
            foreach (int x in (int[])[box.X + box.Width + gap, box.X - gap - width])
            {
                var place = new Pixels(x, y, width, height);
                if (x >= 0 && x + width <= canvas.Width && height <= Math.Min(canvas.Height, 2 * box.Height) &&
                    !taken.Exists(other => other.Overlap(place) > 0) && !boxes.Where((_, other) => other != index).Any(other => other.Overlap(place) > 0))
                    return new(place, scale, row, names, pad);
            }
            return null;
        }

        public void Draw(IVision vision, Canvas canvas, EmotionScores scores)
        {
            for (int y = Place.Y; y < Place.Y + Place.Height; y++)
            {
                foreach (ref byte value in canvas.Pixels.AsSpan(((y * canvas.Width) + Place.X) * 3, Place.Width * 3))
                    value = (byte)((value * Shade) >> 8);
            }
            int left = Place.X + Names + (2 * Pad), length = Place.Width - Names - (3 * Pad);
            for (int i = 0; i < scores.Labels.Count; i++)
            {
                int top = Place.Y + Pad + (i * Row), height = Row - Pad;
                vision.DrawText(canvas, Ascii(scores.Labels[i]), Place.X + Pad, top + height, Scale, White, 1);
                vision.DrawRectangle(canvas, left, top, Math.Max(1, (int)Math.Round(scores.Values[i] * length)), height, Color(scores, scores.Labels[i]), IVision.Filled);
            }
        }
    }
}
