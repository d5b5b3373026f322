using System.Runtime.InteropServices;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Onnx;
using ElementType = Onnx.TensorProto.Types.DataType;

namespace Mien.Training;

/// <summary>
/// An ONNX model in memory: values are named by strings, an operator is appended by <see cref="Add"/>,
/// weights come in by <see cref="Constant(ReadOnlySpan{float}, long[])"/>.
/// </summary>
public sealed class OnnxGraph
{
    /// <summary>The version of the operator set that a new graph is written in.</summary>
    public const int OperatorSet = 17;

    private const int IrVersion = 8;

    private readonly ModelProto _model;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _stems = new(StringComparer.Ordinal);

    /// <summary>Starts an empty graph.</summary>
    /// <param name="name">The graph's name, shown by viewers.</param>
    public OnnxGraph(string name)
        : this(new ModelProto { IrVersion = IrVersion, Graph = new() { Name = name }, OpsetImport = { new OperatorSetIdProto { Domain = "", Version = OperatorSet } } })
    {
    }

    private OnnxGraph(ModelProto model)
    {
        _model = model;
        _names.UnionWith(model.Graph.Node.SelectMany(node => node.Output));
        _names.UnionWith(model.Graph.Initializer.Select(constant => constant.Name));
        _names.UnionWith(model.Graph.Input.Select(input => input.Name));
    }

    /// <summary>The operators, each after those whose outputs it takes.</summary>
    internal IReadOnlyList<NodeProto> Nodes => _model.Graph.Node;

    /// <summary>The constants: weights, shapes.</summary>
    internal IReadOnlyList<TensorProto> Constants => _model.Graph.Initializer;

    /// <summary>The names of the outputs.</summary>
    internal IEnumerable<string> Outputs => _model.Graph.Output.Select(output => output.Name);

    /// <summary>The version of the operator set that the graph is in.</summary>
    internal long OperatorSetVersion => _model.OpsetImport.LastOrDefault(set => IsOnnx(set.Domain))?.Version ?? 0;

    /// <summary>Reads an ONNX file.</summary>
    /// <param name="model">The file's bytes.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="ModelException">It is no ONNX file, or one with operators of other makers or constants in other files.</exception>
    public static OnnxGraph Read(ReadOnlySpan<byte> model, string source)
    {
        try
        {
            var read = ModelProto.Parser.ParseFrom(model);
            CheckCanBeRewritten(read);
            // Before version 4 constants were listed among the inputs, which would fix their type.
            read.IrVersion = Math.Max(4, read.IrVersion);
            var constants = read.Graph.Initializer.Select(constant => constant.Name).ToHashSet(StringComparer.Ordinal);
            Keep(read.Graph.Input, input => !constants.Contains(input.Name));
            // The types of inner values follow from the operators, and change with the precision.
            read.Graph.ValueInfo.Clear();
            return new OnnxGraph(read);
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or ModelException)
        {
            throw new ModelException($"{source}: not an ONNX file that can be rewritten: {error.Message.TrimEnd('.')}.", error);
        }
    }

    /// <summary>Declares a float input.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="dimensions">Its shape; a negative dimension is one that each run decides, the first of them the batch.</param>
    /// <returns>The name.</returns>
    public string Input(string name, params long[] dimensions)
    {
        Claim(name);
        _model.Graph.Input.Add(OnnxMessages.FloatValue(name, dimensions));
        return name;
    }

    /// <summary>Declares a float output.</summary>
    /// <param name="value">The value that becomes an output.</param>
    /// <param name="name">The output's name.</param>
    /// <param name="dimensions">Its shape; a negative dimension is one that each run decides, the first of them the batch.</param>
    public void Output(string value, string name, params long[] dimensions)
    {
        Claim(name);
        Append(new() { OpType = "Identity" }, [value], [name]);
        _model.Graph.Output.Add(OnnxMessages.FloatValue(name, dimensions));
    }

    /// <summary>Adds float weights.</summary>
    /// <param name="values">The values in row-major order.</param>
    /// <param name="dimensions">The shape; none for a scalar.</param>
    /// <returns>The name to give to <see cref="Add"/>.</returns>
    public string Constant(ReadOnlySpan<float> values, params long[] dimensions) => Constant(ElementType.Float, values, dimensions);

    /// <summary>Adds integers, such as a shape or axes.</summary>
    /// <param name="values">The values in row-major order.</param>
    /// <param name="dimensions">The shape; none for a scalar.</param>
    /// <returns>The name to give to <see cref="Add"/>.</returns>
    public string Constant(ReadOnlySpan<long> values, params long[] dimensions) => Constant(ElementType.Int64, values, dimensions);

    /// <summary>Adds numbers of any kind.</summary>
    internal string Constant<T>(ElementType type, ReadOnlySpan<T> values, params IReadOnlyList<long> dimensions) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(dimensions);
        long expected = dimensions.Aggregate(1L, (product, dimension) => product * dimension);
        if (expected != values.Length)
            throw new ArgumentException($"A constant of shape [{string.Join(", ", dimensions)}] needs {expected} values, got {values.Length}.", nameof(dimensions));
        string name = Unique("constant");
        _model.Graph.Initializer.Add(new TensorProto { Name = name, DataType = (int)type, Dims = { dimensions }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)) });
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
        Append(new() { OpType = operation, Attribute = { attributes.Select(attribute => attribute.Message) } }, inputs, [output]);
        return output;
    }

    /// <summary>Sets an entry of the model's metadata.</summary>
    public void Metadata(string key, string value)
    {
        var entry = _model.MetadataProps.FirstOrDefault(entry => entry.Key == key);
        if (entry is null)
            _model.MetadataProps.Add(entry = new() { Key = key });
        entry.Value = value;
    }

    /// <summary>The whole model in ONNX's file format.</summary>
    /// <param name="producer">The program that wrote it.</param>
    /// <param name="producerVersion">That program's version.</param>
    public byte[] ToBytes(string producer, string producerVersion)
    {
        _model.ProducerName = producer;
        _model.ProducerVersion = producerVersion;
        return _model.ToByteArray();
    }

    /// <summary>A copy with other operators to come: the constants, ends and metadata of this graph without its operators.</summary>
    internal OnnxGraph WithoutNodes()
    {
        var copy = new OnnxGraph(_model.Clone());
        copy._model.Graph.Node.Clear();
        return copy;
    }

    /// <summary>A copy that gives inner values as well, as outputs of any shape after its own ones.</summary>
    internal OnnxGraph WithOutputs(IEnumerable<string> values)
    {
        var copy = new OnnxGraph(_model.Clone());
        copy._model.Graph.Output.AddRange(values.Select(value => OnnxMessages.FloatValue(value, null)));
        return copy;
    }

    /// <summary>Appends an operator with the attributes of another one, between other values. It is named after its first output.</summary>
    internal void Append(NodeProto like, ReadOnlySpan<string> inputs, ReadOnlySpan<string> outputs)
    {
        var node = like.Clone();
        node.Name = outputs[0];
        node.Input.Clear();
        node.Input.AddRange(inputs.ToArray());
        node.Output.Clear();
        node.Output.AddRange(outputs.ToArray());
        _model.Graph.Node.Add(node);
    }

    /// <summary>Leaves out the constants that no operator takes.</summary>
    internal void DropUnusedConstants()
    {
        var taken = Nodes.SelectMany(node => node.Input).ToHashSet(StringComparer.Ordinal);
        Keep(_model.Graph.Initializer, constant => taken.Contains(constant.Name));
    }

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

    private static void CheckCanBeRewritten(ModelProto model)
    {
        if (model.Graph is null || model.Graph.Node.Count == 0)
            throw new ModelException("it has no operators");
        if (model.Graph.Node.FirstOrDefault(node => !IsOnnx(node.Domain)) is { } foreign)
            throw new ModelException($"its operator {foreign.OpType} is of the set {foreign.Domain}; only ONNX's own operators are supported");
        if (model.Graph.Initializer.FirstOrDefault(constant => constant.DataLocation == TensorProto.Types.DataLocation.External) is { } outside)
            throw new ModelException($"its constant '{outside.Name}' lies in another file");
        foreach (var constant in model.Graph.Initializer.Where(constant => constant.IsFloat))
            constant.Floats();
        // An output that is left out has no name.
        var values = model.Graph.Initializer.Select(constant => constant.Name).Concat(model.Graph.Node.SelectMany(node => node.Output).Where(output => output.Length > 0));
        if (values.CountBy(value => value).FirstOrDefault(value => value.Value > 1) is { Value: > 1 } twice)
            throw new ModelException($"its value '{twice.Key}' comes from two places");
    }

    private static void Keep<T>(RepeatedField<T> messages, Func<T, bool> kept)
    {
        T[] rest = [.. messages.Where(kept)];
        messages.Clear();
        messages.AddRange(rest);
    }

    private static bool IsOnnx(string domain) => domain is "" or "ai.onnx";

    private void Claim(string name)
    {
        if (!_names.Add(name))
            throw new ArgumentException($"The graph has a value '{name}' already.", nameof(name));
    }
}
