using System.Globalization;
using Mien.Interop;

namespace Mien.Training;

/// <summary>A picture with sample faces of each class, for a look at what a data set holds.</summary>
public static class SampleSheet
{
    private const int Cell = 72;
    private const int Gap = 4;
    private const int LabelWidth = 176;
    private const int White = 0xffffff;
    private const byte Background = 40;

    /// <summary>Draws a row for each class in the order of the labels: its name, how many images it has, and some of them, taken evenly from all splits.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="perClass">Faces in a row.</param>
    /// <exception cref="NativeLibraryException">OpenCV or the binding to it is missing.</exception>
    public static Image Render(FaceDatasets data, int perClass = 12)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perClass);
        int width = LabelWidth + (perClass * (Cell + Gap)), height = (data.Labels.Count * (Cell + Gap)) + Gap;
        var pixels = new byte[width * height * 3];
        Array.Fill(pixels, Background);
        var canvas = new Canvas(width, height, 3, pixels);
        for (int label = 0; label < data.Labels.Count; label++)
        {
            int top = Gap + (label * (Cell + Gap));
            (FaceDataset Split, int Index)[] faces = [.. data.Splits.SelectMany(split =>
                Enumerable.Range(0, split.Count).Where(i => split.Targets[i] == label).Select(i => (split, i)))];
            DrawText(canvas, data.Labels[label], top + (Cell / 2) - 4, 0.6);
            DrawText(canvas, string.Create(CultureInfo.InvariantCulture, $"{faces.Length:N0}"), top + (Cell / 2) + 20, 0.5);
            int shown = Math.Min(perClass, faces.Length);
            for (int i = 0; i < shown; i++)
            {
                var (split, index) = faces[(int)((long)i * faces.Length / shown)];
                Image face = split.ImageAt(index);
                Paste(FaceCrop.Cut(face, CropRegion.Whole(face), Cell, PixelFormat.Rgb24), canvas, LabelWidth + (i * (Cell + Gap)), top);
            }
        }
        return Image.FromPixels(width, height, PixelFormat.Rgb24, pixels);
    }

    private static void DrawText(Canvas canvas, string text, int baseline, double scale)
    {
        // OpenCV's fonts hold ASCII only.
        string ascii = string.Concat(text.Select(letter => char.IsAscii(letter) && !char.IsControl(letter) ? letter : '?'));
        VisionLibrary.Shared.DrawText(canvas, ascii, 12, baseline, scale, White, 1);
    }

    private static void Paste(Image face, Canvas canvas, int left, int top)
    {
        int row = face.Width * 3;
        for (int y = 0; y < face.Height; y++)
            face.Pixels.Slice(y * row, row).CopyTo(canvas.Pixels.AsSpan((((top + y) * canvas.Width) + left) * 3));
    }
}
