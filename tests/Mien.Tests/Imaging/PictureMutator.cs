using System.Buffers.Binary;

namespace Mien.Tests.Imaging;

/// <summary>Damages files as a bad disk, a cut transfer or an attacker does; the same for the same seed.</summary>
/// <param name="seed">The seed.</param>
internal sealed class PictureMutator(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Returns a damaged copy of a file.</summary>
    public byte[] Mutate(byte[] file)
    {
        byte[] damaged = [.. file];
        // Most of what matters stands at the beginning.
        int reach = _random.Next(3) == 0 ? Math.Min(damaged.Length, 64) : damaged.Length;
        for (int count = 1 + _random.Next(6); count > 0; count--)
        {
            int at = _random.Next(reach);
            switch (_random.Next(6))
            {
                case 0:
                    damaged[at] ^= (byte)(1 << _random.Next(8));
                    break;
                case 1:
                    damaged[at] = (byte)_random.Next(256);
                    break;
                case 2:
                    damaged.AsSpan(at, Math.Min(4, damaged.Length - at)).Fill(_random.Next(2) == 0 ? byte.MaxValue : byte.MinValue);
                    break;
                case 3:
                    damaged = damaged[..Math.Max(1, at)];
                    break;
                case 4:
                    // A part twice: segments, chunks, boxes and frames without end.
                    int length = Math.Min(_random.Next(1, 200), damaged.Length - at);
                    damaged = [.. damaged[..(at + length)], .. damaged[at..]];
                    break;
                default:
                    _random.NextBytes(damaged.AsSpan(at, Math.Min(_random.Next(1, 16), damaged.Length - at)));
                    break;
            }
            reach = Math.Min(reach, damaged.Length);
        }
        if (_random.Next(4) > 0)
            MendChecksums(damaged);
        return damaged;
    }

    /// <summary>Makes the check sums of a PNG right, or the damage would be found before it does any.</summary>
    private static void MendChecksums(byte[] file)
    {
        if (!file.AsSpan().StartsWith(Mien.Imaging.Files.PngFile.Signature))
            return;
        for (long at = 8; at + 12 <= file.Length;)
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan((int)at));
            if (at + 12 + length > file.Length)
                return;
            var checkedPart = file.AsSpan((int)at + 4, (int)length + 4);
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan((int)(at + 8 + length)), Mien.Imaging.Files.PngFile.Crc(checkedPart));
            at += 12 + length;
        }
    }
}
