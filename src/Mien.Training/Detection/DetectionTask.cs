using System.Runtime.InteropServices;
using Mien.Detection;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>Finding faces in photos; the score is the average precision at an overlap of 0.5, in training the mean overlap of the boxes.</summary>
internal sealed class DetectionTask : TrainingTask
{
    private readonly Recipe _recipe;
    private readonly DetectionData _data;
    private readonly Device _device;
    private readonly PhotoAugmenter _augmenter;
    private readonly Normalization _normalization;
    private readonly Dictionary<int, Cell[]> _cells;

    public DetectionTask(Recipe recipe, DetectionData data, Device device)
    {
        if (recipe.Detection is null)
            throw new MienException($"The recipe \"{recipe.Name}\" trains a classifier of face crops, not a detector in photos.");
        (_recipe, _data, _device) = (recipe, data, device);
        _augmenter = new PhotoAugmenter(recipe, data.Train, data.Order, data.Crops);
        _normalization = new Normalization(recipe.Input, device);
        _cells = recipe.Detection.Sizes.Distinct().ToDictionary(size => size, size => Cell.Over(size, size));
    }

    public override IReadOnlyList<string> Labels { get; } = ["face"];

    public override string Fingerprint => _data.Fingerprint;

    public override int Count => _recipe.Detection!.PicturesPerEpoch;

    public override int ValidationCount => _data.ValidationCount;

    public override Tensor Input(ReadOnlySpan<int> indices) => ToTensor(Draw(indices, 0, _recipe.Detection!.Sizes[0]));

    public override Tensor Loss(Network network, ReadOnlySpan<int> indices, int epoch, int batch, Tally tally)
    {
        IReadOnlyList<int> sizes = _recipe.Detection!.Sizes;
        int size = sizes[new RandomStream(RandomPurpose.Size, _recipe.Seed, epoch, batch).Below(sizes.Count)];
        Cell[] cells = _cells[size];
        TrainingPhoto[] pictures = Draw(indices, epoch, size);
        Tensor outputs = network.call(ToTensor(pictures).to(_recipe.Precision.ToScalarType())).to(ScalarType.Float32);
        float[] values = MemoryMarshal.Cast<byte, float>(outputs.detach().cpu().contiguous().bytes).ToArray();
        var gradient = new float[values.Length];
        int length = FaceCells.Values * cells.Length;
        var sums = new DetectionLoss.Sums[pictures.Length];
        Parallel.For(0, pictures.Length, Threads, i =>
            sums[i] = DetectionLoss.Add(values.AsSpan(i * length, length), cells, pictures[i].Faces, gradient.AsSpan(i * length, length)));
        double positives = sums.Sum(sum => sum.Positives), share = 1 / Math.Max(1, positives);
        tally.Add(sums.Sum(sum => sum.Loss), sums.Sum(sum => sum.Overlap), positives);
        // The gradient of this sum by the outputs is the loss's own gradient; the sum itself says nothing.
        return (outputs * tensor(gradient, outputs.shape, device: _device)).sum() * share;
    }

    public override (double Loss, double Score)? Validate(Network network, CancellationToken cancellation)
    {
        network.TakesAnySize = true;
        using var detector = new OnnxFaceDetector(new NetworkSession(network, _recipe.Input, _device), new OnnxDetectorOptions { MinimumConfidence = DetectionReport.LeastConfidence });
        var found = new List<MatchedDetection>();
        for (int i = 0; i < _data.ValidationCount; i++)
        {
            if (cancellation.IsCancellationRequested)
                return null;
            found.AddRange(DetectionMatching.Match(new PhotoDetections(_data.Validation[i], detector.Detect(_data.ValidationImages[i])), DetectionReport.LooseOverlap, _ => true, _ => true));
        }
        double score = PrecisionRecall.AveragePrecision(found, _data.Validation.Sum(photo => photo.Faces.Count));
        return (1 - score, score);
    }

    /// <summary>A detector's confidence is the overlap that it expects; there is nothing to fit.</summary>
    public override Calibration? Calibrate(string checkpoint) => null;

    public override void Dispose() => _normalization.Dispose();

    /// <summary>The first pictures of an epoch, for a look at what the network learns from.</summary>
    internal IReadOnlyList<TrainingPhoto> Samples(int count) => Draw([.. Enumerable.Range(0, count)], 0, _recipe.Detection!.Sizes[0]);

    private static ParallelOptions Threads => new() { MaxDegreeOfParallelism = get_num_threads() };

    private TrainingPhoto[] Draw(ReadOnlySpan<int> indices, int epoch, int size)
    {
        int[] numbers = indices.ToArray();
        var pictures = new TrainingPhoto[numbers.Length];
        Parallel.For(0, pictures.Length, Threads, i => pictures[i] = _augmenter.Draw(epoch, numbers[i], size));
        return pictures;
    }

    private Tensor ToTensor(TrainingPhoto[] pictures)
    {
        int size = pictures[0].Image.Width;
        var pixels = new byte[pictures.Length * size * size * 3];
        for (int i = 0; i < pictures.Length; i++)
            pictures[i].Image.Pixels.CopyTo(pixels.AsSpan(i * size * size * 3));
        Tensor images = tensor(pixels, [pictures.Length, size, size, 3], device: _device).permute(0, 3, 1, 2);
        return _normalization.Apply(images.to(ScalarType.Float32));
    }
}
