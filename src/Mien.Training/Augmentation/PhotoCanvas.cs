using System.Numerics;

namespace Mien.Training;

/// <summary>A training picture in the making: its pixels and the faces in them.</summary>
internal sealed class PhotoCanvas(int size)
{
    private const int Channels = 3;

    /// <summary>A face of which less than this share is in the picture is no target, though finding it is no fault.</summary>
    private const float LeastVisible = 0.35f;

    /// <summary>Of which less than this share is in it, is none: a part alone must not be taken for a face.</summary>
    private const float LeastUndecided = 0.2f;

    /// <summary>Landmarks are learned where at least this share of the face is in the picture.</summary>
    private const float VisibleForLandmarks = 0.6f;

    /// <summary>The smallest face that is a target, in pixels: a cell of the finest grid.</summary>
    private const float LeastSide = 8;

    public int Size => size;

    public byte[] Pixels { get; } = new byte[size * size * Channels];

    public List<TargetFace> Faces { get; } = [];

    /// <summary>Takes over a face as far as it is in a rectangle of the picture.</summary>
    public void Add(TargetFace face, int left, int top, int right, int bottom)
    {
        Box box = face.Box;
        float x = MathF.Max(box.X, left), y = MathF.Max(box.Y, top);
        float width = MathF.Min(box.Right, right) - x, height = MathF.Min(box.Bottom, bottom) - y;
        if (width <= 0 || height <= 0)
            return;
        float visible = width * height / box.Area;
        if (visible < LeastUndecided)
            return;
        bool target = visible >= LeastVisible && MathF.Max(width, height) >= LeastSide;
        Faces.Add(new(new Box(x, y, width, height), visible >= VisibleForLandmarks ? face.Landmarks : null, target ? face.Weight : 0));
    }

    /// <summary>Draws what a photo shows in a rectangle; beyond the photo one level of gray.</summary>
    public void Draw(Image image, in Similarity map, int left, int top, int right, int bottom, byte beyond)
    {
        // Shrinking by more than two would alias: the photo is halved first.
        float share = 1;
        for (float scale = map.Scale; scale < 0.5f && image.Width > 1 && image.Height > 1; scale *= 2)
        {
            image = FaceCrop.Resize(image, (image.Width + 1) / 2, (image.Height + 1) / 2);
            share /= 2;
        }
        ReadOnlySpan<byte> source = image.Pixels;
        int step = image.Channels, stride = image.Width * step, second = step == 1 ? 0 : 1, third = step == 1 ? 0 : 2;
        (Vector2 right1, Vector2 down1) = map.Steps;
        Vector2 across = right1 * share;
        Vector2 origin = (map.Back(new Vector2(left + 0.5f, top + 0.5f)) * share) - new Vector2(0.5f);
        for (int row = top; row < bottom; row++)
        {
            Vector2 at = origin + (down1 * (share * (row - top)));
            Span<byte> target = Pixels.AsSpan(((row * size) + left) * Channels, (right - left) * Channels);
            for (int p = 0; p < target.Length; p += Channels, at += across)
            {
                int x = (int)MathF.Floor(at.X), y = (int)MathF.Floor(at.Y);
                if (x < 0 || y < 0 || x >= image.Width - 1 || y >= image.Height - 1)
                {
                    target[p] = target[p + 1] = target[p + 2] = beyond;
                    continue;
                }
                float fx = at.X - x, fy = at.Y - y;
                float a = (1 - fx) * (1 - fy), b = fx * (1 - fy), c = (1 - fx) * fy, d = fx * fy;
                int q = (y * stride) + (x * step);
                target[p] = Mix(source, q, step, stride, a, b, c, d);
                target[p + 1] = Mix(source, q + second, step, stride, a, b, c, d);
                target[p + 2] = Mix(source, q + third, step, stride, a, b, c, d);
            }
        }
    }

    public void Fill(int left, int top, int right, int bottom, byte red, byte green, byte blue)
    {
        for (int y = Math.Max(0, top); y < Math.Min(size, bottom); y++)
        {
            for (int x = Math.Max(0, left); x < Math.Min(size, right); x++)
            {
                int p = ((y * size) + x) * Channels;
                (Pixels[p], Pixels[p + 1], Pixels[p + 2]) = (red, green, blue);
            }
        }
    }

    public void FillEllipse(Box box, byte red, byte green, byte blue)
    {
        float middle = box.Y + (box.Height / 2), radius = box.Height / 2;
        for (int y = (int)box.Y; y < box.Bottom; y++)
        {
            float offset = (y + 0.5f - middle) / radius, half = box.Width / 2 * MathF.Sqrt(MathF.Max(0, 1 - (offset * offset)));
            float center = box.X + (box.Width / 2);
            Fill((int)(center - half), y, (int)(center + half), y + 1, red, green, blue);
        }
    }

    private static byte Mix(ReadOnlySpan<byte> source, int place, int step, int stride, float a, float b, float c, float d) =>
        (byte)((source[place] * a) + (source[place + step] * b) + (source[place + stride] * c) + (source[place + stride + step] * d) + 0.5f);
}
