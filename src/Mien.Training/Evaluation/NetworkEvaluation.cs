using Mien.Training.Torch;

namespace Mien.Training;

/// <summary>What a network says of a data set, without an export in between.</summary>
public static class NetworkEvaluation
{
    /// <summary>Probabilities for each image, one row after the other, in the order of the network's classes.</summary>
    /// <param name="network">The network; it is switched to evaluation.</param>
    /// <param name="data">The images.</param>
    /// <param name="input">How the network's input is normalised.</param>
    /// <param name="device">Where the network is.</param>
    /// <param name="batchSize">Images at once.</param>
    /// <param name="mirror">Whether the mean over each image and its mirror image is given.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public static float[] Probabilities(Network network, FaceDataset data, InputRecipe input, Device device = default, int batchSize = 256,
        bool mirror = false, CancellationToken cancellation = default)
    {
        return Run(network, data, input, device, batchSize, batch =>
        {
            Tensor probabilities = network.Forward(batch).Softmax(1);
            return mirror ? (probabilities + network.Forward(batch.Flip(3)).Softmax(1)) * 0.5 : probabilities;
        }, cancellation);
    }

    /// <summary>Logits for each image, laid out as the probabilities are.</summary>
    /// <param name="network">The network; it is switched to evaluation.</param>
    /// <param name="data">The images.</param>
    /// <param name="input">How the network's input is normalised.</param>
    /// <param name="device">Where the network is.</param>
    /// <param name="batchSize">Images at once.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public static float[] Logits(Network network, FaceDataset data, InputRecipe input, Device device = default, int batchSize = 256,
        CancellationToken cancellation = default) =>
        Run(network, data, input, device, batchSize, batch => network.Forward(batch), cancellation);

    private static float[] Run(Network network, FaceDataset data, InputRecipe input, Device device, int batchSize,
        Func<Tensor, Tensor> forward, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        if (data.Count == 0)
            return [];
        network.Evaluate();
        using Autograd.Mode _ = Autograd.NoGrad();
        using var images = new DeviceDataset(data, input, device);
        using var normalization = new Normalization(input, device);
        var result = new float[data.Count * network.Classes];
        int[] all = [.. Enumerable.Range(0, data.Count)];
        for (int start = 0; start < all.Length; start += batchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = new TensorScope();
            int count = Math.Min(batchSize, all.Length - start);
            Tensor batch = normalization.Apply(images.Batch(all.AsSpan(start, count)).Images);
            forward(batch).CopyTo(result.AsSpan(start * network.Classes, count * network.Classes));
        }
        return result;
    }
}
