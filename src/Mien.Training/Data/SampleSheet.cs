using System.Globalization;
using Mien.Drawing;

namespace Mien.Training;

/// <summary>A picture with sample faces of each class, for a look at what a data set holds.</summary>
public static class SampleSheet
{
    private const int Cell = 72;
    private const int Gap = 4;
    private const int LabelWidth = 176;
    private const int White = 0xffffff;
    private const int Background = 0x282828;

    /// <summary>Draws a row for each class in the order of the labels: its name, how many images it has, and some of them, taken evenly from all splits.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="perClass">Faces in a row.</param>
    public static Image Render(FaceDatasets data, int perClass = 12)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perClass);
        int width = LabelWidth + (perClass * (Cell + Gap)), height = (data.Labels.Count * (Cell + Gap)) + Gap;
        using var canvas = new PictureCanvas(width, height, Background);
        for (int label = 0; label < data.Labels.Count; label++)
        {
            int top = Gap + (label * (Cell + Gap));
            (FaceDataset Split, int Index)[] faces = [.. data.Splits.SelectMany(split =>
                Enumerable.Range(0, split.Count).Where(i => split.Targets[i] == label).Select(i => (split, i)))];
            canvas.Draw(new TextLine(data.Labels[label], 12, top + (Cell / 2) - 4, Capital: 13, White));
            canvas.Draw(new TextLine(string.Create(CultureInfo.InvariantCulture, $"{faces.Length:N0}"), 12, top + (Cell / 2) + 20, Capital: 11, White));
            int shown = Math.Min(perClass, faces.Length);
            for (int i = 0; i < shown; i++)
            {
                var (split, index) = faces[(int)((long)i * faces.Length / shown)];
                Image face = split.ImageAt(index);
                canvas.Draw(FaceCrop.Cut(face, CropRegion.Whole(face), Cell, PixelFormat.Rgb24), LabelWidth + (i * (Cell + Gap)), top);
            }
        }
        return canvas.ToImage();
    }
}
