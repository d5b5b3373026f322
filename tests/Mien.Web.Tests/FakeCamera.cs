namespace Mien.Tests;

/// <summary>What the browser's fake camera shows, again and again: a second of one face, then a second of another expression, out of the sample that comes with Mien.</summary>
internal static class FakeCamera
{
    private const int Width = 640, Height = 480, Side = 300, Rate = 30;

    /// <summary>The squares of the smiling and the surprised face in the sample, as they lie in it.</summary>
    private static readonly CropRegion[] Faces = [new(427, 190, 196), new(697, 185, 196)];

    /// <summary>The frames as JPEG files one after the other, which Chromium takes for a camera.</summary>
    public static async Task WriteMotionJpegAsync(string path)
    {
        await using var file = File.Create(path);
        foreach (byte[] jpeg in Faces.Select(face => Frame(face).Encode(".jpg")))
        {
            for (int i = 0; i < Rate; i++)
                await file.WriteAsync(jpeg, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The same as a video.</summary>
    /// <exception cref="NativeLibraryException">The program ffmpeg is missing.</exception>
    public static void WriteVideo(string path)
    {
        using var writer = VideoWriter.Create(path, Width, Height, Rate);
        for (int i = 0; i < Faces.Length * Rate; i++)
            writer.Write(Frame(Faces[i / Rate]), TimeSpan.FromSeconds((double)i / Rate));
        writer.Finish();
    }

    /// <summary>A face before a gray wall.</summary>
    private static Image Frame(CropRegion region)
    {
        var face = FaceCrop.Cut(Image.Load(RunningServer.SamplePath), region, Side, PixelFormat.Rgb24);
        byte[] pixels = new byte[Width * Height * 3];
        pixels.AsSpan().Fill(176);
        int left = (Width - Side) / 2, top = (Height - Side) / 2;
        for (int y = 0; y < Side; y++)
            face.Pixels.Slice(y * Side * 3, Side * 3).CopyTo(pixels.AsSpan((((top + y) * Width) + left) * 3));
        return Image.FromPixels(Width, Height, PixelFormat.Rgb24, pixels);
    }
}
