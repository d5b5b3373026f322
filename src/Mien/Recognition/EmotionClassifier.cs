using Mien.Inference;

namespace Mien;

/// <summary>Tells what faces express, from crops that show one face each. Load once, share between threads.</summary>
/// <remarks>It needs ONNX Runtime but not OpenCV: pixels that the caller brings are enough.</remarks>
public sealed class EmotionClassifier : IDisposable
{
    /// <summary>The most faces that go through the network at once; more are run one batch after the other.</summary>
    internal const int LargestBatch = 64;

    /// <summary>How far from 1 the sum of probabilities may be that a model computes itself.</summary>
    private const float SumTolerance = 0.01f;

    private const string ManifestShape = """
        {
          "task": "emotion",
          "name": "emotion-ferplus",
          "labels": ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"],
          "inputSize": 64,
          "color": "Gray",
          "mean": [0],
          "deviation": [1],
          "normalizationInGraph": true,
          "softmaxInGraph": false
        }
        """;

    private readonly IOnnxSession _session;
    private readonly PixelFormat _format;
    private readonly int _size;
    private readonly int _fixedBatch;
    private readonly int _output;

    /// <summary>For each channel of the input, what the network gets for each value of a byte.</summary>
    private readonly float[] _levels;

    /// <summary>Takes over a session, which is disposed with this classifier or if the model does not fit its description.</summary>
    internal EmotionClassifier(IOnnxSession session, ModelMetadata metadata)
    {
        _session = session;
        try
        {
            metadata.Check(session.Source);
            Metadata = metadata with { Labels = CheckLabels(metadata) };
            _format = metadata.Color == ColorOrder.Gray ? PixelFormat.Gray8 : PixelFormat.Rgb24;
            (_fixedBatch, _size) = CheckInput();
            if (Metadata.InputSize != _size)
                Metadata = Metadata with { InputSize = _size };
            _output = FindOutput();
            _levels = MakeLevels();
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>What the model says of itself; the labels are in Mien's spelling where they name one of the eight emotions.</summary>
    public ModelMetadata Metadata { get; }

    /// <summary>The classes that the model tells apart, in its own order.</summary>
    public IReadOnlyList<string> Labels => Metadata.Labels;

    private int Channels => (int)_format;

    /// <summary>Loads an ONNX model that carries its description, or that has a manifest (<c>model.onnx.json</c>) beside it.</summary>
    /// <param name="path">The model file.</param>
    /// <param name="options">How to run it.</param>
    /// <param name="labels">Which of the model's <see cref="ModelMetadata.Alternatives"/> to tell apart; null: its own classes.</param>
    /// <exception cref="ModelException">The file or its description is missing, broken, or the two do not fit.</exception>
    /// <exception cref="NativeLibraryException">There is no ONNX Runtime for this system.</exception>
    public static EmotionClassifier Load(string path, OnnxOptions? options = null, string? labels = null) =>
        Describe(OnnxModel.Open(path, options), labels);

    /// <summary>Loads an ONNX model from memory.</summary>
    /// <param name="model">The bytes of the ONNX file; they need not outlive the call.</param>
    /// <param name="name">What to call the model in messages.</param>
    /// <param name="metadata">What the model means, for one that does not carry its description.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="ModelException">The model or its description is missing, broken, or the two do not fit.</exception>
    /// <exception cref="NativeLibraryException">There is no ONNX Runtime for this system.</exception>
    public static EmotionClassifier Load(ReadOnlySpan<byte> model, string name, ModelMetadata? metadata = null, OnnxOptions? options = null)
    {
        var session = OnnxModel.Open(model, name, options);
        return metadata is null ? Describe(session, labels: null) : new(session, metadata);
    }

    /// <summary>Cuts a face out of a picture as this model wants it: its size, its colours, its margin around the standard crop.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="region">The standard crop of the face.</param>
    public Image Crop(Image image, CropRegion region) => FaceCrop.Cut(image, region.WithMargin(Metadata.CropMargin), _size, _format);

    /// <summary>What the face of one crop expresses.</summary>
    /// <param name="crop">A picture of one face, of any size; of one that is not square, the centre counts.</param>
    public EmotionScores Classify(Image crop) => Classify([crop])[0];

    /// <summary>What the faces of several crops express, run through the network as one batch.</summary>
    /// <param name="crops">Pictures of one face each, of any size; of those that are not square, the centre counts.</param>
    /// <returns>The scores of each crop, in the same order.</returns>
    /// <exception cref="ModelException">The model gave something that is no set of scores.</exception>
    public IReadOnlyList<EmotionScores> Classify(IReadOnlyList<Image> crops)
    {
        ArgumentNullException.ThrowIfNull(crops);
        var results = new EmotionScores[crops.Count];
        for (int done = 0; done < results.Length;)
        {
            int count = Math.Min(results.Length - done, _fixedBatch > 0 ? _fixedBatch : LargestBatch);
            int batch = _fixedBatch > 0 ? _fixedBatch : count;
            using var call = _session.Prepare([batch, Channels, _size, _size]);
            var input = call.Input;
            int length = Channels * _size * _size;
            for (int i = 0; i < count; i++)
                Fill(crops[done + i], input.Slice(i * length, length));
            input[(count * length)..].Clear();
            call.Run();
            var output = call.Output(_output);
            if (output.Length != batch * Labels.Count)
                throw new ModelException($"{_session.Source}: {batch} faces with {Labels.Count} labels need {batch * Labels.Count} scores, but the output has {output.Length}.");
            for (int i = 0; i < count; i++)
                results[done + i] = new(Labels, Read(output.Slice(i * Labels.Count, Labels.Count)));
            done += count;
        }
        return results;
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static EmotionClassifier Describe(IOnnxSession session, string? labels)
    {
        try
        {
            var metadata = OnnxModel.ReadMetadata(session) ?? throw new ModelException(
                $"{session.Source}: neither the model itself nor {OnnxModel.ManifestPath(session.Source)} says what its input and output mean. Write that file in this shape:\n{ManifestShape}");
            return new(session, labels is null ? metadata : metadata.With(labels));
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private string[] CheckLabels(ModelMetadata metadata)
    {
        if (metadata.Task != "emotion")
            throw new ModelException($"{_session.Source}: this model's task is '{metadata.Task}', and 'emotion' is needed here.");
        string[] labels = [.. metadata.Labels.Select(label => Emotion.FromSpelling(label ?? "") ?? label?.Trim() ?? "")];
        if (labels.Length < 2 || labels.Contains(""))
            throw new ModelException($"{_session.Source}: the model's description must give the name of each of its classes under \"labels\", at least two.");
        if (labels.GroupBy(label => label).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ModelException($"{_session.Source}: the model's description gives the label '{twice.Key}' more than once.");
        return labels;
    }

    private (int FixedBatch, int Size) CheckInput()
    {
        long[] shape = _session.Input.Shape;
        if (shape.Length != 4)
            throw new ModelException($"{_session.Source}: the input must be batch x channels x height x width, but it is {_session.Input}.");
        if (shape[1] >= 0 && shape[1] != Channels)
            throw new ModelException($"{_session.Source}: the input {_session.Input} has {shape[1]} channels, but the model's description says {Metadata.Color}, which has {Channels}.");
        long size = Metadata.InputSize > 0 ? Metadata.InputSize : Math.Max(shape[2], shape[3]);
        if (size <= 0)
            throw new ModelException($"{_session.Source}: the model takes any size, so its description must give one under \"inputSize\".");
        if ((shape[2] >= 0 && shape[2] != size) || (shape[3] >= 0 && shape[3] != size))
            throw new ModelException($"{_session.Source}: the input {_session.Input} does not fit the size that the model's description gives, {size} x {size}.");
        return ((int)Math.Max(shape[0], 0), (int)size);
    }

    /// <summary>The output as wide as there are labels; one of unknown width is checked at each run.</summary>
    private int FindOutput()
    {
        for (int i = 0; i < _session.Outputs.Count; i++)
        {
            if (Metadata.Output.Length > 0 && _session.Outputs[i].Name != Metadata.Output)
                continue;
            if (_session.Outputs[i].Shape is [.., var width] && width == Labels.Count)
                return i;
        }
        return _session.Outputs is [{ Shape: [] or [.., < 0] }]
            ? 0
            : throw new ModelException($"{_session.Source}: the model's description has {Labels.Count} labels ({string.Join(", ", Labels)}), but no output is that wide: {string.Join(", ", _session.Outputs)}.");
    }

    private float[] MakeLevels()
    {
        var levels = new float[Channels * 256];
        bool normalise = !Metadata.NormalizationInGraph;
        for (int channel = 0; channel < Channels; channel++)
        {
            float mean = normalise ? OfChannel(Metadata.Mean, channel, "mean", otherwise: 0) : 0;
            float deviation = normalise ? OfChannel(Metadata.Deviation, channel, "deviation", otherwise: 1) : 1;
            if (!(MathF.Abs(deviation) > 0) || !float.IsFinite(mean + deviation))
                throw new ModelException($"{_session.Source}: the model's description gives mean {mean} and deviation {deviation}; both must be finite and the deviation not 0.");
            for (int value = 0; value < 256; value++)
                levels[(channel * 256) + value] = (value - mean) / deviation;
        }
        return levels;
    }

    private float OfChannel(IReadOnlyList<float> values, int channel, string name, float otherwise) =>
        values.Count == 0 ? otherwise
        : values.Count == 1 ? values[0]
        : values.Count == Channels ? values[channel]
        : throw new ModelException($"{_session.Source}: the model's description must give one \"{name}\" or {Channels}, but it gives {values.Count}.");

    /// <summary>Writes a crop as planes of numbers, in the channel order of the network.</summary>
    private void Fill(Image crop, Span<float> planes)
    {
        if (crop.Width != _size || crop.Height != _size || crop.Format != _format)
            crop = FaceCrop.Cut(crop, CropRegion.Whole(crop), _size, _format);
        var pixels = crop.Pixels;
        int area = _size * _size;
        for (int channel = 0; channel < Channels; channel++)
        {
            var levels = _levels.AsSpan(channel * 256, 256);
            var plane = planes.Slice(channel * area, area);
            int from = Metadata.Color == ColorOrder.Bgr ? 2 - channel : channel;
            for (int i = 0; i < plane.Length; i++, from += Channels)
                plane[i] = levels[pixels[from]];
        }
    }

    /// <summary>One face's probabilities.</summary>
    private float[] Read(ReadOnlySpan<float> output)
    {
        float[] scores = output.ToArray();
        float most = float.NegativeInfinity;
        foreach (float score in scores)
        {
            if (!float.IsFinite(score))
                throw new ModelException($"{_session.Source}: the model gave {score} as a score. Its weights may be damaged, or its description may give the wrong normalisation.");
            most = Math.Max(most, score);
        }
        float sum = 0;
        if (!Metadata.SoftmaxInGraph)
        {
            for (int i = 0; i < scores.Length; i++)
                sum += scores[i] = MathF.Exp((scores[i] - most) / Metadata.Temperature);
            for (int i = 0; i < scores.Length; i++)
                scores[i] /= sum;
            return scores;
        }
        bool negative = false;
        foreach (float score in scores)
        {
            sum += score;
            negative |= score < -SumTolerance;
        }
        return !negative && MathF.Abs(sum - 1) <= SumTolerance
            ? scores
            : throw new ModelException($"{_session.Source}: the model's output is said to be probabilities, but a face's scores sum to {sum}. If the model ends without a softmax, its description needs \"softmaxInGraph\": false.");
    }
}
