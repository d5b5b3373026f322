using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>Sums of the loss and of the share of right answers, kept on the device so that no step waits for it.</summary>
internal sealed class Tally(Device device) : IDisposable
{
    private readonly Tensor _loss = zeros([], ScalarType.Float64, device).DetachFromDisposeScope();
    private readonly Tensor _score = zeros([], ScalarType.Float64, device).DetachFromDisposeScope();
    private double _count;

    /// <summary>Adds the sums over some answers.</summary>
    public void Add(Tensor loss, Tensor score, double count)
    {
        _loss.add_(loss.detach());
        _score.add_(score);
        _count += count;
    }

    /// <summary>Adds sums that were made on the host.</summary>
    public void Add(double loss, double score, double count)
    {
        _loss.add_(loss);
        _score.add_(score);
        _count += count;
    }

    /// <summary>The means over all answers.</summary>
    public (double Loss, double Score) Read() => _count > 0 ? (_loss.item<double>() / _count, _score.item<double>() / _count) : (0, 0);

    public void Dispose()
    {
        _loss.Dispose();
        _score.Dispose();
    }
}
