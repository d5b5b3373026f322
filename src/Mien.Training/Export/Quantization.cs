using Mien.Inference;
using Onnx;
using ElementType = Onnx.TensorProto.Types.DataType;

namespace Mien.Training;

/// <summary>
/// A model with 8-bit weights and arithmetic: a quarter of the size. Static quantisation: a scale for each output channel of
/// the weights, one for each activation, calibrated on faces. Written with QuantizeLinear and DequantizeLinear around the
/// layers, which ONNX Runtime fuses into integer operators.
/// </summary>
/// <remarks>Jacob et al. 2017, arXiv 1712.05877; Wu et al. 2020, arXiv 2004.09602.</remarks>
public static class Quantization
{
    /// <summary>What <see cref="ModelMetadata.Precision"/> says of such a model.</summary>
    public const string Name = "int8";

    /// <summary>The first operator set whose QuantizeLinear has a scale for each channel.</summary>
    private const int OldestOperatorSet = 13;

    /// <summary>
    /// Weights take 7 of 8 bits: x86 without VNNI adds two products of an activation (0 to 255) and a weight in 16 bits, and
    /// 2 * 255 * 64 is the most that fits.
    /// </summary>
    private const int LargestWeight = 64;

    private const int Levels = 255;

    /// <summary>The same model in 8 bits.</summary>
    /// <param name="graph">An fp32 model.</param>
    /// <param name="metadata">What its input means.</param>
    /// <param name="pictures">Face crops of the model's size, such as <see cref="CalibrationFaces"/>, or photos for a face detector; labels are not needed.</param>
    /// <param name="progress">Told how many pictures were shown to the model, of how many.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <exception cref="MienException">There are no pictures, or the model has operators that are not known here.</exception>
    public static OnnxGraph Quantize(OnnxGraph graph, ModelMetadata metadata, IReadOnlyList<Image> pictures,
        IProgress<(long Done, long Total)>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(pictures);
        OnnxOperators.Check(graph, OldestOperatorSet);
        if (pictures.Count == 0)
            throw new MienException("Quantisation needs faces to calibrate on, and there are none.");
        // A detector's last layer gives scores, boxes and landmarks at once: one scale is too coarse for all of them.
        var plan = new QuantizationPlan(graph, metadata.Task == ModelMetadata.FaceDetection ? graph.Nodes.LastOrDefault(node => node.OpType == "Conv") : null);
        var ranges = Calibrate(graph, metadata, plan.Calibrated, pictures, progress, cancellation);
        return new Rewriter(graph, plan, ranges).Rewrite();
    }

    /// <summary>Faces to calibrate on: 512, or all if there are fewer, spread evenly over the training split.</summary>
    public static IReadOnlyList<Image> CalibrationFaces(FaceDatasets data)
    {
        const int most = 512;
        ArgumentNullException.ThrowIfNull(data);
        var faces = data.Train ?? data.Splits[0];
        int count = Math.Min(most, faces.Count);
        return [.. Enumerable.Range(0, count).Select(i => faces.ImageAt((int)((long)i * faces.Count / count)))];
    }

    /// <summary>The range of each value, by running the model on the pictures: once for the ends, once for the distribution between them.</summary>
    private static Dictionary<string, (float Least, float Most)> Calibrate(OnnxGraph graph, ModelMetadata metadata, IReadOnlyList<string> values,
        IReadOnlyList<Image> pictures, IProgress<(long, long)>? progress, CancellationToken cancellation)
    {
        const int batchSize = 16;
        var ranges = values.Select(_ => new ActivationRange()).ToArray();
        bool counting = false;
        var session = OnnxModel.Open(graph.WithOutputs(values).ToBytes("Mien", ""), metadata.Name);
        var observed = new ObservedSession(session, graph.Outputs.Count(), (i, found) =>
        {
            if (counting)
                ranges[i].Count(found);
            else
                ranges[i].Widen(found);
        });
        using var detector = metadata.Task == ModelMetadata.FaceDetection ? new OnnxFaceDetector(observed, new()) : null;
        using var classifier = detector is null ? new EmotionClassifier(observed, metadata) : null;
        foreach (bool pass in (ReadOnlySpan<bool>)[false, true])
        {
            counting = pass;
            for (int start = 0; start < pictures.Count; start += batchSize)
            {
                cancellation.ThrowIfCancellationRequested();
                List<Image> batch = [.. pictures.Skip(start).Take(batchSize)];
                classifier?.Classify(batch);
                batch.ForEach(photo => detector?.Detect(photo));
                progress?.Report((Math.Min(start + batchSize, pictures.Count) + (pass ? pictures.Count : 0), 2L * pictures.Count));
            }
        }
        return values.Zip(ranges).ToDictionary(pair => pair.First, pair => pair.Second.Best(), StringComparer.Ordinal);
    }

    /// <summary>The scale of an activation, and what stands for 0.</summary>
    private readonly record struct Scale(float Step, byte Zero)
    {
        public static Scale Of((float Least, float Most) range)
        {
            float step = Math.Max(range.Most - range.Least, 1e-6f) / Levels;
            return new(step, (byte)Math.Clamp(MathF.Round(-range.Least / step), 0, Levels));
        }
    }

    /// <summary>Writes the graph again with a quantisation after each value of the plan, and integer weights.</summary>
    private sealed class Rewriter(OnnxGraph graph, QuantizationPlan plan, Dictionary<string, (float Least, float Most)> ranges)
    {
        private readonly OnnxGraph _result = graph.WithoutNodes();
        private readonly Dictionary<string, TensorProto> _constants = graph.Constants.ToDictionary(constant => constant.Name, StringComparer.Ordinal);

        /// <summary>The quantised and dequantised form of each value of the plan, and its scale.</summary>
        private readonly Dictionary<string, (string Name, Scale Scale)> _quantized = new(StringComparer.Ordinal);

        public OnnxGraph Rewrite()
        {
            foreach (var node in graph.Nodes)
            {
                string[] inputs = [.. node.Input.Select(Activation)];
                if (plan.KindOf(node) == OnnxOperatorKind.Weighted && _quantized.TryGetValue(node.Input[0], out var input))
                    AddWeights(node, inputs, input.Scale);
                _result.Append(node, inputs, [.. node.Output]);
            }
            _result.DropUnusedConstants();
            return _result;
        }

        private string Activation(string value)
        {
            if (!plan.IsQuantized(value))
                return value;
            if (!_quantized.TryGetValue(value, out var quantized))
            {
                // What only moves values keeps their scale, so that nothing is rounded twice.
                var scale = plan.SourceOf(value) is { } source && _quantized.TryGetValue(source, out var moved) ? moved.Scale : Scale.Of(ranges[value]);
                string step = _result.Constant([scale.Step]), zero = _result.Constant<byte>(ElementType.Uint8, [scale.Zero]);
                string integers = _result.Add("QuantizeLinear", [value, step, zero]);
                _quantized[value] = quantized = (_result.Add("DequantizeLinear", [integers, step, zero]), scale);
            }
            return quantized.Name;
        }

        private void AddWeights(NodeProto node, string[] inputs, Scale input)
        {
            var kernel = _constants[node.Input[1]];
            int axis = node.OpType == "Conv" || node.Integer("transB", 0) == 1 ? 0 : kernel.Dims.Count - 1;
            int channels = (int)kernel.Dims[axis];
            int after = (int)kernel.Dims.Skip(axis + 1).Aggregate(1L, (product, dimension) => product * dimension);
            float[] weights = kernel.Floats();
            float[]? bias = node.Input.Count > 2 && _constants.TryGetValue(node.Input[2], out var found) && found.Dims.Count == 1 ? found.Floats() : null;

            var steps = new float[channels];
            for (int i = 0; i < weights.Length; i++)
                steps[i / after % channels] = Math.Max(steps[i / after % channels], MathF.Abs(weights[i]) / LargestWeight);
            for (int channel = 0; channel < channels; channel++)
            {
                // A channel of zeros has a bias all the same, which must fit 32 bits.
                float offset = bias is null ? 0 : MathF.Abs(bias[channel % bias.Length]);
                steps[channel] = Math.Max(steps[channel], Math.Max(1e-12f, offset / (input.Step * (1 << 30))));
            }
            var integers = new sbyte[weights.Length];
            for (int i = 0; i < integers.Length; i++)
                integers[i] = (sbyte)MathF.Round(weights[i] / steps[i / after % channels]);
            // The zero points could be left out, but then ONNX Runtime keeps a linear layer in floats.
            inputs[1] = Dequantized(_result.Constant<sbyte>(ElementType.Int8, integers, kernel.Dims), steps, axis,
                _result.Constant<sbyte>(ElementType.Int8, new sbyte[channels], channels));

            if (bias?.Length != channels)
                return;
            float[] products = [.. steps.Select(step => step * input.Step)];
            var offsets = new int[channels];
            for (int channel = 0; channel < channels; channel++)
                offsets[channel] = (int)MathF.Round(bias[channel] / products[channel]);
            inputs[2] = Dequantized(_result.Constant<int>(ElementType.Int32, offsets, channels), products, 0);
        }

        private string Dequantized(string integers, float[] steps, int axis, params ReadOnlySpan<string> zeros) =>
            _result.Add("DequantizeLinear", [integers, _result.Constant(steps, steps.Length), .. zeros], new OnnxArgument("axis", axis));
    }
}
