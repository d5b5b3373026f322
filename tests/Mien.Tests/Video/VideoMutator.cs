namespace Mien.Tests.Video;

/// <summary>Makes damaged and hostile videos out of good ones: the same seeds give the same videos.</summary>
/// <param name="videos">The good ones.</param>
/// <param name="seed">Chooses what happens to them.</param>
internal sealed class VideoMutator(IReadOnlyList<byte[]> videos, int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>The next video.</summary>
    public byte[] Next()
    {
        var bytes = new List<byte>(videos[_random.Next(videos.Count)]);
        for (int changes = _random.Next(1, 6); changes > 0 && bytes.Count > 0; changes--)
        {
            // Half of the changes hit the headers, where sizes and counts are.
            int at = _random.Next(_random.Next(2) == 0 ? Math.Min(bytes.Count, 2000) : bytes.Count);
            int length = Math.Min(_random.Next(1, 64), bytes.Count - at);
            switch (_random.Next(8))
            {
                case 0: bytes[at] ^= (byte)(1 << _random.Next(8)); break;
                case 1: Fill(bytes, at, length, _ => (byte)_random.Next(256)); break;
                case 2: Fill(bytes, at, Math.Min(4, length), _ => 0xff); break;
                case 3: Fill(bytes, at, Math.Min(4, length), place => place == 0 ? (byte)0x7f : (byte)0xff); break;
                case 4: Fill(bytes, at, length, _ => 0); break;
                case 5: bytes.RemoveRange(at, length); break;
                case 6: bytes.InsertRange(at, Splice()); break;
                default: bytes.RemoveRange(at, (bytes.Count - at) / _random.Next(1, 4)); break;
            }
        }
        return [.. bytes];
    }

    private byte[] Splice()
    {
        byte[] other = videos[_random.Next(videos.Count)];
        int from = _random.Next(other.Length);
        return other[from..Math.Min(other.Length, from + _random.Next(1, 4000))];
    }

    private static void Fill(List<byte> bytes, int at, int length, Func<int, byte> value)
    {
        for (int place = 0; place < length; place++)
            bytes[at + place] = value(place);
    }
}
