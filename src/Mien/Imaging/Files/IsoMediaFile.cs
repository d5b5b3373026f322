using System.Buffers.Binary;

namespace Mien.Imaging.Files;

/// <summary>Tells HEIC and AVIF pictures from videos, which have the same container: by the brands in the first box (ISO/IEC 14496-12, 23008-12).</summary>
internal static class IsoMediaFile
{
    private const int BrandLength = 4, FirstBrand = 8, FirstCompatible = 16;

    /// <summary>The format by the first bytes; null for what is no picture.</summary>
    public static PictureFormat? Identify(ReadOnlySpan<byte> start)
    {
        if (start.Length < FirstBrand + BrandLength || !start[4..FirstBrand].SequenceEqual("ftyp"u8))
            return null;
        if (FormatOf(start.Slice(FirstBrand, BrandLength)) is not { } format)
            return null;
        // "mif1" says no more than that it is a picture.
        long end = Math.Min(start.Length, BinaryPrimitives.ReadUInt32BigEndian(start));
        for (int brand = FirstCompatible; brand + BrandLength <= end; brand += BrandLength)
        {
            if (FormatOf(start.Slice(brand, BrandLength)) == PictureFormat.Avif)
                return PictureFormat.Avif;
        }
        return format;
    }

    /// <summary>Checks that the boxes which hold a picture lie within the file.</summary>
    /// <exception cref="ImageException">The file ends before.</exception>
    public static void RequireWhole(PictureBytes file, PictureFormat format)
    {
        long offset = 0;
        while (offset + FirstBrand <= file.All.Length)
        {
            long length = file.U32(offset, bigEndian: true);
            ReadOnlySpan<byte> type = file.Slice(offset + 4, 4);
            bool known = type.SequenceEqual("ftyp"u8) || type.SequenceEqual("meta"u8) || type.SequenceEqual("mdat"u8) || type.SequenceEqual("free"u8);
            // A box that says nothing of its length reaches to the end; what is unknown may be anything that follows the picture.
            if (!known || length < FirstBrand)
                return;
            if (length > file.All.Length - offset)
                throw new ImageException($"{file.Source}: the {format.Name()} file is truncated.");
            offset += length;
        }
    }

    private static PictureFormat? FormatOf(ReadOnlySpan<byte> brand) => brand switch
    {
        _ when brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8) => PictureFormat.Avif,
        [(byte)'h', (byte)'e', (byte)'i' or (byte)'v', (byte)'c' or (byte)'x' or (byte)'m' or (byte)'s'] => PictureFormat.Heic,
        _ when brand.SequenceEqual("mif1"u8) || brand.SequenceEqual("msf1"u8) => PictureFormat.Heic,
        _ => null,
    };
}
