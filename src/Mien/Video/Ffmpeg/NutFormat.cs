using System.Buffers.Binary;

namespace Mien.Video.Ffmpeg;

/// <summary>What reader and writer of NUT share: the container that carries raw frames with their times through a pipe to and from ffmpeg.</summary>
/// <remarks>https://ffmpeg.org/~michael/nut.txt</remarks>
internal static class NutFormat
{
    public const ulong Main = 0x4E4D7A561F5F04AD, Stream = 0x4E5311405BF2F9DB, Syncpoint = 0x4E4BE4ADEECA4569, Info = 0x4E49AB68B596BA78;

    /// <summary>Ticks a second of every time that goes through a pipe: those of <see cref="TimeSpan"/>.</summary>
    public const int TicksPerSecond = (int)TimeSpan.TicksPerSecond;

    /// <summary>Above this many bytes a packet's header has a checksum of its own, and a frame has no elided start.</summary>
    public const int Small = 4096;

    public static ReadOnlySpan<byte> FileId => "nut/multimedia container\0"u8;

    /// <summary>The checksum of what a packet holds: CRC-32 of polynomial 0x04C11DB7, from 0, the highest bit first.</summary>
    public static uint Checksum(ReadOnlySpan<byte> data)
    {
        uint crc = 0;
        foreach (byte value in data)
        {
            crc ^= (uint)value << 24;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc << 1) ^ ((crc >> 31) * 0x04C11DB7);
        }
        return crc;
    }

    /// <summary>The flags of a frame that matter here.</summary>
    [Flags]
    public enum FrameFlags
    {
        Key = 1,
        CodedTime = 8,
        StreamId = 16,
        CodedSize = 32,
        Checksum = 64,
        Reserved = 128,
        SideData = 256,
        HeaderIndex = 1024,
        MatchTime = 2048,
        Coded = 4096,
        Invalid = 8192,
    }

    /// <summary>Goes through the content of a packet.</summary>
    public ref struct PacketReader(ReadOnlySpan<byte> data)
    {
        private ReadOnlySpan<byte> _rest = data;

        public readonly bool IsAtEnd => _rest.IsEmpty;

        public ulong Number()
        {
            ulong value = 0;
            byte next;
            do
            {
                next = Byte();
                value = (value << 7) | (next & 0x7fu);
            }
            while ((next & 0x80) != 0);
            return value;
        }

        public long Signed() => ToSigned(Number());

        public ReadOnlySpan<byte> Bytes()
        {
            int length = checked((int)Number());
            if (length > _rest.Length)
                throw new InvalidDataException("a packet of NUT ends early");
            ReadOnlySpan<byte> bytes = _rest[..length];
            _rest = _rest[length..];
            return bytes;
        }

        private byte Byte()
        {
            if (_rest.IsEmpty)
                throw new InvalidDataException("a packet of NUT ends early");
            byte value = _rest[0];
            _rest = _rest[1..];
            return value;
        }
    }

    /// <summary>0, 1, 2, 3, 4 stand for 0, 1, -1, 2, -2.</summary>
    public static long ToSigned(ulong value) => (value & 1) != 0 ? (long)((value >> 1) + 1) : -(long)(value >> 1);

    /// <summary>Puts the content of a packet together.</summary>
    public sealed class PacketWriter
    {
        private readonly List<byte> _content = [];

        public PacketWriter Number(long value)
        {
            int bits = 63 - System.Numerics.BitOperations.LeadingZeroCount((ulong)value | 1);
            for (int shift = bits / 7 * 7; shift >= 0; shift -= 7)
                _content.Add((byte)((int)((value >> shift) & 0x7f) | (shift > 0 ? 0x80 : 0)));
            return this;
        }

        public PacketWriter Signed(long value) => Number((2 * Math.Abs(value)) - (value > 0 ? 1 : 0));

        public PacketWriter Bytes(ReadOnlySpan<byte> value)
        {
            Number(value.Length);
            _content.AddRange(value);
            return this;
        }

        public PacketWriter Raw(params ReadOnlySpan<byte> value)
        {
            _content.AddRange(value);
            return this;
        }

        public byte[] ToArray() => [.. _content];

        /// <summary>The packet: start code, length, content and checksum.</summary>
        public byte[] ToPacket(ulong startCode)
        {
            byte[] content = ToArray();
            // So short that the header needs no checksum.
            ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, Small - sizeof(uint));
            var code = new byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64BigEndian(code, startCode);
            var checksum = new byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32BigEndian(checksum, Checksum(content));
            return new PacketWriter().Raw(code).Number(content.Length + checksum.Length).Raw(content).Raw(checksum).ToArray();
        }
    }
}
