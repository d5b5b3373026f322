namespace Mien;

/// <summary>How the bytes of an <see cref="Image"/> are laid out; the value is the number of channels.</summary>
public enum PixelFormat
{
    /// <summary>One byte a pixel, 0 black to 255 white.</summary>
    Gray8 = 1,

    /// <summary>Three bytes a pixel: red, green, blue.</summary>
    Rgb24 = 3,
}
