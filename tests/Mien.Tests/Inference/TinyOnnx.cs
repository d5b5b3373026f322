using System.Runtime.InteropServices;
using System.Text;
using Mien.Inference;

namespace Mien.Tests.Inference;

/// <summary>
/// Small ONNX models made byte by byte: the mean of each input channel, times a matrix, plus a bias, with a softmax if asked.
/// </summary>
internal sealed record TinyOnnx
{
    private const ulong Float = 1, Int64 = 7;

    /// <summary>Dimensions of the input; -1 is free.</summary>
    public long[] Input { get; init; } = [-1, 1, 4, 4];

    /// <summary>One row a channel, one column a label.</summary>
    public float[] Matrix { get; init; } = [0.01f, -0.01f, 0];

    /// <summary>One value a label.</summary>
    public float[] Bias { get; init; } = [0, 0, 1];

    public bool Softmax { get; init; } = true;

    /// <summary>Whether the shape of the output is left out of the file.</summary>
    public bool HidesOutputWidth { get; init; }

    public Dictionary<string, string> Metadata { get; init; } = [];

    /// <summary>The model carries this description.</summary>
    public TinyOnnx With(ModelMetadata metadata) => this with { Metadata = new() { [ModelMetadata.Key] = metadata.ToJson() } };

    /// <summary>The file.</summary>
    public byte[] ToBytes()
    {
        long channels = Input[1];
        byte[][] nodes =
        [
            Node("GlobalAveragePool", ["input"], "pooled"),
            Node("Flatten", ["pooled"], "means"),
            Node("Gemm", ["means", "matrix", "bias"], Softmax ? "logits" : "scores"),
            .. Softmax ? [Node("Softmax", ["logits"], "scores")] : Array.Empty<byte[]>(),
        ];
        return Model(Metadata,
        [
            .. nodes.SelectMany(node => Field(1, node)),
            .. Field(2, "tiny"),
            .. Field(5, Tensor("matrix", Matrix, channels, Bias.Length)),
            .. Field(5, Tensor("bias", Bias, Bias.Length)),
            .. Field(11, Value("input", Float, Input)),
            .. Field(12, Value("scores", Float, HidesOutputWidth ? null : [Input[0], Bias.Length])),
        ]);
    }

    /// <summary>The session of this model.</summary>
    public IOnnxSession Open() => OnnxModel.Open(ToBytes(), "tiny");

    /// <summary>A model that adds its two inputs.</summary>
    public static byte[] TwoInputs() => Model([],
    [
        .. Field(1, Node("Add", ["a", "b"], "sum")), .. Field(2, "two"),
        .. Field(11, Value("a", Float, [1, 2])), .. Field(11, Value("b", Float, [1, 2])), .. Field(12, Value("sum", Float, [1, 2])),
    ]);

    /// <summary>A model whose input is 64-bit integers.</summary>
    public static byte[] Integers() => Model([],
    [
        .. Field(1, Node("Neg", ["a"], "b")), .. Field(2, "integers"),
        .. Field(11, Value("a", Int64, [1, 2])), .. Field(12, Value("b", Int64, [1, 2])),
    ]);

    private static byte[] Model(Dictionary<string, string> metadata, byte[] graph) =>
    [
        .. Field(1, 8), // IR version
        .. Field(7, graph),
        .. Field(8, [.. Field(1, ""), .. Field(2, 17)]), // operator set
        .. metadata.SelectMany(pair => Field(14, [.. Field(1, pair.Key), .. Field(2, pair.Value)])),
    ];

    private static byte[] Node(string type, string[] inputs, string output) =>
        [.. inputs.SelectMany(input => Field(1, input)), .. Field(2, output), .. Field(4, type)];

    private static byte[] Tensor(string name, float[] values, params long[] shape) =>
    [
        .. shape.SelectMany(size => Field(1, (ulong)size)), .. Field(2, Float), .. Field(8, name),
        .. Field(9, MemoryMarshal.AsBytes(values.AsSpan()).ToArray()),
    ];

    private static byte[] Value(string name, ulong type, long[]? shape)
    {
        byte[] dimensions = [.. (shape ?? []).SelectMany(size => Field(1, size < 0 ? Field(2, "free") : Field(1, (ulong)size)))];
        byte[] tensor = [.. Field(1, type), .. shape is null ? [] : Field(2, dimensions)];
        return [.. Field(1, name), .. Field(2, Field(1, tensor))];
    }

    private static byte[] Field(int number, string value) => Field(number, Encoding.UTF8.GetBytes(value));

    private static byte[] Field(int number, byte[] value) => [.. Varint(((ulong)number << 3) | 2), .. Varint((ulong)value.Length), .. value];

    private static byte[] Field(int number, ulong value) => [.. Varint((ulong)number << 3), .. Varint(value)];

    private static IEnumerable<byte> Varint(ulong value)
    {
        for (; value > 0x7f; value >>= 7)
            yield return (byte)(value | 0x80);
        yield return (byte)value;
    }
}
