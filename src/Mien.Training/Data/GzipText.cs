using System.IO.Compression;

namespace Mien.Training;

/// <summary>Text in a gzip file, of which an end that is missing is noticed.</summary>
/// <remarks>
/// <see cref="GZipStream"/> takes a truncated file for a complete one. So one more member is appended to the compressed data,
/// as the format allows: its line comes out at the end only if all before it is complete.
/// </remarks>
internal static class GzipText
{
    private static readonly byte[] LastMember = Compress("\n\u0004mien: complete\n"u8);

    /// <summary>The line that ends the text of a complete file.</summary>
    public static ReadOnlySpan<byte> LastLine => "\u0004mien: complete"u8;

    /// <summary>Opens compressed data; the text has <see cref="LastLine"/> at its end.</summary>
    public static Stream Open(Stream compressed) => new GZipStream(new Appended(compressed, LastMember), CompressionMode.Decompress);

    private static byte[] Compress(ReadOnlySpan<byte> text)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Optimal))
            gzip.Write(text);
        return memory.ToArray();
    }

    /// <summary>One stream after the other.</summary>
    private sealed class Appended(Stream first, byte[] second) : Stream
    {
        private readonly MemoryStream _second = new(second, writable: false);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer) => first.Read(buffer) is var read and > 0 ? read : _second.Read(buffer);

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
