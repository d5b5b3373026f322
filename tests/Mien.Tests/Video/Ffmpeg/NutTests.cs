using Mien.Video.Ffmpeg;

namespace Mien.Tests.Video.Ffmpeg;

public sealed class NutTests
{
    [Theory]
    [InlineData(4, 2)]
    [InlineData(200, 100)]
    public void What_is_written_is_read(int width, int height)
    {
        using var file = new MemoryStream();
        var writer = new NutWriter(file);
        writer.Begin(width, height, 24000 / 1001.0);
        double[] times = [0, 0.0416666, 0.05, 500, 86400];
        byte[][] frames = [.. times.Select((_, number) => FakeProgram.Marked(width, height - 2, (byte)number))];
        foreach ((double time, byte[] frame) in times.Zip(frames))
            writer.Write(frame, time);

        file.Position = 0;
        var reader = new NutReader(file);
        Assert.True(reader.ReadHeader());
        foreach ((double time, byte[] frame) in times.Zip(frames))
        {
            Assert.True(reader.Next(out long length, out double seconds));
            Assert.Equal(time, seconds, 1e-7);
            var found = new byte[length];
            reader.Read(found);
            Assert.Equal(frame, found);
        }
        Assert.False(reader.Next(out _, out _));
    }

    [Fact]
    public void Every_cut_is_an_early_end_and_every_flipped_byte_of_a_header_is_noticed()
    {
        using var file = new MemoryStream();
        var writer = new NutWriter(file);
        writer.Begin(4, 4, 25);
        int header = (int)file.Length;
        writer.Write(FakeProgram.Marked(4, 2, 7), 0);
        byte[] whole = file.ToArray();
        for (int length = 1; length < whole.Length; length++)
        {
            // After the headers of the stream an end is one before the first frame.
            if (ReadAll(whole[..length]) is { } error)
                Assert.IsType<EndOfStreamException>(error);
        }
        for (int at = 0; at < header; at++)
        {
            byte[] copy = [.. whole];
            copy[at] ^= 0x55;
            Exception? error = ReadAll(copy);
            Assert.True(error is null or InvalidDataException or EndOfStreamException or OverflowException, $"{at}: {error}");
        }
        Assert.False(new NutReader(new MemoryStream()).ReadHeader());
    }

    private static Exception? ReadAll(byte[] bytes) => Record.Exception(() =>
    {
        var reader = new NutReader(new MemoryStream(bytes));
        reader.ReadHeader();
        while (reader.Next(out long length, out _))
            reader.Read(new byte[Math.Min(length, 1000)]);
    });
}
