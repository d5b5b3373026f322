using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>What a network says of a data set, without an export in between.</summary>
public static class NetworkEvaluation
{
    /// <summary>Probabilities for each image, one row after the other, in the order of the network's classes.</summary>
    /// <param name="network">The network; it is switched to evaluation.</param>
    /// <param name="data">The images.</param>
    /// <param name="input">How the network's input is normalised.</param>
    /// <param name="device">Where the network is; null: on the CPU.</param>
    /// <param name="batchSize">Images at once.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public static float[] Probabilities(Network network, FaceDataset data, InputRecipe input, Device? device = null, int batchSize = 256,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        return Run(network, data, input, device, batchSize, network.Classes, batch => Classes(network, batch).softmax(1), cancellation);
    }

    /// <summary>Logits of the classes for each image, laid out as the probabilities are.</summary>
    /// <param name="network">The network; it is switched to evaluation.</param>
    /// <param name="data">The images.</param>
    /// <param name="input">How the network's input is normalised.</param>
    /// <param name="device">Where the network is; null: on the CPU.</param>
    /// <param name="batchSize">Images at once.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public static float[] Logits(Network network, FaceDataset data, InputRecipe input, Device? device = null, int batchSize = 256,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        return Run(network, data, input, device, batchSize, network.Classes, batch => Classes(network, batch), cancellation);
    }

    /// <summary>Logits of the FER+ emotions for each image, from a network that tells them apart beside its classes.</summary>
    internal static float[] EmotionLogits(Network network, FaceDataset data, InputRecipe input, Device? device = null) =>
        Run(network, data, input, device, 256, network.Emotions, batch => network.call(batch).narrow(1, network.Classes, network.Emotions), default);

    private static Tensor Classes(Network network, Tensor batch) => network.call(batch).narrow(1, 0, network.Classes);

    private static float[] Run(Network network, FaceDataset data, InputRecipe input, Device? device, int batchSize, int width,
        Func<Tensor, Tensor> forward, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        if (data.Count == 0)
            return [];
        network.eval();
        using IDisposable noGrad = no_grad();
        device ??= CPU;
        using var images = new DeviceDataset(data, input, device);
        using var normalization = new Normalization(input, device);
        var result = new float[data.Count * width];
        int[] all = [.. Enumerable.Range(0, data.Count)];
        for (int start = 0; start < all.Length; start += batchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            int count = Math.Min(batchSize, all.Length - start);
            Tensor batch = normalization.Apply(images.Batch(all.AsSpan(start, count)).Images);
            MemoryMarshal.Cast<byte, float>(forward(batch).cpu().contiguous().bytes).CopyTo(result.AsSpan(start * width));
        }
        return result;
    }
}
