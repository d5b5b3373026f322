using System.Globalization;

namespace Mien;

/// <summary>What a picture file may ask for before it is decoded: protection against decompression bombs.</summary>
public sealed record ImageLimits
{
    /// <summary>The limits that apply where none are given: 100 megapixels.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>The most pixels a picture may have, width times height; 1 to 500,000,000.</summary>
    public long MaximumPixels
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 500_000_000);
            field = value;
        }
    } = 100_000_000;

    /// <summary>Refuses a picture that is too large.</summary>
    /// <exception cref="ImageException">It has more pixels than allowed.</exception>
    internal void Check(long width, long height, string source)
    {
        if (width > MaximumPixels / height)
        {
            throw new ImageException(string.Create(CultureInfo.InvariantCulture,
                $"{source}: the file claims {width}x{height} pixels, more than the limit of {MaximumPixels / 1e6:0.######} megapixels; it may be a decompression bomb. Raise ImageLimits.MaximumPixels if it is not."));
        }
    }
}
