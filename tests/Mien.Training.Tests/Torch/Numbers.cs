using Mien.Training.Torch;

namespace Mien.Training.Tests.Torch;

/// <summary>The inputs of references.py, and comparison with what it wrote.</summary>
internal static class Numbers
{
    /// <summary>sin(start), sin(start + 1), ... in the given shape.</summary>
    public static Tensor Wave(int start, params long[] shape)
    {
        long count = shape.Aggregate(1L, (product, length) => product * length);
        float[] values = [.. Enumerable.Range(start, (int)count).Select(i => (float)Math.Sin(i))];
        return Tensor.From(values, shape);
    }

    /// <summary>Compares with a reference, in a tolerance for other orders of summation.</summary>
    public static void AssertClose(float[] expected, Tensor actual, float tolerance = 2e-5f)
    {
        float[] values = actual.Detach().ToArray<float>();
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
            Assert.True(Math.Abs(expected[i] - values[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])), $"element {i}: expected {expected[i]}, got {values[i]}");
    }
}
