using System.Buffers.Binary;
using System.Text;

namespace Mien.Training;

/// <summary>Makes a version of a system library that a Linux library asks for a wish and no longer a condition.</summary>
/// <remarks>
/// Layout: the ELF-64 format and the Linux Standard Base's symbol versioning,
/// https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html.
/// </remarks>
internal static class WeakVersion
{
    private const uint VersionNeeds = 0x6ffffffe;
    private const ushort Weak = 2;

    /// <summary>Marks each need of a version as weak: the system then loads the library without that version, too.</summary>
    /// <param name="library">The library's bytes, changed in place.</param>
    /// <param name="version">The version's name, such as <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>Whether the library asks for that version; false for what is no 64-bit little-endian ELF library.</returns>
    public static bool Mark(Span<byte> library, string version)
    {
        ReadOnlySpan<byte> identity = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1];
        if (!library.StartsWith(identity))
            return false;
        try
        {
            return MarkNeeds(library, Encoding.ASCII.GetBytes(version));
        }
        catch (Exception error) when (error is ArgumentOutOfRangeException or OverflowException)
        {
            // Its tables lead outside it.
            return false;
        }
    }

    private static bool MarkNeeds(Span<byte> library, ReadOnlySpan<byte> version)
    {
        bool found = false;
        int sections = checked((int)UInt64(library, 0x28)), size = UInt16(library, 0x3a), count = UInt16(library, 0x3c);
        for (int i = 0; i < count; i++)
        {
            Span<byte> section = library.Slice(sections + (i * size), size);
            if (UInt32(section, 4) != VersionNeeds)
                continue;
            Span<byte> names = Content(library, library.Slice(sections + ((int)UInt32(section, 0x28) * size), size));
            found |= MarkIn(Content(library, section), names, version, (int)UInt32(section, 0x2c));
        }
        return found;
    }

    /// <summary>One entry for each library that is needed, and in it one for each version of that library.</summary>
    private static bool MarkIn(Span<byte> needs, Span<byte> names, ReadOnlySpan<byte> version, int libraries)
    {
        bool found = false;
        for (int i = 0; i < libraries; i++)
        {
            Span<byte> entry = needs[(int)UInt32(needs, 8)..];
            for (int versions = UInt16(needs, 2); versions > 0; versions--)
            {
                Span<byte> name = names[(int)UInt32(entry, 8)..];
                if (name[..name.IndexOf((byte)0)].SequenceEqual(version))
                {
                    Span<byte> flags = entry.Slice(4, sizeof(ushort));
                    BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | Weak));
                    found = true;
                }
                entry = entry[(int)UInt32(entry, 12)..];
            }
            needs = needs[(int)UInt32(needs, 12)..];
        }
        return found;
    }

    private static Span<byte> Content(Span<byte> library, Span<byte> section) =>
        library.Slice(checked((int)UInt64(section, 0x18)), checked((int)UInt64(section, 0x20)));

    private static ushort UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ulong UInt64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}
