namespace Mien.Drawing;

/// <summary>The bars of a face's scores.</summary>
/// <param name="Place">What they cover beside the face; null where they are one bar within its box.</param>
/// <param name="Marks">What to draw.</param>
internal readonly record struct ScoreBars(PixelBox? Place, IReadOnlyList<Mark> Marks)
{
    /// <summary>Length of a full bar, in heights of a letter.</summary>
    private const double FullLength = 5;

    /// <summary>How much the picture is darkened behind bars, of 255.</summary>
    private const byte Shade = 175;

    /// <summary>Lays out a row with name and bar for each label beside a face; where there is no room for these, one bar within its box that is divided among the labels.</summary>
    /// <param name="size">The picture.</param>
    /// <param name="scores">The scores.</param>
    /// <param name="boxes">The boxes of all faces.</param>
    /// <param name="index">Which of them the bars are for.</param>
    /// <param name="taken">What other bars cover.</param>
    public static ScoreBars Of(DrawingSize size, EmotionScores scores, PixelBox[] boxes, int index, List<PixelBox> taken) =>
        Beside(size, scores, boxes, index, taken) ?? new(null, Divided(size, scores, boxes[index]));

    /// <summary>The panel to the right or left of a face; null if it is much larger than the face, would leave the picture or cover another face or panel.</summary>
    private static ScoreBars? Beside(DrawingSize size, EmotionScores scores, PixelBox[] boxes, int index, List<PixelBox> taken)
    {
        double letters = Math.Max(9, size.LongSide / 72.0);
        int row = (int)Math.Ceiling(1.5 * letters), pad = (int)Math.Ceiling(letters / 2);
        int names = scores.Labels.Max(label => TextLine.Measure(label, letters)), length = (int)(FullLength * letters);
        int width = names + length + (3 * pad), height = (scores.Labels.Count * row) + pad;
        PixelBox box = boxes[index];
        int y = Math.Clamp(box.Y, 0, Math.Max(0, size.Height - height));
        foreach (int x in (int[])[box.Right + size.Line, box.X - size.Line - width])
        {
            var place = new PixelBox(x, y, width, height);
            if (x < 0 || place.Right > size.Width || height > Math.Min(size.Height, 2 * box.Height) ||
                taken.Exists(other => other.Overlap(place) > 0) || boxes.Where((_, other) => other != index).Any(other => other.Overlap(place) > 0))
                continue;
            List<Mark> marks = [new Area(place, LabelColors.Black, Shade)];
            for (int i = 0; i < scores.Labels.Count; i++)
            {
                int top = y + pad + (i * row), thickness = row - pad;
                marks.Add(new TextLine(scores.Labels[i], x + pad, top + thickness, letters, LabelColors.White));
                marks.Add(new Area(new(x + names + (2 * pad), top, Math.Max(1, (int)Math.Round(scores.Values[i] * length)), thickness), LabelColors.Of(scores, scores.Labels[i])));
            }
            return new(place, marks);
        }
        return null;
    }

    /// <summary>One bar at the lower edge within a box, each label with its share.</summary>
    private static List<Mark> Divided(DrawingSize size, EmotionScores scores, PixelBox box)
    {
        var marks = new List<Mark>();
        int height = Math.Max(4, box.Height / 10);
        double left = box.X + size.Line, length = Math.Max(0, box.Width - (2 * size.Line));
        foreach (string label in scores.Labels)
        {
            double right = left + (scores[label] * length);
            int x = (int)Math.Round(left), width = (int)Math.Round(right) - x;
            if (width > 0)
                marks.Add(new Area(new(x, box.Bottom - size.Line - height, width, height), LabelColors.Of(scores, label)));
            left = right;
        }
        return marks;
    }
}
