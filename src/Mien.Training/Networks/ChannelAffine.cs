namespace Mien.Training;

/// <summary>What batch norm is outside training: y = factor * x + offset in each channel.</summary>
internal sealed record ChannelAffine(double[] Factors, double[] Offsets)
{
    /// <summary>Puts it into the weights of the convolution before it, in double precision.</summary>
    /// <param name="weight">Output channels by the rest, changed in place.</param>
    /// <param name="bias">One for each output channel, changed in place.</param>
    public void Fold(float[] weight, float[] bias)
    {
        int size = weight.Length / Factors.Length;
        for (int i = 0; i < weight.Length; i++)
            weight[i] = (float)(weight[i] * Factors[i / size]);
        for (int channel = 0; channel < bias.Length; channel++)
            bias[channel] = (float)((bias[channel] * Factors[channel]) + Offsets[channel]);
    }
}
