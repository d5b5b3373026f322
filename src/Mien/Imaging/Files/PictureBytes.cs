using System.Buffers.Binary;

namespace Mien.Imaging.Files;

/// <summary>A picture file's bytes: a read beyond their end says that the file is truncated.</summary>
internal readonly ref struct PictureBytes(ReadOnlySpan<byte> bytes, string source)
{
    /// <summary>All bytes.</summary>
    public ReadOnlySpan<byte> All { get; } = bytes;

    /// <summary>Where they come from, for messages.</summary>
    public string Source { get; } = source;

    /// <summary>The byte at an offset.</summary>
    public byte U8(long offset) => Slice(offset, 1)[0];

    /// <summary>The unsigned 16-bit number at an offset.</summary>
    public ushort U16(long offset, bool bigEndian) => bigEndian
        ? BinaryPrimitives.ReadUInt16BigEndian(Slice(offset, 2))
        : BinaryPrimitives.ReadUInt16LittleEndian(Slice(offset, 2));

    /// <summary>The unsigned 32-bit number at an offset.</summary>
    public uint U32(long offset, bool bigEndian) => bigEndian
        ? BinaryPrimitives.ReadUInt32BigEndian(Slice(offset, 4))
        : BinaryPrimitives.ReadUInt32LittleEndian(Slice(offset, 4));

    /// <summary>Part of the bytes.</summary>
    /// <exception cref="ImageException">It reaches beyond the end.</exception>
    public ReadOnlySpan<byte> Slice(long offset, long length)
    {
        Require(offset, length);
        return All.Slice((int)offset, (int)length);
    }

    /// <summary>Refuses a file that ends before a part of it that it promises.</summary>
    public void Require(long offset, long length)
    {
        if (offset < 0 || length < 0 || offset > All.Length - length)
            throw Truncated();
    }

    /// <summary>The error for a file that ends too early.</summary>
    public ImageException Truncated() => new($"{Source}: the file is truncated.");

    /// <summary>The error for a file whose content contradicts its format.</summary>
    public ImageException Damaged(string what) => new($"{Source}: the file is damaged: {what}.");
}
