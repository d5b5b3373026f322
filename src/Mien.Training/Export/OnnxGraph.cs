using System.Runtime.InteropServices;

namespace Mien.Training;

/// <summary>
/// An ONNX model in memory: values are named by strings, an operator is appended by <see cref="Add"/>,
/// weights come in by <see cref="Constant(ReadOnlySpan{float}, long[])"/>.
/// </summary>
/// <remarks>The field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.</remarks>
public sealed class OnnxGraph
{
    /// <summary>The version of the operator set that a new graph is written in.</summary>
    public const int OperatorSet = 17;

    // ModelProto, GraphProto, OperatorSetIdProto and StringStringEntryProto.
    private const int IrVersionField = 1, ProducerField = 2, ProducerVersionField = 3, GraphField = 7, OperatorSetField = 8, MetadataField = 14;
    private const int NodeField = 1, GraphNameField = 2, ConstantField = 5, InputField = 11, OutputField = 12;
    private const int DomainField = 1, VersionField = 2, KeyField = 1, ValueField = 2;

    private readonly List<OnnxNode> _nodes = [];
    private readonly List<OnnxConstant> _constants = [];
    private readonly List<End> _inputs = [];
    private readonly List<End> _outputs = [];
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _stems = new(StringComparer.Ordinal);
    private string _name;
    private long _irVersion = 8;

    /// <summary>Starts an empty graph.</summary>
    /// <param name="name">The graph's name, shown by viewers.</param>
    public OnnxGraph(string name) => _name = name;

    /// <summary>An input or output: its name, and the ValueInfoProto.</summary>
    private sealed record End(string Name, byte[] Message);

    /// <summary>The operators, each after those whose outputs it takes.</summary>
    internal IReadOnlyList<OnnxNode> Nodes => _nodes;

    /// <summary>The constants.</summary>
    internal IReadOnlyList<OnnxConstant> Constants => _constants;

    /// <summary>The names of the outputs.</summary>
    internal IEnumerable<string> Outputs => _outputs.Select(output => output.Name);

    /// <summary>The version of the operator set that the graph is in.</summary>
    internal long OperatorSetVersion { get; private set; } = OperatorSet;

    /// <summary>Reads an ONNX file; what it says about itself other than metadata, such as its producer, is not kept.</summary>
    /// <param name="model">The file's bytes.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="ModelException">It is no ONNX file, or one with operators or constants of other makers or in other files.</exception>
    public static OnnxGraph Read(ReadOnlySpan<byte> model, string source)
    {
        var graph = new OnnxGraph("");
        try
        {
            var reader = new ProtobufReader(model);
            while (reader.Read())
            {
                switch (reader.Field)
                {
                    // Before version 4 constants were listed among the inputs, which would fix their type.
                    case IrVersionField: graph._irVersion = Math.Max(4, reader.Integer); break;
                    case GraphField: graph.ReadGraph(reader.Bytes); break;
                    case OperatorSetField: graph.ReadOperatorSet(reader.Bytes); break;
                    case MetadataField: graph.ReadMetadata(reader.Bytes); break;
                }
            }
            return graph._nodes.Count > 0 ? graph : throw new InvalidDataException("it has no operators");
        }
        catch (Exception error) when (error is InvalidDataException or ModelException)
        {
            throw new ModelException($"{source}: not an ONNX file that can be rewritten: {error.Message}.", error);
        }
    }

    /// <summary>Declares a float input.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="dimensions">Its shape; a negative dimension is one that each run decides, the first of them the batch.</param>
    /// <returns>The name.</returns>
    public string Input(string name, params long[] dimensions)
    {
        Claim(name);
        _inputs.Add(new(name, ValueInfo(name, dimensions)));
        return name;
    }

    /// <summary>Declares a float output.</summary>
    /// <param name="value">The value that becomes an output.</param>
    /// <param name="name">The output's name.</param>
    /// <param name="dimensions">Its shape; a negative dimension is one that each run decides, the first of them the batch.</param>
    public void Output(string value, string name, params long[] dimensions)
    {
        Claim(name);
        _nodes.Add(new("Identity", [value], [name], []));
        _outputs.Add(new(name, ValueInfo(name, dimensions)));
    }

    /// <summary>Adds float weights.</summary>
    /// <param name="values">The values in row-major order.</param>
    /// <param name="dimensions">The shape; none for a scalar.</param>
    /// <returns>The name to give to <see cref="Add"/>.</returns>
    public string Constant(ReadOnlySpan<float> values, params long[] dimensions) => Constant(OnnxElement.Float32, values, dimensions);

    /// <summary>Adds integers, such as a shape or axes.</summary>
    /// <param name="values">The values in row-major order.</param>
    /// <param name="dimensions">The shape; none for a scalar.</param>
    /// <returns>The name to give to <see cref="Add"/>.</returns>
    public string Constant(ReadOnlySpan<long> values, params long[] dimensions) => Constant(OnnxElement.Int64, values, dimensions);

    /// <summary>Adds numbers of any kind.</summary>
    internal string Constant<T>(OnnxElement type, ReadOnlySpan<T> values, params long[] dimensions) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(dimensions);
        long expected = dimensions.Aggregate(1L, (product, dimension) => product * dimension);
        if (expected != values.Length)
            throw new ArgumentException($"A constant of shape [{string.Join(", ", dimensions)}] needs {expected} values, got {values.Length}.", nameof(dimensions));
        string name = Unique("constant");
        _constants.Add(new(name, type, dimensions, MemoryMarshal.AsBytes(values).ToArray()));
        return name;
    }

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
        _nodes.Add(new(operation, inputs.ToArray(), [output], attributes));
        return output;
    }

    /// <summary>Sets an entry of the model's metadata.</summary>
    public void Metadata(string key, string value) => _metadata[key] = value;

    /// <summary>The whole model in ONNX's file format; constants that no operator takes are left out.</summary>
    /// <param name="producer">The program that wrote it.</param>
    /// <param name="producerVersion">That program's version.</param>
    public byte[] ToBytes(string producer, string producerVersion)
    {
        var used = _nodes.SelectMany(node => node.Inputs).ToHashSet(StringComparer.Ordinal);
        var graph = new ProtobufWriter();
        foreach (var node in _nodes)
            graph.Message(NodeField, node.Write);
        graph.Text(GraphNameField, _name);
        foreach (var constant in _constants.Where(constant => used.Contains(constant.Name)))
            graph.Message(ConstantField, constant.Write);
        foreach (var input in _inputs)
            graph.Bytes(InputField, input.Message);
        foreach (var output in _outputs)
            graph.Bytes(OutputField, output.Message);

        var model = new ProtobufWriter();
        model.Integer(IrVersionField, _irVersion);
        model.Text(ProducerField, producer);
        model.Text(ProducerVersionField, producerVersion);
        model.Bytes(GraphField, graph.Written);
        model.Message(OperatorSetField, set =>
        {
            set.Text(DomainField, "");
            set.Integer(VersionField, OperatorSetVersion);
        });
        foreach ((string key, string value) in _metadata)
        {
            model.Message(MetadataField, entry =>
            {
                entry.Text(KeyField, key);
                entry.Text(ValueField, value);
            });
        }
        return model.Written.ToArray();
    }

    /// <summary>A copy with other operators to come: the constants, ends and metadata of this graph without its operators.</summary>
    internal OnnxGraph WithoutNodes()
    {
        var copy = new OnnxGraph(_name) { _irVersion = _irVersion, OperatorSetVersion = OperatorSetVersion };
        copy._constants.AddRange(_constants);
        copy._inputs.AddRange(_inputs);
        copy._outputs.AddRange(_outputs);
        copy._names.UnionWith(_names);
        foreach ((string key, string value) in _metadata)
            copy._metadata[key] = value;
        return copy;
    }

    /// <summary>A copy that gives inner values as well, as outputs of any shape after its own ones.</summary>
    internal OnnxGraph WithOutputs(IEnumerable<string> values)
    {
        var copy = WithoutNodes();
        copy._nodes.AddRange(_nodes);
        copy._outputs.AddRange(values.Select(value => new End(value, ValueInfo(value, null))));
        return copy;
    }

    /// <summary>Appends an operator whose outputs are named already.</summary>
    internal void Append(OnnxNode node) => _nodes.Add(node);

    /// <summary>A name that nothing in the graph has.</summary>
    internal string Unique(string stem)
    {
        ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(_stems, stem, out _);
        string name;
        do
            name = $"{stem}_{count++}";
        while (!_names.Add(name));
        return name;
    }

    private void Claim(string name)
    {
        if (!_names.Add(name))
            throw new ArgumentException($"The graph has a value '{name}' already.", nameof(name));
    }

    private void ReadGraph(ReadOnlySpan<byte> message)
    {
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case NodeField: _nodes.Add(OnnxNode.Read(reader.Bytes)); break;
                case GraphNameField: _name = reader.Text; break;
                case ConstantField: _constants.Add(OnnxConstant.Read(reader.Bytes)); break;
                case InputField: _inputs.Add(ReadEnd(reader.Bytes)); break;
                case OutputField: _outputs.Add(ReadEnd(reader.Bytes)); break;
            }
        }
        _names.UnionWith(_nodes.SelectMany(node => node.Outputs));
        _names.UnionWith(_constants.Select(constant => constant.Name));
        _names.UnionWith(_inputs.Select(input => input.Name));
        _inputs.RemoveAll(input => _constants.Any(constant => constant.Name == input.Name));
    }

    private static End ReadEnd(ReadOnlySpan<byte> message)
    {
        var reader = new ProtobufReader(message);
        string name = "";
        while (reader.Read())
        {
            if (reader.Field == 1)
                name = reader.Text;
        }
        return new(name, message.ToArray());
    }

    private void ReadOperatorSet(ReadOnlySpan<byte> message)
    {
        var reader = new ProtobufReader(message);
        string domain = "";
        long version = 0;
        while (reader.Read())
        {
            if (reader.Field == DomainField)
                domain = reader.Text;
            else if (reader.Field == VersionField)
                version = reader.Integer;
        }
        if (domain is "" or "ai.onnx")
            OperatorSetVersion = version;
    }

    private void ReadMetadata(ReadOnlySpan<byte> message)
    {
        var reader = new ProtobufReader(message);
        string key = "", value = "";
        while (reader.Read())
        {
            if (reader.Field == KeyField)
                key = reader.Text;
            else if (reader.Field == ValueField)
                value = reader.Text;
        }
        _metadata[key] = value;
    }

    /// <summary>A ValueInfoProto of floats; without dimensions, of any shape.</summary>
    private static byte[] ValueInfo(string name, long[]? dimensions)
    {
        const int NameField = 1, TypeField = 2, TensorField = 1, ElementField = 1, ShapeField = 2, DimensionField = 1;
        const int SizeField = 1, SymbolField = 2;
        var value = new ProtobufWriter();
        value.Text(NameField, name);
        value.Message(TypeField, type => type.Message(TensorField, tensor =>
        {
            tensor.Integer(ElementField, (int)OnnxElement.Float32);
            if (dimensions is null)
                return;
            tensor.Message(ShapeField, shape =>
            {
                foreach ((int axis, long dimension) in dimensions.Index())
                {
                    shape.Message(DimensionField, writer =>
                    {
                        if (dimension < 0)
                            writer.Text(SymbolField, axis == 0 ? "batch" : $"{name}_{axis}");
                        else
                            writer.Integer(SizeField, dimension);
                    });
                }
            });
        }));
        return value.Written.ToArray();
    }
}
