using Onnx;
using ElementType = Onnx.TensorProto.Types.DataType;

namespace Mien.Training;

/// <summary>What an operator means for a graph whose precision changes.</summary>
internal enum OnnxOperatorKind
{
    /// <summary>Multiplies by constant weights: where nearly all size and time is.</summary>
    Weighted,

    /// <summary>ONNX Runtime computes it in integers if its inputs and its output are quantised.</summary>
    Integer,

    /// <summary>Gives values that it takes, so that they need no other scale.</summary>
    Moving,

    /// <summary>Bounds values, which a quantisation after it does as well.</summary>
    Bounding,

    /// <summary>Computes in floats.</summary>
    Float,
}

/// <summary>The operators that a change of precision knows: those of our networks and of their like.</summary>
internal static class OnnxOperators
{
    private static readonly Dictionary<string, OnnxOperatorKind> Kinds = new(StringComparer.Ordinal)
    {
        ["Conv"] = OnnxOperatorKind.Weighted,
        ["Gemm"] = OnnxOperatorKind.Weighted,
        ["MatMul"] = OnnxOperatorKind.Weighted,
        ["Add"] = OnnxOperatorKind.Integer,
        ["Mul"] = OnnxOperatorKind.Integer,
        ["Concat"] = OnnxOperatorKind.Integer,
        ["Sigmoid"] = OnnxOperatorKind.Integer,
        ["LeakyRelu"] = OnnxOperatorKind.Integer,
        ["AveragePool"] = OnnxOperatorKind.Integer,
        ["GlobalAveragePool"] = OnnxOperatorKind.Integer,
        ["MaxPool"] = OnnxOperatorKind.Moving,
        ["Flatten"] = OnnxOperatorKind.Moving,
        ["Reshape"] = OnnxOperatorKind.Moving,
        ["Transpose"] = OnnxOperatorKind.Moving,
        ["Squeeze"] = OnnxOperatorKind.Moving,
        ["Unsqueeze"] = OnnxOperatorKind.Moving,
        ["Resize"] = OnnxOperatorKind.Moving,
        ["Relu"] = OnnxOperatorKind.Bounding,
        ["Clip"] = OnnxOperatorKind.Bounding,
        ["BatchNormalization"] = OnnxOperatorKind.Float,
        ["Div"] = OnnxOperatorKind.Float,
        ["Elu"] = OnnxOperatorKind.Float,
        ["HardSigmoid"] = OnnxOperatorKind.Float,
        ["HardSwish"] = OnnxOperatorKind.Float,
        ["Identity"] = OnnxOperatorKind.Float,
        ["Mean"] = OnnxOperatorKind.Float,
        ["PRelu"] = OnnxOperatorKind.Float,
        ["ReduceMean"] = OnnxOperatorKind.Float,
        ["Slice"] = OnnxOperatorKind.Float,
        ["Softmax"] = OnnxOperatorKind.Float,
        ["Sub"] = OnnxOperatorKind.Float,
        ["Tanh"] = OnnxOperatorKind.Float,
    };

    /// <summary>The kind of an operator in a graph that <see cref="Check"/> let pass.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="isConstant">Whether a value is a constant.</param>
    public static OnnxOperatorKind KindOf(NodeProto node, Func<string, bool> isConstant) => Kinds[node.OpType] switch
    {
        // Without constant weights, or with a constant beside the values, there is no fast integer form.
        OnnxOperatorKind.Weighted when !isConstant(node.Input[1]) || isConstant(node.Input[0]) => OnnxOperatorKind.Float,
        OnnxOperatorKind.Integer when node.Input.Any(isConstant) => OnnxOperatorKind.Float,
        var kind => kind,
    };

    /// <summary>Refuses a graph whose precision cannot be changed.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="oldest">The oldest operator set that has what is needed.</param>
    /// <exception cref="MienException">It has operators that are not known here or not complete, nothing to convert, or is in an older operator set.</exception>
    public static void Check(OnnxGraph graph, int oldest)
    {
        if (graph.OperatorSetVersion < oldest)
            throw new MienException($"The model is in ONNX's operator set {graph.OperatorSetVersion}, and {oldest} or later is needed: export it again from its training framework.");
        if (graph.Nodes.Any(node => node.OpType is "QuantizeLinear" or "DequantizeLinear") || graph.Constants.Any(constant => constant.DataType == (int)ElementType.Float16))
            throw new MienException("The model is of reduced precision already. Start from the fp32 model.");
        string[] unknown = [.. graph.Nodes.Select(node => node.OpType).Where(operation => !Kinds.ContainsKey(operation)).Distinct().Order(StringComparer.Ordinal)];
        if (unknown.Length > 0)
            throw new MienException($"The model has operators whose precision cannot be changed here: {string.Join(", ", unknown)}. Known are {string.Join(", ", Kinds.Keys.Order(StringComparer.Ordinal))}.");
        if (graph.Nodes.FirstOrDefault(node => node.Output.Count == 0 || node.Input.Count < (Kinds[node.OpType] == OnnxOperatorKind.Weighted ? 2 : 1)) is { } incomplete)
            throw new MienException($"The model's operator {incomplete.OpType} '{incomplete.Name}' lacks an input or its output.");
        var constants = graph.Constants.Select(constant => constant.Name).ToHashSet(StringComparer.Ordinal);
        if (!graph.Nodes.Any(node => KindOf(node, constants.Contains) == OnnxOperatorKind.Weighted))
            throw new MienException("The model has no convolution and no linear layer, so there is nothing to convert.");
    }
}
