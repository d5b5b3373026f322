using System.Diagnostics;
using System.Globalization;
using Mien.Training;
using Mien.Training.Torch;

namespace Mien.Benchmarks;

/// <summary>
/// Training steps of the four-layer network: bytes to floats, forward, loss, backward, AdamW. training/four_layer_cnn.py is
/// the same in Python PyTorch, and training/compare.sh runs the two in turn.
/// </summary>
internal static class TrainingBenchmark
{
    private const int BatchSize = 64;
    private const int WarmupBatches = 5;

    public static void Run(int batches)
    {
        TorchRuntime.Threads = 2;
        TorchRuntime.ManualSeed(1);
        using var network = NetworkCatalog.Create(new NetworkSpec { Name = "four-layer-cnn" }, channels: 1, size: 48, classes: 7);
        network.Train();
        var optimizer = new AdamW(network.NamedParameters().Select(parameter => parameter.Value).ToArray(), 0.001, weightDecay: 0.01);
        using var scope = new TensorScope();
        var pixels = Tensor.RandInt(0, 256, [1024, 1, 48, 48], ScalarType.UInt8);
        var targets = Tensor.RandInt(0, 7, [1024]);
        var clock = new Stopwatch();
        double loss = 0;
        for (int batch = 0; batch < WarmupBatches + batches; batch++)
        {
            if (batch == WarmupBatches)
                clock.Start();
            loss = Step(network, optimizer, pixels, targets, batch);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{batches * BatchSize / clock.Elapsed.TotalSeconds:F1} images/s (last loss {loss:F3})"));
    }

    private static double Step(Network network, AdamW optimizer, Tensor pixels, Tensor targets, int batch)
    {
        using var scope = new TensorScope();
        var index = Tensor.Arange(BatchSize).AddInPlace(batch * BatchSize % 1024);
        var input = (pixels.IndexSelect(0, index).To(ScalarType.Float32) - 129.4f) / 65f;
        var loss = network.Forward(input).CrossEntropy(targets.IndexSelect(0, index));
        optimizer.ZeroGrad();
        loss.Backward();
        optimizer.Step();
        return loss.Item();
    }
}
