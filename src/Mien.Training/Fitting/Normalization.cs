using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>From pixels, 0 to 255, to what a network sees: (x - mean) / deviation.</summary>
internal sealed class Normalization(InputRecipe input, Device device) : IDisposable
{
    private readonly Tensor _mean = Channels(input.Mean, device);
    private readonly Tensor _deviation = Channels(input.Deviation, device);

    public Tensor Apply(Tensor images) => (images - _mean).div_(_deviation);

    public void Dispose()
    {
        _mean.Dispose();
        _deviation.Dispose();
    }

    private static Tensor Channels(IReadOnlyList<float> values, Device device) =>
        tensor(values.ToArray(), [1, values.Count, 1, 1], device: device).DetachFromDisposeScope();
}
