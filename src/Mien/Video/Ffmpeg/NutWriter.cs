using System.Globalization;
using System.Text;

namespace Mien.Video.Ffmpeg;

/// <summary>Writes RGB frames and their times in NUT, for ffmpeg to read from a pipe.</summary>
internal sealed class NutWriter(Stream stream)
{
    /// <summary>A NUT that nobody seeks in needs no marks on the way, and its reader remembers none.</summary>
    private const int Version = 4, IsPipe = 2;

    private const int TimeShift = 7;

    /// <summary>Writes the headers.</summary>
    /// <param name="width">Width of each frame in pixels.</param>
    /// <param name="height">Height of each frame in pixels.</param>
    /// <param name="frameRate">Frames a second on average; more than 0.</param>
    public void Begin(int width, int height, double frameRate)
    {
        stream.Write(NutFormat.FileId);
        const long furthest = 1L << 40;
        // One frame code for all: a key frame whose time, size and checksum follow.
        const NutFormat.FrameFlags flags =
            NutFormat.FrameFlags.Key | NutFormat.FrameFlags.CodedTime | NutFormat.FrameFlags.CodedSize | NutFormat.FrameFlags.Checksum;
        stream.Write(new NutFormat.PacketWriter()
            .Number(Version).Number(0).Number(1).Number(NutFormat.Small).Number(1).Number(1).Number(NutFormat.TicksPerSecond)
            .Number((long)flags).Number(6).Signed(0).Number(1).Number(0).Number(0).Number(0).Number(255)
            .Number(0).Number(IsPipe).ToPacket(NutFormat.Main));
        stream.Write(new NutFormat.PacketWriter()
            .Number(0).Number(0).Bytes("RGB\u0018"u8).Number(0).Number(TimeShift).Number(furthest).Number(0).Number(0).Bytes([])
            .Number(width).Number(height).Number(0).Number(0).Number(0).ToPacket(NutFormat.Stream));
        const int thousandth = 1000;
        string rate = string.Create(CultureInfo.InvariantCulture, $"{Math.Round(frameRate * thousandth)}/{thousandth}");
        stream.Write(new NutFormat.PacketWriter()
            .Number(1).Signed(0).Number(0).Number(0).Number(1).Bytes("r_frame_rate"u8).Signed(-1).Bytes(Encoding.ASCII.GetBytes(rate)).ToPacket(NutFormat.Info));
        stream.Write(new NutFormat.PacketWriter().Number(0).Number(0).ToPacket(NutFormat.Syncpoint));
    }

    /// <summary>Writes a frame.</summary>
    /// <param name="pixels">Its bytes.</param>
    /// <param name="seconds">When it is shown; not negative.</param>
    public void Write(ReadOnlySpan<byte> pixels, double seconds)
    {
        long time = (long)Math.Round(seconds * NutFormat.TicksPerSecond);
        byte[] header = new NutFormat.PacketWriter().Raw(0).Number(time + (1 << TimeShift)).Number(pixels.Length).ToArray();
        uint checksum = NutFormat.Checksum(header);
        stream.Write([.. header, (byte)(checksum >> 24), (byte)(checksum >> 16), (byte)(checksum >> 8), (byte)checksum]);
        stream.Write(pixels);
    }
}
