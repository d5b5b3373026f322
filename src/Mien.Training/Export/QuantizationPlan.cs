using Onnx;

namespace Mien.Training;

/// <summary>Which values of a graph are quantised, such that each layer and each operator between layers can compute in integers.</summary>
internal sealed class QuantizationPlan
{
    private readonly HashSet<string> _constants;
    private readonly HashSet<string> _quantized = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NodeProto> _producers = new(StringComparer.Ordinal);
    private readonly NodeProto? _kept;

    /// <param name="graph">The graph.</param>
    /// <param name="kept">A layer that stays as it is.</param>
    public QuantizationPlan(OnnxGraph graph, NodeProto? kept)
    {
        _kept = kept;
        _constants = graph.Constants.Select(constant => constant.Name).ToHashSet(StringComparer.Ordinal);
        var consumers = graph.Nodes.SelectMany(node => node.Input.Select(input => (input, node))).ToLookup(pair => pair.input, pair => pair.node, StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            foreach (string output in node.Output)
                _producers[output] = node;
            switch (KindOf(node))
            {
                case OnnxOperatorKind.Weighted:
                    _quantized.Add(node.Input[0]);
                    // A convolution has no integer form with a float result; a linear layer has one.
                    if (node.OpType == "Conv")
                        Quantize(node.Output[0]);
                    break;
                case OnnxOperatorKind.Integer:
                    _quantized.UnionWith(node.Input);
                    Quantize(node.Output[0]);
                    break;
            }
        }
        // What moves values into a quantised place takes them quantised.
        foreach (var node in graph.Nodes.Reverse())
        {
            if (KindOf(node) == OnnxOperatorKind.Moving && _quantized.Contains(node.Output[0]))
                _quantized.Add(node.Input[0]);
        }
        Calibrated = [.. _quantized.Where(value => consumers.Contains(value) && SourceOf(value) is null)];

        // The bounds of a ReLU that alone takes a value are those of the quantisation after it.
        void Quantize(string value) => _quantized.Add(consumers[value].ToList() is [var only] && KindOf(only) == OnnxOperatorKind.Bounding ? only.Output[0] : value);
    }

    /// <summary>The values that need a range of their own.</summary>
    public IReadOnlyList<string> Calibrated { get; }

    public OnnxOperatorKind KindOf(NodeProto node) => ReferenceEquals(node, _kept) ? OnnxOperatorKind.Float : OnnxOperators.KindOf(node, _constants.Contains);

    public bool IsQuantized(string value) => _quantized.Contains(value);

    /// <summary>For a value that was only moved, the quantised value that it came from.</summary>
    public string? SourceOf(string value) =>
        _producers.TryGetValue(value, out var producer) && KindOf(producer) == OnnxOperatorKind.Moving && _quantized.Contains(producer.Input[0]) ? producer.Input[0] : null;
}
