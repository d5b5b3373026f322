using Mien.Drawing;

namespace Mien;

/// <summary>Draws what was read from faces into a copy of their picture.</summary>
/// <remarks>Lines and letters grow with the picture. A picture of less than 480 pixels is enlarged by a whole factor, so that letters can be read.</remarks>
public static partial class ImageAnnotator
{
    /// <summary>Draws a box around each face and above or below it the label and its probability.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="faces">What was read from it.</param>
    /// <returns>A copy with the drawing.</returns>
    public static Image Draw(Image image, IReadOnlyList<FaceReading> faces)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(faces);
        return Render(image, Marks(image, faces));
    }

    /// <summary>What <see cref="Draw"/> draws.</summary>
    internal static List<Mark> Marks(Image image, IReadOnlyList<FaceReading> faces)
    {
        var size = DrawingSize.Of(image);
        PixelBox[] boxes = [.. faces.Select(face => PixelBox.Around(face.Box, size.Zoom))];
        List<Mark> marks = [.. boxes.Select((box, i) => new Outline(box, LabelColors.Of(faces[i].Scores), size.Line))];
        AddLabels(marks, size, boxes, [.. faces.Select(face => LabelColors.Of(face.Scores))],
            faces.Select(face => FormattableString.Invariant($"{face.Scores.Top} {face.Scores.Confidence:P0}")), []);
        return marks;
    }

    /// <summary>Draws a box around each face of a video frame, its id, its smoothed label and a bar for each label beside it; where there is no room for these, one bar within the box that is divided among the labels.</summary>
    /// <param name="image">The frame; each one of a size is enlarged by the same factor.</param>
    /// <param name="faces">What was read from it.</param>
    /// <returns>A copy with the drawing.</returns>
    public static Image DrawTracks(Image image, IReadOnlyList<TrackedReading> faces)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(faces);
        return Render(image, TrackMarks(image, faces));
    }

    /// <summary>What <see cref="DrawTracks"/> draws.</summary>
    internal static List<Mark> TrackMarks(Image image, IReadOnlyList<TrackedReading> faces)
    {
        var size = DrawingSize.Of(image);
        PixelBox[] boxes = [.. faces.Select(face => PixelBox.Around(face.Face.Box, size.Zoom))];
        var marks = new List<Mark>();
        var taken = new List<PixelBox>();
        for (int i = 0; i < boxes.Length; i++)
        {
            marks.Add(new Outline(boxes[i], LabelColors.Of(faces[i].Smoothed), size.Line));
            var bars = ScoreBars.Of(size, faces[i].Smoothed, boxes, i, taken);
            marks.AddRange(bars.Marks);
            if (bars.Place is { } place)
                taken.Add(place);
        }
        AddLabels(marks, size, boxes, [.. faces.Select(face => LabelColors.Of(face.Smoothed))],
            faces.Select(face => FormattableString.Invariant($"{face.Track} {face.Smoothed.Top} {face.Smoothed.Confidence:P0}")), taken);
        return marks;
    }

    private static void AddLabels(List<Mark> marks, DrawingSize size, PixelBox[] boxes, int[] colors, IEnumerable<string> texts, List<PixelBox> taken)
    {
        foreach ((int i, string text) in texts.Index())
        {
            var label = FaceLabel.Place(size, text, colors[i], boxes, i, taken);
            marks.AddRange(label.Marks);
            taken.Add(label.Strip);
        }
    }

    private static Image Render(Image image, List<Mark> marks)
    {
        using var canvas = new PictureCanvas(image, DrawingSize.Of(image).Zoom);
        marks.ForEach(canvas.Draw);
        return canvas.ToImage();
    }
}
