using Mien.Drawing;

namespace Mien.Training;

/// <summary>Training pictures as a face detector sees them, with its targets drawn in.</summary>
public static class DetectionSamples
{
    private const int Columns = 4, Rows = 3;
    private const int Face = 0x00ff40, Undecided = 0xff8000, Point = 0xff0040;

    /// <summary>Draws the first pictures of a training: faces green, those of which nobody is sure orange, landmarks red.</summary>
    /// <param name="recipe">How photos are varied.</param>
    /// <param name="data">The photos.</param>
    public static Image Render(Recipe recipe, DetectionData data)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(data);
        TorchRuntime.Load();
        using var task = new DetectionTask(recipe, data, TorchSharp.torch.CPU);
        int size = recipe.Detection!.Sizes[0], width = Columns * size;
        using var canvas = new PictureCanvas(width, Rows * size);
        foreach ((int number, TrainingPhoto picture) in task.Samples(Columns * Rows).Index())
        {
            int left = number % Columns * size, top = number / Columns * size;
            canvas.Draw(picture.Image, left, top);
            foreach (TargetFace face in picture.Faces)
            {
                canvas.Draw(new Outline(new(left + (int)face.Box.X, top + (int)face.Box.Y, (int)face.Box.Width, (int)face.Box.Height), face.Weight > 0 ? Face : Undecided, Line: 1));
                if (face.Landmarks is not { } at)
                    continue;
                foreach (Landmark point in (ReadOnlySpan<Landmark>)[at.LeftEye, at.RightEye, at.Nose, at.LeftMouth, at.RightMouth])
                    canvas.Draw(new Area(new(left + (int)point.X, top + (int)point.Y, 2, 2), Point));
            }
        }
        return canvas.ToImage();
    }
}
