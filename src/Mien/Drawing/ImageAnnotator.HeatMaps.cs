using Mien.Drawing;

namespace Mien;

public static partial class ImageAnnotator
{
    /// <summary>
    /// Draws a heat map over each face, the label with its probability, and the one to which it falls where covering the face takes
    /// most of it; below the picture a legend. The part of each face that matters most has the full colour, unless it moves the
    /// probability by less than a point.
    /// </summary>
    /// <param name="image">The picture.</param>
    /// <param name="faces">What <see cref="EmotionAnalyzer.Explain"/> said of it; without faces the copy has no legend.</param>
    /// <returns>A copy with the drawing.</returns>
    public static Image DrawHeatMaps(Image image, IReadOnlyList<FaceExplanation> faces)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(faces);
        var size = DrawingSize.Of(image);
        var legend = faces.Count > 0 ? HeatLegend.Below(size) : default;
        using var canvas = new PictureCanvas(size.Width, size.Height + legend.Height, LabelColors.White);
        canvas.Draw(image, 0, 0, size.Zoom);
        // The surest face last, so that it lies above its neighbours.
        for (int i = faces.Count - 1; i >= 0; i--)
            HeatMap.Draw(canvas, size, HeatMap.Scaled(faces[i].Region, size.Zoom), faces[i].Map, LabelColors.Of(faces[i].Map.Scores, faces[i].Map.Label));
        HeatMapMarks(size, faces).ForEach(canvas.Draw);
        legend.Draw(canvas);
        return canvas.ToImage();
    }

    /// <summary>The labels that <see cref="DrawHeatMaps"/> draws.</summary>
    internal static List<Mark> HeatMapMarks(DrawingSize size, IReadOnlyList<FaceExplanation> faces)
    {
        var marks = new List<Mark>();
        AddLabels(marks, size, [.. faces.Select(face => PixelBox.Around(HeatMap.Bounds(face.Region), size.Zoom))],
            [.. faces.Select(face => LabelColors.Of(face.Map.Scores, face.Map.Label))],
            faces.Select(face => FormattableString.Invariant($"{face.Map.Label} {100 * face.Map.Probability:F0}% > {100 * face.Map.Lowest:F0}%")), []);
        return marks;
    }
}
