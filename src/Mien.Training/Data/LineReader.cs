namespace Mien.Training;

/// <summary>The lines of a stream as bytes, without a string for each.</summary>
internal sealed class LineReader(Stream stream)
{
    private const int LongestLine = 1 << 24;

    private byte[] _buffer = new byte[1 << 20];
    private int _start;
    private int _end;
    private bool _finished;

    /// <summary>The number of the line that was read last, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>The next line without its end; valid until the next call.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        int searched = _start;
        while (true)
        {
            int length = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                line = Trim(_buffer.AsSpan(_start, searched + length - _start));
                _start = searched + length + 1;
                Line++;
                return true;
            }
            if (_finished)
            {
                line = Trim(_buffer.AsSpan(_start, _end - _start));
                bool any = _start < _end;
                _start = _end;
                Line += any ? 1 : 0;
                return any;
            }
            int pending = _end - _start;
            Fill();
            searched = _start + pending;
        }
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= LongestLine)
                throw new InvalidDataException($"line {Line + 1} is longer than {LongestLine >> 20} MiB");
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
        int read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _finished = read == 0;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> line) => line is [.. var rest, (byte)'\r'] ? rest : line;
}
