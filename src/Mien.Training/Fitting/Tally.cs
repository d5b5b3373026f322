using Mien.Training.Torch;

namespace Mien.Training;

/// <summary>Sums of the loss and of the share of right answers, kept on the device so that no step waits for it.</summary>
internal sealed class Tally(Device device) : IDisposable
{
    private readonly Tensor _loss = Tensor.Zeros([], ScalarType.Float64, device).Unscoped();
    private readonly Tensor _score = Tensor.Zeros([], ScalarType.Float64, device).Unscoped();
    private double _count;

    /// <summary>Adds the sums over some answers.</summary>
    public void Add(Tensor loss, Tensor score, double count)
    {
        _loss.AddInPlace(loss.Detach());
        _score.AddInPlace(score);
        _count += count;
    }

    /// <summary>Adds sums that were made on the host.</summary>
    public void Add(double loss, double score, double count)
    {
        _loss.AddInPlace(loss);
        _score.AddInPlace(score);
        _count += count;
    }

    /// <summary>The means over all answers.</summary>
    public (double Loss, double Score) Read() => _count > 0 ? (_loss.Item() / _count, _score.Item() / _count) : (0, 0);

    public void Dispose()
    {
        _loss.Dispose();
        _score.Dispose();
    }
}
