namespace Mien.Training;

/// <summary>An operator of a graph, and the names of the values that it takes and gives.</summary>
internal sealed record OnnxNode(string Operation, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyList<OnnxArgument> Arguments)
{
    // NodeProto in onnx.proto.
    private const int InputField = 1, OutputField = 2, NameField = 3, OperationField = 4, ArgumentField = 5, DomainField = 7;

    /// <summary>The value of an integer attribute, or the operator's default.</summary>
    public long Integer(string name, long otherwise) => Arguments.FirstOrDefault(argument => argument.Name == name)?.Integer ?? otherwise;

    /// <summary>Reads a NodeProto.</summary>
    /// <exception cref="ModelException">The operator is of another set than ONNX's own.</exception>
    public static OnnxNode Read(ReadOnlySpan<byte> message)
    {
        string operation = "", domain = "";
        List<string> inputs = [], outputs = [];
        List<OnnxArgument> arguments = [];
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case InputField: inputs.Add(reader.Text); break;
                case OutputField: outputs.Add(reader.Text); break;
                case OperationField: operation = reader.Text; break;
                case ArgumentField: arguments.Add(new(reader.Bytes)); break;
                case DomainField: domain = reader.Text; break;
            }
        }
        return domain is "" or "ai.onnx" ? new(operation, inputs, outputs, arguments)
            : throw new ModelException($"its operator {operation} is of the set {domain}; only ONNX's own operators are supported");
    }

    /// <summary>Writes a NodeProto; the node is named after its first output.</summary>
    public void Write(ProtobufWriter writer)
    {
        foreach (string input in Inputs)
            writer.Text(InputField, input);
        foreach (string output in Outputs)
            writer.Text(OutputField, output);
        writer.Text(NameField, Outputs[0]);
        writer.Text(OperationField, Operation);
        foreach (var argument in Arguments)
            writer.Bytes(ArgumentField, argument.Message);
    }
}
