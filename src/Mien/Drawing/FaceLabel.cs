namespace Mien.Drawing;

/// <summary>A text on a strip of its face's colour.</summary>
/// <param name="Strip">The strip.</param>
/// <param name="Marks">What to draw.</param>
internal readonly record struct FaceLabel(PixelBox Strip, Mark[] Marks)
{
    /// <summary>Lays a label out where it covers least.</summary>
    /// <param name="size">The picture.</param>
    /// <param name="text">The text; it shrinks to fit into the picture.</param>
    /// <param name="color">The strip's colour.</param>
    /// <param name="boxes">The boxes of all faces.</param>
    /// <param name="index">Which of them the label is for.</param>
    /// <param name="taken">What other labels and panels cover.</param>
    public static FaceLabel Place(DrawingSize size, string text, int color, PixelBox[] boxes, int index, IReadOnlyList<PixelBox> taken)
    {
        double letters = Math.Clamp(boxes[index].Width / 9.0, Math.Max(11, size.LongSide / 60.0), Math.Max(11, size.LongSide / 36.0));
        int pad = Math.Max(2, (int)(letters / 2.5)), width = TextLine.Measure(text, letters);
        if (width + (2 * pad) > size.Width)
        {
            letters *= Math.Max(0.1, size.Width - (2.0 * pad)) / width;
            width = Math.Max(0, Math.Min(size.Width - (2 * pad), TextLine.Measure(text, letters)));
        }
        int height = (int)Math.Ceiling(letters);
        PixelBox strip = Place(size, boxes, index, width + (2 * pad), height + (2 * pad), taken);
        return new(strip, [new Area(strip, color), new TextLine(text, strip.X + pad, strip.Y + pad + height, letters, LabelColors.TextOn(color))]);
    }

    /// <summary>Above the box, below it, or inside it at the top or bottom; always within the picture.</summary>
    private static PixelBox Place(DrawingSize size, PixelBox[] boxes, int index, int width, int height, IReadOnlyList<PixelBox> taken)
    {
        PixelBox box = boxes[index], best = default;
        int half = size.Line / 2;
        int left = box.X - half, top = box.Y - half, right = box.Right + half, bottom = box.Bottom + half;
        double least = double.MaxValue;
        foreach (int x in (int[])[left, right - width])
        {
            foreach (int y in (int[])[top - height, bottom, top, bottom - height])
            {
                var strip = new PixelBox(Math.Clamp(x, 0, Math.Max(0, size.Width - width)), Math.Clamp(y, 0, Math.Max(0, size.Height - height)), width, height);
                // Another label must stay readable first, then other faces, then this one.
                double cost = taken.Sum(other => 100.0 * other.Overlap(strip)) + (0.5 * box.Overlap(strip));
                for (int i = 0; i < boxes.Length; i++)
                    cost += i == index ? 0 : boxes[i].Overlap(strip);
                if (cost < least)
                    (best, least) = (strip, cost);
            }
        }
        return best;
    }
}
