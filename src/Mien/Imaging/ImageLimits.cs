using System.Globalization;

namespace Mien;

/// <summary>What a picture file may ask for: protection against files that are made to cost memory or time.</summary>
public sealed record ImageLimits
{
    /// <summary>Gets the limits that apply where none are given: 100 megapixels, 99 scans, 30 seconds.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>Gets the most pixels a picture may have, width times height; 1 to 500,000,000.</summary>
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

    /// <summary>Gets the most scans a progressive JPEG may have, 1 to 99; the decoder takes no more. Encoders write about 10; each one more goes over all pixels again.</summary>
    public int MaximumScans
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 99);
            field = value;
        }
    } = 99;

    /// <summary>Gets the time after which decoding a picture is given up, more than 0.</summary>
    /// <remarks>JPEG, PNG, GIF, BMP and TIFF are given up within moments; a decoder of WebP, HEIC, AVIF, JPEG 2000 or JPEG XL cannot be stopped and comes to its end first.</remarks>
    public TimeSpan MaximumDecodingTime
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(30);

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

    /// <summary>Refuses a JPEG whose pixels are gone over too often.</summary>
    /// <exception cref="ImageException">It has more scans than allowed.</exception>
    internal void CheckScans(int scans, string source)
    {
        if (scans > MaximumScans)
        {
            throw new ImageException(string.Create(CultureInfo.InvariantCulture,
                $"{source}: the file has {scans} scans, more than the limit of {MaximumScans} (ImageLimits.MaximumScans); it may be made to cost time. Save it anew."));
        }
    }
}
