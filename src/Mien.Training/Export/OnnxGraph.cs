using System.Runtime.InteropServices;

namespace Mien.Training;

/// <summary>
/// An ONNX model while it is being written: values are named by strings, an operator is appended by <see cref="Add"/>,
/// weights come in by <see cref="Constant(ReadOnlySpan{float}, long[])"/>.
/// </summary>
/// <remarks>The field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.</remarks>
public sealed class OnnxGraph
{
    /// <summary>The version of the operator set that the graph is written in.</summary>
    public const int OperatorSet = 17;

    private const int IrVersion = 8;
    private const int FloatElement = 1;
    private const int Int64Element = 7;

    private readonly ProtobufWriter _nodes = new();
    private readonly ProtobufWriter _constants = new();
    private readonly ProtobufWriter _ends = new();
    private readonly ProtobufWriter _metadata = new();
    private readonly Dictionary<string, int> _used = new(StringComparer.Ordinal);
    private readonly string _name;

    /// <summary>Starts an empty graph.</summary>
    /// <param name="name">The graph's name, shown by viewers.</param>
    public OnnxGraph(string name) => _name = name;

    /// <summary>Declares a float input.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="dimensions">Its shape; a negative dimension is the dynamic batch.</param>
    /// <returns>The name.</returns>
    public string Input(string name, params long[] dimensions)
    {
        const int InputField = 11;
        _used.Add(name, 1);
        ValueInfo(InputField, name, dimensions);
        return name;
    }

    /// <summary>Declares a float output.</summary>
    /// <param name="value">The value that becomes an output.</param>
    /// <param name="name">The output's name.</param>
    /// <param name="dimensions">Its shape; a negative dimension is the dynamic batch.</param>
    public void Output(string value, string name, params long[] dimensions)
    {
        const int OutputField = 12;
        _used.Add(name, 1);
        Node("Identity", [value], name, []);
        ValueInfo(OutputField, name, dimensions);
    }

    /// <summary>Adds float weights.</summary>
    /// <param name="values">The values in row-major order.</param>
    /// <param name="dimensions">The shape; none for a scalar.</param>
    /// <returns>The name to give to <see cref="Add"/>.</returns>
    public string Constant(ReadOnlySpan<float> values, params long[] dimensions) =>
        Constant(FloatElement, MemoryMarshal.AsBytes(values), values.Length, dimensions);

    /// <summary>Adds integers, such as a shape or axes.</summary>
    /// <param name="values">The values in row-major order.</param>
    /// <param name="dimensions">The shape; none for a scalar.</param>
    /// <returns>The name to give to <see cref="Add"/>.</returns>
    public string Constant(ReadOnlySpan<long> values, params long[] dimensions) =>
        Constant(Int64Element, MemoryMarshal.AsBytes(values), values.Length, dimensions);

    /// <summary>Appends an operator.</summary>
    /// <param name="operation">Its name in the operator set: <c>Conv</c>.</param>
    /// <param name="inputs">The names of its inputs.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <returns>The name of its output.</returns>
    public string Add(string operation, ReadOnlySpan<string> inputs, params OnnxArgument[] attributes)
    {
        ArgumentException.ThrowIfNullOrEmpty(operation);
        ArgumentNullException.ThrowIfNull(attributes);
        string output = Unique(operation.ToLowerInvariant());
        Node(operation, inputs, output, attributes);
        return output;
    }

    /// <summary>Adds an entry to the model's metadata.</summary>
    public void Metadata(string key, string value)
    {
        const int MetadataField = 14, KeyField = 1, ValueField = 2;
        _metadata.Message(MetadataField, entry =>
        {
            entry.Text(KeyField, key);
            entry.Text(ValueField, value);
        });
    }

    /// <summary>The whole model in ONNX's file format.</summary>
    /// <param name="producer">The program that wrote it.</param>
    /// <param name="producerVersion">That program's version.</param>
    public byte[] ToBytes(string producer, string producerVersion)
    {
        const int IrVersionField = 1, ProducerField = 2, ProducerVersionField = 3, GraphField = 7, OperatorSetField = 8;
        const int GraphNameField = 2;
        var graph = new ProtobufWriter();
        graph.Append(_nodes);
        graph.Text(GraphNameField, _name);
        graph.Append(_constants);
        graph.Append(_ends);

        var model = new ProtobufWriter();
        model.Integer(IrVersionField, IrVersion);
        model.Text(ProducerField, producer);
        model.Text(ProducerVersionField, producerVersion);
        model.Bytes(GraphField, graph.Written);
        model.Message(OperatorSetField, set =>
        {
            set.Text(1, "");
            set.Integer(2, OperatorSet);
        });
        model.Append(_metadata);
        return model.Written.ToArray();
    }

    private string Constant(int elementType, ReadOnlySpan<byte> data, int count, long[] dimensions)
    {
        const int ConstantField = 5, DimensionsField = 1, TypeField = 2, NameField = 8, DataField = 9;
        ArgumentNullException.ThrowIfNull(dimensions);
        long expected = dimensions.Aggregate(1L, (product, dimension) => product * dimension);
        if (expected != count)
            throw new ArgumentException($"A constant of shape [{string.Join(", ", dimensions)}] needs {expected} values, got {count}.", nameof(dimensions));
        string name = Unique("constant");
        var tensor = new ProtobufWriter();
        foreach (long dimension in dimensions)
            tensor.Integer(DimensionsField, dimension);
        tensor.Integer(TypeField, elementType);
        tensor.Text(NameField, name);
        tensor.Bytes(DataField, data);
        _constants.Bytes(ConstantField, tensor.Written);
        return name;
    }

    private void Node(string operation, ReadOnlySpan<string> inputs, string output, OnnxArgument[] attributes)
    {
        const int NodeField = 1, InputField = 1, OutputField = 2, NameField = 3, OperationField = 4, AttributeField = 5;
        var node = new ProtobufWriter();
        foreach (string input in inputs)
            node.Text(InputField, input);
        node.Text(OutputField, output);
        node.Text(NameField, output);
        node.Text(OperationField, operation);
        foreach (OnnxArgument attribute in attributes)
            node.Message(AttributeField, attribute.Write);
        _nodes.Bytes(NodeField, node.Written);
    }

    private void ValueInfo(int field, string name, long[] dimensions)
    {
        const int NameField = 1, TypeField = 2, TensorField = 1, ElementField = 1, ShapeField = 2, DimensionField = 1;
        const int SizeField = 1, SymbolField = 2;
        _ends.Message(field, value =>
        {
            value.Text(NameField, name);
            value.Message(TypeField, type => type.Message(TensorField, tensor =>
            {
                tensor.Integer(ElementField, FloatElement);
                tensor.Message(ShapeField, shape =>
                {
                    foreach (long dimension in dimensions)
                    {
                        shape.Message(DimensionField, writer =>
                        {
                            if (dimension < 0)
                                writer.Text(SymbolField, "batch");
                            else
                                writer.Integer(SizeField, dimension);
                        });
                    }
                });
            }));
        });
    }

    private string Unique(string stem)
    {
        ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(_used, stem, out _);
        return $"{stem}_{count++}";
    }
}
