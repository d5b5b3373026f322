using Onnx;
using ElementType = Onnx.TensorProto.Types.DataType;

namespace Mien.Training;

/// <summary>
/// A model with weights and arithmetic in 16-bit floats: half the size. Input and output stay 32-bit floats, and so do the
/// normalisation before the first layer and the softmax after the last.
/// </summary>
/// <remarks>
/// ONNX Runtime has no 16-bit convolution for x86: there it casts the weights back at each run and computes in 32 bits, so
/// the file is smaller and nothing is faster. GPUs and some ARM processors do compute in 16 bits.
/// </remarks>
public static class HalfPrecision
{
    /// <summary>What <see cref="ModelMetadata.Precision"/> says of such a model.</summary>
    public const string Name = "fp16";

    private const int OldestOperatorSet = 13;
    private const float Largest = 65504;

    /// <summary>The same model in 16-bit floats.</summary>
    /// <param name="graph">An fp32 model.</param>
    /// <exception cref="MienException">It has operators that are not known here, or a weight beyond the range of 16-bit floats.</exception>
    public static OnnxGraph Convert(OnnxGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        OnnxOperators.Check(graph, OldestOperatorSet);
        var constants = graph.Constants.ToDictionary(constant => constant.Name, StringComparer.Ordinal);
        var weighted = graph.Nodes.Select((node, i) => (node, i)).Where(entry => OnnxOperators.KindOf(entry.node, constants.ContainsKey) == OnnxOperatorKind.Weighted).ToList();
        (int first, int last) = (weighted[0].i, weighted[^1].i);

        var result = graph.WithoutNodes();
        // The 16-bit form of each value of the layers, and those of which there is no 32-bit form yet.
        var halves = new Dictionary<string, string>(StringComparer.Ordinal);
        var onlyHalf = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            var node = graph.Nodes[i];
            bool isHalf = i >= first && i <= last;
            string[] inputs = [.. node.Input.Select(input => isHalf ? Half(input) : Float(input))];
            string[] outputs = [.. node.Output];
            if (isHalf)
            {
                for (int k = 0; k < outputs.Length; k++)
                {
                    halves[node.Output[k]] = outputs[k] = result.Unique("half");
                    onlyHalf.Add(node.Output[k]);
                }
            }
            result.Append(node, inputs, outputs);
        }
        foreach (string output in graph.Outputs)
            Float(output);
        result.DropUnusedConstants();
        return result;

        string Half(string value)
        {
            // An input that is left out has an empty name.
            if (value.Length == 0)
                return value;
            if (halves.TryGetValue(value, out string? half))
                return half;
            if (!constants.TryGetValue(value, out var constant))
                half = result.Add("Cast", [value], new OnnxArgument("to", (long)ElementType.Float16));
            else if (constant.IsFloat)
                half = result.Constant<System.Half>(ElementType.Float16, Narrow(constant), constant.Dims);
            else
                half = value;
            return halves[value] = half;
        }

        string Float(string value)
        {
            if (onlyHalf.Remove(value))
                result.Append(new() { OpType = "Cast", Attribute = { new OnnxArgument("to", (long)ElementType.Float).Message } }, [halves[value]], [value]);
            return value;
        }
    }

    private static System.Half[] Narrow(TensorProto constant) => [.. constant.Floats().Select(value => MathF.Abs(value) <= Largest ? (System.Half)value
        : throw new MienException(FormattableString.Invariant($"The model's constant '{constant.Name}' holds {value}, and 16-bit floats end at {Largest}. Choose int8, or keep fp32.")))];
}
