namespace Mien.Training;

/// <summary>
/// The perceptual hash of an image: for each of the 63 lowest frequencies of its cosine transform, the mean left out, whether
/// it is above their median (Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010).
/// </summary>
internal sealed class PerceptualHash
{
    private const int Frequencies = 8;

    private readonly int _size;
    private readonly double[] _cosines;

    /// <summary>Prepares hashes of square gray images.</summary>
    public PerceptualHash(int size)
    {
        _size = size;
        _cosines = new double[Frequencies * size];
        for (int k = 0; k < Frequencies; k++)
        {
            for (int x = 0; x < size; x++)
                _cosines[(k * size) + x] = Math.Cos(Math.PI * k * (x + 0.5) / size) * (k == 0 ? Math.Sqrt(0.5) : 1);
        }
    }

    /// <summary>63 bits; images that look alike differ in few of them.</summary>
    public ulong Of(ReadOnlySpan<byte> pixels)
    {
        Span<double> rows = stackalloc double[_size * Frequencies];
        for (int y = 0; y < _size; y++)
        {
            var line = pixels.Slice(y * _size, _size);
            for (int k = 0; k < Frequencies; k++)
            {
                double sum = 0;
                for (int x = 0; x < _size; x++)
                    sum += line[x] * _cosines[(k * _size) + x];
                rows[(y * Frequencies) + k] = sum;
            }
        }
        Span<double> coefficients = stackalloc double[Frequencies * Frequencies];
        for (int i = 0; i < coefficients.Length; i++)
        {
            for (int y = 0; y < _size; y++)
                coefficients[i] += rows[(y * Frequencies) + (i % Frequencies)] * _cosines[(i / Frequencies * _size) + y];
        }
        Span<double> sorted = stackalloc double[coefficients.Length - 1];
        coefficients[1..].CopyTo(sorted);
        sorted.Sort();
        double median = sorted[sorted.Length / 2];
        ulong hash = 0;
        for (int i = 1; i < coefficients.Length; i++)
            hash |= coefficients[i] > median ? 1UL << i : 0;
        return hash;
    }
}
