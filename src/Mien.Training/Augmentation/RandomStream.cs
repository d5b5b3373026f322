namespace Mien.Training;

/// <summary>What random numbers are for: streams with different purposes are independent.</summary>
internal enum RandomPurpose
{
    /// <summary>The order of the samples in an epoch.</summary>
    Order = 1,

    /// <summary>The variations of a batch.</summary>
    Augmentation = 2,

    /// <summary>The seed of libtorch's own generator for an epoch: dropout.</summary>
    Torch = 3,

    /// <summary>Which photos are for validation.</summary>
    Split = 4,

    /// <summary>The size of the pictures of a batch.</summary>
    Size = 5,
}

/// <summary>
/// Random numbers that depend on nothing but the keys they start from, the same on every machine and in every version:
/// SplitMix64 (Steele, Lea and Flood 2014).
/// </summary>
internal struct RandomStream
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state;

    public RandomStream(RandomPurpose purpose, params ReadOnlySpan<long> keys)
    {
        _state = (ulong)purpose;
        foreach (long key in keys)
            _state = Next() ^ (ulong)key;
        Next();
    }

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        ulong z = _state += Step;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 up to, but not including, 1.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number between two others.</summary>
    public double Between(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>A whole number from 0 up to, but not including, a bound.</summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>The numbers 0 to n - 1 in random order.</summary>
    public int[] Permutation(int n)
    {
        int[] order = [.. Enumerable.Range(0, n)];
        for (int i = n - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }
}
