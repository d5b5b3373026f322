namespace Mien.Tests;

/// <summary>Damages bytes here and there, often near their beginning, where a file's header is.</summary>
internal static class ByteMutator
{
    private const int HeaderLength = 64;

    /// <summary>The bytes with up to <paramref name="most"/> changes, which depend on the random numbers only.</summary>
    public static byte[] Mutate(byte[] seed, Random random, int most = 3)
    {
        var bytes = new List<byte>(seed);
        for (int changes = random.Next(most + 1); changes > 0 && bytes.Count > 0; changes--)
        {
            int at = random.Next(Math.Min(bytes.Count, random.Next(2) == 0 ? HeaderLength : bytes.Count));
            switch (random.Next(6))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.RemoveRange(at, Math.Min(random.Next(1, 32), bytes.Count - at)); break;
                case 3: bytes.InsertRange(at, bytes.Skip(at).Take(random.Next(1, 64)).ToList()); break;
                case 4: bytes.RemoveRange(at, bytes.Count - at); break;
                default: bytes.InsertRange(at, Enumerable.Repeat((byte)0xff, random.Next(1, 8))); break;
            }
        }
        return [.. bytes];
    }
}
