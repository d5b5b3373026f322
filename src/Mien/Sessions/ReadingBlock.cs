using System.Buffers;
using System.IO.Compression;
using System.Text;

namespace Mien.Sessions;

/// <summary>Some entries of a session as bytes, and back: times and boxes as differences, probabilities in 8 bits, all of it compressed.</summary>
/// <remarks>
/// A block stands for itself. Numbers are LEB128, signed ones zigzag; times are microseconds, boxes quarters of a pixel.
/// A face's box and probabilities are written as the difference from its last ones in the block. docs/sessions.md has the layout.
/// </remarks>
internal sealed class ReadingBlock
{
    private const double TicksPerMicrosecond = TimeSpan.TicksPerMicrosecond;
    private const float PixelParts = 4;
    private const int Window = 18, Quality = 5;

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly Dictionary<int, int[]> _faces = [];
    private long _number;
    private long _time;

    private enum Kind : byte
    {
        Frame = 1,
        Alert,
        Marker,
        PartEnd,
    }

    /// <summary>How many frames are in it.</summary>
    public int Frames { get; private set; }

    /// <summary>Its size before compression, in bytes.</summary>
    public int Length => _bytes.WrittenCount;

    /// <summary>Adds an entry.</summary>
    public void Add(SessionEntry entry)
    {
        switch (entry)
        {
            case SessionFrame frame:
                Write(Kind.Frame);
                Add(frame);
                Frames++;
                break;
            case SessionAlert { Alert: var alert }:
                Write(Kind.Alert);
                WriteTime(alert.Time);
                _bytes.Write([(byte)alert.Kind]);
                WriteText(alert.Rule.Text);
                WriteNumber(alert.Track ?? 0);
                WriteDouble(alert.Value ?? double.NaN);
                break;
            case SessionMarker marker:
                Write(Kind.Marker);
                WriteTime(marker.Time);
                WriteText(marker.Marker);
                break;
            case SessionPartEnd end:
                Write(Kind.PartEnd);
                WriteEvents(end.Events);
                break;
        }
    }

    /// <summary>The block.</summary>
    public byte[] ToBytes()
    {
        byte[] compressed = new byte[BrotliEncoder.GetMaxCompressedLength(_bytes.WrittenCount)];
        BrotliEncoder.TryCompress(_bytes.WrittenSpan, compressed, out int length, Quality, Window);
        return compressed[..length];
    }

    /// <summary>The entries of a block.</summary>
    /// <exception cref="InvalidDataException">The bytes are no block of these labels.</exception>
    public static IEnumerable<SessionEntry> Read(byte[] block, IReadOnlyList<string> labels)
    {
        using var packed = new BrotliStream(new MemoryStream(block), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        packed.CopyTo(bytes);
        return new Reader(bytes.ToArray(), labels).Entries();
    }

    /// <summary>Probabilities as bytes; of equal ones only the most probable keeps its place, so that it stays the most probable.</summary>
    private static byte[] Quantize(EmotionScores scores)
    {
        byte[] bytes = new byte[scores.Values.Length];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)Math.Round(Math.Clamp(scores.Values[i], 0, 1) * byte.MaxValue);
        int top = scores.Values.IndexOf(scores.Confidence);
        for (int i = 0; i < top; i++)
        {
            if (bytes[i] == bytes[top])
                bytes[i] = (byte)Math.Max(0, bytes[i] - 1);
        }
        return bytes;
    }

    private void Add(SessionFrame frame)
    {
        var reading = frame.Reading;
        WriteSigned(reading.Number - _number);
        _number = reading.Number;
        WriteTime(reading.Time);
        WriteNumber(frame.Width);
        WriteNumber(frame.Height);
        WriteNumber(reading.Faces.Count);
        foreach (var (track, face, smoothed) in reading.Faces)
        {
            WriteNumber(track);
            int[] now =
            [
                Pixels(face.Box.X), Pixels(face.Box.Y), Pixels(face.Box.Width), Pixels(face.Box.Height),
                (int)Math.Round(Math.Clamp(face.Detection, 0, 1) * byte.MaxValue),
                .. Quantize(face.Scores), .. Quantize(smoothed),
            ];
            if (!_faces.TryGetValue(track, out int[]? last))
                last = new int[now.Length];
            for (int i = 0; i < now.Length; i++)
                WriteSigned(now[i] - last[i]);
            _faces[track] = now;
        }
        WriteEvents(reading.Events);
    }

    private void WriteEvents(IReadOnlyList<TrackEvent> events)
    {
        WriteNumber(events.Count);
        foreach (var happened in events)
        {
            _bytes.Write([(byte)happened.Kind]);
            WriteNumber(happened.Track);
            WriteTime(happened.Time);
        }
    }

    private static int Pixels(float value) => (int)Math.Round(value * PixelParts);

    private void Write(Kind kind) => _bytes.Write([(byte)kind]);

    private void WriteTime(TimeSpan time)
    {
        long now = (long)Math.Round(time.Ticks / TicksPerMicrosecond);
        WriteSigned(now - _time);
        _time = now;
    }

    private void WriteSigned(long value) => WriteNumber((value << 1) ^ (value >> 63));

    private void WriteNumber(long value)
    {
        ulong rest = (ulong)value;
        for (; rest >= 0x80; rest >>= 7)
            _bytes.Write([(byte)(rest | 0x80)]);
        _bytes.Write([(byte)rest]);
    }

    private void WriteDouble(double value) => _bytes.Write(BitConverter.GetBytes(value));

    private void WriteText(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        WriteNumber(utf8.Length);
        _bytes.Write(utf8);
    }

    private sealed class Reader(byte[] bytes, IReadOnlyList<string> labels)
    {
        private readonly Dictionary<int, int[]> _faces = [];
        private int _position;
        private long _number;
        private long _time;

        public IEnumerable<SessionEntry> Entries()
        {
            while (_position < bytes.Length)
            {
                yield return (Kind)ReadByte() switch
                {
                    Kind.Frame => ReadFrame(),
                    Kind.Alert => new SessionAlert(ReadAlert()),
                    Kind.Marker => new SessionMarker(ReadTime(), ReadText()),
                    Kind.PartEnd => new SessionPartEnd(ReadEvents()),
                    _ => throw Damaged(),
                };
            }
        }

        private static InvalidDataException Damaged() => new("A block of readings is damaged.");

        private SessionFrame ReadFrame()
        {
            _number += ReadSigned();
            var time = ReadTime();
            int width = (int)ReadNumber(), height = (int)ReadNumber();
            var faces = new TrackedReading[ReadCount()];
            for (int i = 0; i < faces.Length; i++)
                faces[i] = ReadFace();
            return new(new(_number, time, faces, ReadEvents()), width, height);
        }

        private TrackedReading ReadFace()
        {
            int track = (int)ReadNumber();
            if (!_faces.TryGetValue(track, out int[]? values))
                _faces.Add(track, values = new int[5 + (2 * labels.Count)]);
            for (int i = 0; i < values.Length; i++)
                values[i] += (int)ReadSigned();
            var box = new Box(values[0] / PixelParts, values[1] / PixelParts, values[2] / PixelParts, values[3] / PixelParts);
            return new(track, new(box, values[4] / (float)byte.MaxValue, null, Scores(values.AsSpan(5, labels.Count))), Scores(values.AsSpan(5 + labels.Count)));
        }

        /// <summary>Rounded, they no longer make 1; that is set right.</summary>
        private EmotionScores Scores(ReadOnlySpan<int> quantized)
        {
            float sum = 0;
            foreach (int value in quantized)
                sum += value;
            float[] values = new float[quantized.Length];
            for (int i = 0; i < values.Length; i++)
                values[i] = sum > 0 ? quantized[i] / sum : 0;
            return new(labels, values);
        }

        private AlertEvent ReadAlert()
        {
            var time = ReadTime();
            var kind = (AlertEventKind)ReadByte();
            string rule = ReadText();
            int track = (int)ReadNumber();
            double value = ReadDouble();
            return new(kind, AlertRule.Parse(rule, labels), time, track > 0 ? track : null, double.IsNaN(value) ? null : value);
        }

        private TrackEvent[] ReadEvents()
        {
            var events = new TrackEvent[ReadCount()];
            for (int i = 0; i < events.Length; i++)
                events[i] = new((TrackEventKind)ReadByte(), (int)ReadNumber(), ReadTime());
            return events;
        }

        private TimeSpan ReadTime() => TimeSpan.FromMicroseconds(_time += ReadSigned());

        private byte ReadByte() => _position < bytes.Length ? bytes[_position++] : throw Damaged();

        private int ReadCount() => ReadNumber() is var count && count <= bytes.Length ? (int)count : throw Damaged();

        private long ReadSigned()
        {
            long value = ReadNumber();
            return (long)((ulong)value >> 1) ^ -(value & 1);
        }

        private long ReadNumber()
        {
            ulong value = 0;
            for (int shift = 0; shift < 64; shift += 7)
            {
                byte part = ReadByte();
                value |= (ulong)(part & 0x7f) << shift;
                if (part < 0x80)
                    return (long)value;
            }
            throw Damaged();
        }

        private double ReadDouble() => BitConverter.ToDouble(Take(sizeof(double)));

        private string ReadText() => Encoding.UTF8.GetString(Take(ReadCount()));

        private ReadOnlySpan<byte> Take(int count)
        {
            if (count > bytes.Length - _position)
                throw Damaged();
            _position += count;
            return bytes.AsSpan(_position - count, count);
        }
    }
}
