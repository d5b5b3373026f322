using System.Buffers.Binary;

namespace Mien.Video.Ffmpeg;

/// <summary>Reads raw frames and their times as ffmpeg writes them in NUT. What it does not need is skipped.</summary>
internal sealed class NutReader(Stream stream)
{
    /// <summary>No header of a stream without metadata comes near.</summary>
    private const int LongestPacket = 1 << 20;

    private readonly byte[] _buffer = new byte[64 << 10];
    private readonly FrameCode[] _codes = new FrameCode[256];
    private byte[][] _starts = [[]];
    private int _next;
    private int _end;
    private ReadOnlyMemory<byte> _start;
    private (long Numerator, long Denominator) _timeBase;
    private int _timeShift;
    private long _time;

    /// <summary>Reads up to the first frame; false if there is nothing at all.</summary>
    /// <exception cref="InvalidDataException">It is no NUT with one stream.</exception>
    /// <exception cref="EndOfStreamException">It ends early.</exception>
    public bool ReadHeader()
    {
        if (!Fill())
            return false;
        foreach (byte expected in NutFormat.FileId)
        {
            if (Byte() != expected)
                throw new InvalidDataException("the program's output is no NUT");
        }
        bool main = false;
        while (true)
        {
            ulong code = StartCode(Byte());
            byte[] content = Packet();
            if (code == NutFormat.Main && !main)
            {
                ReadMain(content);
                main = true;
            }
            else if (code == NutFormat.Stream && main)
            {
                ReadStream(content);
                return true;
            }
        }
    }

    /// <summary>Goes to the next frame; false at the end.</summary>
    /// <param name="length">Its length in bytes, to be read by <see cref="Read"/>.</param>
    /// <param name="seconds">Its time.</param>
    /// <exception cref="InvalidDataException">What follows is no frame.</exception>
    /// <exception cref="EndOfStreamException">It ends early.</exception>
    public bool Next(out long length, out double seconds)
    {
        (length, seconds) = (0, 0);
        while (_next < _end || Fill())
        {
            byte first = Byte();
            if (first != (byte)'N')
            {
                length = FrameHeader(_codes[first]);
                seconds = (double)_time * _timeBase.Numerator / _timeBase.Denominator;
                return true;
            }
            ulong code = StartCode(first);
            byte[] content = Packet();
            if (code == NutFormat.Syncpoint)
                _time = (long)new NutFormat.PacketReader(content).Number();
        }
        return false;
    }

    /// <summary>Reads bytes of the frame.</summary>
    /// <exception cref="EndOfStreamException">It ends early.</exception>
    public void Read(Span<byte> target)
    {
        int known = Math.Min(_start.Length, target.Length);
        _start.Span[..known].CopyTo(target);
        _start = _start[known..];
        target = target[known..];
        int buffered = Math.Min(_end - _next, target.Length);
        _buffer.AsSpan(_next, buffered).CopyTo(target);
        _next += buffered;
        stream.ReadExactly(target[buffered..]);
    }

    private bool Fill()
    {
        (_next, _end) = (0, stream.Read(_buffer));
        return _end > 0;
    }

    private byte Byte() => _next < _end || Fill() ? _buffer[_next++] : throw new EndOfStreamException();

    private ulong Number()
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

    private ulong StartCode(byte first)
    {
        ulong code = first;
        for (int i = 1; i < sizeof(ulong); i++)
            code = (code << 8) | Byte();
        return code;
    }

    /// <summary>The content of a packet without its checksums.</summary>
    private byte[] Packet()
    {
        ulong length = Number();
        if (length is < sizeof(uint) or > LongestPacket)
            throw new InvalidDataException("a packet of NUT has an impossible length");
        Span<byte> checksum = stackalloc byte[sizeof(uint)];
        if (length > NutFormat.Small)
            Read(checksum);
        var content = new byte[(int)length - checksum.Length];
        Read(content);
        Read(checksum);
        return BinaryPrimitives.ReadUInt32BigEndian(checksum) == NutFormat.Checksum(content)
            ? content : throw new InvalidDataException("a packet of NUT has a wrong checksum");
    }

    private void ReadMain(byte[] content)
    {
        var reader = new NutFormat.PacketReader(content);
        // Version 3, or 4 with a minor one.
        if (reader.Number() > 3)
            reader.Number();
        if (reader.Number() != 1)
            throw new InvalidDataException("there is more than one stream in NUT");
        reader.Number();
        if (reader.Number() != 1)
            throw new InvalidDataException("there is more than one time base in NUT");
        _timeBase = ((long)reader.Number(), (long)reader.Number());
        ReadCodes(ref reader);
        if (reader.IsAtEnd)
            return;
        _starts = new byte[(int)Math.Min(reader.Number(), 128) + 1][];
        _starts[0] = [];
        for (int i = 1; i < _starts.Length; i++)
            _starts[i] = reader.Bytes().ToArray();
    }

    private void ReadCodes(ref NutFormat.PacketReader reader)
    {
        long timeStep = 0, multiplier = 1;
        ulong start = 0;
        for (int i = 0; i < _codes.Length;)
        {
            var flags = (NutFormat.FrameFlags)reader.Number();
            ulong fields = reader.Number();
            if (fields > 0)
                timeStep = reader.Signed();
            if (fields > 1)
                multiplier = (long)reader.Number();
            if (fields > 2)
                reader.Number();
            long size = fields > 3 ? (long)reader.Number() : 0;
            ulong reserved = fields > 4 ? reader.Number() : 0;
            long count = fields > 5 ? (long)reader.Number() : multiplier - size;
            if (fields > 6)
                reader.Signed();
            if (fields > 7)
                start = reader.Number();
            for (ulong field = 8; field < fields; field++)
                reader.Number();
            if (count <= 0 || start >= 128)
                throw new InvalidDataException("the frame codes of NUT are impossible");
            for (int j = 0; j < count && i < _codes.Length; j++, i++)
            {
                // 'N' begins a packet.
                if (i == 'N')
                    (_codes[i], j) = (new FrameCode(NutFormat.FrameFlags.Invalid, 0, 0, 0, 0, 0), j - 1);
                else
                    _codes[i] = new FrameCode(flags, timeStep, multiplier, size + j, reserved, (int)start);
            }
        }
    }

    private void ReadStream(byte[] content)
    {
        var reader = new NutFormat.PacketReader(content);
        reader.Number();
        if (reader.Number() != 0)
            throw new InvalidDataException("the stream in NUT is no video");
        reader.Bytes();
        reader.Number();
        _timeShift = (int)Math.Min(reader.Number(), 15);
    }

    /// <summary>Reads what stands before a frame, and takes its time.</summary>
    /// <returns>The frame's length.</returns>
    private long FrameHeader(FrameCode code)
    {
        var flags = code.Flags;
        if (flags.HasFlag(NutFormat.FrameFlags.Coded))
            flags ^= (NutFormat.FrameFlags)Number();
        if ((flags & (NutFormat.FrameFlags.Invalid | NutFormat.FrameFlags.SideData)) != 0)
            throw new InvalidDataException("a frame in NUT is of an unknown kind");
        if (flags.HasFlag(NutFormat.FrameFlags.StreamId))
            Number();
        _time = flags.HasFlag(NutFormat.FrameFlags.CodedTime) ? Time((long)Number()) : _time + code.TimeStep;
        long length = code.Size + (flags.HasFlag(NutFormat.FrameFlags.CodedSize) ? code.Multiplier * (long)Number() : 0);
        if (flags.HasFlag(NutFormat.FrameFlags.MatchTime))
            Number();
        int start = flags.HasFlag(NutFormat.FrameFlags.HeaderIndex) ? (int)Math.Min(Number(), 128) : code.Start;
        ulong reserved = flags.HasFlag(NutFormat.FrameFlags.Reserved) ? Number() : code.Reserved;
        for (ulong i = 0; i < reserved; i++)
            Number();
        if (flags.HasFlag(NutFormat.FrameFlags.Checksum))
        {
            for (int i = 0; i < sizeof(uint); i++)
                Byte();
        }
        if (start >= _starts.Length || length < 0)
            throw new InvalidDataException("a frame in NUT has an impossible length");
        // The start of a small frame may be one that the header names, and is not repeated then.
        _start = length > NutFormat.Small ? default : _starts[start];
        return length;
    }

    /// <summary>A whole time, or the last bits of one near the time before.</summary>
    private long Time(long coded)
    {
        long range = 1L << _timeShift;
        if (coded >= range)
            return coded - range;
        long lowest = _time - ((range - 1) / 2);
        return ((coded - lowest) & (range - 1)) + lowest;
    }

    private readonly record struct FrameCode(NutFormat.FrameFlags Flags, long TimeStep, long Multiplier, long Size, ulong Reserved, int Start);
}
